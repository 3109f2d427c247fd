#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# build.sh - build the preset release
#
# usage: lab build
#
# exit codes: 0; 125 a kernel tree does not build; 129 a usage error, or an error
# of this machine
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"
. "$top/tools/preset.sh"

no_arguments "$@"
want_packages
build release
