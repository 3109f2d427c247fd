#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# setup.sh - install the packages of tools/packages that are missing
#
# usage: lab setup [--engine NAME]
#
#   --engine afl   also what "lab fuzz --engine afl" needs
#
# The other commands call it if a package is missing.  It prints which packages
# it installs, and why each is needed, before it runs apt-get, through sudo if
# the user is not root.  On a system without apt-get it prints what is required.
# Log: build/install.log
#
# exit codes: 0; 129 a usage error, or a package other than a kernel tree cannot
# be installed
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"

engine=''
while [ $# -gt 0 ]; do
	read_option --engine "$@" || die "setup: unknown option '$option'; see ./lab help"
	shift $words
	engine=$value
	case $engine in
	libfuzzer | afl) ;;
	*) die "setup: --engine: expected libfuzzer or afl, got '$engine'" ;;
	esac
done

# packages [TREE] - print the names of the missing packages; only the kernel
# trees, or only the others
packages() {
	printf '%s\n' "$lacking" | awk -v tree="${1-}" '
		($1 == "tree") == (tree != "") { print $2 }'
}

# announce - print which packages will be installed, how, and why
announce() {
	say "${caller:+$caller: }packages are missing; installing them with" \
		"${sudo:+sudo }apt-get, which can take minutes; the log is $log:"
	printf '%s\n' "$lacking" | while read -r _ package why; do
		say "    $package: $why"
	done
}

# apt ARGUMENT... - run apt-get as root, without questions
#
# sudo may ask for a password on the terminal, so this does not start a new
# session.
apt() {
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" >>"$log" 2>&1 </dev/null
}

lacking=$(missing_packages "$engine")
if [ -z "$lacking" ]; then
	printf '%s\n' "all packages are installed"
	exit
fi
tools=$(packages)
trees=$(packages tree)
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	say "not a Debian system, so nothing is installed; required packages:" $tools $trees
	exit
fi
sudo=''
[ "$(id -u)" -eq 0 ] || sudo=sudo
if [ -n "$sudo" ] && ! command -v sudo >/dev/null; then
	[ -z "$tools" ] || die "packages are missing, and sudo is not available;" \
		"run as root: apt-get install" $tools
	say "warning: without sudo, these kernels cannot be installed and are left out:" \
		$trees
	exit
fi

want_folder build
log=build/install.log
: >"$log"
announce
apt update ||
	say "warning: apt-get update failed, see $log; continuing with the old lists"
if [ -n "$tools" ]; then
	apt install -y --no-install-recommends $tools || {
		say "these packages cannot be installed:" $tools
		say "apt-get reports: $(apt_reason "$log"); the whole log is $log"
		die "check the network; to reproduce: apt-get install" $tools
	}
fi
for tree in $trees; do
	apt install -y --no-install-recommends "$tree" ||
		say "warning: $tree cannot be installed; this kernel is left out." \
			"It is in Debian 12 main or bookworm-security;" \
			"with them in sources.list: apt-get install $tree"
done
