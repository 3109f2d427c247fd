#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# bisect.sh - git bisect run names the commit with the bug, and no other
#
# usage: bisect.sh TOP WORK
#
# Of nine commits, the third does not build, and the bug exists from the sixth
# on.
set -u

top=$1 work=$2
. "$top/tests/lab/scratch.sh"
repository=$work/repository
git init -q "$repository" || exit 99
repository=$(cd "$repository" && pwd) || exit 99
export repository

git_here() {
	git -C "$repository" -c user.name=lab -c user.email=lab@localhost "$@"
}
echo 'VERSION = 9' >"$repository/Makefile"
for n in 1 2 3 4 5 6 7 8 9; do
	echo "$n" >"$repository/number"
	rm -f "$repository/broken"
	[ $n -ne 3 ] || : >"$repository/broken"
	[ $n -lt 6 ] || : >"$repository/bug"
	git_here add -A && git_here commit -q -m "commit $n" && git_here tag "n$n" || exit 99
done
stand_in_cmake=$(cat "$bin/cmake")
stand_in_ctest=$(cat "$bin/ctest")
echo "$stand_in_cmake" | sed '1a [ ! -e "$repository/broken" ] || CONFIGURE=125' >"$bin/cmake"
echo "$stand_in_ctest" | sed '1a [ ! -e "$repository/bug" ] || CTEST=8' >"$bin/ctest"

# bisect COMMAND... - bisect from the first to the last commit; the output is in
# $work/said
bisect() {
	(cd "$repository" && git bisect reset >/dev/null 2>&1
	git bisect start n9 n1 && git bisect run "$@") >"$work/said" 2>&1
}

# names_none WHY - the last bisection must have stopped without naming a commit
names_none() {
	! grep -q 'is the first bad commit' "$work/said" || {
		echo "$1: git bisect named a commit:"
		cat "$work/said"
		wrong=1
	}
	grep -q "$2" "$work/said" || {
		echo "$1: expected '$2' in the output:"
		cat "$work/said"
		wrong=1
	}
}

bisect "$lab" test --tree . --only race/
grep -q "^$(git_here rev-parse n6) is the first bad commit" "$work/said" || {
	echo "git bisect did not find the sixth commit:"
	cat "$work/said"
	wrong=1
}
bisect "$lab" test --tree . --onyl race/
names_none "a wrong option" "unknown option '--onyl'"
bisect "$lab" test --tree nosuch --only race/
names_none "a wrong tree" "no such directory"
bisect "$lab" test --tree . --only nosuch
names_none "a wrong test" "no test of release matches"
bisect env CONFIGURE=full "$lab" test --tree . --only race/
names_none "a full disk" "No space left on device"
bisect env INSTALLED=none APT=100 "$lab" test --tree . --only race/
names_none "no packages" "apt-get reports"

# None of the commits in between builds: no commit is named.
bisect env BUILD=tree "$lab" test --tree . --only race/
names_none "nothing builds" "only 'skip'ped commits left"
exit $wrong
