/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * slab.c - object caches
 *
 * custom: one free list per cache; free objects are filled with junk.
 * Hides: nothing that a caller may rely on.
 */
#include <linux/slab.h>
#include <linux/mm.h>
#include <asm/hw.h>
#include "alloc.h"

struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_SHIFT_HIGH + 1];

/* A free object of a SLAB_TYPESAFE_BY_RCU cache may still be read, so it keeps
 * its contents, like objects of a cache with a constructor. */
static void keep_contents(void *object)
{
}

static struct kmem_cache *cache_create(const char *name, unsigned int size,
				       unsigned int align, slab_flags_t flags,
				       void (*ctor)(void *))
{
	if (flags & SLAB_HWCACHE_ALIGN)
		align = max_t(unsigned int, align, L1_CACHE_BYTES);
	if (flags & SLAB_TYPESAFE_BY_RCU && !ctor)
		ctor = keep_contents;
	return (void *)fl_hw_cache_create(name, size, align ?: 8, ctor);
}

#ifdef FL_HAVE_CACHE_ARGS
struct kmem_cache *__kmem_cache_create_args(const char *name, unsigned int size,
					    struct kmem_cache_args *args,
					    slab_flags_t flags)
{
	return cache_create(name, size, args->align, flags, args->ctor);
}
#else
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
				     unsigned int align, slab_flags_t flags,
				     void (*ctor)(void *))
{
	return cache_create(name, size, align, flags, ctor);
}
#endif

void *L(kmem_cache_alloc)(struct kmem_cache *s, gfp_t gfp)
{
	return fl_hw_cache_alloc((void *)s, hw_flags(gfp));
}

void *L(kmem_cache_alloc_lru)(struct kmem_cache *s, struct list_lru *lru,
			      gfp_t gfp)
{
	return fl_hw_cache_alloc((void *)s, hw_flags(gfp));
}

#ifdef FL_HAVE_BULK_BOOL /* before: the number of objects, all or none */
bool
#else
int
#endif
L(kmem_cache_alloc_bulk)(struct kmem_cache *s, gfp_t gfp, size_t n, void **p)
{
	size_t i;

	for (i = 0; i < n; i++) {
		p[i] = fl_hw_cache_alloc((void *)s, hw_flags(gfp));
		if (!p[i]) {
			while (i)
				fl_hw_free(p[--i]);
			return 0;
		}
	}
	return n;
}

void kmem_cache_free(struct kmem_cache *s, void *p)
{
	fl_hw_free(p);
}

void kmem_cache_free_bulk(struct kmem_cache *s, size_t n, void **p)
{
	while (n)
		fl_hw_free(p[--n]);
}

#ifdef FL_HAVE_ALLOC_HOOKS
void *__kmalloc_cache_noprof(struct kmem_cache *s, gfp_t gfp, size_t size)
#else
void *kmalloc_trace(struct kmem_cache *s, gfp_t gfp, size_t size)
#endif
{
	return fl_hw_alloc(size, hw_flags(gfp));
}

#ifdef FL_HAVE_ALLOC_HOOKS
void *__kmalloc_cache_node_noprof(struct kmem_cache *s, gfp_t gfp, int node,
				  size_t size)
#else
void *kmalloc_node_trace(struct kmem_cache *s, gfp_t gfp, int node, size_t size)
#endif
{
	return fl_hw_alloc(size, hw_flags(gfp));
}

/*
 * -- memory too large for an object: contiguous blocks of the largest order --
 *
 * custom: physically contiguous.  Hides: the mappings of vmalloc(), which allow
 * it to use scattered pages.
 */

#define MAX_OBJECT (PAGE_SIZE << (FL_MAX_ORDER - 1))
#define LARGEST	   (PAGE_SIZE << FL_MAX_ORDER)

/* The number of blocks is kept in the first page's private field. */
static void *alloc_large(size_t size, gfp_t gfp)
{
	unsigned int n = DIV_ROUND_UP(size, LARGEST);
	struct page *page = fl_get_row(gfp, n);

	if (!page)
		return NULL;
	set_page_private(page, n);
	return page_address(page);
}

/* An object never lies at the start of a block: a header does. */
static bool is_large(const void *p)
{
	unsigned long pfn = virt_to_pfn(p);
	unsigned int order;

	return p && !offset_in_page(p) && fl_hw_frame_allocated(pfn) &&
	       fl_hw_frame_block(pfn, &order) == pfn;
}

static void free_large(const void *p)
{
	unsigned long n = page_private(virt_to_page(p));

	set_page_private(virt_to_page(p), 0);
	while (n--)
		free_pages((unsigned long)p + n * LARGEST, FL_MAX_ORDER);
}

static void *alloc(size_t size, gfp_t gfp)
{
	return size > MAX_OBJECT ? alloc_large(size, gfp) :
				   fl_hw_alloc(size, hw_flags(gfp));
}

void *L(vmalloc)(unsigned long size)
{
	return alloc(size, GFP_KERNEL);
}
void *L(vzalloc)(unsigned long size)
{
	return alloc(size, GFP_KERNEL | __GFP_ZERO);
}

static size_t size_of(const void *p)
{
	return is_large(p) ? page_private(virt_to_page(p)) * LARGEST :
			     fl_hw_alloc_size(p);
}

#ifdef FL_HAVE_REALLOC_ALIGN
void *krealloc_node_align_noprof(const void *old, size_t size,
				 unsigned long align, gfp_t gfp, int node)
#else
void *L(krealloc)(const void *old, size_t size, gfp_t gfp)
#endif
{
	void *p;

	if (old && size_of(old) >= size)
		return (void *)old;
	p = alloc(size, gfp);
	if (p && old) {
		memcpy(p, old, size_of(old));
		kfree(old);
	}
	return p;
}

void kfree(const void *p)
{
	if (is_large(p))
		free_large(p);
	else
		fl_hw_free(p);
}

void vfree(const void *p)
{
	kfree(p);
}
bool is_vmalloc_addr(const void *p)
{
	return false;
}

void *L(__kmalloc)(size_t size, gfp_t gfp)
{
	return alloc(size, gfp);
}

void *L(__kmalloc_node)(size_t size, gfp_t gfp, int node)
{
	return alloc(size, gfp);
}

#ifdef FL_HAVE_KVMALLOC_ALIGN /* in 7.2; before, mm/util.c has it */
void *__kvmalloc_node_noprof(size_t size, unsigned long align, gfp_t gfp,
			     int node)
{
	return alloc(size, gfp);
}

void kvfree(const void *p)
{
	kfree(p);
}
#else
/* kvmalloc() calls it after kmalloc() has failed. */
void *L(__vmalloc_node_range)(unsigned long size, unsigned long align,
			      unsigned long start, unsigned long end, gfp_t gfp,
			      pgprot_t prot, unsigned long vm_flags, int node,
			      const void *caller)
{
	return alloc(size, gfp);
}
#endif

#ifdef FL_HAVE_SHEAF
/* -- sheaves: preallocated objects, for callers that must not fail later -- */

struct slab_sheaf {
	unsigned int n;
	void *objects[];
};

#define MAX_SHEAF 64

void kmem_cache_return_sheaf(struct kmem_cache *s, gfp_t gfp,
			     struct slab_sheaf *sheaf)
{
	kmem_cache_free_bulk(s, sheaf->n, sheaf->objects);
	fl_hw_free(sheaf);
}

/* Return: 0; -ENOMEM: the objects allocated so far stay in the sheaf. */
int kmem_cache_refill_sheaf(struct kmem_cache *s, gfp_t gfp,
			    struct slab_sheaf **sheafp, unsigned int size)
{
	struct slab_sheaf *sheaf = *sheafp;

	if (size > MAX_SHEAF)
		fl_hw_panic("a sheaf of %u objects, at most %u supported", size,
			    MAX_SHEAF);
	while (sheaf->n < size) {
		void *p = fl_hw_cache_alloc((void *)s, hw_flags(gfp));

		if (!p)
			return -ENOMEM;
		sheaf->objects[sheaf->n++] = p;
	}
	return 0;
}

struct slab_sheaf *kmem_cache_prefill_sheaf(struct kmem_cache *s, gfp_t gfp,
					    unsigned int size)
{
	struct slab_sheaf *sheaf = fl_hw_alloc(struct_size(sheaf, objects,
							   MAX_SHEAF),
					       hw_flags(gfp | __GFP_ZERO));

	if (!sheaf || !kmem_cache_refill_sheaf(s, gfp, &sheaf, size))
		return sheaf;
	kmem_cache_return_sheaf(s, gfp, sheaf);
	return NULL;
}

void *kmem_cache_alloc_from_sheaf_noprof(struct kmem_cache *s, gfp_t gfp,
					 struct slab_sheaf *sheaf)
{
	void *p = sheaf->n ? sheaf->objects[--sheaf->n] : NULL;

	if (p && (gfp & __GFP_ZERO))
		memset(p, 0, fl_hw_alloc_size(p));
	return p;
}

unsigned int kmem_cache_sheaf_size(struct slab_sheaf *sheaf)
{
	return sheaf->n;
}
#endif
