/* SPDX-License-Identifier: GPL-2.0-only */
/* rwonce.h - READ_ONCE() and WRITE_ONCE() as steps of the machine */
#ifndef _ASM_RWONCE_H
#define _ASM_RWONCE_H
#include <asm/hw.h>
#include <asm-generic/rwonce.h>

/* The machine treats a volatile access as a relaxed atomic.  ThreadSanitizer
 * supports relaxed atomics, but not volatile accesses. */
static __always_inline void fl_load_once(const volatile void *p, void *out,
					 unsigned long size)
{
	fl_hw_access(FL_HW_LOAD, p, size);
	switch (size) {
	case 1:
		*(unsigned char *)out = __atomic_load_n(
			(const volatile unsigned char *)p, __ATOMIC_RELAXED);
		break;
	case 2:
		*(unsigned short *)out = __atomic_load_n(
			(const volatile unsigned short *)p, __ATOMIC_RELAXED);
		break;
	case 4:
		*(unsigned int *)out = __atomic_load_n(
			(const volatile unsigned int *)p, __ATOMIC_RELAXED);
		break;
	case 8:
		*(unsigned long *)out = __atomic_load_n(
			(const volatile unsigned long *)p, __ATOMIC_RELAXED);
		break;
	}
}

static __always_inline void fl_store_once(volatile void *p, const void *val,
					  unsigned long size)
{
	fl_hw_access(FL_HW_STORE, p, size);
	switch (size) {
	case 1:
		__atomic_store_n((volatile unsigned char *)p,
				 *(unsigned char *)val, __ATOMIC_RELAXED);
		break;
	case 2:
		__atomic_store_n((volatile unsigned short *)p,
				 *(unsigned short *)val, __ATOMIC_RELAXED);
		break;
	case 4:
		__atomic_store_n((volatile unsigned int *)p,
				 *(unsigned int *)val, __ATOMIC_RELAXED);
		break;
	case 8:
		__atomic_store_n((volatile unsigned long *)p,
				 *(unsigned long *)val, __ATOMIC_RELAXED);
		break;
	}
}

#undef __READ_ONCE
#undef __WRITE_ONCE

#define __READ_ONCE(x)                                          \
	({                                                      \
		union {                                         \
			__unqual_scalar_typeof(x) val;          \
			char bytes[1];                          \
		} __fl_once;                                    \
		fl_load_once(&(x), __fl_once.bytes, sizeof(x)); \
		__fl_once.val;                                  \
	})

#define __WRITE_ONCE(x, to)                                                 \
	do {                                                                \
		union {                                                     \
			__unqual_scalar_typeof(x) val;                      \
			char bytes[1];                                      \
		} __fl_once = { .val = (__force __unqual_scalar_typeof(x))( \
					to) };                              \
		fl_store_once(&(x), __fl_once.bytes, sizeof(x));            \
	} while (0)
#endif
