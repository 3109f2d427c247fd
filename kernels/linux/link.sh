#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# link.sh - link a kernel into one relocatable object with one global symbol
#
# usage: link.sh PORT OUT.o SYMBOL PROVENANCE OBJECT...
#
# With FL_STEPS=ON, memcpy(), memmove(), memset() and memcmp() are those of the
# machine, which reports their accesses.
#
# Each missing stub, a function or data that nothing here defines, gets an address of
# its own in the first pages of memory, which are never mapped.  A call, read or
# write of such a stub traps; a table in the object, with lines "ADDRESS NAME",
# gives its name.  The object also contains the text of PROVENANCE.
#
# Symbols of objects in stub/ are weak: if a file of the tree defines the same name,
# in any release, the tree's definition overrides the stub.
#
# Of an object in part/, only the code reachable from its symbols fl_* is linked:
# most of that file of the tree belongs to other subsystems.
set -eu

port=$1 out=$2 symbol=$3 provenance=$4
shift 4
work=$out.parts
rm -rf "$work"
mkdir -p "$work"

# reached OBJECT OUT - keep what OBJECT's symbols fl_* reach, and drop undefined
# symbols that are no longer referenced
reached() {
	ld -r --gc-sections $(nm -g --defined-only "$1" | sed -n 's/^.* \(fl_\)/-u \1/p') \
		-o "$2.all" "$1"
	objdump -r "$2.all" | awk '{ sub(/[-+]0x.*/, "", $3); print $3 }' | sort -u >"$work/used"
	nm -u "$2.all" | awk '{ print $2 }' | sort -u | comm -23 - "$work/used" >"$work/unused"
	objcopy --strip-symbols="$work/unused" "$2.all" "$2"
}

n=0
for object; do
	shift
	case $object in
	*/stub/*)
		n=$((n + 1))
		# Only defined symbols: references must stay strong.
		nm -g --defined-only "$object" | cut -d ' ' -f 3 >"$work/defined"
		objcopy --weaken-symbols="$work/defined" "$object" "$work/stub$n.o"
		object=$work/stub$n.o
		;;
	*/part/*)
		n=$((n + 1))
		reached "$object" "$work/part$n.o"
		object=$work/part$n.o
		;;
	esac
	set -- "$@" "$object"
done
# Resolve section groups now: keeping thousands of them takes ld hours.
ld -r --force-group-allocation -T "$port/kernel.lds" -o "$work/all.o" "$@" 2>"$work/log" || {
	cat "$work/log" >&2
	exit 1
}
nm -u "$work/all.o" | awk '
	$2 ~ /^(fl_hw|__(asan|ubsan|tsan|sanitizer|gcov|sancov|afl)_|__(start|stop)___sancov|__llvm_profile_|_GLOBAL_OFFSET_TABLE_)/ { next }
	$2 ~ /^_binary_(stubs|provenance)_/ { next }
	$2 ~ /^(mem(cpy|set|move|cmp)|str(len|cmp|chr|cpy|rchr|sep|ncmp))$/ { next }
	{ printf "0x%x %s\n", 4096 + 16 * n++, $2 }' >"$work/stubs"
# The lowest 64 KiB are never mapped; the first page is left to NULL pointers.
[ "$(wc -l <"$work/stubs")" -le 3840 ] || {
	echo "link.sh: error: more than 3840 unresolved names; is the tree complete?" >&2
	exit 1
}
cp "$provenance" "$work/provenance"
set --
while read -r address name; do
	set -- "$@" "--defsym=$name=$address"
done <"$work/stubs"
(cd "$work" && ld -r -z noexecstack -b binary -o text.o stubs provenance)
ld -r "$@" -o "$work/whole.o" "$work/all.o" "$work/text.o"
if [ "${FL_STEPS:-OFF}" = ON ]; then
	steps="--redefine-sym memcpy=fl_hw_memcpy --redefine-sym memmove=fl_hw_memmove
		--redefine-sym memset=fl_hw_memset --redefine-sym memcmp=fl_hw_memcmp"
else
	steps=
fi
objcopy $steps --keep-global-symbol="$symbol" "$work/whole.o" "$out"
mv "$work/stubs" "$out.stubs"
rm -rf "$work"
