#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# cc.sh - compile and link a user's program as user code of a world
#
# usage: cc.sh BUILD KERNEL OUT FILE.c [OPTION...]
#
# BUILD is a build folder.  OPTION is a compiler option, or -lNAME for the
# linker.  Headers for users of the kernel's drivers (lib/test_hmm_uapi.h) come
# from the kernel's tree.
set -eu

build=$1 kernel=$2 out=$3 file=$4
shift 4
like=tests/selftest/projection_$kernel
command=$(ninja -C "$build" -t commands "projection_$kernel" 2>/dev/null |
	grep -- " -o $like " | tail -n 1)
[ -n "$command" ] || {
	printf '%s\n' "cc.sh: $build: no kernel '$kernel'; expected one of:" >&2
	ls "$build/tests/selftest" 2>/dev/null | sed -n 's/^projection_//p' >&2
	exit 1
}
src=$(sed -n "s/^$kernel	//p" "$build/kernels/linux/sources")
mkdir -p "$(dirname "$out")"
out=$(readlink -f "$out")
libraries=
for option; do
	case $option in -l*) libraries="$libraries $option" ;; esac
done
cc -g -I "$src" "$@" -c -o "$out.o" "$file"
cd "$build"
sh -c "$(printf '%s\n' "$command" | sed "s| [^ ]*/projection\.c\.o| $out.o|; s| -o $like | -o $out |
	s| && :\$|$libraries&|")"
rm "$out.o"
