/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_MMU_H
#define _ASM_MMU_H
typedef struct { unsigned int asid; } mm_context_t;
#endif
