#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# runner.sh - link the suite, the programs, the command and hmm_tests with one kernel
#
# usage: runner.sh BUILD OUT KERNEL.o NAME [ours|hmm-tests]
#
# BUILD is a build folder.  The script relinks its suite, programs and faultlab (ours), its
# hmm_tests (hmm-tests), or by default all of them, into OUT.  They contain the built-in
# kernels and KERNEL.o, and no other kernel.  OUT/hmm_tests is the test program of the tree
# that NAME begins with, if that tree has one.  OUT/bounded links to BUILD's bounded
# (tests/tools/bounded.c).
set -eu

build=$1 out=$2 object=$3 name=$4 by=${5-both}
here=$(cd "$(dirname "$0")" && pwd)
src=$(cd "$here/../../src" && pwd)

mkdir -p "$out"
out=$(cd "$out" && pwd)
object=$(readlink -f "$object")
ln -sf "$(readlink -f "$build")/bounded" "$out/bounded"
symbol=$(printf '%s\n' "fl_kernel_$name" | tr -c 'A-Za-z0-9\n' _)
{
	echo '#include "kernel.h"'
	echo '#include "world/kernels.h"'
	printf '%s\n' "extern const struct fl_kernel fl_kernel_model, fl_kernel_v8, $symbol;"
	echo 'const struct fl_kernel *const fl_kernels[] = {'
	printf '%s\n' "	&fl_kernel_model, &fl_kernel_v8, &$symbol, 0 };"
	echo 'const char fl_kernel_images[] = "";'
} >"$out/kernels.c"
cc -I"$src" -I"$src/../include" -fno-pie -c -o "$out/kernels.o" "$out/kernels.c"

# link TARGET AS - link TARGET to OUT/AS.  The library has a list of kernels, too, but the
# one of kernels.o precedes it.
link() {
	command=$(printf '%s\n' "$commands" | grep -- " -o $1 " | tail -n 1 |
		sed "s| [^ ]*/with_mutants\.c\.o||
			s| kernels/mutants/[^ ]*/kernel\.o||g
			s| -o $1 | -o $out/$2 $out/kernels.o $object |")
	[ -n "$command" ] || { printf '%s\n' "runner.sh: $build has no link command for $1" >&2; exit 1; }
	sh -c "$command"
}

cd "$build"
if [ "$by" != hmm-tests ]; then
	commands=$(ninja -t commands suite programs faultlab_cli)
	link tests/suite suite
	link tests/programs programs
	link faultlab faultlab
fi
selftest=hmm_tests_${name%%+*}
if [ "$by" != ours ] && [ -e "tests/selftest/$selftest" ]; then
	commands=$(ninja -t commands "$selftest")
	link "tests/selftest/$selftest" hmm_tests
fi
