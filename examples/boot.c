/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.c - list the kernels, and boot one
 *
 * shows: fl_kernel_count() fl_kernel_info() fl_world_boot() fl_world_kernel()
 *        fl_world_shutdown()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world_config config = { .frames = 4096, .cpus = 4 };
	struct fl_world *world;
	unsigned int i;

	for (i = 0; i < fl_kernel_count(); i++)
		printf("%s, release %s\n", fl_kernel_info(i)->name,
		       fl_kernel_info(i)->release);
	config.kernel = example_kernel(argc, argv);
	CHECK(!fl_world_boot(&config, &world));
	printf("booted: %s\n", fl_world_kernel(world)->name);
	CHECK(!fl_world_shutdown(world, NULL));
	return 0;
}
