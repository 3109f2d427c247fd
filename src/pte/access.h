/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * access.h - accesses to shared memory: each is announced, then made
 *
 *  - READ_ONCE(), WRITE_ONCE()
 *  - atomic_add_return(), atomic_inc_not_zero()
 *  - fetch_or(), fetch_and()
 *
 * An announced access is a step: the machine may run another thread first.
 */
#ifndef FL_MODEL_ACCESS_H
#define FL_MODEL_ACCESS_H

#include <stdbool.h>

#include "machine/port.h"

#define READ_ONCE(x)                                       \
	({                                                 \
		fl_hw_access(FL_HW_LOAD, &(x), sizeof(x)); \
		__atomic_load_n(&(x), __ATOMIC_ACQUIRE);   \
	})

#define WRITE_ONCE(x, value)                                       \
	do {                                                       \
		fl_hw_access(FL_HW_STORE, &(x), sizeof(x));        \
		__atomic_store_n(&(x), (value), __ATOMIC_RELEASE); \
	} while (0)

static inline int atomic_add_return(int *p, int n)
{
	fl_hw_access(FL_HW_RMW, p, sizeof(*p));
	return __atomic_add_fetch(p, n, __ATOMIC_ACQ_REL);
}

/* Return: true if *@p was not zero and is now one more; else false. */
static inline bool atomic_inc_not_zero(int *p)
{
	int old = READ_ONCE(*p);

	while (old) {
		fl_hw_access(FL_HW_RMW, p, sizeof(*p));
		if (__atomic_compare_exchange_n(p, &old, old + 1, 0,
						__ATOMIC_ACQ_REL,
						__ATOMIC_ACQUIRE))
			return true;
	}
	return false;
}

/* Return: the old value of the word. */
static inline unsigned long fetch_or(unsigned long *p, unsigned long bits)
{
	fl_hw_access(FL_HW_RMW, p, sizeof(*p));
	return __atomic_fetch_or(p, bits, __ATOMIC_ACQ_REL);
}

static inline unsigned long fetch_and(unsigned long *p, unsigned long bits)
{
	fl_hw_access(FL_HW_RMW, p, sizeof(*p));
	return __atomic_fetch_and(p, bits, __ATOMIC_ACQ_REL);
}

#endif /* FL_MODEL_ACCESS_H */
