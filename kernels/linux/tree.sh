#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tree.sh - prepare a kernel tree for compilation
#
# usage: tree.sh TREE PORT OUT CC
#        tree.sh --check TREE      only check that TREE may be a tree; write nothing
#
# TREE is one of
#   a directory           an unpacked tree or a git checkout, used in place
#   a tarball             such as those of linux-source-* packages
#   REPOSITORY@REVISION   a revision of a git repository, bare or not
# PORT is the folder of this script, OUT the output folder, CC the compiler.  The
# last line of output is "RELEASE DIRECTORY".  Only the needed folders are
# unpacked, and only once.
#
#   OUT/src                   the unpacked tarball or revision; or a link to TREE, if
#                             its path has characters that are unsafe on a
#                             compiler's command line
#   OUT/include/generated/    autoconf.h, bounds.h, timeconst.h, ...
#   OUT/include/asm/          a wrapper for each asm-generic header that the port
#                             does not replace
#
# On failure the script prints the reason.  It exits with 125 if the tree does not
# compile, and with 129 if there is no such tree or this machine is at fault.
set -eu

# unusable WHAT - there is no such tree, or this machine cannot read or unpack it
unusable() {
	printf '%s\n' "$*" >&2
	exit 129
}

# undecided WHAT - the kernel tree cannot be compiled
undecided() {
	printf '%s\n' "$*" >&2
	exit 125
}

# bytes FIRST COUNT - print bytes of the tarball in hexadecimal
bytes() {
	od -An -v -tx1 -j "$1" -N "$2" "$tree" 2>/dev/null | tr -d ' \n'
}

# check_tarball - check the first and last bytes only
check_tarball() {
	[ -r "$tree" ] || unusable "cannot be read; expected a tarball that $(id -un) may read"
	size=$(stat -L -c %s "$tree")
	[ "$size" -gt 0 ] || unusable "is an empty file; expected a tarball of a kernel source tree"
	case $(bytes 0 6) in
	fd377a585a00)
		case $(bytes $((size > 2 ? size - 2 : 0)) 2) in
		595a | 0000) ;;
		*) unusable "is truncated; expected a complete .xz file: fetch it again" ;;
		esac
		;;
	1f8b* | 425a68* | 28b52ffd* | 5d0000*) ;;
	*)
		[ "$size" -gt 262 ] && [ "$(bytes 257 5)" = 7573746172 ] ||
			unusable "is not a tarball; expected a directory, a tarball, or REPOSITORY@REVISION"
		;;
	esac
}

# check_repository - set repository, revision, and stamp, the object name of the
# revision's tree
check_repository() {
	repository=${tree%@*} revision=HEAD
	[ "$repository" = "$tree" ] || revision=${tree##*@}
	[ "$revision" = HEAD ] || [ ! -e "$repository" ] || [ -d "$repository" ] || unusable \
		"'@' names a revision of a git repository, but $repository is not a directory"
	[ ! -e "$repository" ] || [ -d "$repository" ] ||
		unusable "$repository is neither a directory, nor a tarball, nor a git repository"
	[ -d "$repository" ] || unusable \
		"no such directory, tarball or repository; for a revision: /path/to/linux@v6.12"
	command -v git >/dev/null || unusable "git is missing, and is needed to read a revision: apt-get install git"
	# Do not accept a repository that merely contains the folder.
	GIT_CEILING_DIRECTORIES=$(dirname "$repository")
	export GIT_CEILING_DIRECTORIES
	why=$(git -C "$repository" rev-parse --git-dir 2>&1 >/dev/null) ||
		unusable "git cannot read $repository: $(printf '%s\n' "$why" | head -n 1)"
	stamp=$(git -C "$repository" rev-parse --verify -q --end-of-options "$revision^{tree}") ||
		unusable "no revision '$revision' in $repository; see: git -C $repository tag"
	git -C "$repository" cat-file -e "$stamp:Makefile" 2>/dev/null ||
		unusable "revision $revision has no Makefile; expected a kernel source tree"
}

# check_directory DIR - check that DIR can be the top of a source tree
check_directory() {
	[ -r "$1" ] && [ -x "$1" ] ||
		unusable "cannot be read; expected a directory that $(id -un) may read"
	[ -e "$1/Makefile" ] ||
		unusable "Makefile is missing; expected the top of a complete kernel source tree"
	[ -r "$1/Makefile" ] || unusable "Makefile cannot be read by $(id -un)"
}

# check_tree - check that TREE exists; set kind
check_tree() {
	case $tree in
	/*) ;;
	*) unusable "expected an absolute path" ;;
	esac
	case $tree in
	*[';[]\']* | *'
'*) unusable "a path must not contain ';', '[', ']', '\\' or a line break; use a link to it" ;;
	esac
	if [ -d "$tree" ] && [ ! -e "$tree/objects" ]; then
		kind=directory
		check_directory "$tree"
	elif [ -f "$tree" ]; then
		kind=tarball
		check_tarball
	else
		kind=repository
		check_repository
	fi
}

# unpacked STAMP - succeed if OUT/src was completely unpacked from STAMP; else empty
# it and fail
unpacked() {
	[ -L "$out/src" ] || [ "$(cat "$out/src/.complete" 2>/dev/null)" != "$1" ] || return 0
	rm -rf "$out/src"
	mkdir -p "$out/src"
	return 1
}

# why_not_unpacked - print the first error of tar or of a program that it calls;
# nothing if the only error is a missing folder
why_not_unpacked() {
	grep -m 1 -v '^$\|Not found in archive\|Exiting with failure status' "$out/log" || :
}

if [ "$1" = --check ]; then
	tree=$2
	check_tree
	exit
fi
tree=$1 port=$2 out=$3 cc=$4

# The kernel's own tests of memory management, and the headers that they share.
selftests=tools/testing/selftests
# The files of /proc that show a process's memory.
proc=fs/proc

check_tree
for tool in bc tar; do
	command -v $tool >/dev/null || unusable "$tool is missing: apt-get install $tool"
done
mkdir -p "$out" 2>/dev/null && [ -w "$out" ] || unusable "$out: cannot be written"
case $kind in
directory)
	src=$tree
	case $src in
	*[!A-Za-z0-9/._+,@-]*)
		src=$out/src
		[ "$(readlink "$src" || :)" = "$tree" ] || rm -rf "$src"
		ln -sfn "$tree" "$src"
		;;
	esac
	;;
tarball)
	src=$out/src
	stamp="$tree $(stat -L -c '%s %Y' "$tree") $selftests $proc"
	if ! unpacked "$stamp"; then
		tar --force-local -xf "$tree" -C "$src" --strip-components=1 \
			--wildcards --no-wildcards-match-slash \
			'*/Makefile' '*/include' '*/mm' '*/lib' '*/kernel' \
			"*/$selftests" "*/$proc" 2>"$out/log" || why=$(why_not_unpacked)
		[ -z "${why-}" ] || unusable \
			"cannot be unpacked: $why; expected a complete tarball of a kernel source tree"
		printf '%s\n' "$stamp" >"$src/.complete"
	fi
	;;
repository)
	src=$out/src
	if ! unpacked "$stamp"; then
		folders=
		for folder in include mm lib kernel "$selftests" "$proc"; do
			! git -C "$repository" cat-file -e "$stamp:$folder" 2>/dev/null ||
				folders="$folders $folder"
		done
		git -C "$repository" archive "$stamp" Makefile $folders \
			2>"$out/log" | tar -xf - -C "$src" 2>>"$out/log" ||
			unusable "revision $revision cannot be unpacked: $(why_not_unpacked)"
		printf '%s\n' "$stamp" >"$src/.complete"
	fi
	;;
esac
check_directory "$src"

field() {
	sed -n "s/^$1 *= *//p" "$src/Makefile" | head -n 1
}
version=$(field VERSION) patch=$(field PATCHLEVEL) sub=$(field SUBLEVEL)
[ -n "$version" ] && [ -n "$patch" ] || unusable \
	"Makefile: VERSION or PATCHLEVEL is missing; expected the top of a kernel source tree"
case $version:$patch:${sub:-0} in
*[!0-9:]*) undecided "Makefile: VERSION, PATCHLEVEL and SUBLEVEL: expected numbers, got '$version', '$patch', '$sub'" ;;
esac
release=$version.$patch.${sub:-0}
for need in mm/memory.c mm/rmap.c include/linux/mm.h \
	kernel/bounds.c kernel/time/timeconst.bc; do
	[ -e "$src/$need" ] || undecided \
		"release $release: $need is missing; expected the top of a complete kernel source tree"
	[ -r "$src/$need" ] || unusable "release $release: $need cannot be read by $(id -un)"
done

inc=$out/include
gen=$inc/generated
mkdir -p "$gen/uapi/linux" "$inc/linux" "$inc/asm"

# write FILE - write standard input to FILE, unless FILE has that content already
write() {
	cat >"$1.new"
	if cmp -s "$1.new" "$1"; then rm "$1.new"; else mv "$1.new" "$1"; fi
}

# Releases in which MADV_DONTNEED frees page tables have these options on x86:
# lockless readers may still be walking the tables.
{
	cat "$port/config"
	! grep -qs '^config PT_RECLAIM$' "$src/mm/Kconfig" ||
		printf '%s\n' PT_RECLAIM MMU_GATHER_TABLE_FREE MMU_GATHER_RCU_TABLE_FREE
} | sed -n 's/^\([A-Z0-9_]\{1,\}\)$/#define CONFIG_\1 1/p
	s/^\([A-Z0-9_]\{1,\}\)=\(.*\)$/#define CONFIG_\1 \2/p' |
	write "$gen/autoconf.h"
{
	printf '%s\n' "#define LINUX_VERSION_CODE $((version * 65536 + patch * 256 + (${sub:-0} > 255 ? 255 : ${sub:-0})))"
	echo '#define KERNEL_VERSION(a,b,c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))'
	printf '%s\n' "#define LINUX_VERSION_MAJOR $version"
	printf '%s\n' "#define LINUX_VERSION_PATCHLEVEL $patch"
	printf '%s\n' "#define LINUX_VERSION_SUBLEVEL ${sub:-0}"
} | write "$gen/uapi/linux/version.h"
echo '#include <generated/uapi/linux/version.h>' | write "$inc/linux/version.h"
printf '%s\n' "#define UTS_RELEASE \"$release\"" | write "$gen/utsrelease.h"
printf '#define FL_KERNEL_TREE "%s"\n' "$(printf '%s' "$tree" | sed 's/[\\"]/\\&/g')" |
	write "$gen/fl_tree.h"
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
		printf '%s\n' "#include <asm-generic/$name>" | write "$inc/asm/$name"
	fi
done

# Differences between releases are detected from the declarations of the tree.
# declares NAME PATTERN FILE... - define FL_HAVE_NAME if a FILE matches PATTERN
declares() {
	name=$1 pattern=$2
	shift 2
	(cd "$src" && grep -qsE "$pattern" "$@") &&
		printf '%s\n' "#define FL_HAVE_$name 1" || :
}
# has NAME FILE - define FL_HAVE_NAME if FILE exists
has() {
	[ ! -e "$src/$2" ] || printf '%s\n' "#define FL_HAVE_$1 1"
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
	declares EXPAND_STACK_MM 'expand_stack\(struct mm_struct' include/linux/mm.h
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
	declares VM_AREA_FREE_NOW 'void __vm_area_free\(' include/linux/mm.h
	declares HUGE_ZERO_FOLIO 'mm_put_huge_zero_folio\(' include/linux/huge_mm.h
	declares HUGE_ZERO_SCAN_FOLIO '^static unsigned long shrink_huge_zero_folio_scan\(' mm/huge_memory.c
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
	declares KSM_COPY_PAGE 'ksm_might_need_to_copy\(struct page' include/linux/ksm.h
	declares RMAP_PTE 'folio_add_anon_rmap_pte\(' include/linux/rmap.h
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

# The compiler computes the sizes that mm.h and page-flags.h need.  As in Kbuild, they
# are the "->NAME value" marks in the assembly of kernel/bounds.c.
"$cc" $("$port/flags.sh" "$src" "$port" "$out") -D__GENERATING_BOUNDS_H -S \
	-o "$out/bounds.s" "$src/kernel/bounds.c" 2>"$out/bounds.log" || {
	why=$(grep -m 1 'error' "$out/bounds.log" || head -n 1 "$out/bounds.log")
	case $why in
	*'Permission denied'* | *'No space left'*) unusable "release $release: $why" ;;
	esac
	undecided "release $release: kernel/bounds.c does not compile: $why; the whole log is $out/bounds.log"
}
sed -n 's/^.*->\([A-Z_0-9]*\) [$#]*\([-0-9]*\).*$/#define \1 \2/p' \
	"$out/bounds.s" | write "$gen/bounds.h"

printf '%s\n' "$release $src"
