#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh - one test of the kernel's own test program, for CTest
#
# usage: run.sh KERNEL PROGRAM NAME      run it alone
#        run.sh KERNEL --in FILE NAME    what a run of all, whose output is FILE, says of it
#        run.sh KERNEL --all PROGRAM FILE
#
# NAME is FIXTURE.VARIANT.TEST.  Exits with 0: passed, or failed as the file `known` tells;
# 77: skipped, and the output says why; 1: failed.
set -u

here=$(cd "$(dirname "$0")" && pwd)
kernel=$1
shift
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
	all=$2
	name=$3
	;;
*)
	name=$2
	all=$(mktemp)
	trap 'rm -f "$all"' EXIT
	"$1" -r "$name" >"$all" 2>&1
	;;
esac

# What is said between the line that a test runs and its result.
said=$(awk -v name="$name" '
	$1 == "#" && $2 == "RUN" { mine = $3 == name; said = "" }
	mine { said = said $0 "\n" }
	mine && /^(ok|not ok) / { printf "%s", said; exit }' "$all")
case $(echo "$said" | tail -n 1) in
'ok '*'# SKIP'*) status=77 ;;
'ok '*) status=0 ;;
'not ok '*) status=1 ;;
*)
	cat "$all"
	echo "run.sh: $name: no result"
	exit 1
	;;
esac
echo "$said"

while read -r pattern known text; do
	case $pattern in '#'* | '') continue ;; esac
	case $kernel in $pattern) ;; *) continue ;; esac
	[ "$known" = "$name" ] || continue
	if [ $status -ne 1 ]; then
		echo "run.sh: $name is known to fail, and does not: strike it out in $here/known"
		exit 1
	fi
	case $said in
	*"$text"*)
		echo "run.sh: known: $text"
		exit 0
		;;
	esac
	echo "run.sh: $name is known to fail, but of: $text"
	exit 1
done <"$here/known"
exit $status
