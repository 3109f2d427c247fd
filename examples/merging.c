/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * merging.c - two pages with the same contents become one
 *
 * shows: fl_ksm_merge(), fl_unit_ksm_write_protect_page()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	struct fl_pte a, b;
	int ret;

	CHECK(!fl_mmap(process, ADDR + FL_PAGE, FL_PAGE, RW, FL_MAP_ANON));
	CHECK(!fl_store(process, ADDR, 7));
	CHECK(!fl_store(process, ADDR + FL_PAGE, 7));
	CHECK(!fl_pte_view(process, ADDR, &a));
	ret = fl_unit_ksm_write_protect_page(process, ADDR, a.pfn);
	if (ret == -EOPNOTSUPP) {
		printf("this kernel has no KSM\n");
		return example_end(world);
	}
	CHECK(!ret && !fl_pte_view(process, ADDR, &a) && !a.writable);
	CHECK(!fl_ksm_merge(process, ADDR, 2 * FL_PAGE));
	CHECK(!fl_pte_view(process, ADDR, &a));
	CHECK(!fl_pte_view(process, ADDR + FL_PAGE, &b));
	CHECK(a.pfn == b.pfn);
	printf("both pages are now frame %lu\n", a.pfn);
	return example_end(world);
}
