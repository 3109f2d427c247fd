#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# uapi.sh - install a tree's headers for user code, as `make headers` does
#
# usage: uapi.sh SRC OUT
#
# Writes OUT/linux and OUT/asm-generic; asm/ is the host's own, for the same
# architecture.
set -eu

src=$1 out=$2
[ ! -e "$out/.complete" ] ||
	[ -n "$(find "$src/include/uapi" -newer "$out/.complete" -print -quit)" ] || exit 0
rm -rf "$out"
mkdir -p "$out"
cp -r "$src/include/uapi/linux" "$src/include/uapi/asm-generic" "$out"
find "$out" -name '*.h' -exec sed -i -E \
	's/\b__user\b//g; /^#include <linux\/compiler(_types)?\.h>/d' {} +
: >"$out/.complete"
