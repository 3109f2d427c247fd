/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lock.h - spinlocks and read-write semaphores, over the machine's lock words
 *
 *  - spin_*(), read_*(), write_*()
 *  - assert_spin_held(), assert_rwsem_held(), assert_rwsem_write()
 *
 * The machine records which thread holds which lock, so an assertion checks
 * that the current thread does.
 */
#ifndef FL_MODEL_LOCK_H
#define FL_MODEL_LOCK_H

#include "machine/port.h"

struct spinlock {
	unsigned long word;
	const char *name; /* for reports */
};

struct rwsem {
	unsigned long word;
	const char *name;
};

static inline void spin_lock_init(struct spinlock *lock, const char *name)
{
	*lock = (struct spinlock){ .name = name };
}

static inline void spin_lock(struct spinlock *lock)
{
	fl_hw_lock(&lock->word, FL_HW_SPINLOCK, 0, lock, lock->name);
}

/* For a second lock of the same class, in the order of the tables' levels. */
static inline void spin_lock_nested(struct spinlock *lock)
{
	fl_hw_lock(&lock->word, FL_HW_SPINLOCK, FL_LOCK_NEST, lock, lock->name);
}

static inline void spin_unlock(struct spinlock *lock)
{
	fl_hw_unlock(&lock->word, 0, lock);
}

static inline void rwsem_init(struct rwsem *sem, const char *name)
{
	*sem = (struct rwsem){ .name = name };
}

static inline void read_lock(struct rwsem *sem)
{
	fl_hw_lock(&sem->word, FL_HW_SLEEPLOCK, FL_LOCK_SHARED, sem, sem->name);
}

static inline void read_unlock(struct rwsem *sem)
{
	fl_hw_unlock(&sem->word, FL_LOCK_SHARED, sem);
}

static inline void write_lock(struct rwsem *sem)
{
	fl_hw_lock(&sem->word, FL_HW_SLEEPLOCK, 0, sem, sem->name);
}

/* For a second lock of the same class, which no other thread can reach yet. */
static inline void write_lock_nested(struct rwsem *sem)
{
	fl_hw_lock(&sem->word, FL_HW_SLEEPLOCK, FL_LOCK_NEST, sem, sem->name);
}

/* Return: 0; -EINTR on a fatal signal. */
static inline int write_lock_killable(struct rwsem *sem)
{
	return fl_hw_lock(&sem->word, FL_HW_SLEEPLOCK, FL_LOCK_KILL, sem,
			  sem->name);
}

static inline void write_unlock(struct rwsem *sem)
{
	fl_hw_unlock(&sem->word, 0, sem);
}

#define assert_spin_held(lock)	VM_BUG_ON(!fl_hw_lock_held(lock, 0))
#define assert_rwsem_held(sem)	VM_BUG_ON(!fl_hw_lock_held(sem, -1))
#define assert_rwsem_write(sem) VM_BUG_ON(!fl_hw_lock_held(sem, 0))

#endif /* FL_MODEL_LOCK_H */
