#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# build.sh - rebuild the kernel of a tree with one mutant applied
#
# usage: build.sh TREE MUTANT.cocci OUT
#
# TREE is an output folder of kernels/linux, already built.  The script copies the files
# that the mutant names to OUT/src and changes them there.  It recompiles every object
# that depends on them, with the original commands, and links the new objects with the
# unchanged ones:
#
#   OUT/kernel.o   exports fl_kernel_NAME_MUTANT
#   OUT/name       "linux-6.12+b12-no-reference"
#   OUT/log        output of all commands
#   OUT/orig       the original files
#   OUT/commands   the compiler commands, one per line
#
# Prints nothing on success.  Exits with 3 and prints the reason if the mutant does not
# apply to this tree; with 1 and an error message if it should apply, but does not.
set -eu

tree=$1 cocci=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
port=$here/../linux
port=$(cd "$port" && pwd)
mutant=$(basename "$cocci" .cocci)

die() {
	printf '%s\n' "$mutant: $*" >&2
	exit 1
}

# cached NAME - print a cache variable of the tree's own build
cached() {
	sed -n "s/^$1:[A-Z]*=//p" "$tree/build/CMakeCache.txt"
}

# header KEY - print the values of KEY in the mutant's header, one per line
header() {
	printf '%s\n' "$head" | sed -n "s/^$1	//p"
}

command -v spatch >/dev/null || die "spatch is missing: apt-get install coccinelle"
[ -e "$tree/build/build.ninja" ] || die "$tree: expected a tree that was built with Ninja"
case $mutant in
*[!a-z0-9-]* | '') die "expected a name of a-z, 0-9 and -" ;;
esac
head=$(awk -f "$here/header.awk" "$cocci") || exit 1
src=$(cached FL_SRC)
name=$(cached FL_NAME)+$mutant
symbol=$(printf '%s\n' "fl_kernel_$name" | tr -c 'A-Za-z0-9\n' _)
release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' "$tree/include/generated/utsrelease.h")

# Does the mutant apply to this tree?
header applies | while read -r file verb regex; do
	[ "$file" != everywhere ] || continue
	has=lacks
	! grep -qsE -e "$regex" "$src/$file" || has=has
	if [ $has != "$verb" ]; then
		printf '%s\n' "$file $has '$regex'"
		exit 3
	fi
done

rm -rf "$out"
mkdir -p "$out/src"
out=$(cd "$out" && pwd)
log=$out/log

quote=
for file in $(header file); do
	[ -e "$src/$file" ] ||
		die "does not apply to $release: no $file in the tree; see 'applies:' in $cocci"
	for copy in orig src; do
		mkdir -p "$out/$copy/$(dirname "$file")"
		cp "$src/$file" "$out/$copy/$file"
	done
	spatch --very-quiet --no-show-diff --sp-file "$cocci" --in-place "$out/src/$file" >>"$log" 2>&1 ||
		die "spatch failed: $(tail -n 3 "$log"); the whole log is $log"
	! cmp -s "$src/$file" "$out/src/$file" ||
		die "does not apply to $release: spatch finds no matching place in $file, although 'applies:' of $cocci matches"
	quote="$quote -iquote $src/$(dirname "$file")"
done

# The objects that depend on the files, and boot.c's, which has the kernel's name.
cd "$tree/build"
objects=$(ninja -t deps | awk -v top="$src/" -v files="$(header file)" -v boot="$port/boot.c" '
	BEGIN { n = split(files, file, " "); for (i = 1; i <= n; i++) want[top file[i]] = 1; want[boot] = 1 }
	/^[^ ]/ { object = $1; sub(/:$/, "", object) }
	/^ / && ($1 in want) { print object }' | sort -u)
[ -n "$objects" ] || die "no compiled object depends on $(header file)"
for object in $objects; do
	# Keep the name of the folder: link.sh checks for stub/ and part/.
	new=$out/obj/$(basename "$(dirname "$object")")/$(printf '%s\n' "$object" | cksum | cut -d' ' -f1).o
	mkdir -p "$(dirname "$new")"
	command=$(ninja -t commands "$object" | tail -n 1)
	for file in $(header file); do
		command=$(printf '%s\n' "$command" | sed "s| -c $src/$file| -c $out/src/$file|")
	done
	command=$(printf '%s\n' "$command" | sed "s| -nostdinc | -nostdinc $quote -I$out/src/include -I$out/src |
		s| -MD -MT [^ ]* -MF [^ ]* -o [^ ]* | -o $new |
		s|-DFL_KERNEL_NAME=[^ ]*|-DFL_KERNEL_NAME='\"$name\"' -DFL_KERNEL_MUTANT='\"$mutant\"' -DFL_MUTANT_SRC='\"$out/src\"'|
		s|-DFL_KERNEL_SYMBOL=[^ ]*|-DFL_KERNEL_SYMBOL=$symbol|")
	printf '%s\n' "$command" | tee -a "$log" >>"$out/commands"
	sh -c "$command" >>"$log" 2>&1 ||
		die "does not compile in $release: $(grep -m 1 'error:' "$log"); the whole log is $log"
	printf '%s\n' "$object $new" >>"$out/obj/made"
done

# Link in the order of the tree.  The provenance has the new sums of the changed files.
(cd "$out/src" && sha256sum $(header file)) >"$out/changed"
awk 'NR == FNR { sum[$2] = $0; next } { print ($2 in sum) ? sum[$2] : $0 }' \
	"$out/changed" provenance >"$out/provenance"
link=$(ninja -t commands kernel.o | tail -n 1 | tr ' ' '\n' | awk -v here="$(pwd)/" '
	NR == FNR { new[here $1] = $2; next }
	/\.c\.o$/ { sub(/\/\.\//, "/"); print ($0 in new) ? new[$0] : $0 }
	' "$out/obj/made" -)
FL_STEPS=$(cached FL_STEPS) "$port/link.sh" "$port" "$out/kernel.o" "$symbol" \
	"$out/provenance" $link >>"$log" 2>&1 ||
	die "cannot be linked: $(tail -n 1 "$log")"
nm "$out/kernel.o" | grep -q " $symbol\$" || die "the changed objects were not linked"
rm -rf "$out/obj" "$out/changed"
printf '%s\n' "$name" >"$out/name"
