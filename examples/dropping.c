/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dropping.c - reclaim drops memory that it may drop
 *
 * shows: fl_lazyfree()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	unsigned long value = 1;
	struct fl_pte pte;
	int ret;

	CHECK(!fl_store(process, ADDR, 7));
	CHECK(!fl_pte_view(process, ADDR, &pte));
	ret = fl_lazyfree(process, ADDR, FL_PAGE);
	if (ret == -EOPNOTSUPP) {
		printf("this kernel does not drop lazily freed pages\n");
		return example_end(world);
	}
	CHECK(!ret);
	CHECK(!fl_folio_reclaim(world, pte.pfn));
	CHECK(!fl_load(process, ADDR, &value) && value == 0);
	printf("7 was dropped, not swapped\n");
	return example_end(world);
}
