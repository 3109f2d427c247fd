#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# flags.sh SRC PORT OUT - print the compiler flags for kernel-side sources of a tree
src=$1 port=$2 out=$3
echo -nostdinc \
	-I"$port" -I"$out/include" -I"$src/include" \
	-I"$src/include/uapi" -I"$out/include/generated/uapi" -I"$src" \
	-include "$src/include/linux/compiler-version.h" \
	-include "$src/include/linux/kconfig.h" \
	-include "$src/include/linux/compiler_types.h" \
	-include "$port/prefix.h" -D__KERNEL__ -std=gnu11 -O2 -gdwarf-4 -fno-strict-aliasing -fno-common \
	-fno-strict-overflow -fno-delete-null-pointer-checks -fshort-wchar \
	-fno-stack-protector -fno-omit-frame-pointer -fno-optimize-sibling-calls -ffreestanding \
	-fno-pie -fms-extensions -Wno-pointer-sign \
	-Wno-gnu-variable-sized-type-not-at-end \
	-Werror=implicit-function-declaration
