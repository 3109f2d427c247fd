#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# cell.sh - one mutant, or none, on one kernel: build it, and see what notices
#
# usage: cell.sh BUILD KERNEL TREE MUTANT.cocci|unmodified OUT KEEP both|ours|hmm-tests
#
# OUT/result gets one line, fields apart by tabs:
#
#   MUTANT  KERNEL  STATUS  BY  RUNS  SECONDS  WHAT  STATUS  TEST  SECONDS  WHAT
#
# STATUS is "found", "survived", "undecided", "same-code", "not-applicable" or "error"; then
# WHAT says why.
# Nothing is run of what is the same code as the kernel (same.sh).  The second STATUS is that of
# the kernel's own test program; what is not asked for is "not-run".  Where a known bug is found
# by a program, its story is that of tests/story, or it is an error; what differs, or that there
# is none yet, is left in OUT/story.  Prints a line of progress.  What was built is left in OUT
# where KEEP is "1", or in error.
set -u

build=$1 kernel=$2 tree=$3 cocci=$4 out=$5 keep=$6 by=$7
here=$(cd "$(dirname "$0")" && pwd) || exit 1
tests=$(cd "$here/../../tests" && pwd) || exit 1
mutant=$(basename "$cocci" .cocci)
name=$kernel+$mutant

# What the kernel's own tests have said, until they were asked.
selftest=$(printf 'not-run\t-\t-\t-')

# result STATUS BY RUNS SECONDS WHAT, or as one line with tabs
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

# settled STATUS WHY - and there is nothing to run
settled() {
	[ "$by" = ours ] || selftest=$(printf '%s\t-\t-\t%s' "$1" "$2")
	[ "$by" != hmm-tests ] || result not-run - - - -
	result "$1" - - - "$2"
}

# one_line FILE
one_line() {
	tr '\t\n' '  ' <"$1" | sed 's/ *$//'
}

# fail CODE - what has ended so has left its message in OUT/said: an error, which is no result
# at all if this machine has failed
fail() {
	what=$(one_line "$out/said")
	case $1$what in
	129* | *'No space left on device'* | *'Cannot allocate memory'* | *'out of memory'*)
		what="no result: $what"
		;;
	esac
	result error - - - "$what"
}

# header KEY
header() {
	awk -f "$here/header.awk" "$cocci" | sed -n "s/^$1	//p"
}

# story PROGRAM - true where it is told as before, or for the first time in this release
story() {
	(cd "$out" && cmake -DFAULTLAB="$out/faultlab" -DCHECK=golden -DKERNEL="$name" \
		-DPROGRAM="$1" -P "$tests/story.cmake") >"$out/story" 2>&1
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
		settled same-code "it compiles to the code of the kernel as it is: equivalent in this configuration"
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
		result error - - - "$program finds it, but its story is another than in tests/story"
fi
result "$found"
