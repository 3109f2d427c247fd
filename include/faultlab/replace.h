/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replace.h - who puts another page in the place of a process's page
 *
 *  - fl_ksm_merge()                      equal pages become one
 *  - fl_uprobe_set(), fl_uprobe_clear()  a breakpoint in a private copy of a file
 *
 * -EOPNOTSUPP: this kernel has no such thing.  -ENOTRECOVERABLE, -ESRCH as in
 * process.h.
 */
#ifndef FAULTLAB_REPLACE_H
#define FAULTLAB_REPLACE_H

struct fl_process;

/*
 * fl_ksm_merge - madvise(MADV_MERGEABLE) for a range, then ksmd as often as it takes
 *
 * Anonymous pages of any such range that hold the same are one page afterwards, which
 * nobody may write before it was copied.  What may not be merged, since a device has it
 * or it is pinned, say, is passed over.
 * Return: 0; -EINVAL: bad range; -ENOMEM: a hole; -EAGAIN: memory is short, as of
 * madvise(2); -EOPNOTSUPP.
 */
int fl_ksm_merge(struct fl_process *process, unsigned long start,
		 unsigned long len);

/*
 * fl_uprobe_set - put a breakpoint (the byte 0xcc) at @addr, as a probe does that is
 *                 registered
 * fl_uprobe_clear - and back, as a probe does that finds nobody interested any more
 * @addr: in a private mapping of a file (FL_MAP_FILE | FL_MAP_PRIVATE), which may not
 *        be written when the breakpoint is set
 * @original: the byte that the file has there
 *
 * Setting gives the process a page of its own; clearing takes it away again where it
 * has become the same as the file's.
 * Context: the mmap lock, as the kernel takes it: in some releases fl_uprobe_clear()
 * shares it.
 * Return: 0; -EINVAL: no such mapping; -EFAULT; -ENOMEM; -EOPNOTSUPP.
 */
int fl_uprobe_set(struct fl_process *process, unsigned long addr);
int fl_uprobe_clear(struct fl_process *process, unsigned long addr,
		    unsigned char original);

#endif /* FAULTLAB_REPLACE_H */
