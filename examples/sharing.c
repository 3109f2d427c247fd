/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sharing.c - a device reads what the CPU writes, and its driver moves the page
 *
 * shows: fl_device_map_read(), fl_device_migrate()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	struct fl_device *device = example_device(world, process);
	unsigned long value;

	CHECK(!fl_store(process, ADDR, 7));
	CHECK(!fl_device_map_read(device, ADDR, FL_PAGE));
	CHECK(!fl_store(process, ADDR, 8));
	CHECK(!fl_device_read(device, ADDR, &value) && value == 8);
	CHECK(fl_device_migrate(device, ADDR, FL_PAGE) == 1);
	CHECK(fl_device_read(device, ADDR, &value) == -EFAULT);
	printf("the device read 8, and lost its mapping when the page moved\n");
	return example_end(world);
}
