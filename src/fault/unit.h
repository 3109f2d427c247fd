/* SPDX-License-Identifier: GPL-2.0-only */
/* unit.h - tables of adapters for the restore path */
#ifndef FL_MODEL_UNIT_H
#define FL_MODEL_UNIT_H

#include "kernel.h"

extern const struct fl_memory_ops memory_ops;
extern const struct fl_rmap_ops rmap_ops;

#endif /* FL_MODEL_UNIT_H */
