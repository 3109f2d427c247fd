/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_SMP_H
#define _ASM_SMP_H
#include <asm/hw.h>
#define raw_smp_processor_id() ((int)fl_hw_current->cpu)
struct cpumask;
extern void arch_smp_send_reschedule(int cpu);
extern void smp_send_reschedule(int cpu);
extern void arch_send_call_function_single_ipi(int cpu);
extern void arch_send_call_function_ipi_mask(const struct cpumask *mask);
#endif
