/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drivers.c - a device with the driver of a GPU, which checks the sequence
 *
 * shows: fl_device_set_driver()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	struct fl_device *device;
	unsigned long value;

	CHECK(!fl_device_create(world, "gpu", &device));
	CHECK(!fl_device_set_driver(device, FL_DRIVER_SEQ, 0));
	CHECK(!fl_device_attach(device, process, ADDR, FL_PAGE));
	CHECK(fl_device_make_exclusive(device, ADDR, FL_PAGE) == 1);
	CHECK(!fl_device_atomic_add(device, ADDR, 7, NULL));
	CHECK(!fl_load(process, ADDR, &value) && value == 7);
	printf("the device left %lu\n", value);
	return example_end(world);
}
