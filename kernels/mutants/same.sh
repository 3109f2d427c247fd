#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# same.sh - whether the compiler makes of a mutant what it makes of the kernel as it is
#
# usage: same.sh OUT
#
# OUT is a folder that build.sh has filled.  What it has compiled of the changed files is
# compiled again, of those and of the files as they were, by one command and under one name of
# their folder, which is a link to the one or to the other: nothing differs but what is in the
# files.  There is no debug information, and every line has the same number, since a change
# moves those below it.
#
# Exits with 0 where the two objects of each command are the same, byte for byte.  Exits with 1
# where two are not; and where that is in doubt: one cannot be compiled so, or one of the files
# is not read under that name.
set -eu

out=$(cd "$1" && pwd)

# No line has this number.  With 0, it could be added to something and nothing be seen of it.
LINE=999983

sed "s|$out/src|$out/files|g
	s| -o [^ ]* | -o $out/files.o -MD -MF $out/files.d -g0 -w -D__LINE__=$LINE |" \
	"$out/commands" >"$out/commands.same"
: >"$out/read"
while read -r command; do
	for files in src orig; do
		ln -sfn $files "$out/files"
		sh -c "$command" </dev/null >>"$out/log" 2>&1 || exit 1
		mv "$out/files.o" "$out/$files.o"
	done
	cmp -s "$out/src.o" "$out/orig.o" || exit 1
	cat "$out/files.d" >>"$out/read"
done <"$out/commands.same"
for file in $(cd "$out/src" && find ./* -type f | cut -c3-); do
	grep -qF "$out/files/$file" "$out/read" || exit 1
done
