#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# memcheck.sh - run a program that is user code of a world, with all its
# processes, under Memcheck
#
# usage: memcheck.sh PROGRAM [ARGUMENT...]
#
# Each process has its own log, so that no error is missed, whatever the parent
# does with the exit status.  Exits as PROGRAM does; with 9 if Memcheck has
# reported an error, which is printed, or has seen no process.  An unknown
# system call (--PID--) is no error.  Leaks of the host are not checked in
# memory that processes share.  Operations that take up to FAULTLAB_PATIENCE
# times as long as they should are still in time.
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 1
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
export FAULTLAB_PATIENCE=${FAULTLAB_PATIENCE-200}
# An access that traps is repeated, which needs exact registers.
valgrind -q --error-exitcode=9 --leak-check=no --trace-children=yes --log-file="$logs/%p" \
	--vex-iropt-register-updates=allregs-at-mem-access \
	--suppressions="$here/../tools/valgrind.supp" "$@"
status=$?
processes=$(find "$logs" -type f | wc -l)
complained=$(grep -l '^==' "$logs"/* | wc -l)
grep -h '^==' "$logs"/* >&2
printf '%s\n' "memcheck: $processes processes, $complained with errors" >&2
[ "$processes" -gt 0 ] && [ "$complained" -eq 0 ] || exit 9
exit $status
