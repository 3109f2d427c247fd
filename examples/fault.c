/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fault.c - one call of the fault handler, and the lock it leaves
 *
 * shows: fl_fault()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	struct fl_fault out;

	CHECK(!fl_fault(process, ADDR, FL_FAULT_WRITE | FL_FAULT_ALLOW_RETRY,
			&out));
	printf("result %#x, mmap lock %s\n", out.result,
	       out.mmap_locked ? "still held" : "dropped");
	CHECK(!out.result && out.mmap_locked);
	return example_end(world);
}
