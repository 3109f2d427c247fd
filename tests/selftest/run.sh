#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh - one test of the kernel's own test program, for CTest
#
# usage: run.sh KERNEL PROGRAM NAME      run it alone
#        run.sh KERNEL --in FILE NAME    get its result from FILE, the output of a
#                                        run of all
#        run.sh KERNEL --all PROGRAM FILE
#        run.sh KERNEL --memcheck PROGRAM [OPTION...]
#                                        run all under Memcheck, print warnings
#        run.sh KERNEL --empty           print tests that pass without testing
#                                        anything
#
# NAME is FIXTURE.VARIANT.TEST.  Exits with 0: passed, or failed as listed in
# the file `known`; 77: skipped, or passed without testing anything, with the
# reason in the output; 1: failed.  If a kernel warning is known to stop a test,
# the test runs again with warnings printed: then it must pass with that
# warning, or fail as listed in `known`.
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 1
kernel=$1
shift

# result - print the output of NAME in FILE, from its start to its result
#
# Return: an exit code for CTest
result() {
	said=$(awk -v name="$name" '
		$1 == "#" && $2 == "RUN" { mine = $3 == name; said = "" }
		mine { said = said $0 "\n" }
		mine && /^(ok|not ok) / { printf "%s", said; exit }' "$all")
	printf '%s\n' "$said"
	case $(printf '%s\n' "$said" | tail -n 1) in
	'ok '*'# SKIP'*) return 77 ;;
	'ok '*) return 0 ;;
	'not ok '*) return 1 ;;
	esac
	cat "$all"
	printf '%s\n' "run.sh: $name: no result"
	exit 1
}

# known WARNINGS - print the known output of NAME when it fails
known() {
	while read -r pattern warnings test text; do
		case $pattern in '#'* | '') continue ;; esac
		case $kernel in $pattern) ;; *) continue ;; esac
		[ "$warnings" = "$1" ] && [ "$test" = "$name" ] || continue
		printf '%s\n' "$text"
		return
	done <"$here/known"
}

# judge WARNINGS - check that NAME has ended as known.  Return: as result(); may
# exit
judge() {
	result
	status=$?
	empty=$(known empty)
	if [ $status -eq 0 ] && [ -n "$empty" ]; then
		printf '%s\n' "run.sh: skipped: $name passes without testing anything: $empty"
		return 77
	fi
	text=$(known "$1")
	[ -n "$text" ] || return $status
	if [ $status -ne 1 ]; then
		printf '%s\n' "run.sh: $name is known to fail, but passed: remove its line in $here/known"
		exit 1
	fi
	case $said in
	*"$text"*) printf '%s\n' "run.sh: known: $text" ;;
	*)
		printf '%s\n' "run.sh: $name is known to fail with another output: $text"
		exit 1
		;;
	esac
}

# ended FILE - did the run of all tests reach its end?
ended() {
	grep -q '^# \(PASSED\|FAILED\): [0-9]* / [0-9]* tests passed' "$1" && return
	echo "run.sh: the program ended early"
	return 1
}

all=$(mktemp) || exit 1
trap 'rm -f "$all"' EXIT
case $1 in
--empty)
	awk '$2 == "empty" { print $3 }' "$here/known" | while read -r name; do
		text=$(known empty)
		[ -z "$text" ] || printf '%s\n' "$name, if \"ok\", has tested nothing: $text"
	done
	exit 0
	;;
--memcheck)
	shift
	FAULTLAB_WARNINGS=print "$here/memcheck.sh" "$@" >"$all" 2>&1
	status=$?
	grep '^memcheck: ' "$all"
	if [ $status -eq 9 ] || ! ended "$all"; then
		tail -n 100 "$all"
		exit 1
	fi
	for name in $(awk '/^not ok / { print $4 }' "$all"); do
		judge print || exit 1
	done
	exit 0
	;;
--all)
	"$2" >"$3" 2>&1
	ended "$3" || {
		tail -n 20 "$3"
		exit 1
	}
	exit 0
	;;
--in)
	cp "$2" "$all"
	name=$3
	judge end
	exit
	;;
esac

program=$1 name=$2
"$program" -r "$name" >"$all" 2>&1
judge end
status=$?
warning=$(known end)
[ -n "$warning" ] || exit $status

FAULTLAB_WARNINGS=print "$program" -r "$name" >"$all" 2>&1
judge print
status=$?
case $said in
*"(continuing): "*"$warning"*) exit $status ;;
esac
printf '%s\n' "run.sh: $name: expected the kernel warning '$warning' in the output"
exit 1
