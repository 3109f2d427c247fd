#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage_reasons.sh - a reason of coverage.path that no longer holds is an
# error
#
# usage: coverage_reasons.sh TOP WORK
#
# Uses a small source of its own, and made-up counts for its lines.
set -u

top=$1 work=$2 wrong=0
rm -rf "$work"
mkdir -p "$work" || exit 99
work=$(cd "$work" && pwd) || exit 99

cat >"$work/source.c" <<'SOURCE'
int f(int n)
{
	if (rare(n)) {
		drop();
		count();
	}
	return n;
}
SOURCE

# reasons CODE TEXT TIMES PATH-LINE - run with TIMES as the counts of lines 3,
# 4, 5 and 7; coverage.sh must exit with CODE, and print TEXT
reasons() {
	code=$1 text=$2
	printf 'path f\n%s\n' "$4" >"$work/path"
	echo "$3" | tr ' ' '\n' | awk -v source="$work/source.c" '
		{ print "f", source, (NR == 4 ? 7 : NR + 2), $1 }' >"$work/linux-9.9.lines"
	status=0
	"$top/tests/coverage/coverage.sh" reasons "$work" "$work/path" >"$work/said" 2>&1 || status=$?
	[ $status -eq "$code" ] && grep -qF -e "$text" "$work/said" ||
		{ [ $status -eq "$code" ] && [ -z "$text" ]; } || {
		echo "'$4' of $3: exited with $status, expected $code and '$text'; output:"
		cat "$work/said"
		wrong=1
	}
}

rule='never f rare\(n\) Nothing is rare.'
reasons 0 "" "9 0 0 9" "$rule"
reasons 1 'linux-9.9: f(), "never f rare\(n\)": line 4 was reached: Nothing is rare.' "9 1 0 9" "$rule"
reasons 1 "line 5 was reached" "9 0 1 9" "$rule"
reasons 1 "explains no line of any kernel: never f seldom Nothing is seldom." "9 0 0 9" \
	"never f seldom Nothing is seldom."
reasons 1 "explains no line of any kernel" "9 0 0 9" "never g rare Nothing is rare."
reasons 0 "" "9 0 9 9" "never * ^[[:space:]]*drop Nothing is dropped."
reasons 1 "line 4 was reached" "9 1 0 9" "never * ^[[:space:]]*drop Nothing is dropped."
rm "$work/source.c"
reasons 1 "source.c cannot be read up to line 7" "9 0 0 9" "$rule"
exit $wrong
