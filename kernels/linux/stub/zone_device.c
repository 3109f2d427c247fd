/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zone_device.c - hotplug of device memory, below mm/memremap.c
 *
 *  - arch_add_memory(), __add_pages(), ...  nothing to do
 *  - move_pfn_range_to_zone(), memmap_init_zone_device()  struct pages
 *  - fl_device_block(), ...  the frames that form a folio
 *
 * custom: one memory map, allocated at boot, and one direct map for all frames.
 * Hides: sections, whose struct pages come and go; private device memory has no
 * CPU address in Linux, so a stray access to it traps.
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

void mem_hotplug_begin(void)
{
	mutex_lock(&hotplug_lock);
}
void mem_hotplug_done(void)
{
	mutex_unlock(&hotplug_lock);
}

/* same: the CPU can address all device frames. */
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

/* -- the zone, which grows and never shrinks -- */

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
	/* vm_normal_page() reports a frame above it as an error. */
	highest_memmap_pfn = max(highest_memmap_pfn, pfn + nr - 1);
	max_mapnr = max(max_mapnr, pfn + nr);
}

/* same: the zone is not shrunk.  It may still contain memory around the range,
 * and no page of the range is in use. */
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
 * custom: only private and coherent memory, whose pages start with a count of
 * 0.  Hides: memory of file systems and of PCI peers, and pages that are
 * initially large.
 */
void memmap_init_zone_device(struct zone *zone, unsigned long pfn,
			     unsigned long nr, struct dev_pagemap *pgmap)
{
	unsigned long end = pfn + nr;

	if (pgmap->type != MEMORY_DEVICE_PRIVATE &&
	    pgmap->type != MEMORY_DEVICE_COHERENT)
		fl_hw_panic("unsupported type %d of device memory",
			    pgmap->type);
	for (; pfn < end; pfn++) {
		struct page *page = pfn_to_page(pfn);

		memset(page, 0, sizeof(*page));
		set_page_links(page, ZONE_DEVICE, 0, pfn);
		atomic_set(&page->_mapcount, -1);
		__SetPageReserved(page);
		set_pgmap(page, pgmap);
	}
}

/* -- blocks: the order of each folio, indexed by its first frame -- */

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
		/* Blocks are aligned by frame number. */
		unsigned long head = pfn & ~((1UL << *order) - 1);

		if (head >= fl_hw.nr_frames &&
		    orders[head - fl_hw.nr_frames] == *order)
			return head;
	}
	return fl_hw.nr_frames + i;
}
