#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# selfcheck.sh - put faults of tests/faults into the explorer, the machine and the
# checkers; a test must detect each (tests/faults/selfcheck.sh)
#
# usage: lab selfcheck
#
# exit codes: 0; 1 no test detects a fault, or a fault does not apply; 129 a usage
# error, or an error of this machine
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"

no_arguments "$@"
want_packages
delegate tests/faults/selfcheck.sh
