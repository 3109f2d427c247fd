/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * huge.c - split a huge page into 512 PTEs, and collapse pages into one
 *
 * shows: fl_split_huge(), fl_collapse()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	const unsigned long at = 0x80000000UL, small = 0x90000000UL;
	struct fl_pte pte;
	int ret;

	if (!fl_world_kernel(world)->has_huge_pages) {
		printf("this kernel has no huge pages\n");
		return example_end(world);
	}
	CHECK(!fl_mmap(process, at, FL_HUGE_PAGE, RW, FL_MAP_HUGE));
	CHECK(!fl_store(process, at, 1));
	CHECK(!fl_pte_view(process, at, &pte) && pte.huge);
	CHECK(!fl_split_huge(process, at));
	CHECK(!fl_pte_view(process, at + FL_PAGE, &pte) && !pte.huge);
	printf("page 1 of the folio has its own PTE, pfn %lu\n", pte.pfn);

	CHECK(!fl_mmap(process, small, FL_HUGE_PAGE, RW, FL_MAP_ANON));
	CHECK(!fl_store(process, small, 1));
	ret = fl_collapse(process, small, FL_HUGE_PAGE);
	if (ret == -EOPNOTSUPP) {
		printf("this kernel does not collapse pages\n");
		return example_end(world);
	}
	CHECK(!ret && !fl_pte_view(process, small + FL_PAGE, &pte) && pte.huge);
	printf("one page was collapsed into a huge page, pfn %lu\n", pte.pfn);
	return example_end(world);
}
