# SPDX-License-Identifier: GPL-2.0-only
#
# common.sh - what all commands of lab share: exit codes, signals, messages,
# options, folders, packages
#
# Each command is a script of this folder, named after the command.  It sets
# $top, the folder of lab, and sources this file; if it builds, it sources
# preset.sh next.  This file changes to $top, and sets
#
#   $command       the name of the command, for messages
#   $caller        the command that called this one, see call(); or empty
#   $called_from   the folder in which lab was called
#   $TREES         the folder in which "lab tree" stores kernel trees
#
# Only conclude() exits with 1 or 125 (the table is in lab).  Any other exit,
# including a command that fails under "set -e", is an error of this machine.

FAILED=1
UNDECIDED=125
UNUSABLE=129

called_from=$(pwd) || exit $UNUSABLE
CDPATH='' cd "$top" || exit $UNUSABLE
top=$(pwd)
command=$(basename "$0" .sh)
caller=${LAB_CALLER-}
unset LAB_CALLER

say() {
	printf 'lab: %s\n' "$*" >&2
}

# conclude CODE - exit with CODE, from the table in lab
conclude() {
	verdict=$1
	exit "$1"
}

# die WHAT - exit after a usage error or an error of this machine
die() {
	say "$*"
	conclude $UNUSABLE
}

# at_exit - runs at every exit
#
# An exit code that was not set by conclude() is that of a command that failed.
# It says nothing about a kernel.
at_exit() {
	status=$?
	trap - EXIT
	[ $status -ne 0 ] && [ "$verdict" != $status ] || exit $status
	[ $status -ne 141 ] || say "standard output cannot be written: Broken pipe"
	say "failed on this machine (see above); this says nothing about a kernel"
	exit $UNUSABLE
}
trap at_exit EXIT

# interrupted CODE NAME - end lab and its running command after a signal
#
# The signals of a terminal also reach $caller, which reports them.
interrupted() {
	trap '' HUP INT TERM
	[ -z "$child" ] || {
		kill -s TERM -- "-$child" || :
		wait "$child" || :
	} 2>/dev/null
	[ -n "$caller" ] || say "interrupted by SIG$2"
	conclude "$1"
}
verdict='' child=''
trap 'interrupted 129 HUP' HUP
trap 'interrupted 130 INT' INT
trap 'interrupted 143 TERM' TERM
# The commands that lab runs have the default action for SIGPIPE: they do not
# inherit a trap.
trap 'die "standard output cannot be written: Broken pipe"' PIPE

# logged LOG COMMAND... - run a command and append its output to LOG; a signal
# that ends lab also ends the command
#
# Return: its exit code
logged() {
	output=$1
	shift
	: >>"$output"
	setsid "$@" >>"$output" 2>&1 </dev/null &
	child=$!
	code=0
	wait $child || code=$?
	child=''
	return $code
}

# pass_on CODE COMMAND... - exit like the command, which ended with CODE; return
# if CODE is 0
pass_on() {
	code=$1
	shift
	case $code in
	0) ;;
	"$FAILED" | "$UNDECIDED" | "$UNUSABLE" | 130 | 143) conclude $code ;;
	*) die "${1##*/} exited with status $code" ;;
	esac
}

# delegate COMMAND... - run a command; exit as it does if it fails
delegate() {
	code=0
	"$@" || code=$?
	pass_on $code "$@"
}

# call NAME ARGUMENT... - run another command of lab
#
# Return: its exit code
call() {
	script=tools/$1.sh
	shift
	LAB_CALLER=$command "$script" "$@"
}

# no_arguments ARGUMENT... - die if there are any
no_arguments() {
	[ $# -eq 0 ] || die "$command: takes no arguments, got: $*"
}

# read_option NAMES WORD... - read an option that has a value, NAME VALUE or
# NAME=VALUE; die if the value is missing
#
# Sets $option, $value and $words, how many words were read.
# Return: not 0 if the option, which is in $option, is none of NAMES
read_option() {
	names=$1 option=$2 words=2
	shift
	case $1 in --*=*) option=${1%%=*} words=1 ;; esac
	for name in $names; do
		[ "$name" = "$option" ] || continue
		[ $# -ge $words ] || die "$command: $option: expected a value; see ./lab help"
		[ $words -eq 1 ] && value=${1#*=} || value=$2
		return 0
	done
	return 1
}

# resolve PATH - make a path absolute, from the folder in which lab was called
resolve() {
	case $1 in
	/*) printf '%s\n' "$1" ;;
	.) printf '%s\n' "$called_from" ;;
	*) printf '%s\n' "$called_from/$1" ;;
	esac
}

# absolute_trees - make the paths of FAULTLAB_TREES absolute
absolute_trees() {
	case ${FAULTLAB_TREES:-AUTO} in AUTO | none) return ;; esac
	list=
	set -f
	IFS=';'
	for tree in $FAULTLAB_TREES; do
		[ -z "$tree" ] || list="${list:+$list;}$(resolve "$tree")"
	done
	unset IFS
	set +f
	FAULTLAB_TREES=$list
}
absolute_trees

# CMakeLists.txt reads the trees of this folder.
case ${XDG_CACHE_HOME-} in
/* | '') TREES=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/faultlab/trees ;;
*)
	TREES=${HOME:-/root}/.cache/faultlab/trees
	[ -n "$caller" ] ||
		say "warning: XDG_CACHE_HOME: expected an absolute path, got '$XDG_CACHE_HOME', which is" \
			"ignored (XDG specification); kernel trees are in $TREES"
	;;
esac

# want_folder FOLDER - create it if needed; die unless it is writable
want_folder() {
	mkdir -p "$1" 2>/dev/null && [ -d "$1" ] && [ -w "$1" ] ||
		die "$1: cannot be written; expected a folder that $(id -un) may write:" \
			"change its owner, or remove it"
}

# installed PACKAGE - true if it is completely installed
installed() {
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# missing_packages [ENGINE] - print the lines of tools/packages whose package is
# not installed, with those for an engine of "lab fuzz"
#
# If FAULTLAB_TREES names the kernel trees, no package with a tree is missing.
missing_packages() {
	trees=tree
	[ "${FAULTLAB_TREES:-AUTO}" = AUTO ] || trees=tool
	while read -r need package why; do
		case $need in
		tool | "$trees" | "${1:-tool}")
			installed "$package" || printf '%s\n' "$need $package $why"
			;;
		esac
	done <tools/packages
}

# want_packages [ENGINE] - call "lab setup" if a package is missing
want_packages() {
	[ -n "$(missing_packages "$@")" ] || return 0
	code=0
	call setup ${1:+--engine "$1"} || code=$?
	pass_on $code "lab setup"
}

# apt_reason LOG - print the last error message of apt-get
apt_reason() {
	sed -n 's/^E: //p' "$1" | tail -n 1 | grep . || tail -n 1 "$1"
}
