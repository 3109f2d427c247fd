#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh - test every mutant on every kernel, on all cores; then print the matrix
#
# usage: run.sh BUILD [--only NAME] [--kernel NAME] [--by ours|hmm-tests] [--mutants DIR]
#               [--json] [--keep]
#
# The implementation of "lab mutants".  BUILD is a build folder of the release preset; if
# it is "-", only the arguments are checked, except the kernel's name.
# Exits with 1 if a mutant survived without a reason, if a mutant should apply and does
# not, if a test finds a fault in an unmodified kernel, or if the story of a known bug
# differs from tests/story (FAULTLAB_UPDATE=1 rewrites those).  Exits with 125 if a limit
# left a mutant undecided, and with 129 after a usage error or an error of this machine.
# FAULTLAB_JOBS=N: use N cores.
set -eu
tab='	'
IFS='
'

build=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
only='' kernel='' by=both folder=$here json='' keep=-
die() {
	IFS=' '
	printf '%s\n' "mutants: $*" >&2
	exit 129
}
case ${FAULTLAB_JOBS-1} in
*[!0-9]* | '' | 0* | ?????*)
	die "FAULTLAB_JOBS: expected a number from 1 to 9999, got '$FAULTLAB_JOBS'"
	;;
esac
while [ $# -gt 0 ]; do
	case $1 in
	--json | --keep)
		eval "${1#--}=1"
		shift
		continue
		;;
	esac
	case $1 in
	--only | --kernel | --by | --mutants) ;;
	*) die "unknown option '$1'; see ./lab help" ;;
	esac
	[ $# -ge 2 ] && [ -n "$2" ] || die "$1: expected a value; see ./lab help"
	case $1 in
	--only) only=$2 ;;
	--kernel) kernel=$2 ;;
	--by) by=$2 ;;
	--mutants) folder=$2 ;;
	esac
	shift 2
done
case $by in
both | ours | hmm-tests) ;;
*) die "--by: expected ours or hmm-tests (default: both), got '$by'" ;;
esac
command -v spatch >/dev/null || die "spatch is missing: apt-get install coccinelle"
[ -d "$folder" ] || die "--mutants: expected a folder, got '$folder'"
ls "$folder"/*.cocci >/dev/null 2>&1 || die "no .cocci file in $folder"
mutants=$(ls "$folder"/*.cocci)
if [ -n "$only" ]; then
	mutants=$(ls "$folder"/*.cocci | awk -F/ -v only="$only" 'index($NF, only)')
	[ -n "$mutants" ] || die "no mutant of $folder has '$only' in its name"
else
	mutants="unmodified$IFS$mutants"
fi

# Report malformed headers before anything is built.
for mutant in $mutants; do
	[ "$mutant" = unmodified ] || awk -f "$here/header.awk" "$mutant" >/dev/null || exit 129
done

[ "$build" != - ] || exit 0
trees=$build/kernels/linux/trees
[ -s "$trees" ] || die "no kernel tree was built; see ./lab help"
[ -z "$kernel" ] || cut -f1 "$trees" | grep -qxF -e "$kernel" ||
	die "--kernel: no kernel tree '$kernel'; expected one of: $(cut -f1 "$trees" | tr '\n' ' ')"

out=$build/mutants
mkdir -p "$out"
cells=$out/cells
: >"$cells"
for mutant in $mutants; do
	while IFS=$tab read -r name tree; do
		[ -z "$kernel" ] || [ "$kernel" = "$name" ] || continue
		printf '%s\t' "$build" "$name" "$tree" "$mutant" \
			"$out/$name+$(basename "$mutant" .cocci)" >>"$cells"
		printf '%s\t%s\n' "$keep" "$by" >>"$cells"
	done <"$trees"
done
total=$(wc -l <"$cells")

# progress - print a line for each finished cell, or update one line on a terminal
progress() {
	done=0
	while read -r line; do
		done=$((done + 1))
		if [ -t 2 ]; then
			printf '\r\033[Kmutants: %d of %d, %s' $done "$total" "$line" >&2
		else
			printf '%s\n' "mutants: $done of $total, $line" >&2
		fi
	done
	[ ! -t 2 ] || printf '\r\033[K' >&2
}
tr '\t' '\n' <"$cells" | xargs -d '\n' -P "${FAULTLAB_JOBS:-$(nproc)}" -n 7 \
	"$here/cell.sh" | progress

# The result of each cell, followed by fields of its mutant's header.
: >"$out/results"
while IFS=$tab read -r _ _ _ mutant cell _; do
	result=$(cat "$cell/result")
	for key in bug wrong masked; do
		value=
		[ "$mutant" = unmodified ] ||
			value=$(awk -f "$here/header.awk" "$mutant" | sed -n "s/^$key	//p")
		result="$result	$value"
	done
	printf '%s\n' "$result" >>"$out/results"
done <"$cells"
status=0
awk -v json="$json" -f "$here/matrix.awk" "$out/results" || status=$?

# Reports of stories that differ from the stored ones, or are new.
cut -f5 "$cells" | while read -r cell; do
	[ ! -s "$cell/story" ] || cat "$cell/story" >&2
done
exit $status
