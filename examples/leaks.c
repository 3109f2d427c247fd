/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * leaks.c - count live objects beyond those of the boot
 *
 * shows: fl_world_audit()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	struct fl_audit before, after;

	CHECK(!fl_world_audit(world, &before));
	CHECK(!fl_store(process, ADDR, 1));
	CHECK(!fl_world_audit(world, &after));
	printf("the first store takes %lu frames: a page and its tables\n",
	       after.frames - before.frames);
	CHECK(after.frames > before.frames);
	return example_end(world);
}
