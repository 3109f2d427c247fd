/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fork.c - a child shares its parent's pages until one of them writes
 *
 * shows: fl_fork()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *parent = example_process(world), *child;
	unsigned long value;

	CHECK(!fl_store(parent, ADDR, 42));
	CHECK(!fl_fork(parent, &child));
	CHECK(!fl_store(parent, ADDR, 43));
	CHECK(!fl_load(child, ADDR, &value) && value == 42);
	printf("the child still reads %lu\n", value);
	return example_end(world);
}
