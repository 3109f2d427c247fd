#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# selfcheck.sh - does the suite notice when the explorer, the machine or a checker is wrong?
#
# usage: selfcheck.sh [NAME | --applies]
#
# Each tests/faults/*.patch, or those with NAME in theirs, is applied to a scratch copy of
# the source, which is built without kernel trees and tested until a test fails.  A line
# for each says which, and how.  Exits with 1 if no test does, if a patch does not apply or
# build, or if a test fails without any; with 129 if the source as it is cannot be built here.
# With --applies only whether all patches apply is checked.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
only=${1-}
if [ "$only" = --applies ]; then
	cd "$top"
	for patch in tests/faults/*.patch; do
		git apply --check "$patch" || exit 1
	done
	exit
fi
case $only in
--*)
	printf '%s\n' "selfcheck: unknown option '$only'; expected NAME or --applies" >&2
	exit 129
	;;
esac
ls "$top"/tests/faults/*"$only"*.patch >/dev/null 2>&1 || {
	printf '%s\n' "selfcheck: no fault has '$only' in its name in tests/faults" >&2
	exit 129
}
scratch=$(mktemp -d) || exit 129
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

mkdir "$scratch/src"
(cd "$top" && git ls-files -z | tar --null -cf - -T -) | tar -xf - -C "$scratch/src"

# build - configured once, so that a fault costs what it touches
build() {
	cmake --build "$scratch/build" >"$scratch/log" 2>&1 && return
	tail -n 20 "$scratch/log" >&2
	return 1
}

# tests ARGUMENT... - Return: 0 where all pass; else prints the one that does not.  Those
# that ask for the source as it is are left out.
tests() {
	ctest --test-dir "$scratch/build" --stop-on-failure --timeout 120 \
		--no-tests=error \
		-j "$(nproc)" -LE "heavy|races|valgrind|source" "$@" \
		>"$scratch/log" 2>&1 && return
	grep -E '\*\*\*' "$scratch/log" | grep -v Skipped | head -n 1 |
		sed 's/.*Test *#[0-9]*: \([^ ]*\).*\*\*\*\([A-Za-z]*\).*/\1 \2/' | grep . || {
		echo "selfcheck: the tests cannot be run:" >&2
		tail -n 5 "$scratch/log" >&2
	}
	return 1
}

# noticed - the tests of the parts first: they are quick, and say more
noticed() {
	tests -R "/unit$|/canaries$" || return 0
	tests -E "/unit$|/canaries$" || return 0
	return 1
}

cmake -S "$scratch/src" -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
	-DFAULTLAB_TREES= >"$scratch/log" 2>&1 || {
	tail -n 20 "$scratch/log" >&2
	exit 129
}
build || exit 129
if test=$(noticed); then
	printf '%s\n' "selfcheck: $test fails in the source as it is" >&2
	exit 1
fi

survived=0 all=0
for patch in "$top"/tests/faults/*"$only"*.patch; do
	name=$(basename "$patch" .patch) all=$((all + 1))
	(cd "$scratch/src" && git apply "$patch") || {
		printf '%s\n' "selfcheck: $name does not apply any more" >&2
		exit 1
	}
	build || {
		printf '%s\n' "selfcheck: $name does not build" >&2
		exit 1
	}
	if test=$(noticed); then
		printf '%-44s %s\n' "$name" "$test"
	else
		printf '%-44s %s\n' "$name" "NOT NOTICED"
		survived=$((survived + 1))
	fi
	(cd "$scratch/src" && git apply -R "$patch")
done
printf '%s\n' "$((all - survived)) of $all faults were noticed"
[ $survived -eq 0 ]
