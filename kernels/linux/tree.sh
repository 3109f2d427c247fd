#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tree.sh - make a kernel tree ready to be compiled
#
# usage: tree.sh TREE PORT OUT CC
#
# TREE is one of
#   a directory           an unpacked tree or a git checkout, used where it is
#   a tarball             as linux-source-* packages bring it
#   REPOSITORY@REVISION   what git has for that revision, bare or not
# PORT is the folder of this script, OUT a folder for all that is made, CC the
# compiler.  Prints, as its last line, "RELEASE DIRECTORY".  What is unpacked is
# only as much as needed, and only once.
#
#   OUT/src                   the tree, unless it is a directory
#   OUT/include/generated/    autoconf.h, bounds.h, timeconst.h, ...
#   OUT/include/asm/          one wrapper for each asm-generic header that the
#                             port does not write itself
set -eu

tree=$1 port=$2 out=$3 cc=$4

die() {
	echo "$*" >&2
	exit 1
}

# unpacked STAMP - is OUT/src what STAMP stands for?  If not, it is emptied.
unpacked() {
	[ "$(cat "$out/src/.complete" 2>/dev/null)" != "$1" ] || return 0
	rm -rf "$out/src"
	mkdir -p "$out/src"
	return 1
}

# The kernel's own tests of memory management, and the headers that they share.
selftests=tools/testing/selftests

mkdir -p "$out"
if [ -d "$tree" ] && [ ! -e "$tree/objects" ]; then
	src=$tree
elif [ -f "$tree" ]; then
	src=$out/src
	stamp="$tree $(stat -c '%s %Y' "$tree") $selftests"
	if ! unpacked "$stamp"; then
		tar -xf "$tree" -C "$src" --strip-components=1 --wildcards \
			'*/Makefile' '*/include/*' '*/mm/*' '*/lib/*' '*/kernel/*' \
			"*/$selftests/*" 2>"$out/log" ||
			die "cannot be unpacked: $(tail -n 1 "$out/log"); is the file complete?"
		echo "$stamp" >"$src/.complete"
	fi
else
	repository=${tree%@*} revision=HEAD
	[ "$repository" = "$tree" ] || revision=${tree##*@}
	[ -d "$repository" ] ||
		die "no such directory, tarball or repository; to name a revision: /path/to/linux@v6.12"
	src=$out/src
	stamp=$(git -C "$repository" rev-parse --verify -q "$revision^{tree}") ||
		die "git knows no revision '$revision' in $repository; see: git -C $repository tag"
	if ! unpacked "$stamp"; then
		git -C "$repository" archive "$stamp" Makefile include mm lib kernel \
			$(git -C "$repository" ls-tree --name-only "$stamp" "$selftests") \
			2>"$out/log" | tar -xf - -C "$src" ||
			die "revision $revision cannot be read: $(tail -n 1 "$out/log")"
		echo "$stamp" >"$src/.complete"
	fi
fi

[ -e "$src/Makefile" ] ||
	die "Makefile is missing; name the top of a whole kernel source tree"
field() {
	sed -n "s/^$1 *= *//p" "$src/Makefile" | head -n 1
}
version=$(field VERSION) patch=$(field PATCHLEVEL) sub=$(field SUBLEVEL)
[ -n "$version" ] && [ -n "$patch" ] ||
	die "its Makefile names no VERSION and PATCHLEVEL; name the top of a kernel source tree"
release=$version.$patch.${sub:-0}
for need in mm/memory.c mm/rmap.c include/linux/mm.h \
	kernel/bounds.c kernel/time/timeconst.bc; do
	[ -e "$src/$need" ] ||
		die "release $release: $need is missing; name the top of a whole kernel source tree"
done

inc=$out/include
gen=$inc/generated
mkdir -p "$gen/uapi/linux" "$inc/linux" "$inc/asm"

# write FILE: standard input to FILE, untouched where it is the same already
write() {
	cat >"$1.new"
	if cmp -s "$1.new" "$1"; then rm "$1.new"; else mv "$1.new" "$1"; fi
}

# What x86 has since MADV_DONTNEED frees page tables, as a reader of them may be there.
{
	cat "$port/config"
	! grep -qs '^config PT_RECLAIM$' "$src/mm/Kconfig" ||
		printf '%s\n' PT_RECLAIM MMU_GATHER_TABLE_FREE MMU_GATHER_RCU_TABLE_FREE
} | sed -n 's/^\([A-Z0-9_]\{1,\}\)$/#define CONFIG_\1 1/p
	s/^\([A-Z0-9_]\{1,\}\)=\(.*\)$/#define CONFIG_\1 \2/p' |
	write "$gen/autoconf.h"
{
	echo "#define LINUX_VERSION_CODE $((version * 65536 + patch * 256 + (${sub:-0} > 255 ? 255 : ${sub:-0})))"
	echo '#define KERNEL_VERSION(a,b,c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))'
	echo "#define LINUX_VERSION_MAJOR $version"
	echo "#define LINUX_VERSION_PATCHLEVEL $patch"
	echo "#define LINUX_VERSION_SUBLEVEL ${sub:-0}"
} | write "$gen/uapi/linux/version.h"
echo '#include <generated/uapi/linux/version.h>' | write "$inc/linux/version.h"
echo "#define UTS_RELEASE \"$release\"" | write "$gen/utsrelease.h"
: | write "$gen/asm-offsets.h"
: | write "$gen/compile.h"
echo '#define RQ_nr_pinned 0' | write "$gen/rq-offsets.h"
bc -q "$src/kernel/time/timeconst.bc" <<TICKS | write "$gen/timeconst.h"
100
TICKS

for from in "$src"/include/asm-generic/*.h "$src"/include/uapi/asm-generic/*.h; do
	name=$(basename "$from")
	if [ -e "$port/asm/$name" ]; then
		rm -f "$inc/asm/$name"
	else
		echo "#include <asm-generic/$name>" | write "$inc/asm/$name"
	fi
done

# What differs between releases is read off what the tree declares.
# declares NAME PATTERN FILE...
declares() {
	name=$1 pattern=$2
	shift 2
	(cd "$src" && grep -qsE "$pattern" "$@") &&
		echo "#define FL_HAVE_$name 1" || :
}
# has NAME FILE
has() {
	[ ! -e "$src/$2" ] || echo "#define FL_HAVE_$1 1"
}
{
	has TEST_HMM lib/test_hmm.c
	has GUP_TEST mm/gup_test.c
	has MREMAP mm/mremap.c
	declares USERFAULTFD '^SYSCALL_DEFINE1\(userfaultfd' mm/userfaultfd.c
	declares PTE_MKWRITE_VMA 'pte_mkwrite\(pte_t pte, struct vm_area_struct' include/linux/pgtable.h
	declares SET_PTES 'set_ptes\(struct mm_struct' include/linux/pgtable.h
	declares ALLOC_HOOKS 'alloc_hooks' include/linux/slab.h
	declares CACHE_ARGS 'struct kmem_cache_args' include/linux/slab.h
	declares WAKE_BOOKMARK '__wake_up_locked_key_bookmark' include/linux/wait.h
	declares COUNTER_MANY 'percpu_counter_init_many' include/linux/percpu_counter.h
	declares RSS_PERCPU 'percpu_counter rss_stat' include/linux/mm_types.h
	declares VM_FLAGS_INIT 'vm_flags_init' include/linux/mm.h
	declares VMA_LOCK_POINTER 'struct vma_lock \*vm_lock' include/linux/mm_types.h
	declares LOCK_VMA_UNDER_RCU 'lock_vma_under_rcu\(' include/linux/mm.h include/linux/mmap_lock.h
	declares VMA_REFCNT 'refcount_t vm_refcnt' include/linux/mm_types.h
	declares MM_GET_AREA '\(\*get_unmapped_area\)' include/linux/mm_types.h
	declares UFFD_WP_RANGE_MM 'uffd_wp_range\(struct mm_struct' include/linux/userfaultfd_k.h
	declares UFFD_PREP_VMA 'userfaultfd_unmap_prep\(struct vm_area_struct' include/linux/userfaultfd_k.h
	declares RMAPPABLE 'page_rmappable_folio' mm/internal.h
	declares RANGE_VMA 'mmu_notifier_range_init\(range,event,flags,vma,mm' include/linux/mmu_notifier.h
	declares HUGE_ORDERS 'huge_anon_orders_inherit' include/linux/huge_mm.h
	declares FOLIO_MARK 'folio_make_device_exclusive\(struct folio' mm/rmap.c
	declares PAGE_DTORS 'compound_page_dtors' include/linux/mm.h
	declares MK_PTE 'pte_t mk_pte\(' include/linux/mm.h
	declares PTE_UFFD 'pte_uffd\(' include/asm-generic/pgtable_uffd.h
	declares VDSO_PAGE 'PAGE_SHIFT' include/vdso/page.h
	declares ZERO_PAGE 'struct page \*__zero_page' include/linux/pgtable.h
	declares SOFTLEAF 'softleaf_from_pte\(' include/linux/leafops.h
	declares EXCLUSIVE_KINDS 'is_writable_device_exclusive_entry\(' include/linux/swapops.h
	declares MARK_ONE 'make_device_exclusive\(struct mm_struct' include/linux/rmap.h
	declares RESTORE_ORIG 'pte_t \*ptep, pte_t orig_pte\)' mm/memory.c
	declares BULK_BOOL 'bool kmem_cache_alloc_bulk' include/linux/slab.h
	declares SHEAF 'kmem_cache_prefill_sheaf' include/linux/slab.h
	declares MUTEX_LOCKDEP 'mutex_init_lockdep' include/linux/mutex.h
	declares RWSEM_WAITER 'rwsem_waiter \*first_waiter' include/linux/rwsem.h
	declares CONST_VMA 'vma_is_anon_shmem\(const' include/linux/mm.h
	declares FILE_REF 'file_ref_t' include/linux/fs.h
	declares TABLE_DTOR 'void pagetable_dtor\(' include/linux/mm.h
	declares MMAP_INIT_LOCK 'mmap_init_lock' include/linux/mmap_lock.h
	declares TAIL_ORDER 'prep_compound_tail\(struct page \*tail' mm/internal.h
	declares DEFERRED_LRU 'list_lru deferred_split_lru' mm/huge_memory.c
	declares ALLOC_NODE '^struct page \*alloc_pages_node_noprof' include/linux/gfp.h
	declares FREE_RCU_PTR 'kvfree_call_rcu\(struct [a-z_]+ \*head, void \*ptr' include/linux/rcutree.h include/linux/rcupdate.h
	declares FREE_RCU_HEAD 'kvfree_call_rcu\(struct kvfree_rcu_head' include/linux/rcupdate.h
	declares MM_ID 'mm_id_t mm_id' include/linux/mm_types.h
	declares CONST_PAGE 'is_free_buddy_page\(const' include/linux/page-flags.h
	declares DUP_MMAP 'int dup_mmap\(' mm/internal.h
	declares WRITE_UPGRADE 'vma_wants_manual_pte_write_upgrade\(' include/linux/mm.h mm/internal.h mm/vma.h
	declares SWAP_OPS 'swap_fs_activate\(' include/linux/swap_ops.h
	declares KVMALLOC_ALIGN '__kvmalloc_node_noprof\(DECL_KMALLOC_PARAMS.*align' include/linux/slab.h
	declares PAGEVEC_TAG '^unsigned pagevec_lookup_range_tag\(' include/linux/pagevec.h
	declares TIMER_INIT_KEY 'void timer_init_key\(' include/linux/timer.h
	declares TASK_IOPRIO '^int __get_task_ioprio\(' include/linux/ioprio.h
	declares SWAP_SPACE 'struct address_space swap_space' mm/swap.h
	declares GETNAME_INLINE 'static inline struct filename \*getname\(' include/linux/fs.h
	declares ISOLATE_INT 'int folio_isolate_lru\(' mm/internal.h
	declares GUP_VMAS 'struct vm_area_struct \*\*vmas' include/linux/mm.h
	declares KSM_FOLIO 'write_protect_page\(struct vm_area_struct \*vma, struct folio' mm/ksm.c
	declares UPROBE_VMA 'set_swbp\(struct arch_uprobe \*aup, struct vm_area_struct' include/linux/uprobes.h
	declares RELEASE_FOLIOS 'void folios_put_refs\(struct folio_batch' include/linux/mm.h
	declares REMOVE_PGMAP 'vmem_altmap \*altmap, struct dev_pagemap \*pgmap\);' include/linux/memory_hotplug.h
	declares VMA_IS_SHMEM '^bool vma_is_shmem\(const' include/linux/mm.h
	declares REALLOC_ALIGN 'krealloc_node_align_noprof' include/linux/slab.h
	declares MUTEX_NEST '_mutex_lock_killable\(struct mutex' include/linux/mutex.h
	declares UFFD_WITHOUT_REMAP '^bool vma_has_uffd_without_event_remap\(' include/linux/userfaultfd_k.h
	declares UFFD_MREMAP_FAIL 'mremap_userfaultfd_fail\(struct' include/linux/userfaultfd_k.h
	declares AREA_OF_MM 'mm_get_unmapped_area\(struct mm_struct' include/linux/sched/mm.h
	declares MOVE_ISOLATE 'bool isolate_pageblock' include/linux/memory_hotplug.h
	declares FOLIO_PGMAP 'page_folio\(page\)->pgmap' include/linux/mmzone.h
	declares MNT_IDMAP 'struct mnt_idmap nop_mnt_idmap' include/linux/mnt_idmapping.h include/linux/fs.h
	declares VMA_FLAGS_TYPE 'shmem_file_setup\(.*vma_flags_t' include/linux/shmem_fs.h
	declares XATTR_CACHE 'simple_xattrs_free\(struct simple_xattr_cache' include/linux/xattr.h
	declares XATTRS_INIT '^void simple_xattrs_init\(' include/linux/xattr.h
	declares SIMPLE_OFFSET 'simple_offset_init\(struct offset_ctx' include/linux/fs.h
	declares FOLIO_DEACTIVATE 'void folio_deactivate\(' include/linux/swap.h mm/internal.h
	declares MLOCK_NEW_PAGE 'void mlock_new_page\(' mm/internal.h
	declares FREE_DEVICE_FOLIO 'free_zone_device_folio\(' mm/internal.h
} | write "$gen/fl_probe.h"

# The sizes that mm.h and page-flags need come from the compiler itself, as Kbuild
# takes them: assembly of kernel/bounds.c, its "->NAME value" marks.
"$cc" $("$port/flags.sh" "$src" "$port" "$out") -D__GENERATING_BOUNDS_H -S \
	-o "$out/bounds.s" "$src/kernel/bounds.c" 2>"$out/bounds.log" ||
	die "release $release: kernel/bounds.c does not compile with our asm/ headers, see $out/bounds.log"
sed -n 's/^.*->\([A-Z_0-9]*\) [$#]*\([-0-9]*\).*$/#define \1 \2/p' \
	"$out/bounds.s" | write "$gen/bounds.h"

echo "$release $src"
