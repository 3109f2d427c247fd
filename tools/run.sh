#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh - run a C program as user code of a kernel, which is booted before main()
# and handles the program's mappings
#
# usage: lab run [--kernel NAME] [--warnings print|end] FILE.c [ARGUMENT...]
#
# exit codes: those of the program; 125 the kernel does not apply, or a kernel
# tree does not build; 129 a usage error, the program cannot be compiled, or an
# error of this machine
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"
. "$top/tools/preset.sh"

kernel=''
while [ $# -gt 0 ] && user_option "$@"; do
	shift $words
done
[ $# -ge 1 ] || die "run: expected the name of a C program, FILE.c; see ./lab help"
case $1 in
-*) die "run: unknown option '$1'; see ./lab help" ;;
*.c) ;;
*) die "run: $1: expected the name of a C program, FILE.c" ;;
esac
file=$(resolve "$1")
shift
[ -f "$file" ] && [ -r "$file" ] || die "run: $file: expected a readable file"
build_for_user
want_tests_of "build/release/tests/selftest/projection_$kernel"
program=$PWD/build/release/run/$(basename "$file" .c | tr -c 'A-Za-z0-9._\n-' _)
src/user/cc.sh build/release "$kernel" "$program" "$file" ||
	die "run: $file cannot be compiled, see above"
say "$program, on $kernel"
cd "$called_from" || die "$called_from: cannot change to this directory"
FAULTLAB_BOOT=${FAULTLAB_BOOT:-start}
export FAULTLAB_BOOT
trap - EXIT
exec "$program" "$@"
