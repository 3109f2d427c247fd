#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# runner.sh - the suite, the programs and the command, with one kernel more
#
# usage: runner.sh BUILD OUT KERNEL.o NAME
#
# BUILD is a build folder.  Its suite, programs and faultlab are linked into OUT as they
# were there, with the built-in kernels and the one given, and no other.
set -eu

build=$1 out=$2 object=$3 name=$4
here=$(cd "$(dirname "$0")" && pwd)
src=$(cd "$here/../../src" && pwd)

mkdir -p "$out"
out=$(cd "$out" && pwd)
object=$(readlink -f "$object")
symbol=$(echo "fl_kernel_$name" | tr -c 'A-Za-z0-9\n' _)
{
	echo '#include "kernel.h"'
	echo '#include "world/kernels.h"'
	echo "extern const struct fl_kernel fl_kernel_model, fl_kernel_v8, $symbol;"
	echo 'const struct fl_kernel *const fl_kernels[] = {'
	echo "	&fl_kernel_model, &fl_kernel_v8, &$symbol, 0 };"
} >"$out/kernels.c"
cc -I"$src" -I"$src/../include" -fno-pie -c -o "$out/kernels.o" "$out/kernels.c"

# The list of kernels in the library is left there, as this one comes first.
cd "$build"
commands=$(ninja -t commands suite programs faultlab_cli)
for target in tests/suite tests/programs faultlab; do
	command=$(echo "$commands" | grep -- " -o $target " | tail -n 1 |
		sed "s| [^ ]*/with_mutants\.c\.o||
			s| kernels/mutants/[^ ]*/kernel\.o||g
			s| -o $target | -o $out/${target#tests/} $out/kernels.o $object |")
	[ -n "$command" ] || { echo "runner.sh: $build does not link $target" >&2; exit 1; }
	sh -c "$command"
done
