/* SPDX-License-Identifier: GPL-2.0-only */
/* processor.h - a CPU without registers to save */
#ifndef _ASM_PROCESSOR_H
#define _ASM_PROCESSOR_H
#include <asm/hw.h>
#include <asm/page.h>

#define TASK_SIZE	   ((1UL << FL_VA_BITS) - PAGE_SIZE)
#define TASK_SIZE_MAX	   TASK_SIZE
#define TASK_UNMAPPED_BASE (TASK_SIZE / 3 & PAGE_MASK)
#define STACK_TOP	   TASK_SIZE
#define STACK_TOP_MAX	   TASK_SIZE
#define cpu_relax()	   fl_hw_relax()

struct thread_struct {
	struct fl_hw_thread *hw;
};
/* clang-format off */
#define INIT_THREAD	{ }
/* clang-format on */
struct task_struct;
struct pt_regs;
#define task_pt_regs(tsk) ((struct pt_regs *)0)
#define KSTK_EIP(tsk)	  0UL
#define KSTK_ESP(tsk)	  0UL
/* clang-format off */
#define start_thread(regs, ip, sp)	do { } while (0)
/* clang-format on */
static inline unsigned long __get_wchan(struct task_struct *p)
{
	return 0;
}
#define prefetch(x) __builtin_prefetch(x)
#endif
