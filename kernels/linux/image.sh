#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# image.sh - link a kernel for one address, into a file that programs map
#
# usage: image.sh KERNEL.o OUT.kernel SYMBOL SLOT
#
# KERNEL.o and SYMBOL are those of link.sh.  SLOT, 1 to 48, is the address: images with
# different slots can be in one program.  src/world/image.c loads the file, and
# src/world/image.h describes it.
#
# The file is an ordinary ELF executable, so debuggers and Valgrind read it.  Functions
# of the machine are imported as those of a shared library are, from a stand-in that only
# has their names.  The machine's registers, which the code reads directly, are at the
# same address in each program (layout.sh).
set -eu

object=$1 out=$2 symbol=$3 slot=$4
here=$(cd "$(dirname "$0")" && pwd)
registers=$("$here/layout.sh" registers)
end=$((0x20000000 - (slot - 1) * 0x800000))
start=$(printf '0x%x' $((end - 0x800000)))
work=$out.parts
rm -rf "$work"
mkdir -p "$work"

nm -u "$object" | awk '
	BEGIN { print ".text" }
	$2 ~ /^(fl_hw|fl_hw_current|_GLOBAL_OFFSET_TABLE_)$/ { next }
	{ print ".globl " $2 "; .type " $2 ", @function; " $2 ": .byte 0" }
	END {
		print ".section .tbss, \"awT\", @nobits"
		print ".globl fl_hw_current; .type fl_hw_current, @object; .size fl_hw_current, 8"
		print "fl_hw_current: .zero 8"
		print ".section .note.GNU-stack, \"\", @progbits"
	}' >"$work/machine.s"
cat >"$work/header.s" <<END
	.section .fl_image, "a"
	.balign 8
	.globl fl_image
fl_image:
	.ascii "FLIMAGE1"
	.quad $symbol
	.quad fl_hw
	.ascii "$("$here/layout.sh" interface)"
	.section .note.GNU-stack, "", @progbits
END
as -o "$work/machine.o" "$work/machine.s"
as -o "$work/header.o" "$work/header.s"
ld -shared -soname faultlab -o "$work/machine.so" "$work/machine.o"
ld -no-pie -z now -z noexecstack --hash-style=sysv --build-id -dynamic-linker /none \
	-Ttext-segment="$start" --defsym=fl_hw="$registers" -e fl_image \
	-o "$work/image" "$work/header.o" "$object" "$work/machine.so"
[ "$(printf '%d' "0x$(nm "$work/image" | sed -n 's/ . _end$//p')")" -le "$end" ] || {
	echo "image.sh: error: $object: larger than 8 MiB" >&2
	exit 1
}
# A program may have mapped the old file: replace it, do not overwrite it.
mv "$work/image" "$out"
rm -rf "$work"
