#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# scripts.sh - no script continues with an empty name of a folder, or changes a
# path that it prints
#
# usage: scripts.sh TOP WORK
#
# If a folder cannot be created or entered, its variable is empty, and
# "$folder/lists" is a file in the root directory.  "set -e" ends a script then,
# but not in a function whose result is tested.
set -u

top=$1 work=$2 wrong=0
rm -rf "$work"
mkdir -p "$work" || exit 99
cd "$top" || exit 99

scripts=$(find lab tools bench fuzz kernels tests src .ci -name '*.sh' -o -path lab -o -path .ci/run)
[ "$(echo "$scripts" | wc -l)" -ge 25 ] || {
	echo "expected at least 25 scripts, found:" $scripts
	wrong=1
}

# check FILE - print lines that assign the output of a command without checking
# for failure
check() {
	awk -v file="$1" '
		/^set -e/ { ends = 1 }
		/(^[ \t]*|(;|&&|\|\|) *)[a-z_]+=\$\((cd|mktemp)[ )]/ {
			if ($0 ~ /\|\||&& *\\?$/ || (ends && $0 ~ /^[a-z_]+=/))
				next
			print file ":" FNR ": failure not checked: " $0
			bad = 1
		}
		END { exit bad }' "$1"
}
for script in $scripts; do
	check "$script" || wrong=1
done
printf 'set -eu\nf() (\n\tdir=$(mktemp -d)\n)\n' >"$work/inside"
printf 'set -u\ndir=$(mktemp -d)\n' >"$work/outside"
for script in inside outside; do
	! check "$work/$script" >/dev/null || {
		echo "the check finds no error in $work/$script"
		wrong=1
	}
done

# "echo" of /bin/sh turns "\t" in a path into a tab.  Tests print values from
# outside only when they fail.
echoes() {
	awk -v file="$1" '
		/(^|[;&|({ \t])echo [^\047;|]*\$[A-Za-z_{@*0-9]/ {
			print file ":" FNR ": echo of a variable, expected printf: " $0
			bad = 1
		}
		END { exit bad }' "$1"
}
for script in $scripts; do
	case $script in
	tests/lab/* | tests/cli/* | tests/tools/* | tests/*_*.sh) continue ;;
	tests/explore/compilers.sh | tests/selftest/[eju]*.sh | tests/selftest/table*.sh) continue ;;
	esac
	echoes "$script" || wrong=1
done
printf 'true || echo "no $file"\n' >"$work/echoes"
! echoes "$work/echoes" >/dev/null || {
	echo "the check does not find an echo of a variable"
	wrong=1
}

# Scripts that need a scratch folder end if none can be created.
root_before=$(ls -A /)
export TMPDIR=/proc/nope
for command in "tests/selftest/judged.sh" "tests/selftest/memcheck.sh true" \
	"tests/selftest/run.sh linux-9.9 true a.b.c" "tests/selftest/table.sh $work" \
	"tests/faults/selfcheck.sh x" "bench/build.sh $work"; do
	! $command >"$work/said" 2>&1 || {
		echo "$command succeeds without a scratch folder:"
		cat "$work/said"
		wrong=1
	}
done
[ "$(ls -A /)" = "$root_before" ] || {
	echo "files were made in the root directory:"
	ls -lA /
	wrong=1
}
exit $wrong
