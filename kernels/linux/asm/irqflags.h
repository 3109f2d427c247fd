/* SPDX-License-Identifier: GPL-2.0-only */
/* irqflags.h - the machine has no interrupts, so the flags are constant */
#ifndef _ASM_IRQFLAGS_H
#define _ASM_IRQFLAGS_H
static inline unsigned long arch_local_save_flags(void)
{
	return 0;
}
#define arch_local_save_flags arch_local_save_flags
static inline void arch_local_irq_restore(unsigned long flags)
{
}
#define arch_local_irq_restore arch_local_irq_restore
#include <asm-generic/irqflags.h>
#endif
