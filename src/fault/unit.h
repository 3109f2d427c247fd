/* SPDX-License-Identifier: GPL-2.0-only */
/* unit.h - adapters for the restore path, as in struct fl_kernel */
#ifndef FL_MODEL_UNIT_H
#define FL_MODEL_UNIT_H

#include "kernel.h"

int unit_restore(struct fl_mm *mm, unsigned long addr, unsigned long pfn,
		 unsigned int flags);
int unit_try_restore(struct fl_mm *mm, unsigned long addr);
int unit_remove(struct fl_mm *mm, unsigned long addr, unsigned long entry,
		unsigned int flags, struct fl_fault *out);
int unit_mark(struct fl_mm *mm, unsigned long addr, unsigned long pfn,
	      const void *owner);
int unit_remove_migration(unsigned long pfn);

#endif /* FL_MODEL_UNIT_H */
