#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh - print benchmark results, which fail no test
#
# usage: lab bench
#
# exit codes: 0; 1 two kernels behave differently; 125 a kernel tree does not
# build; 129 a usage error, or an error of this machine
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"
. "$top/tools/preset.sh"

# last_tree - print the last kernel tree that a build would use, or nothing
last_tree() {
	if [ "${FAULTLAB_TREES:-AUTO}" = AUTO ]; then
		ls /usr/src/linux-source-*.tar.* "$TREES"/*.tar.* 2>/dev/null |
			awk -F / '{ print $NF "\t" $0 }' | sort -V | tail -n 1 |
			cut -f 2-
	else
		printf '%s\n' "${FAULTLAB_TREES##*;}"
	fi
}

# bench_threads - real threads: CPUs and devices
bench_threads() {
	newest=$(newest release)
	for mix in "1 0" "2 0" "4 0" "1 1" "2 2"; do
		build/release/tests/native "$newest" $mix 100000 bench | head -n 1
	done
}

# bench_hmm_tests - the kernel's own tests: first all of them; then, if tests can
# be selected, those of exclusive access
bench_hmm_tests() {
	for program in build/release/tests/selftest/hmm_tests_*; do
		[ -x "$program" ] || continue
		name=${program##*/}
		build/release/bench/bench_measure "$name" "$program" || :
		! nm -D "$program" | grep -q getopt || build/release/bench/bench_measure \
			"$name, exclusive*, private" "$program" \
			-r hmm.hmm_device_private.exclusive \
			-r hmm.hmm_device_private.exclusive_mprotect \
			-r hmm.hmm_device_private.exclusive_cow || :
	done
}

no_arguments "$@"
want_packages
build release
tree=$(last_tree)
if [ -n "$tree" ]; then
	bench/build.sh "$tree"
else
	say "no kernel tree: the build benchmark is left out"
fi
build/release/bench/bench_cycle
build/release/bench/bench_scale
build/release/bench/bench_explore
build/release/bench/bench_growth build/release/faultlab
delegate build/release/fuzz/differential 10000
bench_threads
bench_hmm_tests
