/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fork.c - create a child process that shares pages until they are written
 *
 * All the work is done by the tree's dup_mmap(), which is in mm/mmap.c, or in
 * kernel/fork.c in older releases (part/fork.c).
 *
 * same: the VMAs that a child inherits, with their flags, pages and userfaultfd
 * contexts, and the limits.
 * Hides: the flags of the mm_struct itself, and processes that share one.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include "port.h"
#include "mm/internal.h"

#ifdef FL_HAVE_DUP_MMAP
int fl_dup_mmap(struct mm_struct *child, struct mm_struct *parent)
{
	return dup_mmap(child, parent);
}
#endif

int fl_fork_mm(struct fl_mm *m, struct fl_mm **out)
{
	struct mm_struct *parent = fl_use_mm(m), *child = fl_mm_new();
	int ret = child ? fl_limits_copy(child, parent) : -ENOMEM;

	if (!ret)
		ret = fl_dup_mmap(child, parent);

	if (!ret) {
		*out = (struct fl_mm *)child;
		return 0;
	}
	if (child)
		mmput(child);
	return ret;
}
