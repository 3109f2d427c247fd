#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# selfcheck.sh - does the suite detect faults of the explorer, the machine or a
# checker?
#
# usage: selfcheck.sh [NAME | --applies]
#
# Applies each tests/faults/*.patch, or those with NAME in their names, to a
# scratch copy of the source, builds it without kernel trees, and runs tests
# until one fails.  Prints a line for each patch: the failed test, and how it
# failed.  Exits with 1 if no test fails, if a patch does not apply or build, or
# if a test fails without a patch; with 129 if the unpatched source cannot be
# built here.  --applies only checks that all patches apply.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
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

# build - configured only once, so that a patch rebuilds only what it changes
build() {
	cmake --build "$scratch/build" >"$scratch/log" 2>&1 && return
	tail -n 20 "$scratch/log" >&2
	return 1
}

# tests ARGUMENT... - run tests; print the one that fails.  Return: 0 if all
# pass
#
# Leaves out tests of the unpatched source itself.
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

# detected - unit tests run first: they are fast, and more precise
detected() {
	tests -R "/unit(/|$)|/canaries$" || return 0
	tests -E "/unit(/|$)|/canaries$" || return 0
	return 1
}

cmake -S "$scratch/src" -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
	-DFAULTLAB_TREES= >"$scratch/log" 2>&1 || {
	tail -n 20 "$scratch/log" >&2
	exit 129
}
build || exit 129
if test=$(detected); then
	printf '%s\n' "selfcheck: $test fails in the unpatched source" >&2
	exit 1
fi

survived=0 all=0
for patch in "$top"/tests/faults/*"$only"*.patch; do
	name=$(basename "$patch" .patch) all=$((all + 1))
	(cd "$scratch/src" && git apply "$patch") || {
		printf '%s\n' "selfcheck: $name no longer applies" >&2
		exit 1
	}
	build || {
		printf '%s\n' "selfcheck: $name does not build" >&2
		exit 1
	}
	if test=$(detected); then
		printf '%-44s %s\n' "$name" "$test"
	else
		printf '%-44s %s\n' "$name" "NOT DETECTED"
		survived=$((survived + 1))
	fi
	(cd "$scratch/src" && git apply -R "$patch")
done
printf '%s\n' "$((all - survived)) of $all faults were detected"
[ $survived -eq 0 ]
