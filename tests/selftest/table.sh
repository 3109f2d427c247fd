#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# table.sh - the kernel's own tests on each kernel, as the table of docs/hmm-tests.md
#
# usage: table.sh BUILD
#
# With 1 GiB of RAM, so that benchmarks run as well.
set -eu

build=$1
echo '| kernel | tests | passed | skipped | failed |'
echo '| --- | --- | --- | --- | --- |'
for program in "$build"/tests/selftest/hmm_tests_*; do
	kernel=${program##*/hmm_tests_}
	[ -x "$program" ] && [ "${kernel%.said}" = "$kernel" ] || continue
	release=$("$build/faultlab" kernels | awk -v name="$kernel" '$1 == name { print $2 }')
	FAULTLAB_MEMORY=1024 "$program" 2>/dev/null | awk -v kernel="$kernel" -v release="$release" '
		/^not ok / { failed++ }
		/^ok .*# SKIP/ {
			skipped++
			sub(/^.*# SKIP /, "")
			why[$0]++
		}
		/^ok / && !/# SKIP/ { passed++ }
		END {
			for (w in why)
				text = text (text ? ", " : "") why[w] ": " w
			printf "| %s (%s) | %d | %d | %d%s | %d |\n", kernel, release,
				passed + skipped + failed, passed, skipped,
				text ? " (" text ")" : "", failed
		}'
done
