#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tree.sh - fetch Debian's source of a kernel release, for later builds
#
# usage: lab tree VERSION
#
# VERSION is that of a package linux-source-VERSION.  The package is not
# installed, and the system's lists of packages are neither read nor changed.
# Prints the name of the tarball, which is in $TREES (common.sh).
# Log: build/tree.log
#
# exit codes: 0; 129 a usage error, or the source cannot be fetched
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"

# The suites searched for a linux-source-*.
SUITES="debian:bookworm debian:bookworm-backports debian:trixie
	debian:trixie-backports debian-security:bookworm-security
	debian-security:trixie-security"

# apt_private DIRECTORY TOOL ARGUMENT... - run a tool of apt with its own lists
# and settings
apt_private() {
	dir=$1
	shift
	tool=$1
	shift
	"$tool" -q -o Dir::Etc::SourceList="$dir/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$dir/lists" -o Dir::Cache="$dir/cache" \
		-o Dir::State::status=/dev/null -o Acquire::http::Timeout=20 \
		-o APT::Sandbox::User="$(id -un)" "$@" </dev/null
}

# fetch_tree VERSION LOG - fetch Debian's source of that release into TREES
#
# Each step reports its own failure: "set -e" has no effect in a function whose
# result is tested.
fetch_tree() (
	name=linux-source-$1 log=$PWD/$2
	mkdir -p "$TREES" 2>>"$log" && dir=$(mktemp -d "$TREES/fetch.XXXXXX" 2>>"$log") || {
		say "$TREES: cannot be written: $(tail -n 1 "$log");" \
			"set XDG_CACHE_HOME to a writable folder"
		return 1
	}
	trap 'rm -rf "$dir"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" || return 1
	for suite in $SUITES; do
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
			"http://deb.debian.org/${suite%:*} ${suite#*:} main"
	done >"$dir/sources.list" || return 1
	apt_private "$dir" apt-get update >>"$log" 2>&1 || {
		say "the lists of deb.debian.org cannot be read: $(apt_reason "$log")"
		return 1
	}
	if ! apt_private "$dir" apt-cache show "$name" >>"$log" 2>&1; then
		known=$(apt_private "$dir" apt-cache pkgnames linux-source- 2>>"$log" | sort -V)
		if [ -n "$known" ]; then
			say "Debian has no $name; it has:" $known
		else
			say "deb.debian.org cannot be reached: $(apt_reason "$log")"
		fi
		return 1
	fi
	cd "$dir" || return 1
	apt_private "$dir" apt-get download "$name" >>"$log" 2>&1 || {
		say "$name cannot be downloaded: $(apt_reason "$log")"
		return 1
	}
	dpkg-deb --fsys-tarfile "$name"_*.deb 2>>"$log" |
		tar -xO --wildcards "*/usr/src/$name.tar.*" >"$dir/tree" 2>>"$log" &&
		[ -s "$dir/tree" ] && mv "$dir/tree" "$TREES/$name.tar.xz" 2>>"$log" || {
		say "$name has been downloaded, but its source cannot be stored in $TREES:" \
			"$(tail -n 1 "$log")"
		return 1
	}
)

[ $# -eq 1 ] || die "tree: expected one version, such as 7.3, got: $*"
case $1 in
*[!0-9.]* | '' | .* | *. | *..*) die "tree: expected a version such as 7.3, got '$1'" ;;
esac
file=$TREES/linux-source-$1.tar.xz
if [ -e "$file" ]; then
	printf '%s\n' "$file exists already"
	exit
fi
for tool in apt-get apt-cache dpkg-deb; do
	command -v $tool >/dev/null ||
		die "tree: $tool is missing: only a Debian system can fetch a linux-source-*"
done
want_folder build
: >build/tree.log
fetch_tree "$1" build/tree.log || {
	# A command that can do without the tree prints what follows from this.
	[ -z "$caller" ] || conclude $UNUSABLE
	die "linux-source-$1 was not fetched; the whole log is build/tree.log;" \
		"to try again: ./lab tree $1"
}
printf '%s\n' "$file: fetched, not installed"
