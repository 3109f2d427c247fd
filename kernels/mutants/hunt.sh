#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# hunt.sh - find a test or a program that detects a faulty kernel
#
# usage: hunt.sh RUNNER KERNEL SHOWN-BY...
#
# RUNNER is a folder that runner.sh has filled.  The script runs the tests and programs
# in SHOWN-BY, then the suite, then all programs for a short time each, then all programs
# for a longer time, until a result differs from its declaration.  Prints one line, with
# fields separated by tabs:
#
#   found      BY  RUNS  SECONDS  WHAT
#   survived   -   -     SECONDS  -
#   undecided  -   -     SECONDS  the limit that kept the rest from being explored
#
# BY is a program, or GROUP/TEST of the suite, for which RUNS is 1.  Exits with 129 if
# SHOWN-BY names a program or a test that does not exist, or if this machine has failed.
set -u

runner=$1 kernel=$2
shift 2

# Limits for one program, in runs and seconds of CPU: a race must be found within LONG.
# SHORT is for a first pass over all programs.
LONG="20000 10"
SHORT="500 2"

# Seconds of CPU of one group of the suite, and of all programs.
SUITE_LIMIT=240
PROGRAMS_LIMIT=3600
BOUNDED=152 # exit code of bounded at such a limit

# The first limit that the last pass reached.
undecided=

now() {
	date +%s.%N
}
began=$(now)

# seconds SINCE
seconds() {
	printf '%s\n' "$1 $(now)" | awk '{ printf "%.2f", $2 - $1 }'
}

# last_words FILE - print the line that best describes the failure
last_words() {
	{
		grep -m 1 -E 'violation:|BUG|internal bug|does not hold|known bug|leaked|panic' "$1" ||
			tail -n 1 "$1"
	} | tr '\t' ' ' | cut -c1-200
}

# programs LIMITS [NAME...] - hunt with these limits; exit if a program finds a fault
programs() {
	limits=$1 status=0
	shift
	line=$("$runner/bounded" --cpu $PROGRAMS_LIMIT "$runner/programs" --hunt $limits "$kernel" \
		"$@" 2>"$runner/err") || status=$?
	case $status in
	0) return 0 ;;
	125)
		undecided=$line
		return 0
		;;
	1) printf 'found\t%s\n' "$line" ;;
	129) printf '%s\n' "hunt.sh: $*: $(cat "$runner/err")" >&2; exit 129 ;;
	$BOUNDED)
		undecided="the programs did not end in $PROGRAMS_LIMIT s of CPU"
		return 0
		;;
	*) printf 'found\tprograms\t-\t%s\texited with status %s: %s\n' \
		"$(seconds "$began")" "$status" "$(last_words "$runner/err")" ;;
	esac
	exit 0
}

# suite [GROUP[/TEST]] - succeed if the tests pass or reach a limit, which is recorded
suite() {
	status=0
	"$runner/bounded" --cpu $SUITE_LIMIT "$runner/suite" "$kernel" "$@" \
		>"$runner/out" 2>&1 || status=$?
	[ $status -ne $BOUNDED ] || {
		suite_undecided="$* did not end in $SUITE_LIMIT s of CPU, or waits forever"
		return 0
	}
	if [ $status -eq 129 ]; then
		cat "$runner/out" >&2
		exit 129
	fi
	return $status
}

# one_test TEST - run TEST; exit if it fails
one_test() {
	start=$(now)
	suite "$1" && return 0
	printf 'found\t%s\t1\t%s\t%s\n' "$1" "$(seconds "$start")" \
		"$(last_words "$runner/out")"
	exit 0
}

suite_undecided=
groups=$("$runner/suite" --list | cut -d/ -f1 | sort -u)
[ -n "$groups" ] || {
	printf '%s\n' "hunt.sh: $runner/suite --list: expected tests, got none" >&2
	exit 129
}
for name; do
	case $name in
	-) ;;
	*/*) one_test "$name" ;;
	*) programs "$LONG" "$name" ;;
	esac
done
for group in $groups; do
	suite "$group" && continue
	for test in $("$runner/suite" --list | grep "^$group/"); do
		one_test "$test"
	done
	printf 'found\t%s\t1\t%s\t%s\n' "$group" "$(seconds "$began")" \
		"fails only as a group: $(last_words "$runner/out")"
	exit 0
done
programs "$SHORT"
undecided=
programs "$LONG"
undecided=${suite_undecided:-$undecided}
if [ -n "$undecided" ]; then
	printf 'undecided\t-\t-\t%s\t%s\n' "$(seconds "$began")" "$undecided"
else
	printf 'survived\t-\t-\t%s\t-\n' "$(seconds "$began")"
fi
