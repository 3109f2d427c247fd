/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * views.c - every view of one page
 *
 * shows: fl_pte_view() fl_folio_view() fl_tlb_view() fl_rss_view()
 *        fl_frame_read() fl_device_pte_view()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	struct fl_device *device = example_device(world, process);
	struct fl_device_pte dev;
	struct fl_folio folio;
	unsigned long value;
	struct fl_pte pte;
	struct fl_tlb tlb;
	struct fl_rss rss;

	CHECK(!fl_store(process, ADDR, 42));
	CHECK(!fl_tlb_view(process, 0, ADDR, &tlb) && tlb.valid);
	CHECK(fl_device_make_exclusive(device, ADDR, FL_PAGE) == 1);
	CHECK(!fl_pte_view(process, ADDR, &pte) && pte.exclusive);
	CHECK(!fl_tlb_view(process, 0, ADDR, &tlb) && !tlb.valid);
	CHECK(!fl_folio_view(world, pte.pfn, &folio) && folio.refcount == 1);
	CHECK(!fl_device_pte_view(device, ADDR, &dev) && dev.pfn == pte.pfn);
	CHECK(!fl_rss_view(process, &rss) && rss.anon == 1);
	CHECK(!fl_frame_read(world, pte.pfn, 0, &value) && value == 42);
	printf("entry for pfn %lu, refs %d, mapcount %d, rss %ld\n", pte.pfn,
	       folio.refcount, folio.mapcount, rss.anon);
	return example_end(world);
}
