/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zone_device.c - what mm/memremap.c stands on: memory of devices that is
 * plugged in
 *
 *  - arch_add_memory(), __add_pages() and their like, which have nothing left
 *  to do
 *  - move_pfn_range_to_zone(), memmap_init_zone_device()  its struct pages
 *  - fl_device_block(), ...  which of its frames are one folio
 *
 * custom: there is one memory map for all frames, made when the kernel boots,
 * and a direct map that has them all.  Hides: sections, whose struct pages come
 * and go; that a device's private memory has no address at all, so that a stray
 * access to it traps.
 */
#include <linux/mm.h>
#include <linux/memory_hotplug.h>
#include <linux/memremap.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <asm/hw.h>
#include "../port.h"
#include "device.h"
#include "mm/internal.h"

static DEFINE_MUTEX(hotplug_lock);

void mem_hotplug_begin(void) { mutex_lock(&hotplug_lock); }
void mem_hotplug_done(void) { mutex_unlock(&hotplug_lock); }

/* same: what the machine has can be addressed. */
bool mhp_range_allowed(u64 start, u64 size, bool need_mapping)
{
	return PHYS_PFN(start) >= fl_hw.nr_frames &&
	       PHYS_PFN(start + size - 1) < FL_NR_PFNS;
}

int __add_pages(int nid, unsigned long pfn, unsigned long nr,
		struct mhp_params *params)
{
	return 0;
}

int arch_add_memory(int nid, u64 start, u64 size, struct mhp_params *params)
{
	return 0;
}

#ifdef FL_HAVE_REMOVE_PGMAP
void __remove_pages(unsigned long pfn, unsigned long nr,
		    struct vmem_altmap *altmap, struct dev_pagemap *pgmap)
#else
void __remove_pages(unsigned long pfn, unsigned long nr,
		    struct vmem_altmap *altmap)
#endif
{
}

#ifdef FL_HAVE_REMOVE_PGMAP
void arch_remove_memory(u64 start, u64 size, struct vmem_altmap *altmap,
			struct dev_pagemap *pgmap)
#else
void arch_remove_memory(u64 start, u64 size, struct vmem_altmap *altmap)
#endif
{
}

/* -- the zone, which spans what was ever put into it -- */

#ifdef FL_HAVE_MOVE_ISOLATE
void move_pfn_range_to_zone(struct zone *zone, unsigned long pfn,
			    unsigned long nr, struct vmem_altmap *altmap,
			    int migratetype, bool isolate)
#else
void move_pfn_range_to_zone(struct zone *zone, unsigned long pfn,
			    unsigned long nr, struct vmem_altmap *altmap,
			    int migratetype)
#endif
{
	unsigned long end = max(zone_end_pfn(zone), pfn + nr);

	lockdep_assert_held(&hotplug_lock);
	zone->zone_pgdat = &contig_page_data;
	if (!zone->spanned_pages || pfn < zone->zone_start_pfn)
		zone->zone_start_pfn = pfn;
	zone->spanned_pages = end - zone->zone_start_pfn;
	/* vm_normal_page() takes a frame above it for a mistake. */
	highest_memmap_pfn = max(highest_memmap_pfn, pfn + nr - 1);
	max_mapnr = max(max_mapnr, pfn + nr);
}

/* same: it may still have what lies around the range, and no page asks. */
void remove_pfn_range_from_zone(struct zone *zone, unsigned long pfn,
				unsigned long nr)
{
	lockdep_assert_held(&hotplug_lock);
}

static void set_pgmap(struct page *page, struct dev_pagemap *pgmap)
{
#ifdef FL_HAVE_FOLIO_PGMAP
	((struct folio *)page)->pgmap = pgmap;
#else
	page->pgmap = pgmap;
#endif
}

/*
 * custom: for memory whose pages begin with a count of 0, private or coherent.
 * Hides: file systems' and peers' memory, and pages that are born large.
 */
void memmap_init_zone_device(struct zone *zone, unsigned long pfn,
			     unsigned long nr, struct dev_pagemap *pgmap)
{
	unsigned long end = pfn + nr;

	if (pgmap->type != MEMORY_DEVICE_PRIVATE &&
	    pgmap->type != MEMORY_DEVICE_COHERENT)
		fl_hw_panic("device memory of type %d", pgmap->type);
	for (; pfn < end; pfn++) {
		struct page *page = pfn_to_page(pfn);

		memset(page, 0, sizeof(*page));
		set_page_links(page, ZONE_DEVICE, 0, pfn);
		atomic_set(&page->_mapcount, -1);
		__SetPageReserved(page);
		set_pgmap(page, pgmap);
	}
}

/* -- blocks: the order of a folio by its first frame -- */

static u8 *orders;

void fl_device_init(void)
{
	if (fl_hw.nr_device_frames)
		orders = fl_hw_boot_alloc(fl_hw.nr_device_frames, 1);
}

void fl_device_set_block(unsigned long pfn, unsigned int order)
{
	orders[pfn - fl_hw.nr_frames] = order;
}

unsigned long fl_device_block(unsigned long pfn, unsigned int *order)
{
	unsigned long i = pfn - fl_hw.nr_frames;

	for (*order = FL_MAX_ORDER; *order; --*order) {
		/* Aligned as frame numbers are. */
		unsigned long head = pfn & ~((1UL << *order) - 1);

		if (head >= fl_hw.nr_frames &&
		    orders[head - fl_hw.nr_frames] == *order)
			return head;
	}
	return fl_hw.nr_frames + i;
}
