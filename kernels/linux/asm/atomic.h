/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * atomic.h - atomic_t and atomic64_t on the compiler's atomics
 *
 * One macro defines all orderings of an operation.  The generic layer expects
 * the fully ordered function and its _relaxed, _acquire and _release variants.
 */
#ifndef _ASM_ATOMIC_H
#define _ASM_ATOMIC_H
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/cmpxchg.h>

#define __FL_ATOMIC_READ(pfx, type, T)                                 \
	static __always_inline T arch_##pfx##_read(const type *v)      \
	{                                                              \
		fl_hw_access(FL_HW_LOAD, &v->counter, sizeof(T));      \
		return __atomic_load_n(&v->counter, __ATOMIC_RELAXED); \
	}                                                              \
	static __always_inline void arch_##pfx##_set(type *v, T i)     \
	{                                                              \
		fl_hw_access(FL_HW_STORE, &v->counter, sizeof(T));     \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);    \
	}

#define __FL_ATOMIC_ORDER(pfx, type, T, op, suffix, order)                     \
	static __always_inline T arch_##pfx##_fetch_##op##suffix(T i, type *v) \
	{                                                                      \
		fl_hw_access(FL_HW_RMW, &v->counter, sizeof(T));               \
		return __atomic_fetch_##op(&v->counter, i, order);             \
	}

#define __FL_ATOMIC_RETURN(pfx, type, T, op, suffix, order)                  \
	static __always_inline T arch_##pfx##_##op##_return##suffix(T i,     \
								    type *v) \
	{                                                                    \
		fl_hw_access(FL_HW_RMW, &v->counter, sizeof(T));             \
		return __atomic_##op##_fetch(&v->counter, i, order);         \
	}

#define __FL_ATOMIC_VOID(pfx, type, T, op)                             \
	static __always_inline void arch_##pfx##_##op(T i, type *v)    \
	{                                                              \
		fl_hw_access(FL_HW_RMW, &v->counter, sizeof(T));       \
		__atomic_fetch_##op(&v->counter, i, __ATOMIC_RELAXED); \
	}

#define __FL_ATOMIC_FETCH(pfx, type, T, op)                             \
	__FL_ATOMIC_VOID(pfx, type, T, op)                              \
	__FL_ATOMIC_ORDER(pfx, type, T, op, , __ATOMIC_SEQ_CST)         \
	__FL_ATOMIC_ORDER(pfx, type, T, op, _acquire, __ATOMIC_ACQUIRE) \
	__FL_ATOMIC_ORDER(pfx, type, T, op, _release, __ATOMIC_RELEASE) \
	__FL_ATOMIC_ORDER(pfx, type, T, op, _relaxed, __ATOMIC_RELAXED)

#define __FL_ATOMIC_ARITH(pfx, type, T, op)                              \
	__FL_ATOMIC_FETCH(pfx, type, T, op)                              \
	__FL_ATOMIC_RETURN(pfx, type, T, op, , __ATOMIC_SEQ_CST)         \
	__FL_ATOMIC_RETURN(pfx, type, T, op, _acquire, __ATOMIC_ACQUIRE) \
	__FL_ATOMIC_RETURN(pfx, type, T, op, _release, __ATOMIC_RELEASE) \
	__FL_ATOMIC_RETURN(pfx, type, T, op, _relaxed, __ATOMIC_RELAXED)

#define __FL_ATOMIC(pfx, type, T)            \
	__FL_ATOMIC_READ(pfx, type, T)       \
	__FL_ATOMIC_ARITH(pfx, type, T, add) \
	__FL_ATOMIC_ARITH(pfx, type, T, sub) \
	__FL_ATOMIC_FETCH(pfx, type, T, and) \
	__FL_ATOMIC_FETCH(pfx, type, T, or)  \
	__FL_ATOMIC_FETCH(pfx, type, T, xor)

/* clang-format off */
#define ATOMIC64_INIT(i)	{ (i) }
/* clang-format on */

__FL_ATOMIC(atomic, atomic_t, int)
__FL_ATOMIC(atomic64, atomic64_t, s64)

#define arch_atomic_add_return		 arch_atomic_add_return
#define arch_atomic_add_return_acquire	 arch_atomic_add_return_acquire
#define arch_atomic_add_return_release	 arch_atomic_add_return_release
#define arch_atomic_add_return_relaxed	 arch_atomic_add_return_relaxed
#define arch_atomic_sub_return		 arch_atomic_sub_return
#define arch_atomic_sub_return_acquire	 arch_atomic_sub_return_acquire
#define arch_atomic_sub_return_release	 arch_atomic_sub_return_release
#define arch_atomic_sub_return_relaxed	 arch_atomic_sub_return_relaxed
#define arch_atomic_fetch_add		 arch_atomic_fetch_add
#define arch_atomic_fetch_add_acquire	 arch_atomic_fetch_add_acquire
#define arch_atomic_fetch_add_release	 arch_atomic_fetch_add_release
#define arch_atomic_fetch_add_relaxed	 arch_atomic_fetch_add_relaxed
#define arch_atomic_fetch_sub		 arch_atomic_fetch_sub
#define arch_atomic_fetch_sub_acquire	 arch_atomic_fetch_sub_acquire
#define arch_atomic_fetch_sub_release	 arch_atomic_fetch_sub_release
#define arch_atomic_fetch_sub_relaxed	 arch_atomic_fetch_sub_relaxed
#define arch_atomic_fetch_and		 arch_atomic_fetch_and
#define arch_atomic_fetch_and_acquire	 arch_atomic_fetch_and_acquire
#define arch_atomic_fetch_and_release	 arch_atomic_fetch_and_release
#define arch_atomic_fetch_and_relaxed	 arch_atomic_fetch_and_relaxed
#define arch_atomic_fetch_or		 arch_atomic_fetch_or
#define arch_atomic_fetch_or_acquire	 arch_atomic_fetch_or_acquire
#define arch_atomic_fetch_or_release	 arch_atomic_fetch_or_release
#define arch_atomic_fetch_or_relaxed	 arch_atomic_fetch_or_relaxed
#define arch_atomic_fetch_xor		 arch_atomic_fetch_xor
#define arch_atomic_fetch_xor_acquire	 arch_atomic_fetch_xor_acquire
#define arch_atomic_fetch_xor_release	 arch_atomic_fetch_xor_release
#define arch_atomic_fetch_xor_relaxed	 arch_atomic_fetch_xor_relaxed
#define arch_atomic64_add_return	 arch_atomic64_add_return
#define arch_atomic64_add_return_acquire arch_atomic64_add_return_acquire
#define arch_atomic64_add_return_release arch_atomic64_add_return_release
#define arch_atomic64_add_return_relaxed arch_atomic64_add_return_relaxed
#define arch_atomic64_sub_return	 arch_atomic64_sub_return
#define arch_atomic64_sub_return_acquire arch_atomic64_sub_return_acquire
#define arch_atomic64_sub_return_release arch_atomic64_sub_return_release
#define arch_atomic64_sub_return_relaxed arch_atomic64_sub_return_relaxed
#define arch_atomic64_fetch_add		 arch_atomic64_fetch_add
#define arch_atomic64_fetch_add_acquire	 arch_atomic64_fetch_add_acquire
#define arch_atomic64_fetch_add_release	 arch_atomic64_fetch_add_release
#define arch_atomic64_fetch_add_relaxed	 arch_atomic64_fetch_add_relaxed
#define arch_atomic64_fetch_sub		 arch_atomic64_fetch_sub
#define arch_atomic64_fetch_sub_acquire	 arch_atomic64_fetch_sub_acquire
#define arch_atomic64_fetch_sub_release	 arch_atomic64_fetch_sub_release
#define arch_atomic64_fetch_sub_relaxed	 arch_atomic64_fetch_sub_relaxed
#define arch_atomic64_fetch_and		 arch_atomic64_fetch_and
#define arch_atomic64_fetch_and_acquire	 arch_atomic64_fetch_and_acquire
#define arch_atomic64_fetch_and_release	 arch_atomic64_fetch_and_release
#define arch_atomic64_fetch_and_relaxed	 arch_atomic64_fetch_and_relaxed
#define arch_atomic64_fetch_or		 arch_atomic64_fetch_or
#define arch_atomic64_fetch_or_acquire	 arch_atomic64_fetch_or_acquire
#define arch_atomic64_fetch_or_release	 arch_atomic64_fetch_or_release
#define arch_atomic64_fetch_or_relaxed	 arch_atomic64_fetch_or_relaxed
#define arch_atomic64_fetch_xor		 arch_atomic64_fetch_xor
#define arch_atomic64_fetch_xor_acquire	 arch_atomic64_fetch_xor_acquire
#define arch_atomic64_fetch_xor_release	 arch_atomic64_fetch_xor_release
#define arch_atomic64_fetch_xor_relaxed	 arch_atomic64_fetch_xor_relaxed

/* Releases before 6.5 expect the architecture to define these. */
#define arch_atomic_xchg(v, n)	       arch_xchg(&(v)->counter, (n))
#define arch_atomic_cmpxchg(v, o, n)   arch_cmpxchg(&(v)->counter, (o), (n))
#define arch_atomic64_xchg(v, n)       arch_xchg(&(v)->counter, (n))
#define arch_atomic64_cmpxchg(v, o, n) arch_cmpxchg(&(v)->counter, (o), (n))
#endif
