#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# setup.sh - lab setup installs what is missing and nothing else, and prints what
# and why before it runs sudo
#
# usage: setup.sh TOP WORK nothing|announced|failure|trees|usage|interrupted
set -u

top=$1 work=$2 row=$3
. "$top/tests/lab/scratch.sh"
work=$(cd "$work" && pwd) || exit 99
export work

stand_in id <<'STAND_IN'
[ "$1" = -u ] && echo "${ID-1000}" || echo lab
STAND_IN

# LACKS has the names of the packages that are not installed.
export LACKS=''
stand_in dpkg-query <<'STAND_IN'
for package; do :; done
case " $LACKS " in *" $package "*) exit 1 ;; esac
echo installed
STAND_IN

# apt-get fails if APT_FAILS is one of its arguments, and never ends if APT_SLEEPS
# is set.
stand_in apt-get <<'STAND_IN'
echo "apt-get $*" >>"$scratch/commands"
[ -z "${APT_SLEEPS-}" ] || { : >"$scratch/sleeps"; exec sleep 1000; }
case " $* " in *" ${APT_FAILS-none} "*) echo "E: Unable to fetch some archives"; exit 100 ;; esac
STAND_IN

# What lab has printed when it runs sudo for the first time.
stand_in sudo <<'STAND_IN'
echo "sudo $*" >>"$scratch/commands"
[ -e "$work/before" ] || cp "$work/said" "$work/before"
exec "$@"
STAND_IN

# started COMMAND - the last command of lab must have started it
started() {
	grep -q -e "^$1" "$scratch/commands" || {
		echo "expected the command '$1', got:"
		cat "$scratch/commands"
		wrong=1
	}
}

# Nothing is missing: neither apt-get nor sudo runs.
nothing() {
	expect 0 "all packages are installed" "$lab" setup
	expect_no sudo
	expect_no apt-get
	expect 0 "release 9.9.9" "$lab" build
	! grep -q packages "$work/said" || {
		echo "lab build prints a message about packages:"
		cat "$work/said"
		wrong=1
	}
	expect_no sudo
	expect_no apt-get

	# afl++ is not missing unless its engine is used.
	LACKS=afl++
	expect 0 "all packages are installed" "$lab" setup --engine libfuzzer
	expect_no apt-get
	expect 0 "    afl++: the engine afl of" "$lab" setup --engine=afl
	started "apt-get -q install -y --no-install-recommends afl++$"
	expect 129 "no kernel 'nope'" "$lab" fuzz --engine afl --kernel nope
	started "apt-get -q install -y --no-install-recommends afl++$"

	# Every line of the list has a known need, a package, and a reason.
	awk '/^(#|$)/ { next }
		NF < 3 || $1 !~ /^(tool|tree|afl)$/ || $2 in seen {
			print FILENAME ":" FNR ": expected NEED PACKAGE WHY: " $0
			bad = 1
		}
		{ seen[$2]; n++ }
		END {
			if (n < 20) print FILENAME ": expected at least 20 packages, got " n
			exit bad || n < 20
		}' "$top/tools/packages" || wrong=1
}

# expect_announced COMMAND... - it must print each missing package with its reason, and
# all that before sudo runs
expect_announced() {
	rm -f "$work/before"
	expect 0 "installing them with sudo apt-get" "$@"
	[ -e "$work/before" ] || { echo "$*: sudo did not run"; wrong=1; return; }
	for line in "installing them with sudo apt-get" "    valgrind: tests under Memcheck" \
		"    linux-source-6.12: kernel linux-6.12"; do
		grep -qF -e "$line" "$work/before" || {
			echo "$*: expected '$line' before sudo runs, got:"
			cat "$work/before"
			wrong=1
		}
	done
	! grep -qF ' gcc: ' "$work/said" || { echo "$*: gcc is installed"; wrong=1; }
	started "sudo env DEBIAN_FRONTEND=noninteractive apt-get -q update$"
	started "apt-get -q install -y --no-install-recommends valgrind$"
	started "apt-get -q install -y --no-install-recommends linux-source-6.12$"
}

announced() {
	LACKS="linux-source-6.12 valgrind"
	expect_announced "$lab" setup
	expect_announced "$lab" build
	grep -q "^lab: build: packages are missing" "$work/before" || {
		echo "the message does not name the command that needs the packages:"
		cat "$work/before"
		wrong=1
	}
	started "cmake --preset release"

	# Root needs no sudo.
	expect 0 "installing them with apt-get" env ID=0 "$lab" setup
	expect_no sudo
	started "apt-get -q install -y --no-install-recommends valgrind$"
}

# FAULTLAB_TREES names the trees, or asks for none.
trees() {
	LACKS="linux-source-6.12 valgrind"
	expect 0 "    valgrind: tests under Memcheck" env FAULTLAB_TREES=none "$lab" setup
	LACKS=linux-source-6.12
	expect 0 "all packages are installed" env FAULTLAB_TREES=none "$lab" setup
	expect 0 "release 9.9.9" env FAULTLAB_TREES=none "$lab" build
	started "cmake --preset release -DFAULTLAB_TREES=none"
	expect_no apt-get
	expect 0 "release 9.9.9" env FAULTLAB_TREES=/tree "$lab" build
	expect_no apt-get
	expect 0 "    linux-source-6.12: kernel linux-6.12" "$lab" build
	started "apt-get -q install -y --no-install-recommends linux-source-6.12$"
}

failure() {
	LACKS="linux-source-6.12 valgrind"
	export APT_FAILS=valgrind
	expect 129 "apt-get reports: Unable to fetch some archives" "$lab" setup
	expect 129 "to reproduce: apt-get install valgrind" "$lab" build
	expect_no cmake
	expect 129 "these packages cannot be installed: valgrind" "$lab" test --only race/

	# Old lists of packages may do, and so do the other kernels.
	APT_FAILS=update
	expect 0 "warning: apt-get update failed" "$lab" setup
	started "apt-get -q install -y --no-install-recommends valgrind$"
	APT_FAILS=linux-source-6.12
	expect 0 "warning: linux-source-6.12 cannot be installed; this kernel is left out" "$lab" setup
	expect 0 "release 9.9.9" "$lab" build

	# Not a Debian system.
	mkdir "$work/few"
	for tool in dirname basename awk; do
		ln -s "$(command -v $tool)" "$work/few/$tool" || exit 99
	done
	expect 0 "not a Debian system, so nothing is installed; required packages: gcc libc6-dev" \
		env PATH="$work/few" "$lab" setup

	# The log cannot be written.
	rm -r "$scratch/build"
	echo 'not a folder' >"$scratch/build"
	expect 129 "build: cannot be written" "$lab" setup
	expect_no apt-get
}

usage() {
	LACKS=gcc
	for argument in x --nope --nope=3; do
		expect 129 "setup: unknown option '${argument%=*}'" "$lab" setup "$argument"
		expect_no apt-get
	done
	expect 129 "setup: --engine: expected a value" "$lab" setup --engine
	expect 129 "setup: --engine: expected libfuzzer or afl, got 'x'" "$lab" setup --engine x
	expect_no apt-get
	expect 0 "  setup " "$lab" help
	expect_no apt-get
}

# A signal of the terminal reaches all of lab's processes; it is reported once.
interrupted() {
	export LACKS=gcc APT_SLEEPS=1
	env --default-signal=INT setsid "$lab" build >"$work/said" 2>&1 &
	while ! [ -e "$scratch/sleeps" ]; do
		sleep 0.1
	done
	kill -s INT -- -$!
	status=0
	wait $! || status=$?
	[ $status -eq 130 ] && [ "$(grep -c "interrupted by SIGINT" "$work/said")" = 1 ] || {
		echo "exited with $status, expected 130 and one message:"
		cat "$work/said"
		wrong=1
	}
	expect_no cmake
}

"$row"
exit $wrong
