/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uprobes.c - the tree's kernel/events/uprobes.c: breakpoints in file pages
 *
 *  - fl_uprobe()  replace the page, by set_swbp() or set_orig_insn()
 *
 * custom: the probe is on no list.  Hides: registration, instruction analysis,
 * and everything that happens when a breakpoint is hit.
 */
#include "kernel/events/uprobes.c"
#include "../port.h"

/*
 * A probe without consumers is removed by a thread that hits it.  Until 6.13
 * that thread holds the mmap lock for reading, so a device may interfere.
 * Since then the functions take the VMA.
 */
#ifdef FL_HAVE_UPROBE_VMA
#define lock_to_clear(mm)   mmap_write_lock(mm)
#define unlock_to_clear(mm) mmap_write_unlock(mm)
#define where(mm, vma)	    (vma)
#else
#define lock_to_clear(mm)   mmap_read_lock(mm)
#define unlock_to_clear(mm) mmap_read_unlock(mm)
#define where(mm, vma)	    (mm)
#endif

/* Context: mmap lock held.  Return: the VMA, if it may have a probe (with
 * @is_register: if a probe may be set), or NULL. */
static struct vm_area_struct *place(struct mm_struct *mm, unsigned long addr,
				    bool is_register)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);

	return vma && valid_vma(vma, is_register) ? vma : NULL;
}

static int set_probe(struct mm_struct *mm, unsigned long addr,
		     struct uprobe *probe)
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

static int clear_probe(struct mm_struct *mm, unsigned long addr,
		       struct uprobe *probe)
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

static int fl_uprobe(struct fl_mm *m, unsigned long addr, _Bool on,
		     unsigned char original)
{
	struct uprobe probe = { .arch.insn[0] = original };
	struct mm_struct *mm = fl_use_mm(m);

	return on ? set_probe(mm, addr, &probe) : clear_probe(mm, addr, &probe);
}

const struct fl_uprobe_ops fl_uprobe_ops = {
	.set = fl_uprobe,
};
