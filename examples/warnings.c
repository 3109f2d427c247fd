/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * warnings.c - a kernel warns and continues
 *
 * shows: fl_world_warnings()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world_config config = {
		.kernel = example_kernel(argc, argv),
		.print_warnings = 1,
	};
	struct fl_process *process;
	struct fl_world *world;
	struct fl_fault out;
	_Bool warns;

	CHECK(!fl_world_boot(&config, &world));
	process = example_process(world);
	/* Under a VMA lock, FL_FAULT_RETRY_NOWAIT is not allowed: the kernel
	 * warns once. */
	warns = fl_world_kernel(world)->has_vma_lock;
	CHECK(!fl_store(process, ADDR, 1));
	if (warns) {
		CHECK(!fl_fault(process, ADDR,
				FL_FAULT_ALLOW_RETRY | FL_FAULT_VMA_LOCK |
					FL_FAULT_RETRY_NOWAIT,
				&out));
		CHECK(!fl_fault(process, ADDR,
				FL_FAULT_ALLOW_RETRY | FL_FAULT_VMA_LOCK |
					FL_FAULT_RETRY_NOWAIT,
				&out));
	}
	printf("%lu warnings\n", fl_world_warnings(world));
	CHECK(fl_world_warnings(world) == warns);
	return example_end(world);
}
