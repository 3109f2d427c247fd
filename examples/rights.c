/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rights.c - take rights and pages away
 *
 * shows: fl_mprotect() fl_zap()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	unsigned long value;

	CHECK(!fl_store(process, ADDR, 42));
	CHECK(!fl_mprotect(process, ADDR, FL_PAGE, FL_PROT_READ));
	CHECK(fl_store(process, ADDR, 43) == -EFAULT);
	CHECK(!fl_zap(process, ADDR, FL_PAGE));
	CHECK(!fl_load(process, ADDR, &value) && value == 0);
	printf("the page was read-only, then zapped\n");
	return example_end(world);
}
