#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh - one test of the kernel's own test program, for CTest
#
# usage: run.sh PROGRAM NAME      run it alone
#        run.sh --in FILE NAME    what a run of all, whose output is FILE, says of it
#        run.sh --all PROGRAM FILE
#
# NAME is FIXTURE.VARIANT.TEST.  Exits with 0: passed; 77: skipped, and the output says why;
# 1: failed.
set -u

case $1 in
--all)
	"$2" >"$3" 2>&1
	grep -q '^# \(PASSED\|FAILED\): [0-9]* / [0-9]* tests passed' "$3" || {
		tail -n 20 "$3"
		echo "run.sh: the program did not come to its end"
		exit 1
	}
	exit 0
	;;
--in)
	said=$2
	name=$3
	;;
*)
	name=$2
	said=$(mktemp)
	trap 'rm -f "$said"' EXIT
	"$1" -r "$name" >"$said" 2>&1
	;;
esac
# What is said between the line that a test runs and its result.
awk -v name="$name" '
	$1 == "#" && $2 == "RUN" { mine = $3 == name || $4 == name; said = "" }
	mine { said = said $0 "\n" }
	mine && /^(ok|not ok) / {
		printf "%s", said
		found = 1
		skipped = / # SKIP/
		passed = /^ok/
		exit
	}
	END {
		if (!found)
			print "run.sh: " name ": no result"
		exit !found ? 1 : skipped ? 77 : !passed
	}' "$said"
status=$?
[ $status -ne 1 ] || cat "$said"
exit $status
