/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cleaning.c - write-protect a page of a file before write-back
 *
 * shows: fl_unit_folio_mkclean()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	const unsigned long at = 0x50000000UL;
	struct fl_pte pte;
	int ret;

	CHECK(!fl_mmap(process, at, FL_PAGE, RW, FL_MAP_FILE));
	CHECK(!fl_store(process, at, 7));
	CHECK(!fl_pte_view(process, at, &pte) && pte.dirty);
	ret = fl_unit_folio_mkclean(world, pte.pfn);
	if (ret == -EOPNOTSUPP) {
		printf("this kernel does not support writeback\n");
		return example_end(world);
	}
	CHECK(ret == 1);
	CHECK(!fl_pte_view(process, at, &pte) && !pte.dirty && !pte.writable);
	CHECK(fl_unit_folio_mkclean(world, pte.pfn) == 0);
	printf("one mapping was dirty\n");
	return example_end(world);
}
