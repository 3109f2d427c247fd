#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# user_program.sh - run the program of docs/user-programs.md, alone and under
# gdb
#
# usage: user_program.sh TOP BUILD KERNEL [GDB]
set -eu

top=$1 build=$2 kernel=$3 gdb=${4-}
program=$build/tests/selftest/touched_$kernel
"$top/src/user/cc.sh" "$build" "$kernel" "$program" "$top/examples/host/touched.c"
said=$("$program")
[ "$said" = 42 ] || { echo "expected output 42, got '$said'"; exit 1; }
[ -n "$gdb" ] || exit 0
said=$("$gdb" -batch -ex 'handle SIGSEGV nostop noprint pass' \
	-ex 'break restore_exclusive_pte' -ex run -ex backtrace "$program" 2>&1)
for frame in restore_exclusive_pte do_swap_page handle_mm_fault main; do
	echo "$said" | grep -q "^#[0-9]* .*\<$frame (" ||
		{ echo "$said"; echo "gdb shows no $frame()"; exit 1; }
done
