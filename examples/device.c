/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device.c - a device takes a page, uses it, and loses it
 *
 * shows: fl_device_create() fl_device_attach() fl_device_make_exclusive()
 *        fl_device_atomic_add() fl_device_read() fl_device_write()
 *        fl_device_detach() fl_device_destroy()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	struct fl_device *device;
	unsigned long value;

	CHECK(!fl_device_create(world, "device", &device));
	CHECK(!fl_device_attach(device, process, ADDR, FL_PAGE));
	CHECK(!fl_store(process, ADDR, 40));
	CHECK(fl_device_make_exclusive(device, ADDR, FL_PAGE) == 1);
	CHECK(!fl_device_atomic_add(device, ADDR, 2, &value) && value == 40);
	CHECK(!fl_device_read(device, ADDR, &value) && value == 42);
	CHECK(!fl_device_write(device, ADDR, 43));
	CHECK(!fl_load(process, ADDR, &value) && value == 43);
	CHECK(fl_device_read(device, ADDR, &value) == -EFAULT);
	CHECK(!fl_device_detach(device));
	CHECK(!fl_device_destroy(device));
	printf("40 + 2, then 43; the CPU's load took the page back\n");
	return example_end(world);
}
