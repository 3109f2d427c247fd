#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh - take a page through its cycle on each kernel, explore a program on the
# newest, and show the story of a bug seeded into it
#
# usage: lab demo
#
# exit codes: 0; 1 a violation was found, or the bug was not; 125 undecided, or a
# kernel tree does not build; 129 a usage error, or an error of this machine
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"
. "$top/tools/preset.sh"

faultlab=build/release/faultlab

# try COMMAND... - as delegate(), and print the line to paste if it fails
try() {
	code=0
	"$@" </dev/null || code=$?
	[ $code -eq 0 ] || say "to reproduce: $(quote "$@")"
	pass_on $code "$@"
}

# broken_kernel NEWEST - print the kernel that has the bug: the newest with the
# bug put back, or else v8
broken_kernel() {
	broken=$($faultlab kernels | awk '$1 ~ /\+b12-no-reference$/ { print $1 }')
	if [ -n "$broken" ]; then
		printf '%s\n' "$broken"
		return
	fi
	echo v8
	if [ "$1" = model ]; then
		say "no kernel tree: using the model of the eighth posting instead"
	elif ! command -v spatch >/dev/null; then
		say "spatch is missing (apt-get install coccinelle): cannot put the bug" \
			"back into $1, using the model of the eighth posting instead"
	else
		say "7c7b962938dd cannot be reverted in $1, see build/release.log;" \
			"using the model of the eighth posting instead"
	fi
}

# show_bug - explore $broken, which must print a story
show_bug() {
	set -- $faultlab explore zap_while_faulted_mirror --kernel "$broken"
	code=0
	"$@" </dev/null || code=$?
	[ $code -ne $FAILED ] || return 0
	say "the missing reference of $broken was not found; to reproduce: $(quote "$@")"
	[ $code -ne 0 ] || conclude $FAILED
	pass_on $code "$@"
}

no_arguments "$@"
want_packages
build release
try $faultlab demo
newest=$(newest release)
[ "$newest" != v8 ] || newest=model
printf '\n-- two CPUs fault the page at once, under one schedule of each class --\n\n'
try $faultlab explore two_cpus_fault --kernel "$newest"
broken=$(broken_kernel "$newest")
printf '\n-- the page is zapped while a CPU faults: %s has no reference to it --\n\n' "$broken"
show_bug
