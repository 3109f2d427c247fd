/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_SPINLOCK_TYPES_H
#define _ASM_SPINLOCK_TYPES_H
typedef struct {
	unsigned long word;
} arch_spinlock_t;
typedef struct {
	unsigned long word;
} arch_rwlock_t;
/* clang-format off */
#define __ARCH_SPIN_LOCK_UNLOCKED	{ 0 }
#define __ARCH_RW_LOCK_UNLOCKED		{ 0 }
/* clang-format on */
#endif
