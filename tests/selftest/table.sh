#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# table.sh - the kernel's own tests on each kernel, as the table of
# docs/hmm-tests.md
#
# usage: table.sh BUILD
#
# Uses 1 GiB of RAM, so that benchmarks run as well.  A test that passes without
# testing anything counts as skipped.  If tests fail, all run a second time with
# kernel warnings printed, to count how many of the failed ones pass then.
set -eu

build=$1
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export FAULTLAB_MEMORY=1024
echo '| kernel | tests | passed | skipped | failed | of these, passed with warnings printed |'
echo '| --- | --- | --- | --- | --- | --- |'
for program in "$build"/tests/selftest/hmm_tests_*; do
	kernel=${program##*/hmm_tests_}
	[ -x "$program" ] && [ "${kernel%.said}" = "$kernel" ] || continue
	release=$("$build/faultlab" kernels | awk -v name="$kernel" '$1 == name { print $2 }')
	"$program" >"$out/end" 2>/dev/null || :
	: >"$out/print"
	! grep -q '^not ok ' "$out/end" ||
		FAULTLAB_WARNINGS=print "$program" >"$out/print" 2>/dev/null || :
	"$here/run.sh" "$kernel" --empty >"$out/empty"
	awk -v kernel="$kernel" -v release="$release" '
		FILENAME ~ /empty$/ {
			test = $1
			sub(/,$/, "", test)
			sub(/^.*tested nothing: /, "")
			empty[test] = $0
			next
		}
		FILENAME ~ /end$/ && /^not ok / { failed++; stopped[$4] }
		FILENAME ~ /print$/ && /^ok / && $3 in stopped { printed++ }
		FILENAME !~ /end$/ { next }
		/^ok / && $3 in empty && !/# SKIP/ {
			skipped++
			why[empty[$3]]++
			next
		}
		/^ok .*# SKIP/ {
			skipped++
			sub(/^.*# SKIP /, "")
			why[$0]++
		}
		/^ok / && !/# SKIP/ { passed++ }
		END {
			for (w in why)
				text = text (text ? ", " : "") why[w] ": " w
			printf "| %s (%s) | %d | %d | %d%s | %d | %s |\n", kernel, release,
				passed + skipped + failed, passed, skipped,
				text ? " (" text ")" : "", failed, failed ? printed + 0 : "-"
		}' "$out/empty" "$out/end" "$out/print"
done
