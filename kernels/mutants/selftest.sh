#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# selftest.sh - check whether the kernel's own test program detects a faulty kernel
#
# usage: selftest.sh RUNNER KERNEL [IDLE]
#
# RUNNER is a folder that runner.sh has filled.  The script runs its hmm_tests until a
# test fails for a reason that is not in tests/selftest/known.  Prints one line, with
# fields separated by tabs:
#
#   found           TEST  SECONDS  WHAT
#   survived        -     SECONDS  -
#   undecided       -     SECONDS  the limit that was reached
#   not-applicable  -     -        the tree has no such test
#
# TEST is FIXTURE.VARIANT.TEST, or "hmm_tests" if the program ended before its last test.
# A test that takes too long counts as undecided: on a busy machine it may be slow.  IDLE
# is the number of seconds that all processes may wait without using the CPU; default 120.
# A skipped test has not failed.  benchmark_thp_migration, which needs more memory, is
# left out if the tree's harness can do so.  RUNNER/selftest has the output.
set -u

runner=$(cd "$1" && pwd) || exit 1
kernel=$2
here=$(cd "$(dirname "$0")" && pwd) || exit 1
idle=${3-120}
LIMIT=720 # seconds of CPU
BOUNDED=152 # exit code of bounded at a limit
# The harness ends a test after 30 seconds of the clock.  This factor extends that.
export FAULTLAB_PATIENCE="${FAULTLAB_PATIENCE-10}"
MANY=10000 # failed assertions of one test

program=$runner/hmm_tests
[ -e "$program" ] || {
	printf 'not-applicable\t-\t-\tthe tree has no such test\n'
	exit 0
}

# The known failures of this kernel, in lines "TEST TEXT"
while read -r pattern warnings test text; do
	case $pattern in '#'* | '') continue ;; esac
	[ "$warnings" = end ] || continue
	case $kernel in $pattern) printf '%s\n' "$test $text" ;; esac
done <"$here/../../tests/selftest/known" >"$runner/known"

# failed - print TEST and WHAT of the first test with an unknown failure, or nothing.  A
# test with more than MANY failed assertions has failed as well: in 6.1, after a failure,
# the fixture's teardown reports failed assertions forever.
failed() {
	awk -v known="$runner/known" -v many=$MANY '
		function says(line) { if (what == "") what = line }
		BEGIN {
			while ((getline <known) > 0)
				text[$1] = substr($0, length($1) + 2)
		}
		$1 == "#" && $2 == "RUN" {
			test = $3
			what = assertion = as_known = reported = late = ""
			next
		}
		test in text && index($0, text[test]) { as_known = 1 }
		/violation:|internal bug|leaked|panic/ { says($0) }
		/Test terminated by timeout/ { late = 1 }
		late && what == "" && assertion == "" { next }
		/hmm-tests\.c:|Test terminated/ {
			if (!reported++)
				assertion = $0
		}
		(/^not ok / || reported > many) && !as_known {
			sub(/^# [^ ]*\//, "", assertion)
			says(assertion)
			says($0)
			gsub(/\t/, " ", what)
			print test "\t" substr(what, 1, 200)
			exit
		}' "$runner/selftest"
}

# late - print the first test that was ended because it took too long
late() {
	awk '$1 == "#" && $2 == "RUN" { test = $3 }
		/Test terminated by timeout/ { print test ": timeout of the harness"; exit }' \
		"$runner/selftest"
}

# When bounded ends, it ends all processes that it has started.
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
	found="hmm_tests	ended early: $(tail -n 1 "$runner/selftest" | tr '\t' ' ' | cut -c1-180)"
fi
if [ -n "$found" ]; then
	printf 'found\t%s\t%s\t%s\n' "${found%%	*}" "$seconds" "${found#*	}"
elif [ -n "$undecided" ]; then
	printf 'undecided\t-\t%s\t%s\n' "$seconds" "$undecided"
else
	printf 'survived\t-\t%s\t-\n' "$seconds"
fi
