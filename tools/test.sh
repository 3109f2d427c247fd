#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh - build and test: release, then dev (ASan, UBSan)
#
# usage: lab test [--tree TREE]... [--only NAME]
#
#   --tree TREE   only with this kernel tree
#   --only NAME   only release, and only tests whose names match NAME, a regular
#                 expression
#
# exit codes: 0; 1 a test failed; 125 a kernel tree does not build; 129 a usage
# error, or an error of this machine
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"
. "$top/tools/preset.sh"

# want_tree TREE - die if it is no kernel tree, checked without unpacking it
want_tree() {
	case $1 in
	*';'*) die "test: --tree: '$1': a path must not contain ';', which separates trees" ;;
	esac
	why=$(kernels/linux/tree.sh --check "$1" 2>&1) || die "test: --tree: $1: $why"
}

# fetch_newest - fetch the newest release that the tests support, if possible
fetch_newest() {
	[ "${FAULTLAB_TREES:-AUTO}" = AUTO ] || return 0
	[ ! -e "$TREES/linux-source-7.3.tar.xz" ] || return 0
	want_folder build
	call tree 7.3 >/dev/null ||
		say "warning: linux-7.3 is left out: its source cannot be fetched" \
			"(build/tree.log); to try again: ./lab tree 7.3"
}

# check PRESET [NAME] - build and test; print the last line of ctest
check() {
	preset=$1
	shift
	configure "$preset"
	if [ $# -gt 0 ]; then
		tests="${named_trees:+linux-.*}($1)"
		set -- -R "$tests"
		ctest --preset "$preset" -N "$@" 2>&1 | grep -q 'Test *#' ||
			die "test: --only: no test of $preset matches '$tests';" \
				"see: ctest --preset $preset -N"
	fi
	compile "$preset"
	run_tests "$preset" "$@"
}

only=''
while [ $# -gt 0 ]; do
	read_option "--tree --only" "$@" ||
		die "test: unknown option '$option'; see ./lab help"
	shift $words
	[ -n "$value" ] || die "test: $option: expected a value, got ''"
	case $option in
	--tree)
		tree=$(resolve "$value")
		want_tree "$tree"
		named_trees="${named_trees:+$named_trees;}$tree"
		;;
	--only) only=$value ;;
	esac
done
[ -z "$named_trees" ] || FAULTLAB_TREES=$named_trees
want_packages
if [ -n "$only" ]; then
	check release "$only"
	exit
fi
fetch_newest
check release
check dev
