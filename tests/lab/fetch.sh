#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch.sh - lab tree reports why a tree was not fetched, and leaves no files
# behind
#
# usage: fetch.sh TOP WORK
set -u

top=$1 work=$2
. "$top/tests/lab/scratch.sh"
work=$(cd "$work" && pwd) || exit 99
export XDG_CACHE_HOME="$work/cache"
root_before=$(ls -A /)

stand_in apt-get <<'STAND_IN'
case "$*" in
*update*)
	[ "$FETCH" != no-network ] || {
		echo "E: Failed to fetch http://deb.debian.org/x  Could not resolve 'deb.debian.org'"
		exit 100
	}
	;;
*download*)
	[ "$FETCH" != no-package ] || { echo 'E: Download is performed unsandboxed'; exit 100; }
	echo '!<arch>' >linux-source-7.3_1_all.deb
	;;
esac
STAND_IN
stand_in apt-cache <<'STAND_IN'
case "$*" in
*show*) [ "$FETCH" != no-version ] ;;
*pkgnames*) echo linux-source-6.1 ;;
esac
STAND_IN
stand_in dpkg-deb <<'STAND_IN'
[ "$FETCH" != broken ] || { echo 'dpkg-deb: error: not a Debian archive' >&2; exit 2; }
mkdir -p usr/src && echo source >usr/src/linux-source-7.3.tar.xz
tar -cf - ./usr/src/linux-source-7.3.tar.xz
STAND_IN

expect 129 "linux-source-7.3 was not fetched" env FETCH=no-network "$lab" tree 7.3
expect 129 "Could not resolve 'deb.debian.org'" env FETCH=no-network "$lab" tree 7.3
expect 129 "Debian has no linux-source-99.9; it has: linux-source-6.1" env FETCH=no-version "$lab" tree 99.9
expect 129 "cannot be downloaded: Download is performed unsandboxed" env FETCH=no-package "$lab" tree 7.3
expect 129 "its source cannot be stored in $XDG_CACHE_HOME/faultlab/trees: " env FETCH=broken "$lab" tree 7.3
[ -z "$(ls -A "$XDG_CACHE_HOME/faultlab/trees")" ] || {
	echo "a tree that was not fetched has left files behind"
	wrong=1
}
for cache in /proc/nope /dev/null "$lab"; do
	expect 129 "$cache/faultlab/trees: cannot be written: " env FETCH=ok XDG_CACHE_HOME="$cache" "$lab" tree 7.3
	expect 0 "warning: linux-7.3 is left out" env FETCH=ok XDG_CACHE_HOME="$cache" "$lab" test
done
[ "$(ls -A /)" = "$root_before" ] || {
	echo "files were made in the root directory:"
	ls -lA /
	wrong=1
}
expect 0 "linux-source-7.3.tar.xz: fetched, not installed" env FETCH=ok "$lab" tree 7.3
[ "$(cat "$XDG_CACHE_HOME/faultlab/trees/linux-source-7.3.tar.xz")" = source ] || wrong=1
expect 0 "linux-source-7.3.tar.xz exists already" env FETCH=no-network "$lab" tree 7.3

# A relative path in XDG_CACHE_HOME is ignored.
relative=$work/home/.cache/faultlab/trees/linux-source-7.3.tar.xz
expect 0 "XDG_CACHE_HOME: expected an absolute path, got 'cache', which is ignored" \
	env FETCH=ok HOME="$work/home" XDG_CACHE_HOME=cache "$lab" tree 7.3
[ "$(cat "$relative")" = source ] && [ ! -e "$scratch/cache" ] || {
	echo "the tree is not in $relative"
	wrong=1
}
exit $wrong
