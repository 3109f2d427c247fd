#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# compilers.sh SOURCE FOLDER - compilers.c prints the same with gcc and clang,
# -O0 and -O2
#
# Each is a separate build in FOLDER, of the model only.  With plain accesses
# the output must differ: otherwise nothing would be compared.
set -eu
source=$1 folder=$2 first= rang=

for compiler in gcc clang; do
	command -v $compiler >/dev/null || continue
	for level in -O0 -O2; do
		build=$folder/$compiler$level
		mkdir -p "$build"
		cmake -S "$source" -B "$build" -G Ninja -DCMAKE_C_COMPILER=$compiler \
			-DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="$level -g" \
			-DFAULTLAB_TREES= >"$build/log" 2>&1 &&
		cmake --build "$build" -j 2 --target compilers >>"$build/log" 2>&1 || {
			tail -20 "$build/log"
			exit 1
		}
		"$build/tests/compilers" model >"$build/marked"
		"$build/tests/compilers" model plain >"$build/plain"
		first=${first:-$build}
		if ! diff "$first/marked" "$build/marked" >"$build/differ"; then
			echo "${build##*/} differs from ${first##*/}:"
			head -20 "$build/differ"
			exit 1
		fi
		cmp -s "$first/plain" "$build/plain" || rang=1
	done
done
[ "$first" ] || { echo "skipped: neither gcc nor clang"; exit 0; }
[ "$rang" ] || { echo "plain accesses do not differ: this test would find nothing"; exit 1; }
wc -l <"$first/marked"
