/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uprobes.c - the tree's kernel/events/uprobes.c: a breakpoint in a page of a
 * file
 *
 *  - fl_uprobe()  set_swbp(), set_orig_insn(): the page is replaced
 *
 * custom: a probe that is on no list.  Hides: who registers it, the
 * instruction's analysis, and all that happens when a breakpoint is hit.
 */
#include "kernel/events/uprobes.c"
#include "../port.h"

/*
 * A probe that nobody is interested in any more is removed by who ran into it.
 * Until 6.13 the mmap lock was shared then, so that a device may come between.
 * Since then the functions take the VMA.
 */
#ifdef FL_HAVE_UPROBE_VMA
#define lock_to_clear(mm)	mmap_write_lock(mm)
#define unlock_to_clear(mm)	mmap_write_unlock(mm)
#define where(mm, vma)		(vma)
#else
#define lock_to_clear(mm)	mmap_read_lock(mm)
#define unlock_to_clear(mm)	mmap_read_unlock(mm)
#define where(mm, vma)		(mm)
#endif

/* Context: mmap lock held.  Return: the VMA, if a probe may be put or be
 * there. */
static struct vm_area_struct *place(struct mm_struct *mm, unsigned long addr,
				    bool is_register)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);

	return vma && valid_vma(vma, is_register) ? vma : NULL;
}

static int set(struct mm_struct *mm, unsigned long addr, struct uprobe *probe)
{
	struct vm_area_struct *vma;
	int ret = -EINVAL;

	mmap_write_lock(mm);
	vma = place(mm, addr, true);
	if (vma)
		ret = set_swbp(&probe->arch, where(mm, vma), addr);
	mmap_write_unlock(mm);
	return ret;
}

static int clear(struct mm_struct *mm, unsigned long addr, struct uprobe *probe)
{
	struct vm_area_struct *vma;
	int ret = -EINVAL;

	lock_to_clear(mm);
	vma = place(mm, addr, false);
	if (vma)
		ret = set_orig_insn(&probe->arch, where(mm, vma), addr);
	unlock_to_clear(mm);
	return ret;
}

int fl_uprobe(struct fl_mm *m, unsigned long addr, _Bool on,
	      unsigned char original)
{
	struct uprobe probe = { .arch.insn[0] = original };
	struct mm_struct *mm = fl_use_mm(m);

	return on ? set(mm, addr, &probe) : clear(mm, addr, &probe);
}
