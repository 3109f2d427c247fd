#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.sh - build with clang's counters, then print what the tests reach of
# each kernel's path (tests/coverage/coverage.sh)
#
# usage: lab coverage [--kernel NAME]
#
# exit codes: 0; 1 a test failed, a line of the core is not reached and
# tests/coverage/coverage.path gives no reason, or a reason no longer holds; 125 a kernel
# tree does not build; 129 a usage error, or an error of this machine
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"
. "$top/tools/preset.sh"

kernel=''
if [ $# -gt 0 ]; then
	read_option --kernel "$@" || die "coverage: unknown option '$1'; see ./lab help"
	shift $words
	[ $# -eq 0 ] || die "coverage: unknown operand '$1'; see ./lab help"
	kernel=$value
fi
want_packages
build coverage "$kernel"
delegate tests/coverage/coverage.sh suite build/coverage "$kernel"
