#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# resumes_after_sigkill.sh - a search that is killed repeatedly reaches the same
# result
#
# usage: resumes_after_sigkill.sh WORK FAULTLAB
#
# The search is killed each time just after it was saved; its files stay in
# WORK.
set -eu

work=$1
command="$2 explore three_cpus_fault --max-runs 20000 --json"
kills=5
mkdir -p "$work"
rm -f "$work"/*

$command -j 1 >"$work/whole" 2>"$work/whole.messages" || [ $? -eq 125 ]
grep -q steps_hash "$work/whole"

# changed FILE SUM - true if FILE was written and has another checksum
changed() {
	[ -s "$1" ] && [ "$(cksum <"$1")" != "$2" ]
}

# killed JOBS - start or resume the search; kill it after its next save
killed() {
	before=none
	[ ! -e "$work/checkpoint" ] || before=$(cksum <"$work/checkpoint")
	$command -j "$1" --checkpoint "$work/checkpoint" \
		>"$work/part" 2>>"$work/messages" &
	while ! changed "$work/checkpoint" "$before"; do
		kill -0 $! 2>/dev/null || {
			echo "the search ended before it was saved" >&2
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
