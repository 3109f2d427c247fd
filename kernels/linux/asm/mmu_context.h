/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_MMU_CONTEXT_H
#define _ASM_MMU_CONTEXT_H
#include <asm/hw.h>
#include <asm-generic/mm_hooks.h>
#define init_new_context init_new_context
static inline int init_new_context(struct task_struct *tsk,
				   struct mm_struct *mm)
{
	mm->context.asid = fl_hw_asid_alloc();
	return 0;
}
static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next,
			     struct task_struct *tsk)
{
}
#define activate_mm(prev, next) switch_mm(prev, next, NULL)
#include <asm-generic/mmu_context.h>
#endif
