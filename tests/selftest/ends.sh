#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ends.sh - every end of a world prints its full message once, and ends the
# program by SIGABRT
#
# usage: ends.sh PROGRAM SITUATION
#
# Exits with 77 if the kernel does not support the situation.
set -u

program=$1 situation=$2
said=$(mktemp) || exit 99
trap 'rm -f "$said"' EXIT
failed=0

# wants KIND TEXT... - each TEXT must be in a line of the output
wants() {
	kind=$1
	shift
	for text; do
		grep -qF -- "$text" "$said" && continue
		echo "ends.sh: $kind $situation: expected '$text' in the output"
		failed=1
	done
}

kinds='trap missing_stub assertion panic violation'
[ "$situation" != on_a_small_stack ] || kinds=overflow
for kind in $kinds; do
	case $kind in
	trap) message='violation: kernel oops: bad access at 0x18' ;;
	missing_stub) message='faultlab: internal bug: missing stub: ' ;;
	assertion) message='violation: kernel bug: BUG()' ;;
	panic) message='violation: kernel panic: on purpose' ;;
	violation) message='violation: C0 purpose: on purpose' ;;
	overflow) message='faultlab: the stack of this thread overflowed at ' ;;
	esac
	(exec timeout 20 "$program" $kind "$situation") >"$said" 2>&1
	status=$?
	[ $status -ne 77 ] || exit 77
	wants $kind "$message" 'kernel: linux-' 'where: ' 'tests/selftest/ends.c:'
	grep -q '^  broken_\(madvise\|fault\)() tests/selftest/ends.c:' "$said" || {
		echo "ends.sh: $kind $situation: no backtrace"
		failed=1
	}
	n=$(grep -c "^$message" "$said")
	[ "$n" -eq 1 ] || { echo "ends.sh: $kind $situation: the message was printed $n times, expected once"; failed=1; }
	[ $status -eq 134 ] || {
		echo "ends.sh: $kind $situation: exit status $status, expected 134 (SIGABRT)"
		failed=1
	}
	[ $failed -eq 0 ] || { cat "$said"; exit 1; }
done
