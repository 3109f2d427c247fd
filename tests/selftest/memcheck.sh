#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# memcheck.sh - a program that is user code of a world, and all processes it makes, under Memcheck
#
# usage: memcheck.sh PROGRAM [ARGUMENT...]
#
# A process has a log of its own, so that a complaint is seen whatever becomes of the exit status
# that its parent gets.  Exits as PROGRAM does; with 9 where Memcheck has complained, which is
# printed, or has seen nothing.  That Valgrind does not know a system call (--PID--) is no
# complaint.  Leaks of the host's are not looked for in memory that processes share.  What takes
# FAULTLAB_PATIENCE times as long as it should still is in time.
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 1
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
export FAULTLAB_PATIENCE=${FAULTLAB_PATIENCE-200}
# An access that traps is made again, with the registers as they were.
valgrind -q --error-exitcode=9 --leak-check=no --trace-children=yes --log-file="$logs/%p" \
	--vex-iropt-register-updates=allregs-at-mem-access \
	--suppressions="$here/../valgrind.supp" "$@"
status=$?
processes=$(find "$logs" -type f | wc -l)
complained=$(grep -l '^==' "$logs"/* | wc -l)
grep -h '^==' "$logs"/* >&2
printf '%s\n' "memcheck: $processes processes, $complained with complaints" >&2
[ "$processes" -gt 0 ] && [ "$complained" -eq 0 ] || exit 9
exit $status
