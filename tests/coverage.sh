#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.sh - what the suite reaches of each kernel, function by function
#
# usage: coverage.sh BUILD [KERNEL]
#
# BUILD is a folder that was configured with FAULTLAB_COVERAGE.  The counters are
# clang's; a kernel's are read through its own object, since functions of two
# releases have the same names.  The functions are those of coverage.path.
set -eu

build=$1 only=${2-}
top=$(cd "$(dirname "$0")/.." && pwd)
work=$build/coverage
mkdir -p "$work"

# code_lines OBJECT SOURCE - the lines of a source that the compiler made code of: what
# the configuration leaves out cannot be reached
code_lines() {
	objdump --dwarf=decodedline "$1" 2>/dev/null | awk -v source="$2" '
		/:$/ { sub(/:$/, ""); here = substr(source, length(source) - length($0) + 1) == $0 }
		here && $2 ~ /^[0-9]+$/ { print $2 }' | sort -nu
}

# table SOURCE - lines "FUNCTION LINES MISSED BRANCHES MISSED NUMBER..." of a source of
# the tree; the numbers are the lines missed
table() {
	base=$(basename "$1")
	part=$(find "$(dirname "$object")/CMakeFiles/kernel.dir" -name "$base.o" | grep "mm/$base\|unit/$base")
	code_lines "$part" "$1" >"$work/code"
	llvm-cov-14 export -format=lcov "$object" \
		-instr-profile="$work/$kernel.profdata" "$1" 2>/dev/null |
		awk -F'[:,]' '
		NR == FNR { code[$1] = 1; next }
		$1 == "FN" { name[$2] = $NF }
		$1 == "DA" { count[$2] = $3; if ($2 > last) last = $2 }
		$1 == "BRDA" { branches[$2]++; if ($5 == "-" || $5 == 0) untaken[$2]++ }
		END {
			for (n = 1; n <= last + 1; n++) {
				if ((n in name) || n == last + 1) {
					if (now != "")
						print now, lines, missed, b, u which
					now = name[n]; lines = missed = b = u = 0; which = ""
				}
				if (now == "" || !(n in count) || !(n in code))
					continue
				lines++; b += branches[n]; u += untaken[n]
				if (!count[n]) { missed++; which = which " " n }
			}
		}' "$work/code" -
}

# total OBJECT PREFIX - "LINES MISSED" of the files below a folder
total() {
	llvm-cov-14 report "$1" -instr-profile="$work/$kernel.profdata" 2>/dev/null |
		awk -v prefix="$2" 'index($1, prefix) == 1 && $1 ~ /\.c$/ {
			lines += $8; missed += $9 }
			END { print lines + 0, missed + 0 }'
}

percent() {
	awk -v n="$1" -v missed="$2" 'BEGIN {
		if (n) printf "%.1f %%", 100 * (n - missed) / n; else printf "-" }'
}

report_functions() {
	while read -r kind name text; do
		[ "$kind" = core ] || [ "$kind" = path ] || continue
		row=$(awk -v name="$name" '$1 == name { print; exit }' "$work/$kernel.table")
		[ -n "$row" ] || continue
		set -- $row
		printf '  %-4s  %-40s %4d lines %8s  %4d branches %8s\n' "$kind" "$name" \
			"$2" "$(percent "$2" "$3")" "$4" "$(percent "$4" "$5")"
		[ "$kind" = core ] && [ "$3" -gt 0 ] || continue
		shift 5
		echo "        not reached: line $*"
		sed -n "s/^why $name //p" "$top/tests/coverage.path" | fold -s -w 72 |
			sed 's/^/        /'
	done <"$top/tests/coverage.path"
	awk 'NR == FNR { if ($1 == "path") want[$2] = 1; next }
		$1 in want { lines += $2; missed += $3 }
		END { if (lines) printf "  all of \"path\" together: %d lines, %.1f %%\n",
			lines, 100 * (lines - missed) / lines }' \
		"$top/tests/coverage.path" "$work/$kernel.table"
}

for object in "$build"/model.o "$build"/kernels/linux/tree-*/build/kernel.o; do
	[ -e "$object" ] || continue
	kernel=$(strings -n 5 "$object" | grep -m 1 -x 'linux-[0-9.-]*' || echo model)
	[ -z "$only" ] || [ "$only" = "$kernel" ] || continue
	[ "$kernel" = model ] || "$build/faultlab" kernels | grep -q "^$kernel " || continue
	LLVM_PROFILE_FILE=$work/$kernel.profraw "$build/tests/suite" "$kernel" \
		>"$work/$kernel.log" 2>&1 ||
		echo "$kernel: of these tests $(grep -c '^\[  FAILED  \] [a-z]' "$work/$kernel.log") failed, see $work/$kernel.log"
	llvm-profdata-14 merge -sparse -o "$work/$kernel.profdata" "$work/$kernel.profraw"
	if [ "$kernel" = model ]; then
		set -- $(total "$object" src/)
		echo "model: $1 lines of its own, $(percent "$1" "$2") reached"
		continue
	fi
	src=$(dirname "$object")/../src
	src=$(cd "$src" && pwd)
	sources="$src/mm/memory.c $src/mm/rmap.c $src/mm/mprotect.c $src/mm/migrate.c
		$src/mm/hmm.c $src/mm/mmu_notifier.c $src/mm/page_vma_mapped.c"
	for source in $sources; do
		table "$source"
	done >"$work/$kernel.table"
	echo "$kernel, $(echo "$src" | sed "s|^$top/||"):"
	report_functions
done

kernel=all
llvm-profdata-14 merge -sparse -o "$work/all.profdata" "$work"/*.profraw
set -- $(total "$build/tests/suite" src/)
echo "our own, all kernels together: $1 lines of src/, $(percent "$1" "$2") reached"
