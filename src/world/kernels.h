/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernels.h - the kernels that this program can boot
 *
 *  - fl_kernel_at()   one of them
 *
 * Those that are part of the program come first, then those of image files.
 * The build generates both lists.
 */
#ifndef FL_WORLD_KERNELS_H
#define FL_WORLD_KERNELS_H

#include "kernel.h"

extern const struct fl_kernel *const fl_kernels[]; /* ends with NULL */
/* Name of a file with a line "NAME PATH" for each image; "": no images. */
extern const char fl_kernel_images[];

/* Return: kernel @i, or NULL if @i >= fl_kernel_count().  The first call maps
 * the images; one that cannot be used is reported and left out. */
const struct fl_kernel *fl_kernel_at(unsigned int i);

#endif
