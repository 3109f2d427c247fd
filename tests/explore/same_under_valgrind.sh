#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# same_under_valgrind.sh - a search makes the same steps under Valgrind, to the
# last
#
# usage: same_under_valgrind.sh WORK COMMAND... -- VALGRIND...
#
# Both outputs have the hash of all steps of all runs.  The outputs stay in
# WORK.
set -eu

work=$1
shift
mkdir -p "$work"
command=
while [ "$1" != -- ]; do
	command="$command $1"
	shift
done
shift

# into NAME COMMAND... - save the output; holding, a violation and a limit are
# all results
into() {
	name=$1 status=0
	shift
	"$@" >"$work/$name" 2>"$work/$name.messages" || status=$?
	case $status in
	0 | 1 | 125) ;;
	*)
		cat "$work/$name.messages" >&2
		exit "$status"
		;;
	esac
}

into plain $command
into valgrind "$@" $command
grep -q steps_hash "$work/plain"
diff "$work/plain" "$work/valgrind"
