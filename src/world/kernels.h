/* SPDX-License-Identifier: GPL-2.0-only */
/* kernels.h - the kernels of this program; the build generates the list */
#ifndef FL_WORLD_KERNELS_H
#define FL_WORLD_KERNELS_H

#include "kernel.h"

extern const struct fl_kernel *const fl_kernels[]; /* ends with NULL */

#endif
