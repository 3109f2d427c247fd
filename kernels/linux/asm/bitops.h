/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bitops.h - bit operations on compiler atomics, and owners of folio locks
 *
 * The lowest bit of a page's flags is the folio lock.  The machine is notified
 * after the bit is set and before it is cleared, and so knows the owner of the
 * lock.
 */
#ifndef _ASM_BITOPS_H
#define _ASM_BITOPS_H

#ifndef _LINUX_BITOPS_H
#error only <linux/bitops.h> can be included directly
#endif

#include <linux/irqflags.h>
#include <linux/compiler.h>
#include <asm/barrier.h>
#include <asm/hw.h>

#include <asm-generic/bitops/__ffs.h>
#include <asm-generic/bitops/ffz.h>
#include <asm-generic/bitops/fls.h>
#include <asm-generic/bitops/__fls.h>
#include <asm-generic/bitops/fls64.h>
#include <asm-generic/bitops/sched.h>
#include <asm-generic/bitops/ffs.h>
#include <asm-generic/bitops/hweight.h>

/* stub/page.c: @word is the flags word of a page, or any other word. */
extern void fl_bit0_set(const volatile unsigned long *word);
extern void fl_bit0_clear(const volatile unsigned long *word);
/* Is bit 0 of @word a folio lock? */
extern bool fl_bit0_locks(const volatile unsigned long *word);
/* task.c: called when bit 30 is tested.  If that is this thread's
 * TIF_SIGPENDING, a fatal signal may arrive. */
extern void fl_bit30_tested(const volatile unsigned long *word);

/* One atomic operation on a word.  Return: the previous value. */
#define __FL_WORD(op, word, mask, order)                       \
	({                                                     \
		fl_hw_access(FL_HW_RMW, (word), sizeof(long)); \
		__atomic_fetch_##op((word), (mask), (order));  \
	})

static __always_inline bool __fl_bit_set(unsigned long nr,
					 volatile unsigned long *p, int order)
{
	unsigned long mask = BIT_MASK(nr), old;

	p += BIT_WORD(nr);
	old = __FL_WORD(or, p, mask, order) & mask;
	if (nr == 0 && !old)
		fl_bit0_set(p);
	return old != 0;
}

static __always_inline bool __fl_bit_clear(unsigned long nr,
					   volatile unsigned long *p, int order)
{
	unsigned long mask = BIT_MASK(nr);

	p += BIT_WORD(nr);
	if (nr == 0)
		fl_bit0_clear(p);
	return (__FL_WORD(and, p, ~mask, order) & mask) != 0;
}

static __always_inline void arch_set_bit(unsigned int nr,
					 volatile unsigned long *p)
{
	__fl_bit_set(nr, p, __ATOMIC_RELAXED);
}

static __always_inline void arch_clear_bit(unsigned int nr,
					   volatile unsigned long *p)
{
	__fl_bit_clear(nr, p, __ATOMIC_RELAXED);
}

static __always_inline void arch_change_bit(unsigned int nr,
					    volatile unsigned long *p)
{
	__FL_WORD(xor, p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline int arch_test_and_set_bit(unsigned int nr,
						 volatile unsigned long *p)
{
	return __fl_bit_set(nr, p, __ATOMIC_SEQ_CST);
}

static __always_inline int arch_test_and_clear_bit(unsigned int nr,
						   volatile unsigned long *p)
{
	return __fl_bit_clear(nr, p, __ATOMIC_SEQ_CST);
}

static __always_inline int arch_test_and_change_bit(unsigned int nr,
						    volatile unsigned long *p)
{
	return (__FL_WORD(xor, p + BIT_WORD(nr), BIT_MASK(nr),
			  __ATOMIC_SEQ_CST) &
		BIT_MASK(nr)) != 0;
}

static __always_inline int arch_test_and_set_bit_lock(unsigned int nr,
						      volatile unsigned long *p)
{
	if (nr == 0 && fl_bit0_locks(p) && fl_hw_contended("the folio lock"))
		return true;
	return __fl_bit_set(nr, p, __ATOMIC_ACQUIRE);
}

static __always_inline void arch_clear_bit_unlock(unsigned int nr,
						  volatile unsigned long *p)
{
	__fl_bit_clear(nr, p, __ATOMIC_RELEASE);
}

static __always_inline void arch___clear_bit_unlock(unsigned int nr,
						    volatile unsigned long *p)
{
	__fl_bit_clear(nr, p, __ATOMIC_RELEASE);
}

/* The kernel unlocks a folio and tests PG_waiters (bit 7) in one operation.
 * The lock bit is given by number until 6.6, by mask since. */
static __always_inline bool arch_clear_bit_unlock_is_negative_byte(
	unsigned int nr, volatile unsigned long *p)
{
	if (nr == 0)
		fl_bit0_clear(p);
	return (__FL_WORD(and, p, ~BIT_MASK(nr), __ATOMIC_RELEASE) & BIT(7)) !=
	       0;
}
#define arch_clear_bit_unlock_is_negative_byte \
	arch_clear_bit_unlock_is_negative_byte

static __always_inline bool arch_xor_unlock_is_negative_byte(
	unsigned long mask, volatile unsigned long *p)
{
	if (mask & 1)
		fl_bit0_clear(p);
	return (__FL_WORD(xor, p, mask, __ATOMIC_RELEASE) & BIT(7)) != 0;
}
#define arch_xor_unlock_is_negative_byte arch_xor_unlock_is_negative_byte

#include <asm-generic/bitops/instrumented-atomic.h>
#include <asm-generic/bitops/instrumented-lock.h>

#include <asm-generic/bitops/generic-non-atomic.h>

/* A new page may be locked without an atomic operation. */
static __always_inline void arch___set_bit(unsigned long nr,
					   volatile unsigned long *p)
{
	generic___set_bit(nr, p);
	if (nr == 0)
		fl_bit0_set(p);
}

static __always_inline void arch___clear_bit(unsigned long nr,
					     volatile unsigned long *p)
{
	if (nr == 0)
		fl_bit0_clear(p);
	generic___clear_bit(nr, p);
}

#define arch___change_bit	   generic___change_bit
#define arch___test_and_set_bit	   generic___test_and_set_bit
#define arch___test_and_clear_bit  generic___test_and_clear_bit
#define arch___test_and_change_bit generic___test_and_change_bit
/* May be called without a lock.  Relaxed, like the kernel's volatile load. */
static __always_inline bool arch_test_bit(unsigned long nr,
					  const volatile unsigned long *addr)
{
	if (__builtin_constant_p(nr) && nr == 30)
		fl_bit30_tested(addr);
	return __atomic_load_n(addr + BIT_WORD(nr), __ATOMIC_RELAXED) >>
		       (nr & (BITS_PER_LONG - 1)) &
	       1;
}
#define arch_test_bit	      arch_test_bit
#define arch_test_bit_acquire generic_test_bit_acquire
#include <asm-generic/bitops/non-instrumented-non-atomic.h>

#include <asm-generic/bitops/le.h>
#include <asm-generic/bitops/ext2-atomic.h>
#endif
