/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fork.c - what a tree's kernel/fork.c asks of fs/
 *
 *  - dup_userfaultfd(), ...  same for a VMA without a context, as all are if the tree has
 *                            userfaultfd in fs/: it is copied as it is
 *  - get_file_rcu()          noop: no process runs a file
 */
#include <linux/fs.h>
#include <linux/userfaultfd_k.h>

int dup_userfaultfd(struct vm_area_struct *vma, struct list_head *fcs) { return 0; }
void dup_userfaultfd_complete(struct list_head *fcs) { }
void dup_userfaultfd_fail(struct list_head *fcs) { }

#ifndef get_file_rcu
struct file *get_file_rcu(struct file __rcu **f) { return NULL; }
#endif
