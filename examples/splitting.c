/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * splitting.c - a large folio becomes 512 small ones
 *
 * shows: fl_folio_split()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = NULL;
	struct fl_folio folio;
	struct fl_pte pte;

	CHECK(!fl_process_create(world, &process));
	CHECK(!fl_mmap(process, 2 * ADDR, FL_HUGE_PAGE, RW, FL_MAP_HUGE));
	CHECK(!fl_store(process, 2 * ADDR, 7));
	CHECK(!fl_pte_view(process, 2 * ADDR, &pte));
	CHECK(!fl_folio_split(world, pte.pfn));
	CHECK(!fl_folio_view(world, pte.pfn, &folio));
	printf("the folio now has order %u\n", folio.order);
	CHECK(folio.order == 0);
	return example_end(world);
}
