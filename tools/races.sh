#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# races.sh - run real threads under ThreadSanitizer, Helgrind and DRD, which check
# them for data races
#
# usage: lab races
#
# exit codes: 0; 1 a test failed; 125 a kernel tree does not build; 129 a usage
# error, or an error of this machine
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"
. "$top/tools/preset.sh"

no_arguments "$@"
want_packages
build tsan
run_tests tsan
build release
run_tests races
