/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * marks.c - marks on a page survive while a device has the page
 *
 * shows: fl_clear_soft_dirty() fl_uffd_wp()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	struct fl_pte pte;

	CHECK(!fl_store(process, ADDR, 1));
	CHECK(!fl_clear_soft_dirty(process, ADDR, FL_PAGE));
	CHECK(!fl_pte_view(process, ADDR, &pte) && !pte.soft_dirty);
	CHECK(!fl_store(process, ADDR, 2));
	CHECK(!fl_pte_view(process, ADDR, &pte) && pte.soft_dirty);
	CHECK(!fl_uffd_wp(process, ADDR, FL_PAGE, 1));
	CHECK(fl_store(process, ADDR, 3) == -EFAULT);
	printf("soft-dirty after a store; then "
	       "write-protected by userfaultfd\n");
	return example_end(world);
}
