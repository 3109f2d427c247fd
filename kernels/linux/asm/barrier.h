/* SPDX-License-Identifier: GPL-2.0-only */
/* barrier.h - fences as C11 has them; the order of accesses is the machine's */
#ifndef _ASM_BARRIER_H
#define _ASM_BARRIER_H
#include <asm/hw.h>

#define __fl_fence(order) do {						\
	fl_hw_access(FL_HW_FENCE, 0, 0);				\
	__atomic_thread_fence(order);					\
} while (0)

#define mb()	__fl_fence(__ATOMIC_SEQ_CST)
#define rmb()	__fl_fence(__ATOMIC_ACQUIRE)
#define wmb()	__fl_fence(__ATOMIC_RELEASE)
#define __smp_mb()	mb()
#define __smp_rmb()	rmb()
#define __smp_wmb()	wmb()

#include <asm-generic/barrier.h>
#endif
