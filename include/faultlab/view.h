/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * view.h - views of a world, which do not change it
 *
 *  - fl_pte_view(), fl_folio_view(), fl_tlb_view(), fl_rss_view()
 *
 * No locks, no side effects: what a debugger would show at this step.
 */
#ifndef FAULTLAB_VIEW_H
#define FAULTLAB_VIEW_H

#include "faultlab/types.h"

struct fl_world;
struct fl_process;

/* fl_pte_view - read the entry that decides @addr; all zero if there is none.
 * Return: 0; -EINVAL: not a user address; -ENOTRECOVERABLE. */
int fl_pte_view(struct fl_process *process, unsigned long addr,
		struct fl_pte *pte);

/* fl_folio_view - read the page of frame @pfn and its folio.
 * Return: 0; -EINVAL: no such frame; -ENOTRECOVERABLE. */
int fl_folio_view(struct fl_world *world, unsigned long pfn,
		  struct fl_folio *folio);

/* fl_tlb_view - read what CPU @cpu has cached for @addr.
 * Return: 0; -EINVAL: no such CPU. */
int fl_tlb_view(struct fl_process *process, unsigned int cpu,
		unsigned long addr, struct fl_tlb *tlb);

/* fl_rss_view - count resident pages.  Return: 0 or -ENOTRECOVERABLE. */
int fl_rss_view(struct fl_process *process, struct fl_rss *rss);

/* fl_frame_read - read 8 bytes of physical memory.
 * @offset: into the frame, aligned to 8.  Return: 0, -EINVAL. */
int fl_frame_read(struct fl_world *world, unsigned long pfn,
		  unsigned long offset, unsigned long *value);

#endif /* FAULTLAB_VIEW_H */
