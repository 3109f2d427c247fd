/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plain.c - plain accesses of kernel code, as the compiler reports them
 *
 * Kernels are compiled with -fsanitize=thread, as for KCSAN.  The calls go to
 * this file instead of the compiler's runtime.  Each announces an access that
 * is about to be made. asm/ has already announced atomic builtins: they are
 * only carried out here. memcpy() and the like in kernel code come here as well
 * (link.sh).
 *
 * Built only if no real runtime is linked (FAULTLAB_STEPS).
 */
#include <string.h>

#include "hardware.h"
#include "order.h"
#include "steps.h"

/* A macro, so that the return address is in the kernel's code. */
#define plain(kind, addr, size)                                              \
	do {                                                                 \
		if (__builtin_expect(fl_hw.stepping, 0))                     \
			fl_sched_plain(                                      \
				kind, addr, size,                            \
				(unsigned long)__builtin_return_address(0)); \
	} while (0)

/* The compiler defines these names. */
/* clang-format off */
#define ACCESS(n)							\
void __tsan_read##n(void *p);						\
void __tsan_read##n(void *p) { plain(FL_OP_LOAD, p, n); }		\
void __tsan_write##n(void *p);						\
void __tsan_write##n(void *p) { plain(FL_OP_STORE, p, n); }		\
void __tsan_unaligned_read##n(void *p);					\
void __tsan_unaligned_read##n(void *p) { plain(FL_OP_LOAD, p, n); }	\
void __tsan_unaligned_write##n(void *p);				\
void __tsan_unaligned_write##n(void *p) { plain(FL_OP_STORE, p, n); }	\
void __tsan_read_write##n(void *p);					\
void __tsan_read_write##n(void *p) { plain(FL_OP_STORE, p, n); }	\
void __tsan_volatile_read##n(void *p);					\
void __tsan_volatile_read##n(void *p) { fl_hw_access(FL_HW_LOAD, p, n); } \
void __tsan_volatile_write##n(void *p);					\
void __tsan_volatile_write##n(void *p) { fl_hw_access(FL_HW_STORE, p, n); }
/* clang-format on */

ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)

void __tsan_read_range(void *p, unsigned long size);
void __tsan_read_range(void *p, unsigned long size)
{
	plain(FL_OP_LOAD, p, size);
}

void __tsan_write_range(void *p, unsigned long size);
void __tsan_write_range(void *p, unsigned long size)
{
	plain(FL_OP_STORE, p, size);
}

void __tsan_init(void);
void __tsan_init(void)
{
}

void __tsan_func_entry(void *pc);
void __tsan_func_entry(void *pc)
{
	(void)pc;
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}

#define FETCH(bits, T, op)                                                 \
	T __tsan_atomic##bits##_fetch_##op(volatile T *p, T v, int order); \
	T __tsan_atomic##bits##_fetch_##op(volatile T *p, T v, int order)  \
	{                                                                  \
		T old;                                                     \
                                                                           \
		fl_order_release(p, order);                                \
		old = __atomic_fetch_##op(p, v, __ATOMIC_SEQ_CST);         \
		fl_order_acquire(p);                                       \
		return old;                                                \
	}

#define ATOMIC(bits, T)                                                        \
	T __tsan_atomic##bits##_load(const volatile T *p, int order);          \
	T __tsan_atomic##bits##_load(const volatile T *p, int order)           \
	{                                                                      \
		T v = __atomic_load_n(p, __ATOMIC_SEQ_CST);                    \
                                                                               \
		(void)order;                                                   \
		fl_order_acquire(p);                                           \
		return v;                                                      \
	}                                                                      \
	void __tsan_atomic##bits##_store(volatile T *p, T v, int order);       \
	void __tsan_atomic##bits##_store(volatile T *p, T v, int order)        \
	{                                                                      \
		fl_order_release(p, order);                                    \
		__atomic_store_n(p, v, __ATOMIC_SEQ_CST);                      \
	}                                                                      \
	T __tsan_atomic##bits##_exchange(volatile T *p, T v, int order);       \
	T __tsan_atomic##bits##_exchange(volatile T *p, T v, int order)        \
	{                                                                      \
		T old;                                                         \
                                                                               \
		fl_order_release(p, order);                                    \
		old = __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);             \
		fl_order_acquire(p);                                           \
		return old;                                                    \
	}                                                                      \
	int __tsan_atomic##bits##_compare_exchange_strong(                     \
		volatile T *p, T *old, T v, int order, int fail);              \
	int __tsan_atomic##bits##_compare_exchange_strong(                     \
		volatile T *p, T *old, T v, int order, int fail)               \
	{                                                                      \
		int done;                                                      \
                                                                               \
		(void)fail;                                                    \
		fl_order_release(p, order);                                    \
		done = __atomic_compare_exchange_n(                            \
			p, old, v, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);     \
		fl_order_acquire(p);                                           \
		return done;                                                   \
	}                                                                      \
	int __tsan_atomic##bits##_compare_exchange_weak(                       \
		volatile T *p, T *old, T v, int order, int fail)               \
		__attribute__((alias("__tsan_atomic" #bits                     \
				     "_compare_exchange_strong")));            \
	T __tsan_atomic##bits##_compare_exchange_val(                          \
		volatile T *p, T old, T v, int order, int fail);               \
	T __tsan_atomic##bits##_compare_exchange_val(volatile T *p, T old,     \
						     T v, int order, int fail) \
	{                                                                      \
		__tsan_atomic##bits##_compare_exchange_strong(p, &old, v,      \
							      order, fail);    \
		return old;                                                    \
	}                                                                      \
	FETCH(bits, T, add)                                                    \
	FETCH(bits, T, sub)                                                    \
	FETCH(bits, T, and)                                                    \
	FETCH(bits, T, or)                                                     \
	FETCH(bits, T, xor)                                                    \
	FETCH(bits, T, nand)

ATOMIC(8, unsigned char)
ATOMIC(16, unsigned short)
ATOMIC(32, unsigned int)
ATOMIC(64, unsigned long)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order)
{
	(void)order;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order)
{
	(void)order;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* -- memory functions, which kernel code calls instead of the C library's -- */

void *fl_hw_memcpy(void *to, const void *from, unsigned long n);
void *fl_hw_memmove(void *to, const void *from, unsigned long n);
void *fl_hw_memset(void *to, int byte, unsigned long n);
int fl_hw_memcmp(const void *a, const void *b, unsigned long n);

void *fl_hw_memcpy(void *to, const void *from, unsigned long n)
{
	plain(FL_OP_LOAD, from, n);
	plain(FL_OP_STORE, to, n);
	return memcpy(to, from, n);
}

void *fl_hw_memmove(void *to, const void *from, unsigned long n)
{
	plain(FL_OP_LOAD, from, n);
	plain(FL_OP_STORE, to, n);
	return memmove(to, from, n);
}

void *fl_hw_memset(void *to, int byte, unsigned long n)
{
	plain(FL_OP_STORE, to, n);
	return memset(to, byte, n);
}

int fl_hw_memcmp(const void *a, const void *b, unsigned long n)
{
	plain(FL_OP_LOAD, a, n);
	plain(FL_OP_LOAD, b, n);
	return memcmp(a, b, n);
}
