/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pinning.c - hardware uses the page's frame, so the page stays where it is
 *
 * shows: fl_folio_pin(), fl_folio_unpin()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world), *child;
	struct fl_pte pte, copy;
	unsigned long pfn;

	CHECK(!fl_folio_pin(process, ADDR, &pfn));
	CHECK(fl_folio_migrate(world, pfn));
	CHECK(!fl_fork(process, &child));
	CHECK(!fl_pte_view(process, ADDR, &pte) && pte.pfn == pfn);
	CHECK(!fl_pte_view(child, ADDR, &copy) && copy.pfn != pfn);
	CHECK(!fl_folio_unpin(world, pfn));
	CHECK(!fl_folio_migrate(world, pfn));
	printf("the parent keeps frame %lu, the child has a copy\n", pfn);
	return example_end(world);
}
