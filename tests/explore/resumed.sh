#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# resumed.sh - a search that is stopped and resumed gives the same result, to
# the last step
#
# usage: resumed.sh WORK FAULTLAB OPTION...
#
# OPTION... are options of "faultlab explore", ending with --max-runs NUMBER.
# Each piece is a separate process, with its heap at another address.
set -eu

work=$1 faultlab=$2
shift 2
mkdir -p "$work"
rm -f "$work"/*

# explore FILE OPTION...
explore() {
	out=$1
	shift
	status=0
	"$faultlab" explore "$@" --json >"$work/$out" 2>>"$work/messages" || status=$?
	[ $status -le 1 ] || [ $status -eq 125 ] || {
		cat "$work/messages"
		exit 1
	}
}

explore whole "$@" -j 1
explore again "$@" -j 2
diff "$work/whole" "$work/again"
grep -q steps_hash "$work/whole"
for runs in 5 11 40; do
	explore part "$@" --checkpoint "$work/checkpoint" -j 1 --max-runs $runs
	[ -s "$work/checkpoint" ]
done
explore rest "$@" --checkpoint "$work/checkpoint" -j 2
diff "$work/whole" "$work/rest"
[ ! -e "$work/checkpoint" ] || grep -q '"limit": "max_runs"' "$work/rest"
