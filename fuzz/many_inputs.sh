#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# many_inputs.sh - run more inputs in one process than a world has memory for
#
# usage: many_inputs.sh RESTORE_REPLAY SCRATCH
#
# Each input forks a child and ends it, as often as an input can (sequence.h).
set -eu

mkdir -p "$2"
cd "$2"
for i in $(seq 32); do
	printf '\011\000\000\012\000\000'
done >forks
yes forks | head -n 4000 | xargs -x -n 4000 "$1" >replayed
grep -c "^forks: 192 bytes" replayed
rm replayed
