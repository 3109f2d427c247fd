/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mapping.c - an address space, and memory in it
 *
 * shows: fl_process_create() fl_process_exit() fl_mmap() fl_munmap()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process;

	CHECK(!fl_process_create(world, &process));
	CHECK(!fl_mmap(process, ADDR, 4 * FL_PAGE, RW, FL_MAP_ANON));
	CHECK(fl_mmap(process, ADDR, FL_PAGE, RW, FL_MAP_ANON) == -EEXIST);
	CHECK(!fl_store(process, ADDR + FL_PAGE, 1));
	CHECK(!fl_munmap(process, ADDR, 2 * FL_PAGE));
	CHECK(fl_store(process, ADDR + FL_PAGE, 1) == -EFAULT);
	CHECK(!fl_process_exit(process));
	printf("mapped, used, unmapped; a store to the page now fails\n");
	return example_end(world);
}
