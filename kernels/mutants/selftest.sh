#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# selftest.sh - whether the kernel's own test program notices that a kernel is not as it should be
#
# usage: selftest.sh RUNNER KERNEL
#
# RUNNER is a folder that runner.sh has filled.  Its hmm_tests is run until a test fails that
# tests/selftest/known does not know to fail, of what it tells.  Prints one line, fields apart
# by tabs:
#
#   found           TEST  SECONDS  WHAT
#   survived        -     SECONDS  -
#   not-applicable  -     -        the tree has no such test
#
# TEST is FIXTURE.VARIANT.TEST, or "hmm_tests" where it did not come to its end.  A skipped test
# has not failed; benchmark_thp_migration, which wants more memory, is left out where the tree's
# harness can.  What was said is left in RUNNER/selftest.
set -u

runner=$(cd "$1" && pwd) || exit 1
kernel=$2
here=$(cd "$(dirname "$0")" && pwd) || exit 1
LIMIT=180 # seconds; the harness ends a test that takes more than 30
MANY=10000 # assertions, of one test

program=$runner/hmm_tests
[ -e "$program" ] || {
	printf 'not-applicable\t-\t-\tthe tree has no such test\n'
	exit 0
}

# TEST TEXT, a line each, of this kernel
while read -r pattern warnings test text; do
	case $pattern in '#'* | '') continue ;; esac
	[ "$warnings" = end ] || continue
	case $kernel in $pattern) echo "$test $text" ;; esac
done <"$here/../../tests/selftest/known" >"$runner/known"

# failed - TEST and WHAT, of the first test that has failed and is not known to, or nothing.  One
# that tells of so many assertions has failed as well: in 6.1, where one fails, the next in the
# fixture's teardown is told for ever.
failed() {
	awk -v known="$runner/known" -v many=$MANY '
		function says(line) { if (what == "") what = line }
		BEGIN {
			while ((getline <known) > 0)
				text[$1] = substr($0, length($1) + 2)
		}
		$1 == "#" && $2 == "RUN" {
			test = $3
			what = assertion = as_known = told = ""
			next
		}
		test in text && index($0, text[test]) { as_known = 1 }
		/violation:|internal bug|leaked|panic/ { says($0) }
		/hmm-tests\.c:|Test terminated/ {
			if (!told++)
				assertion = $0
		}
		(/^not ok / || told > many) && !as_known {
			sub(/^# [^ ]*\//, "", assertion)
			says(assertion)
			says($0)
			gsub(/\t/, " ", what)
			print test "\t" substr(what, 1, 200)
			exit
		}' "$runner/selftest"
}

# A test that is ended leaves processes behind, which are in groups of their own.
stop() {
	while left=$(find /proc/[0-9]*/exe -maxdepth 0 -lname "$program" 2>/dev/null | cut -d/ -f3) &&
		[ -n "$left" ]; do
		kill -KILL $left 2>/dev/null
	done
}

trap 'stop; exit 1' HUP INT TERM
: >"$runner/selftest"
began=$(date +%s.%N)
FAULTLAB_KERNEL=$kernel timeout -s KILL $LIMIT "$program" -T benchmark_thp_migration \
	>"$runner/selftest" 2>&1 &
while kill -0 $! 2>/dev/null && [ -z "$(failed)" ]; do
	sleep 0.5
done
stop
wait $! 2>/dev/null

seconds=$(echo "$began $(date +%s.%N)" | awk '{ printf "%.2f", $2 - $1 }')
found=$(failed)
if [ -z "$found" ] && ! grep -q '^# \(PASSED\|FAILED\): ' "$runner/selftest"; then
	found="hmm_tests	no end: $(tail -n 1 "$runner/selftest" | tr '\t' ' ' | cut -c1-180)"
fi
if [ -n "$found" ]; then
	printf 'found\t%s\t%s\t%s\n' "${found%%	*}" "$seconds" "${found#*	}"
else
	printf 'survived\t-\t%s\t-\n' "$seconds"
fi
