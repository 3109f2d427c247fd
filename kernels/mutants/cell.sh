#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# cell.sh - build one kernel with one mutant, or unmodified, and run the tests on it
#
# usage: cell.sh BUILD KERNEL TREE MUTANT.cocci|unmodified OUT KEEP both|ours|hmm-tests
#
# Writes one line to OUT/result, with fields separated by tabs:
#
#   MUTANT  KERNEL  STATUS  BY  RUNS  SECONDS  WHAT  STATUS  TEST  SECONDS  WHAT
#
# STATUS is "found", "survived", "undecided", "same-code", "not-applicable" or "error";
# WHAT has the reason.  A mutant with the same code as the kernel (same.sh) is not run.
# The second STATUS is that of the kernel's own test program.  The status of tests that
# were not requested is "not-run".
# If a program finds a known bug, its story must equal that in tests/story: else the
# status is "error", and OUT/story has the difference.  If there is no such story yet,
# OUT/story says so.
# Prints a line of progress.  The built files stay in OUT if KEEP is "1" or on an error.
set -u

build=$1 kernel=$2 tree=$3 cocci=$4 out=$5 keep=$6 by=$7
here=$(cd "$(dirname "$0")" && pwd) || exit 1
tests=$(cd "$here/../../tests" && pwd) || exit 1
mutant=$(basename "$cocci" .cocci)
name=$kernel+$mutant

# The fields of the kernel's own tests, until they have run.
selftest=$(printf 'not-run\t-\t-\t-')

# result STATUS BY RUNS SECONDS WHAT - write the result and exit.  The fields may also
# be one argument, separated by tabs.
result() {
	line=$(printf '%s\t' "$@")
	printf '%s\t%s\t%s\t%s\n' "$mutant" "$kernel" "${line%	}" "$selftest" >"$out/result"
	[ "$keep" = 1 ] || [ "$1" = error ] ||
		find "$out" -mindepth 1 ! -name result ! -name story -delete
	case $by in
	ours) printf '%s\n' "$name: ${line%%	*}" ;;
	hmm-tests) printf '%s\n' "$name: ${selftest%%	*}" ;;
	both) printf '%s\n' "$name: ${line%%	*}; hmm-tests: ${selftest%%	*}" ;;
	esac
	exit 0
}

# settled STATUS WHY - write a result for which no test needs to run, and exit
settled() {
	[ "$by" = ours ] || selftest=$(printf '%s\t-\t-\t%s' "$1" "$2")
	[ "$by" != hmm-tests ] || result not-run - - - -
	result "$1" - - - "$2"
}

# one_line FILE - print FILE as one line
one_line() {
	tr '\t\n' '  ' <"$1" | sed 's/ *$//'
}

# fail CODE - a command exited with CODE, and OUT/said has its message.  The result is an
# error; if this machine has failed, the message begins with "no result".
fail() {
	what=$(one_line "$out/said")
	case $1$what in
	129* | *'No space left on device'* | *'Cannot allocate memory'* | *'out of memory'*)
		what="no result: $what"
		;;
	esac
	result error - - - "$what"
}

# header KEY - print the value of KEY in the mutant's header
header() {
	awk -f "$here/header.awk" "$cocci" | sed -n "s/^$1	//p"
}

# story PROGRAM - succeed if the story equals the stored one, or if none is stored for
# this release
story() {
	(cd "$out" && cmake -DFAULTLAB="$out/faultlab" -DCHECK=golden -DKERNEL="$name" \
		-DPROGRAM="$1" -P "$tests/story/story.cmake") >"$out/story" 2>&1
}

rm -rf "$out"
mkdir -p "$out" || exit 1
out=$(cd "$out" && pwd) || exit 1
if [ "$cocci" = unmodified ]; then
	name=$kernel object=$tree/build/kernel.o bug=own shown_by=-
else
	"$here/build.sh" "$tree" "$cocci" "$out/kernel" >"$out/said" 2>&1
	status=$?
	[ $status -ne 3 ] || settled not-applicable "$(one_line "$out/said")"
	[ $status -eq 0 ] || fail $status
	! "$here/same.sh" "$out/kernel" ||
		settled same-code "compiles to the code of the unchanged kernel: equivalent in this configuration"
	object=$out/kernel/kernel.o
	bug=$(header bug) shown_by=$(header shown-by)
fi
"$here/runner.sh" "$build" "$out" "$object" "$name" "$by" >"$out/said" 2>&1 ||
	fail $?
[ "$by" = ours ] || selftest=$("$here/selftest.sh" "$out" "$name")
[ "$by" != hmm-tests ] || result not-run - - - -
found=$("$here/hunt.sh" "$out" "$name" $shown_by 2>"$out/said") ||
	fail $?
program=$(printf '%s\n' "$found" | cut -f2)
if [ "$bug" != own ] && "$out/faultlab" list 2>/dev/null | grep -q "^$program "; then
	story "$program" ||
		result error - - - "found by $program, but the story differs from tests/story"
fi
result "$found"
