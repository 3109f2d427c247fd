#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# hmm-tests.sh - run the kernel's own test program hmm-tests.c over its own driver
# lib/test_hmm.c, both unchanged from the tree
#
# usage: lab hmm-tests [--kernel NAME] [--warnings print|end] [--valgrind]
#                      [OPTION OF THE PROGRAM...]
#
# exit codes: 0, also if the program has printed its help or a list; 1 a test
# failed, or Memcheck reported errors; 125 the kernel has no such program, or a
# kernel tree does not build; 129 a usage error, or an error of this machine
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"
. "$top/tools/preset.sh"

# want_options_of PROGRAM OPTION... - die unless the kernel's test harness
# accepts the options and the environment
#
# The harness accepts them if, with -l, it prints its list of tests and exits
# with 4.
want_options_of() {
	program=$1
	shift
	if [ $# -gt 0 ] && ! nm -D "$program" | grep -qw getopt; then
		die "hmm-tests: the test harness of $kernel takes no options, got: $*"
	fi
	nm -D "$program" | grep -qw getopt || return 0
	case " $* " in
	*' -- '*) die "hmm-tests: expected options of the test harness, got '--'" ;;
	esac
	: >build/hmm-tests.log
	code=0
	"$program" "$@" -l >build/hmm-tests.log 2>&1 </dev/null || code=$?
	[ $code -ne 4 ] || return 0
	sed 1q build/hmm-tests.log >&2
	[ $code -eq $FAILED ] || pass_on $code "$program"
	die "hmm-tests: the test harness of $kernel does not accept: $*; for its options:" \
		"./lab hmm-tests --kernel $kernel -h"
}

kernel='' valgrind=''
while [ $# -gt 0 ]; do
	if [ "$1" = --valgrind ]; then
		valgrind=1
		shift
	elif user_option "$@"; then
		shift $words
	else
		break
	fi
done
build_for_user
program=build/release/tests/selftest/hmm_tests_$kernel
want_tests_of "$program"
want_options_of "$program" "$@"
code=0
if [ -n "$valgrind" ]; then
	tests/selftest/memcheck.sh "$program" "$@" || code=$?
else
	"$program" "$@" || code=$?
fi
case $code in
4) exit 0 ;; # the harness has printed its help, or a list
9) [ -z "$valgrind" ] || say "Memcheck reported errors, see above" ;;
esac
[ $code -ne $UNUSABLE ] || conclude $UNUSABLE
tests/selftest/run.sh "$kernel" --empty | sed 's/^/lab: /' >&2
[ $code -eq 0 ] || conclude $FAILED
