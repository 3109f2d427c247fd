/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fork.c - functions of fs/ that kernel/fork.c calls
 *
 *  - dup_userfaultfd(), ...  same for a VMA without a userfaultfd context: it
 *                            is copied unchanged.  If the tree has userfaultfd
 *                            in fs/, no VMA has a context.
 *  - get_file_rcu()          noop: no process runs an executable
 */
#include <linux/fs.h>
#include <linux/userfaultfd_k.h>

int dup_userfaultfd(struct vm_area_struct *vma, struct list_head *fcs)
{
	return 0;
}
void dup_userfaultfd_complete(struct list_head *fcs)
{
}
void dup_userfaultfd_fail(struct list_head *fcs)
{
}

#ifndef get_file_rcu
struct file *get_file_rcu(struct file __rcu **f)
{
	return NULL;
}
#endif
