#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mutants.sh - put each bug of kernels/mutants into each kernel, and print what
# finds it (kernels/mutants/run.sh)
#
# usage: lab mutants [--only NAME] [--kernel NAME] [--by ours|hmm-tests]
#                    [--mutants DIR] [--json] [--keep]
#
# exit codes: those of kernels/mutants/run.sh; 125 also if a kernel tree does not
# build
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"
. "$top/tools/preset.sh"

# The options are those of run.sh, with an absolute path after --mutants.
option='' kernel=''
for argument; do
	shift
	case $option,$argument in
	--mutants,* | --kernel,* | --only,* | --by,*) ;;
	*,--*=*)
		set -- "$@" "${argument%%=*}"
		option=${argument%%=*} argument=${argument#*=}
		;;
	esac
	case $option in
	--mutants) argument=$(resolve "$argument") ;;
	--kernel) kernel=$argument ;;
	esac
	set -- "$@" "$argument"
	option=$argument
done
want_packages
delegate kernels/mutants/run.sh - "$@"
build release "$kernel" >/dev/null
delegate kernels/mutants/run.sh build/release "$@"
