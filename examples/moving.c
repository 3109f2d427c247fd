/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * moving.c - the kernel moves a page to another frame, then to the swap file
 *
 * shows: fl_folio_migrate(), fl_folio_reclaim()
 */
#include "example.h"

static unsigned long frame(struct fl_process *process)
{
	struct fl_pte pte;

	CHECK(!fl_pte_view(process, ADDR, &pte));
	return pte.pfn;
}

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	unsigned long before, value;
	struct fl_pte pte;

	CHECK(!fl_store(process, ADDR, 7));
	before = frame(process);
	CHECK(!fl_folio_migrate(world, before));
	CHECK(frame(process) != before);
	CHECK(!fl_folio_reclaim(world, frame(process)));
	CHECK(!fl_pte_view(process, ADDR, &pte) && pte.swap);
	CHECK(!fl_load(process, ADDR, &value) && value == 7);
	printf("moved from frame %lu to another frame, the swap file, and "
	       "frame %lu; value still %lu\n",
	       before, frame(process), value);
	return example_end(world);
}
