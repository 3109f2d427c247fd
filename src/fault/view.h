/* SPDX-License-Identifier: GPL-2.0-only */
/* view.h - the model's state in the types of types.h: as in struct fl_kernel */
#ifndef FL_MODEL_VIEW_H
#define FL_MODEL_VIEW_H

#include "kernel.h"

unsigned long view_pgd(struct fl_mm *mm);
unsigned int view_asid(struct fl_mm *mm);
void view_rss(struct fl_mm *mm, struct fl_rss *rss);
void view_pte(struct fl_mm *mm, unsigned long addr, struct fl_pte *out);
void view_folio(unsigned long pfn, struct fl_folio *out);
unsigned int view_prot(struct fl_mm *mm, unsigned long addr);
const char *view_field(unsigned long addr, unsigned long *pfn);

#endif /* FL_MODEL_VIEW_H */
