/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replace.h - kernel features that replace a page of a process
 *
 *  - fl_ksm_merge()                      merge equal pages
 *  - fl_uprobe_set(), fl_uprobe_clear()  a breakpoint in a private copy of a
 *                                        file
 *
 * -EOPNOTSUPP: this kernel does not support it.  -ENOTRECOVERABLE, -ESRCH as in
 * process.h.
 */
#ifndef FAULTLAB_REPLACE_H
#define FAULTLAB_REPLACE_H

struct fl_process;

/*
 * fl_ksm_merge - madvise(MADV_MERGEABLE) a range, then run ksmd until it is
 * merged
 *
 * Afterwards, anonymous pages of all such ranges that have equal contents are
 * one page, which must be copied before it is written.  Pages that must not be
 * merged, such as those that a device holds or that are pinned, are skipped.
 * Return: 0; -EINVAL: bad range; -ENOMEM: a hole; -EAGAIN: out of memory, as in
 * madvise(2); -EOPNOTSUPP.
 */
int fl_ksm_merge(struct fl_process *process, unsigned long start,
		 unsigned long len);

/*
 * fl_uprobe_set - insert a breakpoint (the byte 0xcc) at @addr, as registering
 * a uprobe does
 * fl_uprobe_clear - remove the breakpoint, as a uprobe without consumers does
 * @addr: in a private mapping of a file (FL_MAP_FILE | FL_MAP_PRIVATE), which
 *        must not be writable when the breakpoint is set
 * @original: the byte of the file there
 *
 * Setting the breakpoint gives the process a page of its own.  Clearing it
 * removes that page if its contents are the file's again.
 * Context: takes the mmap lock as the kernel does: in some releases,
 * fl_uprobe_clear() takes it for reading.
 * Return: 0; -EINVAL: no such mapping; -EFAULT; -ENOMEM; -EOPNOTSUPP.
 */
int fl_uprobe_set(struct fl_process *process, unsigned long addr);
int fl_uprobe_clear(struct fl_process *process, unsigned long addr,
		    unsigned char original);

#endif /* FAULTLAB_REPLACE_H */
