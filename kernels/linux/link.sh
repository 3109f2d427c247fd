#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# link.sh - link a kernel into one relocatable object with one global symbol
#
# usage: link.sh PORT OUT.o SYMBOL OBJECT...
#
# A leaf that nobody has written, be it a function or data, gets an address of
# its own in the first pages of memory, which are never mapped: to call, read or
# write it traps, and the trap knows its name from OUT.leaves, one "ADDRESS NAME"
# a line.
set -eu

port=$1 out=$2 symbol=$3
shift 3

ld -r -T "$port/kernel.lds" -o "$out.all" "$@"
nm -u "$out.all" | awk '
	$2 ~ /^(fl_hw|__(asan|ubsan|tsan|sanitizer|gcov)_|_GLOBAL_OFFSET_TABLE_)/ { next }
	$2 ~ /^_binary_leaves_/ { next }
	$2 ~ /^(mem(cpy|set|move|cmp)|str(len|cmp|chr|cpy|rchr|sep|ncmp))$/ { next }
	{ printf "0x%x %s\n", 4096 + 16 * n++, $2 }' >"$out.leaves"
set --
while read -r address name; do
	set -- "$@" "--defsym=$name=$address"
done <"$out.leaves"
(cd "$(dirname "$out")" && cp "$out.leaves" leaves && ld -r -z noexecstack -b binary -o "$out.names" leaves)
ld -r "$@" -o "$out.whole" "$out.all" "$out.names"
objcopy --keep-global-symbol="$symbol" "$out.whole" "$out"
rm -f "$out.all" "$out.whole" "$out.names"
