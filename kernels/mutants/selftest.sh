#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# selftest.sh - whether the kernel's own test program notices that a kernel is not as it should be
#
# usage: selftest.sh RUNNER KERNEL [IDLE]
#
# RUNNER is a folder that runner.sh has filled.  Its hmm_tests is run until a test fails that
# tests/selftest/known does not know to fail, of what it tells.  Prints one line, fields apart
# by tabs:
#
#   found           TEST  SECONDS  WHAT
#   survived        -     SECONDS  -
#   undecided       -     SECONDS  which limit was reached
#   not-applicable  -     -        the tree has no such test
#
# TEST is FIXTURE.VARIANT.TEST, or "hmm_tests" if it ended before its last test.  That a test
# takes too long says nothing: on a busy machine it may be slow.  IDLE: how many seconds all
# may wait without using the CPU, 120 if it is not given.  A skipped test
# has not failed; benchmark_thp_migration, which wants more memory, is left out where the tree's
# harness can.  What was said is left in RUNNER/selftest.
set -u

runner=$(cd "$1" && pwd) || exit 1
kernel=$2
here=$(cd "$(dirname "$0")" && pwd) || exit 1
idle=${3-120}
LIMIT=720 # seconds of CPU
BOUNDED=152 # what bounded ends with at a limit
# The harness ends a test after 30 seconds of the clock: so many times as long, then.
export FAULTLAB_PATIENCE="${FAULTLAB_PATIENCE-10}"
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
	case $kernel in $pattern) printf '%s\n' "$test $text" ;; esac
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
			what = assertion = as_known = told = late = ""
			next
		}
		test in text && index($0, text[test]) { as_known = 1 }
		/violation:|internal bug|leaked|panic/ { says($0) }
		/Test terminated by timeout/ { late = 1 }
		late && what == "" && assertion == "" { next }
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

# late - the first test that was ended as it took too long
late() {
	awk '$1 == "#" && $2 == "RUN" { test = $3 }
		/Test terminated by timeout/ { print test " was ended by the harness, as it took too long"; exit }' \
		"$runner/selftest"
}

# Its end is that of all processes that it has started.
stop() {
	kill -s TERM $! 2>/dev/null
}

leave_out=
! nm -D "$program" 2>/dev/null | grep -q getopt || leave_out="-T benchmark_thp_migration"

trap 'stop; exit 1' HUP INT TERM
: >"$runner/selftest"
began=$(date +%s.%N)
FAULTLAB_KERNEL=$kernel "$runner/bounded" --cpu $LIMIT --idle "$idle" \
	"$program" $leave_out >"$runner/selftest" 2>&1 &
while kill -0 $! 2>/dev/null && [ -z "$(failed)" ]; do
	sleep 0.5
done
stop
status=0
wait $! 2>/dev/null || status=$?

seconds=$(printf '%s\n' "$began $(date +%s.%N)" | awk '{ printf "%.2f", $2 - $1 }')
found=$(failed)
undecided=$(late)
if [ -z "$found" ] && [ $status -eq $BOUNDED ]; then
	undecided=$(sed -n 's/^bounded: ended: [^ ]*: //p' "$runner/selftest")
elif [ -z "$found" ] && ! grep -q '^# \(PASSED\|FAILED\): ' "$runner/selftest"; then
	found="hmm_tests	no end: $(tail -n 1 "$runner/selftest" | tr '\t' ' ' | cut -c1-180)"
fi
if [ -n "$found" ]; then
	printf 'found\t%s\t%s\t%s\n' "${found%%	*}" "$seconds" "${found#*	}"
elif [ -n "$undecided" ]; then
	printf 'undecided\t-\t%s\t%s\n' "$seconds" "$undecided"
else
	printf 'survived\t-\t%s\t-\n' "$seconds"
fi
