#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# build.sh - measure build times and the size of the kernel part
#
# usage: build.sh TREE
#
# TREE is a tarball or a directory.  In a scratch folder, which is removed at the end,
# the script times a clean configure and build with that tree only, and a second build
# after one line was added to its mm/memory.c.
set -eu

tree=$1
top=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

seconds() {
	date +%s.%N
}

since() {
	printf '%s\n' "$1 $(seconds)" | awk '{ printf "%.1f", $2 - $1 }'
}

case $tree in
*.tar.*)
	mkdir "$scratch/tree"
	tar --force-local -xf "$tree" -C "$scratch/tree" --strip-components=1
	;;
*)
	[ -d "$tree" ] || {
		printf '%s\n' "build.sh: $tree: expected a tarball or a directory" >&2
		exit 129
	}
	cp -a "$tree" "$scratch/tree"
	;;
esac

quietly() {
	"$@" >"$scratch/log" 2>&1 || {
		tail -n 40 "$scratch/log" >&2
		exit 1
	}
}

start=$(seconds)
quietly cmake -S "$top" -B "$scratch/build" -G Ninja \
	-DCMAKE_BUILD_TYPE=Release "-DFAULTLAB_TREES=$scratch/tree"
printf '%s\n' "clean configure, kernel built: $(since "$start") s"
quietly cmake --build "$scratch/build"
printf '%s\n' "clean configure and build: $(since "$start") s"

echo '/* one more line */' >>"$scratch/tree/mm/memory.c"
start=$(seconds)
quietly cmake --build "$scratch/build"
printf '%s\n' "rebuild after one line of mm/memory.c: $(since "$start") s"

provenance=$("$scratch/build/faultlab" kernels --provenance)
files=$(printf '%s\n' "$provenance" | sed -n 's/^[0-9a-f]\{64\}  //p')
printf '%s\n' "kernel files compiled:   $(printf "%s\n" "$files" | wc -l)"
(cd "$scratch/tree" && cat $files | wc -l) |
	sed 's/^/kernel lines in them:    /'
# The debug information gives the file of a function, and so whether it is the tree's.
nm -l "$scratch"/build/kernels/linux/*/build/kernel.o |
	grep -c "[tT] .*$scratch/tree/[a-z]*/[^/]*\.c:" |
	sed 's/^/kernel functions linked:  /'
cat $(git -C "$top" ls-files "$top/kernels/linux") | wc -l |
	sed 's/^/lines of the port:       /'
