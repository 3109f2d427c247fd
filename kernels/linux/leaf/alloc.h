/* SPDX-License-Identifier: GPL-2.0-only */
/* alloc.h - what the page and the object allocator share */
#ifndef FL_LEAF_ALLOC_H
#define FL_LEAF_ALLOC_H

/* Since 6.10 an allocating function has a second name, behind a profiling
 * macro. */
#ifdef FL_HAVE_ALLOC_HOOKS
#define L(name)	name##_noprof
#else
#define L(name)	name
#endif

/* What the machine must know of a gfp mask. */
static inline unsigned int hw_flags(gfp_t gfp)
{
	return (gfp & __GFP_ZERO ? FL_ALLOC_ZERO : 0) |
	       (gfp & __GFP_NOFAIL ? FL_ALLOC_NOFAIL : 0) |
	       (gfp & __GFP_DIRECT_RECLAIM ? FL_ALLOC_SLEEP : 0);
}

/* Return: the first page of @n blocks of the largest order in a row, each to be
 * freed for itself; NULL. */
struct page *fl_get_row(gfp_t gfp, unsigned int n);

#endif
