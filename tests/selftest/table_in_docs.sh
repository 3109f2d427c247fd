#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# table_in_docs.sh - the tables of calls and files in the documentation match
# the source
#
# usage: table_in_docs.sh PROGRAM DOC
#
# PROGRAM is calls_KERNEL.  The tables are between the lines "<!-- calls -->"
# and "<!-- end of calls -->" of DOC.
set -eu

program=$1 doc=$2
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$program" --table >"$out/source"
sed -n '/^<!-- calls -->$/,/^<!-- end of calls -->$/p' "$doc" | sed '1d;$d' >"$out/doc"
if ! diff -u "$out/doc" "$out/source"; then
	echo "table_in_docs.sh: $doc differs from $program --table; put that output between" \
		"its lines <!-- calls --> and <!-- end of calls -->"
	exit 1
fi
