/* SPDX-License-Identifier: GPL-2.0-only */
/* alloc.h - declarations shared by the page and the object allocator */
#ifndef FL_STUB_ALLOC_H
#define FL_STUB_ALLOC_H

/* Since 6.10 the name of an allocating function is a profiling macro, and the
 * function itself has the suffix _noprof. */
#ifdef FL_HAVE_ALLOC_HOOKS
#define L(name) name##_noprof
#else
#define L(name) name
#endif

/* Convert a gfp mask to FL_ALLOC_*. */
static inline unsigned int hw_flags(gfp_t gfp)
{
	return (gfp & __GFP_ZERO ? FL_ALLOC_ZERO : 0) |
	       (gfp & __GFP_NOFAIL ? FL_ALLOC_NOFAIL : 0) |
	       (gfp & __GFP_DIRECT_RECLAIM ? FL_ALLOC_SLEEP : 0);
}

/* Return: the first page of @n contiguous blocks of the largest order, each of
 * which must be freed separately; or NULL. */
struct page *fl_get_row(gfp_t gfp, unsigned int n);

#endif
