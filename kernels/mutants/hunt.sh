#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# hunt.sh - what notices that a kernel is not as it should be
#
# usage: hunt.sh RUNNER KERNEL SHOWN-BY...
#
# RUNNER is a folder that runner.sh has filled.  First what SHOWN-BY names, then the
# suite, then all programs for a short time each, then all for a longer time, until
# something is not as it is declared.  Prints one line, fields apart by tabs:
#
#   found     BY  RUNS  SECONDS  WHAT
#   survived  -   -     SECONDS  -
#
# BY is a program, or GROUP/TEST of the suite, which takes one run.  Exits with 2 where
# SHOWN-BY names what there is not.
set -u

runner=$1 kernel=$2
shift 2

# Of one program: what a race is to be found within, and a first, short look at all.
LONG="20000 10"
SHORT="500 2"

now() {
	date +%s.%N
}
began=$(now)

# seconds SINCE
seconds() {
	echo "$1 $(now)" | awk '{ printf "%.2f", $2 - $1 }'
}

# last_words FILE - the line that says best what was wrong
last_words() {
	{
		grep -m 1 -E 'violation:|BUG|internal bug|does not hold|known bug|leaked|panic' "$1" ||
			tail -n 1 "$1"
	} | tr '\t' ' ' | cut -c1-200
}

# programs LIMITS [NAME...] - hunts with these limits; ends where something is found
programs() {
	limits=$1
	shift
	line=$(timeout 900 "$runner/programs" --hunt $limits "$kernel" "$@" 2>"$runner/err") && return 0
	status=$?
	case $status in
	1) printf 'found\t%s\n' "$line" ;;
	2) echo "hunt.sh: $*: $(cat "$runner/err")" >&2; exit 2 ;;
	*) printf 'found\tprograms\t-\t%s\tthey end with status %s: %s\n' \
		"$(seconds "$began")" "$status" "$(last_words "$runner/err")" ;;
	esac
	exit 0
}

# suite [GROUP[/TEST]] - true where it passes
suite() {
	timeout 60 "$runner/suite" "$kernel" "$@" >"$runner/out" 2>&1 && return 0
	[ $? -ne 124 ] || echo "does not hold: an end within 60 seconds" >"$runner/out"
	return 1
}

# one_test TEST - ends where it fails
one_test() {
	start=$(now)
	suite "$1" && return 0
	if grep -q "suite: no test" "$runner/out"; then
		cat "$runner/out" >&2
		exit 2
	fi
	printf 'found\t%s\t1\t%s\t%s\n' "$1" "$(seconds "$start")" \
		"$(last_words "$runner/out")"
	exit 0
}

for name; do
	case $name in
	-) ;;
	*/*) one_test "$name" ;;
	*) programs "$LONG" "$name" ;;
	esac
done
for group in $("$runner/suite" --list | cut -d/ -f1 | sort -u); do
	suite "$group" && continue
	for test in $("$runner/suite" --list | grep "^$group/"); do
		one_test "$test"
	done
	printf 'found\t%s\t1\t%s\t%s\n' "$group" "$(seconds "$began")" \
		"only as a group: $(last_words "$runner/out")"
	exit 0
done
programs "$SHORT"
programs "$LONG"
printf 'survived\t-\t-\t%s\t-\n' "$(seconds "$began")"
