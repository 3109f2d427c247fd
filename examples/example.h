/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * example.h - what the examples share: set-up and shutdown of a world
 *
 * usage of each example: NAME [KERNEL]; the default is the built-in kernel.
 */
#ifndef FL_EXAMPLE_H
#define FL_EXAMPLE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faultlab/faultlab.h"

#define ADDR 0x40000000UL
#define RW   (FL_PROT_READ | FL_PROT_WRITE)

#define CHECK(c)                                                      \
	do {                                                          \
		if (!(c)) {                                           \
			fprintf(stderr, "%s:%d: does not hold: %s\n", \
				__FILE__, __LINE__, #c);              \
			exit(1);                                      \
		}                                                     \
	} while (0)

/* Return: the kernel that argv[1] names, or else the built-in one. */
static inline const char *example_kernel(int argc, char **argv)
{
	unsigned int i;

	if (argc == 1)
		return fl_kernel_info(0)->name;
	for (i = 0; argc == 2 && i < fl_kernel_count(); i++)
		if (!strcmp(argv[1], fl_kernel_info(i)->name))
			return argv[1];
	fprintf(stderr,
		"%s: expected the name of a kernel, got '%s'; see: faultlab kernels\n",
		argv[0], argv[argc - 1]);
	exit(129);
}

/* Return: a world with the kernel that argv[1] names; a violation does not end
 * the process. */
static inline struct fl_world *example_boot(int argc, char **argv)
{
	struct fl_world_config config = {
		.kernel = example_kernel(argc, argv),
		.catch_end = 1,
	};
	struct fl_world *world = NULL;
	int ret = fl_world_boot(&config, &world);

	if (ret && ret != -ENOTRECOVERABLE) {
		fprintf(stderr, "%s: %s cannot be booted: %s\n", argv[0],
			config.kernel, strerror(-ret));
		exit(129);
	}
	CHECK(!ret);
	return world;
}

/* Return: a process in @world with a writable page at ADDR. */
static inline struct fl_process *example_process(struct fl_world *world)
{
	struct fl_process *process = NULL;

	CHECK(!fl_process_create(world, &process));
	CHECK(!fl_mmap(process, ADDR, FL_PAGE, RW, FL_MAP_ANON));
	return process;
}

/* Return: a device that mirrors the page at ADDR. */
static inline struct fl_device *example_device(struct fl_world *world,
					       struct fl_process *process)
{
	struct fl_device *device = NULL;

	CHECK(!fl_device_create(world, "device", &device));
	CHECK(!fl_device_attach(device, process, ADDR, FL_PAGE));
	return device;
}

/* Expects that nothing was leaked.  Return: 0, for main(). */
static inline int example_end(struct fl_world *world)
{
	CHECK(!fl_world_shutdown(world, NULL));
	return 0;
}

#endif /* FL_EXAMPLE_H */
