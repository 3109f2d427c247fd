/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * failing_allocation.c - let one allocation fail, and retry
 *
 * shows: fl_world_allocs() fl_world_fail_alloc()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	unsigned long before = fl_world_allocs(world);

	fl_world_fail_alloc(world, 1);
	CHECK(fl_store(process, ADDR, 1) == -ENOMEM);
	CHECK(!fl_store(process, ADDR, 1));
	printf("%lu allocations; the first one failed\n",
	       fl_world_allocs(world) - before);
	return example_end(world);
}
