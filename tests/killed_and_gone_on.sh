#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# killed_and_gone_on.sh - a search that is killed again and again comes to the same result
#
# usage: killed_and_gone_on.sh WORK FAULTLAB
#
# Each time it is killed just after it was saved; what is left behind is in WORK.
set -eu

work=$1
command="$2 explore three_cpus_fault --max-runs 20000 --json"
kills=5
mkdir -p "$work"
rm -f "$work"/*

$command -j 1 >"$work/whole" 2>"$work/whole.messages" || [ $? -eq 125 ]
grep -q steps_hash "$work/whole"

# changed FILE SUM - was FILE written, and is it another than it was?
changed() {
	[ -s "$1" ] && [ "$(cksum <"$1")" != "$2" ]
}

# killed JOBS - begin, or go on; kill it when it has been saved
killed() {
	before=none
	[ ! -e "$work/checkpoint" ] || before=$(cksum <"$work/checkpoint")
	$command -j "$1" --checkpoint "$work/checkpoint" \
		>"$work/part" 2>>"$work/messages" &
	while ! changed "$work/checkpoint" "$before"; do
		kill -0 $! 2>/dev/null || {
			echo "it ended before it was saved" >&2
			exit 1
		}
		sleep 0.01
	done
	kill -9 $!
	wait $! || [ $? -eq 137 ]
}

kill=0
while [ $kill -lt $kills ]; do
	kill=$((kill + 1))
	killed $((kill % 2 + 1))
done
$command -j 2 --checkpoint "$work/checkpoint" >"$work/rest" \
	2>>"$work/messages" || [ $? -eq 125 ]
diff "$work/whole" "$work/rest"
[ "$(grep -c "resumed after" "$work/messages")" -eq $kills ]
