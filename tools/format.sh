#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# format.sh - rewrite the C files of this checkout in the form of .clang-format
#
# usage: lab format
#
# The test lint/format fails if a file has another form.  A line that is too
# long because of a string or a comment stays as it is; lint/columns reports it.
#
# exit codes: 0; 129 a usage error, or an error of this machine
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"

no_arguments "$@"
want_packages
python3 -B tests/lint/format.py --rewrite || exit $UNUSABLE
