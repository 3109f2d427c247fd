#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.sh - which lines of each kernel's path are reached, function by
# function
#
# usage: coverage.sh suite BUILD [KERNEL]   run the suite, report on each function
#        coverage.sh files BUILD KERNEL RAW  only sums per file, from the counters
#                                            of a run
#        coverage.sh reasons WORK PATH       only check each "never" of PATH, which
#                                            has the format of coverage.path,
#                                            against WORK/*.lines, written by
#                                            "suite": "FUNCTION SOURCE LINE TIMES"
#
# BUILD is a folder that was configured with FAULTLAB_COVERAGE.  The counters
# are clang's; a kernel's are read through its own object, since two releases
# have functions with the same names.  The functions are those of coverage.path.
#
# Exit code 1: a test failed; a line or branch of a "core" function was not
# reached and no "why" gives the reason; a line was reached that a "never"
# excludes; or, with all of RELEASES, a reason of coverage.path explains no line
# of any kernel.  129: a usage error.
set -eu

# The releases that coverage.path was written for.
RELEASES="linux-6.1 linux-6.12 linux-7.3"

what=$1 build=$2 only=${3-}
top=$(cd "$(dirname "$0")/../.." && pwd)
path=$top/tests/coverage/coverage.path
work=$build/coverage
status=0 reported=
if [ "$what" = reasons ]; then
	work=$2 path=$3
elif ! [ -e "$build/CMakeCache.txt" ] || [ $# -gt 4 ]; then
	printf '%s\n' "coverage.sh: $build: expected a build folder; see ./lab help" >&2
	exit 129
fi
mkdir -p "$work"
# Numbers of the lines of coverage.path whose reason was used.
: >"$work/used"

# The sources that hold the functions of coverage.path.
SOURCES="memory rmap mprotect migrate hmm mmu_notifier page_vma_mapped"

# code_lines OBJECT SOURCE - print the lines of a source that were compiled to
# code
#
# Lines that the configuration leaves out cannot be reached.
code_lines() {
	objdump --dwarf=decodedline "$1" 2>/dev/null | awk -v source="$2" '
		/:$/ { sub(/:$/, ""); here = substr(source, length(source) - length($0) + 1) == $0 }
		here && $2 ~ /^[0-9]+$/ { print $2 }' | sort -nu
}

# export_counts - write llvm-cov's counts for SOURCES to $work/$kernel.info
#
# Clang 14 counts some lines by the gap before them: the blanks after a macro or
# a brace have a region of their own, with no count or another region's.  Such a
# line runs as often as the region that begins on it, and is written to
# $work/$kernel.starts: "SOURCE LINE COUNT".
export_counts() {
	set --
	for source in $SOURCES; do
		set -- "$@" "$src/mm/$source.c"
	done
	llvm-cov-14 export -format=lcov "$object" \
		-instr-profile="$work/$kernel.profdata" "$@" >"$work/$kernel.info" 2>/dev/null
	llvm-cov-14 export "$object" -instr-profile="$work/$kernel.profdata" \
		"$@" 2>/dev/null | tr ']' '\n' | awk '
		match($0, /"filename":"[^"]*"/) { source = substr($0, RSTART + 12, RLENGTH - 13) }
		/\[[0-9]+,[0-9]+,[0-9]+,(true|false),(true|false),(true|false)$/ {
			sub(/.*\[/, "")
			split($0, at, ",")
			if (at[1] != line && gap && at[4] == "true" && at[6] == "false")
				print source, at[1], at[3]
			line = at[1]; gap = at[6] == "true"
		}' >"$work/$kernel.starts"
}

# table SOURCE - print lines "FUNCTION SOURCE LINES MISSED BRANCHES MISSED
# MARK..." for a source of the tree
#
# A mark is the number of a missed line, or, with a b, of a line with a branch
# that was never taken.  Also writes "FUNCTION SOURCE LINE TIMES" to
# $work/$kernel.lines.
table() {
	base=$(basename "$1")
	part=$(find "$(dirname "$object")/CMakeFiles/kernel.dir" -name "$base.o" | grep "mm/$base\|unit/$base")
	code_lines "$part" "$1" >"$work/code"
	awk -v source="$1" '$1 == source { print $2, $3 }' "$work/$kernel.starts" >"$work/starts"
	sed -n "\\|^SF:$1\$|,/^end_of_record/p" "$work/$kernel.info" |
		awk -F'[:, ]' -v source="$1" -v log_lines="$work/$kernel.lines" '
		FILENAME ~ /code$/ { code[$1] = 1; next }
		FILENAME ~ /starts$/ { start[$1] = $2; next }
		$1 == "FN" { name[$2] = $NF }
		$1 == "DA" { count[$2] = $3; if ($2 > last) last = $2 }
		# A dash: the condition is constant, and has no branch.
		$1 == "BRDA" && $5 != "-" { branches[$2]++; if ($5 == 0) untaken[$2]++ }
		END {
			for (n = 1; n <= last + 1; n++) {
				if ((n in name) || n == last + 1) {
					if (now != "")
						print now, source, lines, missed, b, u marks
					now = name[n]; lines = missed = b = u = 0; marks = ""
				}
				if (now == "" || !(n in count) || !(n in code))
					continue
				lines++; b += branches[n]; u += untaken[n]
				times = count[n] ? count[n] : start[n] + 0
				print now, source, n, times >>log_lines
				if (!times) { missed++; marks = marks " " n }
				else if (untaken[n]) marks = marks " " n "b"
			}
		}' "$work/code" "$work/starts" -
}

# tables - write the tables of all sources of a kernel to $work/$kernel.table
tables() {
	llvm-profdata-14 merge -sparse -o "$work/$kernel.profdata" "$1"
	export_counts
	: >"$work/$kernel.lines"
	for source in $SOURCES; do
		table "$src/mm/$source.c"
	done >"$work/$kernel.table"
}

# total OBJECT PREFIX - print "LINES MISSED" of the files below a folder
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

# why FUNCTION SOURCE LINE - print the reason in coverage.path for this line, if
# any
why() {
	text=$(sed -n "$3p" "$2")
	grep -n '^why ' "$path" | while read -r at name pattern reason; do
		case $1 in
		$name) ;;
		*) continue ;;
		esac
		if printf '%s\n' "$text" | grep -qE "$pattern"; then
			printf '%s\n' "${at%%:*}" >>"$work/used"
			printf '%s\n' "$reason"
			break
		fi
	done
}

# explain FUNCTION SOURCE MARK... - print why each was not reached; 1 if there
# is no reason
explain() {
	name=$1 source=$2 silent=0
	shift 2
	for mark; do
		line=${mark%b}
		reason=$(why "$name" "$source" "$line")
		[ -n "$reason" ] || silent=1
		case $mark in
		*b) kind="a branch of line" ;;
		*) kind="line" ;;
		esac
		printf '%s\n' "not reached: $kind $line: ${reason:-NO REASON}" |
			fold -s -w 72 | sed 's/^/        /'
	done
	return $silent
}

# out_of_reach - check each "never" against the lines that were reached
#
# Writes lines "FUNCTION LINE REASON" of the "path" functions to
# $work/$kernel.never.  Prints the lines that were reached in spite of a
# "never", and returns 1 if there are any.
#
# A "never" names the line that has its words or, if that line opens a block,
# the lines in the block: those with a deeper indentation or, after a comment,
# with at least the same.
out_of_reach() {
	awk -v never="$work/$kernel.never" -v used="$work/used" -v kernel="$kernel" '
	function indent(text) { match(text, /^\t*/); return RLENGTH }
	function parens(text) { return gsub(/\(/, "", text) - gsub(/\)/, "", text) }
	function is_comment(text) { return text ~ /^[[:blank:]]*(\/\*|\*)/ }
	# Return the line after the block that line n opens; set head to the
	# last line of its condition.
	function block_end(n,    deep, open, comment) {
		deep = indent(text[n])
		comment = is_comment(text[n])
		open = parens(text[n])
		for (head = n; open > 0 && !comment; )
			open += parens(text[++head])
		for (n = head + 1; n <= last; n++) {
			if (text[n] ~ /^$|^#/)
				continue
			if (indent(text[n]) < deep + !comment)
				break
		}
		return n
	}
	function is_reached(name, n) {
		return (name, n) in reached && reached[name, n]
	}
	function excuse(name, n, r) {
		if (is_reached(name, n)) {
			printf "%s: %s(), \"never %s %s\": line %d was reached: %s\n",
				kernel, name, of[r], words[r], n, reason[r]
			wrong = 1
		} else if ((name, n) in reached) {
			print at[r] >>used
			if (!((name, n) in done))
				print name, n, reason[r] >never
			done[name, n] = 1
		}
	}
	function look(name, r,    words_, n, end, i) {
		words_ = words[r]
		for (n = first; n <= last; n++) {
			if (text[n] !~ words_ || (is_comment(text[n]) && words_ !~ /^\/\\\*/))
				continue
			end = block_end(n)
			for (i = n; i <= head; i++)
				if (end == head + 1 || !is_reached(name, i))
					excuse(name, i, r)
			for (; i < end; i++)
				excuse(name, i, r)
		}
	}
	function function_lines(name,    line, n) {
		first = from[name]; last = to[name]
		split("", text)
		for (n = 1; n <= last && (getline line <source[name]) > 0; n++)
			if (n >= first)
				text[n] = line
		close(source[name])
		if (n <= last) {
			printf "%s: %s cannot be read up to line %d\n", kernel, source[name], last
			wrong = 1
		}
	}
	NR == FNR && $1 == "path" { path[$2] = 1 }
	NR == FNR && $1 == "never" {
		of[++rules] = $2; words[rules] = $3; at[rules] = FNR
		sub(/^never +[^ ]+ +[^ ]+ +/, ""); reason[rules] = $0
	}
	NR == FNR || !($1 in path) { next }
	{
		reached[$1, $3] = $4; source[$1] = $2; to[$1] = $3
		if (!($1 in from)) from[$1] = $3
	}
	END {
		printf "" >never
		for (name in from) {
			function_lines(name)
			for (r = 1; r <= rules; r++)
				if (of[r] == "*" || of[r] == name)
					look(name, r)
		}
		exit wrong
	}' "$path" "$work/$kernel.lines"
}

# print_never FUNCTION MARK... - print the missed lines of a "path" function
print_never() {
	name=$1
	shift
	printf '%s\n' "$@" | tr ' ' '\n' | grep -v b | awk -v name="$name" '
	NR == FNR {
		if ($1 == name) { n = $2; sub(/^[^ ]+ [^ ]+ /, ""); why[n] = $0 }
		next
	}
	$1 in why {
		if (!(why[$1] in lines)) order[++nr] = why[$1]
		lines[why[$1]] = lines[why[$1]] " " $1
		next
	}
	NF { rest = rest " " $1 }
	END {
		for (i = 1; i <= nr; i++)
			print "out of reach:" lines[order[i]] ": " order[i]
		if (rest != "") print "not reached:" rest
	}' "$work/$kernel.never" - | fold -s -w 72 | sed 's/^/        /'
}

report_functions() {
	out_of_reach || status=1
	while read -r kind name _; do
		[ "$kind" = core ] || [ "$kind" = path ] || continue
		row=$(awk -v name="$name" '$1 == name { print; exit }' "$work/$kernel.table")
		[ -n "$row" ] || continue
		set -- $row
		never=$(grep -c "^$name " "$work/$kernel.never" || :)
		below=$(awk -v n="$3" -v missed="$4" -v never="$never" -v kind="$kind" 'BEGIN {
			if (kind == "path" && never && n > never)
				printf "  %.1f %% of the reachable lines", 100 * (n - missed) / (n - never)
			if (kind == "path" && n > never && (n - missed) / (n - never) < .85)
				print "  below 85 %" }')
		printf '  %-4s  %-40s %4d lines %8s  %4d branches %8s%s\n' "$kind" "$name" \
			"$3" "$(percent "$3" "$4")" "$5" "$(percent "$5" "$6")" "$below"
		source=$2
		shift 6
		if [ "$kind" = path ]; then
			print_never "$name" "$@"
			continue
		fi
		explain "$name" "$source" "$@" || status=1
	done <"$path"
	awk -v never="$(wc -l <"$work/$kernel.never")" '
		NR == FNR { if ($1 == "path") want[$2] = 1; next }
		$1 in want { lines += $3; missed += $4 }
		END { if (lines) printf "  all of \"path\" together: %d lines, %.1f %%; %d reachable lines, %.1f %%\n",
			lines, 100 * (lines - missed) / lines,
			lines - never, 100 * (lines - missed) / (lines - never) }' \
		"$path" "$work/$kernel.table"
}

report_files() {
	awk -v src="$src/" 'NR == FNR { if ($1 == "core" || $1 == "path") want[$2] = 1; next }
		$1 in want { lines[$2] += $3; missed[$2] += $4 }
		END { for (s in lines) printf "  %-22s %4d of %4d lines of the path\n",
			substr(s, length(src) + 1), lines[s] - missed[s], lines[s] }' \
		"$path" "$work/$kernel.table" | sort
}

# name_of OBJECT - print the name of the kernel in it, if any
name_of() {
	name=$(strings -n 5 "$1" | grep -m 1 -x 'linux-[0-9.-]*' || echo model)
	[ "$name" = model ] || "$build/faultlab" kernels | grep -q "^$name " || return 0
	printf '%s\n' "$name"
}

# report OBJECT - run the suite on a kernel, and report its coverage
report() {
	LLVM_PROFILE_FILE=$work/$kernel.profraw "$build/tests/suite" "$kernel" \
		>"$work/$kernel.log" 2>&1 || {
		printf '%s\n' "$kernel: $(grep -c '^\[  FAILED  \] [a-z]' "$work/$kernel.log") tests failed, see $work/$kernel.log"
		status=1
	}
	if [ "$kernel" = model ]; then
		llvm-profdata-14 merge -sparse -o "$work/$kernel.profdata" \
			"$work/$kernel.profraw"
		set -- $(total "$1" src/)
		printf '%s\n' "model: $1 lines, $(percent "$1" "$2") reached"
		return
	fi
	tables "$work/$kernel.profraw"
	printf '%s\n' "$kernel, $(printf '%s\n' "$src" | sed "s|^$top/||"):"
	report_functions
}

# report_model RAW... - report the lines of the model, or of v8, file by file
report_model() {
	llvm-profdata-14 merge -sparse -o "$work/$kernel.profdata" "$@"
	llvm-cov-14 report "$build/$kernel.o" -instr-profile="$work/$kernel.profdata" 2>/dev/null |
		awk '$1 ~ /^src\/.*\.c$/ || $1 ~ /\/src\/.*\.c$/ {
			printf "  %-22s %4d of %4d lines\n", $1, $8 - $9, $8; n++ }
			END { exit !n }' || {
		printf '%s\n' "coverage.sh: $build/$kernel.o has no counters" >&2
		exit 129
	}
}

# unused_reasons KIND... - print the lines of coverage.path that explain nothing
# in any kernel; 1 if there are any
unused_reasons() {
	awk -v kinds=" $* " -v path="${path##*/}" '
		FILENAME ~ /\/used$/ { used[$1]; next }
		index(kinds, " " $1 " ") && !(FNR in used) {
			print path ":" FNR ": explains no line of any kernel: " $0
			bad = 1
		}
		END { exit bad }' "$work/used" "$path"
}

if [ "$what" = reasons ]; then
	for lines in "$work"/*.lines; do
		kernel=$(basename "$lines" .lines)
		out_of_reach || status=1
	done
	unused_reasons never || status=1
	exit $status
fi
case $what:$only in
files:model | files:v8)
	kernel=$only
	shift 3
	report_model "$@"
	exit
	;;
esac
for object in "$build"/model.o "$build"/kernels/linux/tree-*/build/kernel.o; do
	[ -e "$object" ] || continue
	kernel=$(name_of "$object")
	[ -n "$kernel" ] || continue
	[ -z "$only" ] || [ "$only" = "$kernel" ] || continue
	reported="$reported $kernel"
	src=$(awk -F '\t' -v name="$kernel" '$1 == name { print $2 }' "$build/kernels/linux/sources")
	if [ "$what" = suite ]; then
		report "$object"
	elif [ "$kernel" != model ]; then
		tables "$4"
		report_files
	fi
done
[ -n "$reported" ] || {
	printf '%s\n' "coverage.sh: $build: no kernel '$only'" >&2
	exit 129
}
[ "$what" = suite ] || exit 0

all=1
for kernel in $RELEASES; do
	case "$reported " in *" $kernel "*) ;; *) all= ;; esac
done
[ -z "$all" ] || unused_reasons why never || status=1

kernel=all
llvm-profdata-14 merge -sparse -o "$work/all.profdata" "$work"/*.profraw
set -- $(total "$build/tests/suite" src/)
printf '%s\n' "own code, all kernels together: $1 lines of src/, $(percent "$1" "$2") reached"
exit $status
