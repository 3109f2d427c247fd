/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * resource.c - regions of physical addresses
 *
 *  - request_free_mem_region(), __request_region(), __release_region()
 *  - region_intersects()
 *
 * custom: one level of regions, in device memory only; the search for a free
 * region is bottom-up.  Hides: sections, to whose size Linux rounds a region
 * up, and the top-down search of Linux.
 */
#include <linux/ioport.h>
#include <linux/pfn.h>
#include <linux/spinlock.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <asm/hw.h>

struct resource iomem_resource = { .name = "iomem" };
static DEFINE_SPINLOCK(resource_lock);

/* Return: the position of a region that begins at @start, in the list sorted by
 * address. */
static struct resource **resource_place(struct resource *parent,
					resource_size_t start)
{
	struct resource **p = &parent->child;

	while (*p && (*p)->start < start)
		p = &(*p)->sibling;
	return p;
}

/* Return: a region that overlaps [@start, @end], or NULL. */
static struct resource *overlap(struct resource *parent, resource_size_t start,
				resource_size_t end)
{
	struct resource *r;

	for (r = parent->child; r; r = r->sibling)
		if (r->start <= end && r->end >= start)
			return r;
	return NULL;
}

static bool is_devices(resource_size_t start, resource_size_t size)
{
	return PHYS_PFN(start) >= fl_hw.nr_frames &&
	       PHYS_PFN(start + size - 1) < FL_NR_PFNS;
}

static struct resource *insert_resource_under(struct resource *parent,
					      struct resource *r)
{
	struct resource **p = resource_place(parent, r->start);

	r->parent = parent;
	r->sibling = *p;
	*p = r;
	return r;
}

static struct resource *new_region(resource_size_t start, resource_size_t size,
				   const char *name, int flags)
{
	struct resource *r = fl_hw_alloc(sizeof(*r),
					 FL_ALLOC_ZERO | FL_ALLOC_SLEEP);

	if (r) {
		r->start = start;
		r->end = start + size - 1;
		r->name = name;
		r->flags = IORESOURCE_MEM | IORESOURCE_BUSY | flags;
	}
	return r;
}

struct resource *__request_region(struct resource *parent,
				  resource_size_t start, resource_size_t size,
				  const char *name, int flags)
{
	struct resource *r = new_region(start, size, name, flags);
	bool taken;

	if (!r)
		return NULL;
	spin_lock(&resource_lock);
	taken = !is_devices(start, size) || overlap(parent, start, r->end);
	if (!taken)
		insert_resource_under(parent, r);
	spin_unlock(&resource_lock);
	if (taken)
		fl_hw_free(r);
	return taken ? NULL : r;
}

void __release_region(struct resource *parent, resource_size_t start,
		      resource_size_t size)
{
	struct resource **p, *r;

	spin_lock(&resource_lock);
	p = resource_place(parent, start);
	r = *p;
	if (!r || r->start != start || r->end != start + size - 1)
		fl_hw_panic("release of a region that does not exist: "
			    "%#llx, %#llx bytes",
			    (u64)start, (u64)size);
	*p = r->sibling;
	spin_unlock(&resource_lock);
	fl_hw_free(r);
}

struct resource *request_free_mem_region(struct resource *base,
					 unsigned long size, const char *name)
{
	resource_size_t start = PFN_PHYS(fl_hw.nr_frames);
	struct resource *r = new_region(start, size, name, 0), *other;

	if (!r)
		return ERR_PTR(-ENOMEM);
	r->desc = IORES_DESC_DEVICE_PRIVATE_MEMORY;
	spin_lock(&resource_lock);
	while ((other = overlap(base, r->start, r->end))) {
		r->start = other->end + 1;
		r->end = r->start + size - 1;
	}
	if (is_devices(r->start, size)) {
		insert_resource_under(base, r);
		spin_unlock(&resource_lock);
		return r;
	}
	spin_unlock(&resource_lock);
	fl_hw_free(r);
	return ERR_PTR(-ERANGE);
}

/* same for the only query that callers make: is the range RAM? */
int region_intersects(resource_size_t start, size_t size, unsigned long flags,
		      unsigned long desc)
{
	return PHYS_PFN(start) >= fl_hw.nr_frames ? REGION_DISJOINT :
	       PHYS_PFN(start + size - 1) < fl_hw.nr_frames ?
						    REGION_INTERSECTS :
						    REGION_MIXED;
}
