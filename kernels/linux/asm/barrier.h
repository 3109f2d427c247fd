/* SPDX-License-Identifier: GPL-2.0-only */
/* barrier.h - fences and ordered accesses, by C11 atomics */
#ifndef _ASM_BARRIER_H
#define _ASM_BARRIER_H
#include <asm/hw.h>

#define __fl_fence(order)                        \
	do {                                     \
		fl_hw_access(FL_HW_FENCE, 0, 0); \
		__atomic_thread_fence(order);    \
	} while (0)

#define mb()	    __fl_fence(__ATOMIC_SEQ_CST)
#define rmb()	    __fl_fence(__ATOMIC_ACQUIRE)
#define wmb()	    __fl_fence(__ATOMIC_RELEASE)
#define __smp_mb()  mb()
#define __smp_rmb() rmb()
#define __smp_wmb() wmb()

/* The access itself is ordered: ThreadSanitizer does not support fences. */
#define __smp_store_release(p, v)                             \
	do {                                                  \
		compiletime_assert_atomic_type(*(p));         \
		fl_hw_access(FL_HW_STORE, (p), sizeof(*(p))); \
		__atomic_store_n((p), (v), __ATOMIC_RELEASE); \
	} while (0)
#define __smp_load_acquire(p)                                \
	({                                                   \
		compiletime_assert_atomic_type(*(p));        \
		fl_hw_access(FL_HW_LOAD, (p), sizeof(*(p))); \
		__atomic_load_n((p), __ATOMIC_ACQUIRE);      \
	})

#include <asm-generic/barrier.h>
#endif
