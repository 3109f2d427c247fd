/* SPDX-License-Identifier: GPL-2.0-only */
/* spinlock.h - locks are functions out of line, which record the owner */
#ifndef _ASM_SPINLOCK_H
#define _ASM_SPINLOCK_H
#include <asm/hw.h>
extern void arch_spin_lock(arch_spinlock_t *lock);
extern int arch_spin_trylock(arch_spinlock_t *lock);
extern void arch_spin_unlock(arch_spinlock_t *lock);
/* clang-format off */
#define arch_spin_is_locked(l)		((l)->word != 0)
#define arch_spin_value_unlocked(l)	((l).word == 0)
#define arch_spin_is_contended(l)	0
#define arch_read_lock(l)		do { } while (0)
#define arch_read_unlock(l)		do { } while (0)
#define arch_write_lock(l)		do { } while (0)
#define arch_write_unlock(l)		do { } while (0)
#define arch_read_trylock(l)		1
#define arch_write_trylock(l)		1
/* clang-format on */
#endif
