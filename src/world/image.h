/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * image.h - kernels that are files of their own
 *
 *  - fl_image_load()          map an image
 *  - struct fl_image          what the entry point of an image is
 *  - struct fl_image_export   what a program has for images
 *
 * An image is an ELF executable at an address of its own, which no program and
 * no other image of the build uses (kernels/linux/layout.sh).  Its code is
 * that of a kernel linked into the program: only calls of the machine go
 * through a table of addresses, which fl_image_load() fills in by name.  The
 * machine's registers, fl_hw, are at the same address in all programs.
 */
#ifndef FL_WORLD_IMAGE_H
#define FL_WORLD_IMAGE_H

#include "kernel.h"

#define FL_IMAGE_MAGIC	   "FLIMAGE1"
#define FL_IMAGE_INTERFACE 64

struct fl_image {
	char magic[8];			    /* FL_IMAGE_MAGIC */
	const struct fl_kernel *kernel;	    /* in this image */
	void *registers;		    /* fl_hw, for which it was linked */
	char interface[FL_IMAGE_INTERFACE]; /* fl_image_interface */
};

/* The build generates what follows.  Functions that images may call, sorted by
 * name; and digits that change with the headers that kernels include. */
struct fl_image_export {
	const char *name;
	const void *address;
};

extern const struct fl_image_export fl_image_exports[];
extern const unsigned int fl_image_nr_exports;
extern const char fl_image_interface[];

/*
 * fl_image_load - map the image @path, for the lifetime of the program
 * Return: its kernel; NULL: @why, of @size bytes, has the reason, and nothing
 * was mapped.
 */
const struct fl_kernel *fl_image_load(const char *path, char *why,
				      unsigned int size);

#endif /* FL_WORLD_IMAGE_H */
