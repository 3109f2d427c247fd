#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# exit_codes.sh - lab exits as its table of exit codes says, whatever fails
#
# usage: exit_codes.sh TOP WORK holds|failed|undecided|usage|machine|interrupted
set -u

top=$1 work=$2 row=$3
. "$top/tests/lab/scratch.sh"
mkdir -p "$work/tree/mm"
echo 'VERSION = 9' >"$work/tree/Makefile"
tree=$(cd "$work/tree" && pwd) || exit 99

holds() {
	expect 0 "usage: ./lab COMMAND" "$lab" help
	expect 0 "100% tests passed" "$lab" test --tree "$tree" --only race/
	expect 0 "100% tests passed" "$lab" test "--tree=$tree" --only=race/
	expect 0 "release 9.9.9" "$lab" build
	expect 0 "" env FAULTLAB_TREES="$tree" "$lab" build
	expect 0 "the end of the story" "$lab" demo
	harness getopt
	expect 0 "harness: -r hmm.a.b" "$lab" hmm-tests -r hmm.a.b
	expect 0 "harness: -h" "$lab" hmm-tests --kernel=linux-9.9 -h
	rm -r "$scratch/build/release/tests"
}

failed() {
	expect 1 "to reproduce: ctest --preset release -R 'linux-.*(race/)'" \
		env CTEST=8 "$lab" test --tree "$tree" --only race/
	expect 1 "testing release failed" env CTEST=8 "$lab" test --only race/
	expect 1 "testing tsan failed" env CTEST=8 "$lab" races
	expect 1 "to reproduce: build/release/faultlab demo" env FAULTLAB=demo:1 "$lab" demo
	expect 1 "to reproduce: build/release/faultlab explore two_cpus_fault --kernel linux-9.9" \
		env FAULTLAB=two_cpus_fault:1 "$lab" demo
	expect 1 "the missing reference of v8 was not found" \
		env FAULTLAB=zap_while_faulted_mirror:0 "$lab" demo
	harness getopt
	expect 1 "not ok 1" env HARNESS=1 "$lab" hmm-tests -r hmm.a.b
	harness none
	expect 1 "not ok 1" env HARNESS=1 "$lab" hmm-tests
	rm -r "$scratch/build/release/tests"
}

undecided() {
	expect 125 "mm/memory.c:7: error: expected" env CONFIGURE=125 "$lab" test --tree "$tree" --only race/
	expect_no build
	expect 125 "the first error: /tree/hmm-tests.c:7:3: error: unknown type name 'x'" \
		env BUILD=tree "$lab" test --tree "$tree" --only race/
	expect_no "ctest --preset release -R"
	for command in demo two_cpus_fault zap_while_faulted_mirror; do
		expect 125 "to reproduce: build/release/faultlab " env FAULTLAB=$command:125 "$lab" demo
	done
	harness none linux-6.1
	: >"$scratch/build/release/tests/selftest/hmm_tests_linux-9.9.said"
	expect 125 "model does not apply" "$lab" hmm-tests --kernel model
	! grep -q 'said\|linux-6.1' "$work/said" || {
		echo "a kernel that is not in this build is listed as available:"
		cat "$work/said"
		wrong=1
	}
	rm -r "$scratch/build/release/tests"
}

usage() {
	for wrong_one in frobnicate --frobnicate ''; do
		expect 129 "unknown command '$wrong_one'" "$lab" "$wrong_one"
	done
	for command in build demo races bench selfcheck format; do
		expect 129 "$command: takes no arguments, got: x" "$lab" $command x
		expect_no cmake
	done
	for command in test fuzz coverage; do
		expect 129 "$command: unknown option '--nope'" "$lab" $command --nope
		expect 129 "$command: unknown option 'x'" "$lab" $command x
		expect_no cmake
	done
	expect 129 "test: unknown option '--onyl'" "$lab" test --tree "$tree" --onyl race/
	expect 129 "test: --only: expected a value" "$lab" test --only
	expect 129 "test: --only: expected a value" "$lab" test --only=
	expect 129 "test: --tree: expected a value" "$lab" test --tree
	expect 129 "no such directory, tarball or repository" "$lab" test --tree /nonexistent --only race/
	expect_no cmake
	expect 129 "no test of release matches 'linux-.*(nosuch)'" "$lab" test --tree "$tree" --only nosuch
	expect_no build
	for number in abc -5 0 '' 010 0x10 1e3 99999999999999999999999 '1 2'; do
		for option in --time --seed; do
			expect 129 "fuzz: $option: expected a number from 1 to 999999999, got '$number'" \
				"$lab" fuzz $option "$number"
			expect_no cmake
		done
	done
	expect 129 "fuzz: --time: expected a value" "$lab" fuzz --time
	expect 129 "fuzz: --engine: expected libfuzzer or afl, got 'x'" "$lab" fuzz --engine x
	expect 129 "no kernel 'nope'; expected one of: model v8 linux-9.9" "$lab" fuzz --kernel nope
	expect_no build
	expect 129 "no kernel 'nope'; expected one of: model v8 linux-9.9" "$lab" coverage --kernel nope
	expect_no build
	expect 129 "coverage: unknown operand 'y'" "$lab" coverage --kernel x y
	for command in hmm-tests mutants; do
		expect 129 "$command: --kernel: no kernel 'nope'; expected one of:" \
			"$lab" $command --kernel nope
		expect_no build
	done
	expect 129 "run: --kernel: no kernel 'nope'" "$lab" run --kernel=nope "$top/examples/host/touched.c"
	expect 129 "hmm-tests: --kernel: no kernel 'nope'" "$lab" hmm-tests --kernel=nope
	expect 129 "hmm-tests: --warnings: expected print or end, got ''" "$lab" hmm-tests --warnings=
	expect 129 "mutants: --kernel: no kernel 'nope'" "$lab" mutants --kernel=nope
	expect 129 "has 'nosuch' in its name" "$lab" mutants --only=nosuch
	expect_no cmake
	harness getopt
	for option in --nosuch --all=1 -z -r; do
		expect 129 "the test harness of linux-9.9 does not accept: $option" "$lab" hmm-tests $option
	done
	expect 129 "expected options of the test harness, got '--'" "$lab" hmm-tests -r x -- --nosuch
	harness none
	expect 129 "the test harness of linux-9.9 takes no options, got: -l" "$lab" hmm-tests -l
	rm -r "$scratch/build/release/tests"
	expect 129 "mutants: unknown option '--nope'" "$lab" mutants --nope
	expect_no cmake
	expect 129 "hmm-tests: --warnings: expected print or end, got 'loud'" "$lab" hmm-tests --warnings loud
	expect 129 "run: expected the name of a C program" "$lab" run
	expect 129 "selfcheck: unknown option '--nope'" "$top/tests/faults/selfcheck.sh" --nope
	expect 129 "selfcheck: no fault has 'nosuch' in its name" "$top/tests/faults/selfcheck.sh" nosuch
	expect 129 "run: unknown option '--x'" "$lab" run --x
	expect 129 "nosuch.c: expected a readable file" "$lab" run nosuch.c
	for version in '' x 7.3x ../7.3 7. 7..3 -7.3; do
		expect 129 "tree: expected a version such as 7.3, got '$version'" "$lab" tree "$version"
	done
	expect 129 "tree: expected one version" "$lab" tree
	expect 129 "tree: expected one version" "$lab" tree 7.3 6.1
}

# harness getopt|none [KERNEL] - install a stand-in for the kernel's test
# program, with or without options
#
# The environment's HARNESS is its exit code.
harness() {
	folder=$scratch/build/release/tests/selftest
	mkdir -p "$folder"
	cat >"$folder/hmm_tests_${2-linux-9.9}" <<-'STAND_IN'
		#!/bin/sh
		[ "${FAULTLAB_MEMORY-64}" = 64 ] || { echo "faultlab: FAULTLAB_MEMORY: expected x"; exit 129; }
		tests=$*
		while getopts hlr: opt 2>/dev/null; do
			case $opt in [hl]) echo "harness: $tests"; exit 4 ;; \?) echo "Usage: harness"; exit 1 ;; esac
		done
		echo "harness: $tests"
		[ "${HARNESS-0}" -eq 0 ] || echo "not ok 1"
		exit "${HARNESS-0}"
	STAND_IN
	chmod +x "$folder/hmm_tests_${2-linux-9.9}"
	symbols=$1
	stand_in nm <<-STAND_IN
		echo "U $symbols"
	STAND_IN
	mkdir -p "$scratch/tests/selftest"
	: >"$scratch/tests/selftest/run.sh"
	chmod +x "$scratch/tests/selftest/run.sh"
}

# as_other COMMAND... - run as a user that may not write to our folders
as_other() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

machine() {
	expect 129 "configuring release failed" env CONFIGURE=fail "$lab" test --tree "$tree" --only race/
	expect 129 "tree /tree: is truncated" env CONFIGURE=129 "$lab" test --tree "$tree" --only race/
	expect_no build
	expect 129 "No space left on device" env CONFIGURE=full "$lab" test --tree "$tree" --only race/
	expect 129 "this machine failed, not a source: No space left on device" \
		env BUILD=full "$lab" test --tree "$tree" --only race/
	expect 129 "src/machine/lock.c:7:3: error: unknown type name 'x'" \
		env BUILD=own "$lab" test --tree "$tree" --only race/
	# Errors of faultlab itself, and of the output of lab: a broken pipe,
	# and a full disk.
	for command in demo two_cpus_fault zap_while_faulted_mirror; do
		for code in 129 139; do
			expect 129 "to reproduce: build/release/faultlab " \
				env FAULTLAB=$command:$code "$lab" demo
		done
	done
	expect 129 "No space left" sh -c '"$0" demo >/dev/full' "$lab"
	expect 129 "standard output cannot be written: Broken pipe" \
		sh -c 'code=$({ { "$0" demo || echo $? >&3; } | sleep 0; } 3>&1 2>&4) 4>&2; exit $code' "$lab"
	harness getopt
	expect 129 "FAULTLAB_MEMORY: expected" env FAULTLAB_MEMORY=x "$lab" hmm-tests
	rm -r "$scratch/build/release/tests"
	expect 129 "running the tests of release failed" env CTEST=1 "$lab" test --tree "$tree" --only race/
	expect 129 "apt-get reports: Unable to fetch some archives" env INSTALLED=none APT=100 "$lab" build
	expect_no cmake
	stand_in id <<-'STAND_IN'
		[ "$1" = -u ] && echo 1000 || echo lab
	STAND_IN
	mv "$bin/sudo" "$bin/no-sudo"
	PATH=$bin:/usr/bin:/bin
	if ! command -v sudo >/dev/null; then
		expect 129 "sudo is not available; run as root: apt-get install" env INSTALLED=none "$lab" build
	fi
	rm "$bin/id"
	rm -rf "$scratch/build"
	chmod -R a+rX "$work"
	chmod a-w "$scratch"
	expect 129 "build: cannot be written; expected a folder that" as_other "$lab" build
	expect_no cmake
	expect 129 "build: cannot be written; expected a folder that" as_other "$lab" test --only race/
	chmod u+w "$scratch"
	echo 'not a folder' >"$scratch/build"
	expect 129 "build: cannot be written" "$lab" build
	rm "$scratch/build"

	# A full disk, if this user may mount one.
	mkdir "$scratch/build"
	if unshare -m true 2>/dev/null; then
		expect 129 "No space left on device" env BUILD=write unshare -m sh -c "cd '$scratch' &&
			mount -t tmpfs -o size=128k none build && exec '$lab' build"
	fi
}

# ends SIGNAL CODE - while it builds, lab must end with CODE, and end the
# processes it has started
ends() {
	rm -f "$scratch/sleeps"
	# A shell would start it in the background with SIGINT ignored.
	BUILD=sleep env --default-signal=INT setsid "$lab" build >"$work/said" 2>&1 &
	while ! [ -s "$scratch/sleeps" ]; do
		sleep 0.1
	done
	kill -s "$1" $!
	status=0
	wait $! || status=$?
	[ $status -eq "$2" ] && grep -q "interrupted by SIG$1" "$work/said" || {
		echo "SIG$1: exited with $status, expected $2:"
		cat "$work/said"
		wrong=1
	}
	! kill -0 "$(cat "$scratch/sleeps")" 2>/dev/null || {
		echo "SIG$1: a process started by lab still runs"
		wrong=1
	}
}

interrupted() {
	ends INT 130
	ends TERM 143
	ends HUP 129
}

"$row"
exit $wrong
