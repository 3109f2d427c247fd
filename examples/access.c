/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * access.c - user code touches memory
 *
 * shows: fl_load() fl_store()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	unsigned long value = 1;

	CHECK(!fl_load(process, ADDR, &value) && value == 0);
	CHECK(!fl_store(process, ADDR, 42));
	CHECK(!fl_load(process, ADDR, &value) && value == 42);
	printf("the page read 0, then %lu\n", value);
	return example_end(world);
}
