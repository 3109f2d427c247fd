#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# trees.sh - a kernel tree that cannot be used is rejected with the reason; any
# path works
#
# usage: trees.sh TOP WORK CC paths|refused|syntax
#
# The tree is not a real kernel: it has only the files that
# kernels/linux/tree.sh compiles and checks.
set -u

top=$1 work=$2 cc=$3 row=$4
. "$top/tests/lab/scratch.sh"
port=$top/kernels/linux
work=$(cd "$work" && pwd) || exit 99
PATH=${PATH#"$bin":}

# make_tree FOLDER
make_tree() {
	mkdir -p "$1/mm" "$1/lib" "$1/kernel/time" "$1/include/linux" "$1/include/asm-generic" \
		"$1/include/uapi/asm-generic" || exit 99
	printf 'VERSION = 9\nPATCHLEVEL = 8\nSUBLEVEL = 7\n' >"$1/Makefile"
	for file in mm/memory.c mm/rmap.c include/linux/mm.h include/linux/compiler-version.h \
		include/linux/kconfig.h include/linux/compiler_types.h include/asm-generic/a.h \
		include/uapi/asm-generic/b.h lib/rbtree.c kernel/time/timeconst.bc; do
		: >"$1/$file"
	done
	echo 'int bounds;' >"$1/kernel/bounds.c"
}
make_tree "$work/linux"

# tree TREE - call tree.sh as the build does
tree() {
	"$port/tree.sh" "$1" "$port" "$work/out" "$cc"
}

# Whatever characters a path has, the source is compiled and the name is printed
# unchanged.
paths() {
	for name in linux 'a b' "it's" 'so "called"' 'a$HOME' 'a`b`' 'a&b(c)' '#1' 'a*b?' '~' \
		'50%' 'a:b' "tab	x" 'x@y'; do
		mv "$work/linux" "$work/$name.tree" || exit 99
		rm -rf "$work/out"
		expect 0 "9.8.7 " tree "$work/$name.tree"
		printf '#include <generated/fl_tree.h>\n#include <stdio.h>\nint main(void) { puts(FL_KERNEL_TREE); }\n' >"$work/name.c"
		"$cc" -I"$work/out/include" -o "$work/name" "$work/name.c" || exit 99
		[ "$("$work/name")" = "$work/$name.tree" ] || {
			echo "$work/$name.tree: reported as $("$work/name")"
			wrong=1
		}
		mv "$work/$name.tree" "$work/linux"
		tar -cJf "$work/$name.tar.xz" -C "$work" linux || exit 99
		expect 0 "9.8.7 $work/out/src" tree "$work/$name.tar.xz"
		rm "$work/$name.tar.xz"
	done
	git init -q "$work/a 'git'" && cp -r "$work/linux/." "$work/a 'git'" || exit 99
	(cd "$work/a 'git'" && git add -A && git -c user.name=lab -c user.email=lab@localhost \
		commit -q -m x && git tag v1) || exit 99
	expect 0 "9.8.7 $work/out/src" tree "$work/a 'git'@v1"
	expect 0 "9.8.7 $work/out/src" tree "$work/a 'git'/.git@v1"
	expect 129 "no revision 'v2' in $work/a 'git'; see: git -C" tree "$work/a 'git'@v2"
	expect 129 "no revision '-x'" tree "$work/a 'git'@-x"
	expect 129 "no revision ''" tree "$work/a 'git'@"
}

# refuse CODE TEXT TREE - both the early check and the build must reject the
# tree
refuse() {
	expect "$1" "$2" "$port/tree.sh" --check "$3"
	expect "$1" "$2" tree "$3"
}

refused() {
	for name in 'a;b' 'a[b' 'a]b' 'a\b' "a
b"; do
		refuse 129 "a path must not contain ';', '[', ']'" "$work/$name"
	done
	refuse 129 "no such directory, tarball or repository" "$work/nosuch"
	refuse 129 "no such directory, tarball or repository" "$work/nosuch@v6.12"
	refuse 129 "expected an absolute path" linux
	mkdir "$work/folder"
	refuse 129 "Makefile is missing; expected the top of a complete kernel source tree" "$work/folder"
	refuse 129 "git cannot read $work/folder: " "$work/folder@v1"
	: >"$work/empty"
	refuse 129 "is an empty file; expected a tarball" "$work/empty"
	echo text >"$work/text"
	refuse 129 "is not a tarball; expected a directory, a tarball, or REPOSITORY@REVISION" "$work/text"
	mkfifo "$work/fifo"
	refuse 129 "is neither a directory, nor a tarball, nor a git repository" "$work/fifo"
	refuse 129 "is neither a directory, nor a tarball, nor a git repository" /dev/zero
	refuse 129 "'@' names a revision of a git repository, but $work/text is not a directory" \
		"$work/text@v6.12"
	ln -s "$work/nosuch" "$work/dangling"
	refuse 129 "no such directory, tarball or repository" "$work/dangling"
	head -c 20000 /dev/urandom >"$work/linux/mm/large"
	tar -cJf "$work/whole.xz" -C "$work" linux && tar -czf "$work/whole.gz" -C "$work" linux || exit 99
	head -c 9000 "$work/whole.xz" >"$work/part.xz"
	head -c 9000 "$work/whole.gz" >"$work/part.gz"
	refuse 129 "is truncated; expected a complete .xz file: fetch it again" "$work/part.xz"
	expect 129 "cannot be unpacked: " tree "$work/part.gz"
	expect 129 "; expected a complete tarball of a kernel source tree" tree "$work/part.gz"

	# Not a kernel tree.
	echo 'all:' >"$work/linux/Makefile"
	expect 129 "Makefile: VERSION or PATCHLEVEL is missing" tree "$work/linux"
	printf 'VERSION = 9\nPATCHLEVEL = x8\n' >"$work/linux/Makefile"
	expect 125 "expected numbers, got '9', 'x8', ''" tree "$work/linux"
	printf 'VERSION = 9\nPATCHLEVEL = 8\n' >"$work/linux/Makefile"
	rm "$work/linux/mm/rmap.c"
	expect 125 "release 9.8.0: mm/rmap.c is missing" tree "$work/linux"
	: >"$work/linux/mm/rmap.c"

	# Not readable or not writable.
	as_other=
	if [ "$(id -u)" -eq 0 ]; then
		as_other="setpriv --reuid=65534 --regid=65534 --clear-groups"
		chmod -R a+rX "$work"
	fi
	chmod 0 "$work/whole.xz"
	expect 129 "cannot be read; expected a tarball that" $as_other "$port/tree.sh" --check "$work/whole.xz"
	chmod 0 "$work/linux/Makefile"
	expect 129 "Makefile cannot be read by" $as_other "$port/tree.sh" --check "$work/linux"
	chmod 0 "$work/linux"
	expect 129 "cannot be read; expected a directory that" $as_other "$port/tree.sh" --check "$work/linux"
	chmod 755 "$work/linux"
	chmod 644 "$work/linux/Makefile"
	rm -rf "$work/out"
	mkdir "$work/out"
	chmod 555 "$work/out"
	expect 129 "$work/out: cannot be written" $as_other "$port/tree.sh" "$work/linux" "$port" "$work/out" "$cc"
	chmod 755 "$work/out"
	mkdir "$work/scripts"
	for tool in cat grep sed head id od stat tr readlink dirname; do
		ln -s "$(command -v $tool)" "$work/scripts/$tool"
	done
	expect 129 "bc is missing: apt-get install bc" env PATH="$work/scripts" \
		/bin/sh "$port/tree.sh" "$work/linux" "$port" "$work/out" "$cc"
}

# reported PATTERN - left_out must have this error for a tree that does not
# compile
reported() {
	grep -q "^125 tree $1" "$work/build/kernels/linux/left_out" || {
		echo "left_out lacks the first error with its place, '$1':"
		cat "$work/build/kernels/linux/left_out"
		wrong=1
	}
}

# Report the compiler's first error, with file and line, and the exit code of a
# tree that does not build.
syntax() {
	echo 'int bounds' >"$work/linux/kernel/bounds.c"
	expect 125 "$work/linux/kernel/bounds.c:1:1: error: expected" tree "$work/linux"
	echo 'int bounds' >"$work/linux/include/linux/kconfig.h"
	expect 125 "$work/linux/include/linux/kconfig.h:1:11: error: expected" tree "$work/linux"
	: >"$work/linux/include/linux/kconfig.h"
	echo 'int bounds;' >"$work/linux/kernel/bounds.c"
	# Older releases also need kernel/fork.c.
	for missing in kernel/fork.c $(sed -n '/^set(KERNEL_FILES/,/)/p' "$port/tree/CMakeLists.txt" |
		tr ' \t' '\n\n' | sed -n 's/)//; s|^\([a-z]*/[a-z0-9_/-]*\.c\)$|\1|p'); do
		mkdir -p "$work/linux/$(dirname "$missing")"
		: >"$work/linux/$missing"
	done
	printf 'int one;\nint two three;\n' >"$work/linux/mm/hmm.c"
	configure="cmake -S $top -B $work/build -G Ninja -DCMAKE_C_COMPILER=$cc -DFAULTLAB_MUTANTS="
	: >"$work/empty"
	expect 1 "is an empty file" $configure "-DFAULTLAB_TREES=$work/linux;$work/empty" \
		-DFAULTLAB_TREES_REQUIRED=ON
	grep -q "^129 tree $work/empty: is an empty file" "$work/build/kernels/linux/left_out" &&
		! ls "$work"/build/kernels/linux/tree-*/build 2>/dev/null || {
		echo "the tree before an unusable one was compiled, or left_out lacks the reason"
		wrong=1
	}
	expect 1 "error" $configure "-DFAULTLAB_TREES=$work/linux" -DFAULTLAB_TREES_REQUIRED=ON
	reported "$work/linux: release 9.8.7 cannot be used: .*:[0-9]*:[0-9]*: .*error: "
	mv "$work/linux" "$work/my tree"
	echo 'int bounds' >"$work/my tree/kernel/bounds.c"
	expect 1 "error" $configure "-DFAULTLAB_TREES=$work/my tree" -DFAULTLAB_TREES_REQUIRED=ON
	reported "$work/my tree: .*: $work/my tree/kernel/bounds.c:1:1: error: expected"
}

"$row"
exit $wrong
