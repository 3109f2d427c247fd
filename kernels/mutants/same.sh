#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# same.sh - check whether a mutant compiles to the same code as the unmodified kernel
#
# usage: same.sh OUT
#
# OUT is a folder that build.sh has filled.  The script repeats each of its compiler
# commands twice, for the changed and for the original files.  Both times the command and
# the file names are the same: the folder's name is a link to either version.  So only the
# contents of the files differ.  Debug information is off, and __LINE__ is constant, since
# a change moves the lines below it.
#
# Exits with 0 if for each command the two objects are identical.  Exits with 1 if two
# differ, or if in doubt: a command fails, or one of the files is not read under that name.
set -eu

out=$(cd "$1" && pwd)

# No real line has this number.  0 is unsuitable: adding it to a value has no effect.
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
