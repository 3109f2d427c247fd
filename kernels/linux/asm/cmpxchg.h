/* SPDX-License-Identifier: GPL-2.0-only */
/* cmpxchg.h - exchange and compare-and-exchange, for 1 to 8 bytes */
#ifndef _ASM_CMPXCHG_H
#define _ASM_CMPXCHG_H
#include <asm/hw.h>

#define __fl_xchg(ptr, val, order)                            \
	({                                                    \
		typeof(ptr) __xp = (ptr);                     \
		typeof(*__xp) __xn = (val), __xo;             \
		fl_hw_access(FL_HW_RMW, __xp, sizeof(*__xp)); \
		__atomic_exchange(__xp, &__xn, &__xo, order); \
		__xo;                                         \
	})

#define __fl_cmpxchg(ptr, old, new, order, fail)                               \
	({                                                                     \
		typeof(ptr) __cp = (ptr);                                      \
		typeof(*__cp) __co = (old), __cn = (new);                      \
		fl_hw_access(FL_HW_RMW, __cp, sizeof(*__cp));                  \
		__atomic_compare_exchange(__cp, &__co, &__cn, 0, order, fail); \
		__co;                                                          \
	})

#define arch_xchg(p, v)		__fl_xchg(p, v, __ATOMIC_SEQ_CST)
#define arch_xchg_acquire(p, v) __fl_xchg(p, v, __ATOMIC_ACQUIRE)
#define arch_xchg_release(p, v) __fl_xchg(p, v, __ATOMIC_RELEASE)
#define arch_xchg_relaxed(p, v) __fl_xchg(p, v, __ATOMIC_RELAXED)

#define arch_cmpxchg(p, o, n) \
	__fl_cmpxchg(p, o, n, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#define arch_cmpxchg_acquire(p, o, n) \
	__fl_cmpxchg(p, o, n, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)
#define arch_cmpxchg_release(p, o, n) \
	__fl_cmpxchg(p, o, n, __ATOMIC_RELEASE, __ATOMIC_RELAXED)
#define arch_cmpxchg_relaxed(p, o, n) \
	__fl_cmpxchg(p, o, n, __ATOMIC_RELAXED, __ATOMIC_RELAXED)
#define arch_cmpxchg64	       arch_cmpxchg
#define arch_cmpxchg64_acquire arch_cmpxchg_acquire
#define arch_cmpxchg64_release arch_cmpxchg_release
#define arch_cmpxchg64_relaxed arch_cmpxchg_relaxed
#define arch_cmpxchg_local     arch_cmpxchg
#define arch_cmpxchg64_local   arch_cmpxchg
#define arch_sync_cmpxchg      arch_cmpxchg
#endif
