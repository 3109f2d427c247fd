/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_MMU_H
#define _ASM_MMU_H
struct signal_struct;
typedef struct {
	unsigned int asid;
	struct signal_struct *limits; /* of the process; NULL: it has none */
} mm_context_t;
#endif
