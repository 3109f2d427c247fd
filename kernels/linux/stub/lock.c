/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lock.c - spinlocks, mutexes, rwsems and lockdep, by the machine's locks
 *
 * custom: the machine implements waiting and spinning; the lock word is in the
 * kernel's own object.  Hides: fairness among waiters, optimistic spinning.
 */
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/lockdep.h>
#include <asm/hw.h>

int debug_locks = 1;

static const void *key_of(struct lockdep_map *map)
{
	return map;
}

static const char *dep_map_name(struct lockdep_map *map)
{
	return map->name ?: "unnamed lock";
}

/* -- spinlocks -- */

void __raw_spin_lock_init(raw_spinlock_t *lock, const char *name,
			  struct lock_class_key *key, short inner)
{
	memset(lock, 0, sizeof(*lock));
	lock->dep_map.name = name;
}

static int take_spinlock(raw_spinlock_t *lock, unsigned int flags)
{
	int ret;

	preempt_disable();
	ret = fl_hw_lock(&lock->raw_lock.word, FL_HW_SPINLOCK, flags,
			 key_of(&lock->dep_map), dep_map_name(&lock->dep_map));
	if (ret)
		preempt_enable();
	return ret;
}

static void release_spinlock(raw_spinlock_t *lock)
{
	fl_hw_unlock(&lock->raw_lock.word, 0, key_of(&lock->dep_map));
	preempt_enable();
}

void _raw_spin_lock(raw_spinlock_t *l)
{
	take_spinlock(l, 0);
}
void _raw_spin_lock_bh(raw_spinlock_t *l)
{
	take_spinlock(l, 0);
}
void _raw_spin_lock_irq(raw_spinlock_t *l)
{
	take_spinlock(l, 0);
}
void _raw_spin_lock_nested(raw_spinlock_t *l, int sub)
{
	take_spinlock(l, FL_LOCK_NEST);
}
int _raw_spin_trylock(raw_spinlock_t *l)
{
	return !take_spinlock(l, FL_LOCK_TRY);
}
void _raw_spin_unlock(raw_spinlock_t *l)
{
	release_spinlock(l);
}
void _raw_spin_unlock_bh(raw_spinlock_t *l)
{
	release_spinlock(l);
}
void _raw_spin_unlock_irq(raw_spinlock_t *l)
{
	release_spinlock(l);
}

unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *l)
{
	take_spinlock(l, 0);
	return 0;
}

void _raw_spin_unlock_irqrestore(raw_spinlock_t *l, unsigned long flags)
{
	release_spinlock(l);
}

/* -- mutexes: the owner word is the lock word -- */

#ifdef FL_HAVE_MUTEX_LOCKDEP
void mutex_init_lockdep(struct mutex *m, const char *name,
			struct lock_class_key *key)
#else
void __mutex_init(struct mutex *m, const char *name, struct lock_class_key *key)
#endif
{
	memset(m, 0, sizeof(*m));
	m->dep_map.name = name;
}

void mutex_lock_nested(struct mutex *m, unsigned int sub)
{
	fl_hw_lock((unsigned long *)&m->owner, FL_HW_SLEEPLOCK,
		   sub ? FL_LOCK_NEST : 0, key_of(&m->dep_map),
		   dep_map_name(&m->dep_map));
}

#ifdef FL_HAVE_MUTEX_NEST
int _mutex_lock_killable(struct mutex *m, unsigned int sub,
			 struct lockdep_map *nest)
#else
int mutex_lock_killable_nested(struct mutex *m, unsigned int sub)
#endif
{
	return fl_hw_lock((unsigned long *)&m->owner, FL_HW_SLEEPLOCK,
			  FL_LOCK_KILL | (sub ? FL_LOCK_NEST : 0),
			  key_of(&m->dep_map), dep_map_name(&m->dep_map));
}

void mutex_destroy(struct mutex *m)
{
	WARN_ON(mutex_is_locked(m));
}

#ifdef mutex_trylock /* in 7.2, with the outer lock as an argument */
int _mutex_trylock_nest_lock(struct mutex *m, struct lockdep_map *nest)
#else
int mutex_trylock(struct mutex *m)
#endif
{
	return !fl_hw_lock((unsigned long *)&m->owner, FL_HW_SLEEPLOCK,
			   FL_LOCK_TRY, key_of(&m->dep_map),
			   dep_map_name(&m->dep_map));
}

void mutex_unlock(struct mutex *m)
{
	fl_hw_unlock((unsigned long *)&m->owner, 0, key_of(&m->dep_map));
}

bool mutex_is_locked(struct mutex *m)
{
	return *(unsigned long *)&m->owner != 0;
}

/* -- rwsems: count is encoded as rwsem.h expects -- */

void __init_rwsem(struct rw_semaphore *sem, const char *name,
		  struct lock_class_key *key)
{
	memset(sem, 0, sizeof(*sem));
#ifndef FL_HAVE_RWSEM_WAITER /* there, NULL means that no thread waits */
	INIT_LIST_HEAD(&sem->wait_list);
#endif
	sem->magic = sem;
	sem->dep_map.name = name;
}

static int sem_take(struct rw_semaphore *sem, unsigned int flags)
{
	return fl_hw_lock((unsigned long *)&sem->count, FL_HW_SLEEPLOCK, flags,
			  key_of(&sem->dep_map), dep_map_name(&sem->dep_map));
}

void down_read(struct rw_semaphore *s)
{
	sem_take(s, FL_LOCK_SHARED);
}
void down_write(struct rw_semaphore *s)
{
	sem_take(s, 0);
}
void down_write_nested(struct rw_semaphore *s, int sub)
{
	sem_take(s, FL_LOCK_NEST);
}
void _down_write_nest_lock(struct rw_semaphore *s, struct lockdep_map *nest)
{
	sem_take(s, FL_LOCK_NEST);
}
int down_read_killable(struct rw_semaphore *s)
{
	return sem_take(s, FL_LOCK_SHARED | FL_LOCK_KILL);
}
int down_write_killable(struct rw_semaphore *s)
{
	return sem_take(s, FL_LOCK_KILL);
}
int down_read_trylock(struct rw_semaphore *s)
{
	return !sem_take(s, FL_LOCK_SHARED | FL_LOCK_TRY);
}
int down_write_trylock(struct rw_semaphore *s)
{
	return !sem_take(s, FL_LOCK_TRY);
}
void up_read(struct rw_semaphore *s)
{
	fl_hw_unlock((unsigned long *)&s->count, FL_LOCK_SHARED,
		     key_of(&s->dep_map));
}
void up_write(struct rw_semaphore *s)
{
	fl_hw_unlock((unsigned long *)&s->count, 0, key_of(&s->dep_map));
}
void downgrade_write(struct rw_semaphore *s)
{
	fl_hw_lock_downgrade((unsigned long *)&s->count, key_of(&s->dep_map));
}

/* -- lockdep: annotations, and queries whether a lock is held -- */

void lock_acquire(struct lockdep_map *map, unsigned int sub, int trylock,
		  int read, int check, struct lockdep_map *nest,
		  unsigned long ip)
{
	fl_hw_note_acquire(map, dep_map_name(map), read);
}

void lock_release(struct lockdep_map *map, unsigned long ip)
{
	fl_hw_note_release(map);
}

int lock_is_held_type(const struct lockdep_map *map, int read)
{
	return fl_hw_lock_held(map, read < 0 ? -1 : read != 0);
}

u32 lock_sequence(struct lockdep_map *map)
{
	return fl_hw_lock_sequence(map);
}

void __might_sleep(const char *file, int line)
{
	fl_hw_might_sleep(preempt_count(), file, line);
}

void __might_resched(const char *file, int line, unsigned int offsets)
{
	fl_hw_might_sleep(preempt_count(), file, line);
}

void lockdep_init_map_type(struct lockdep_map *map, const char *name,
			   struct lock_class_key *key, int subclass, u8 inner,
			   u8 outer, u8 type)
{
	memset(map, 0, sizeof(*map));
	map->name = name;
	map->key = key;
}
