/* SPDX-License-Identifier: GPL-2.0-only */
/* bug.h - an assertion that fails ends the world with its own text and place */
#ifndef _ASM_BUG_H
#define _ASM_BUG_H
#include <asm/hw.h>

#define HAVE_ARCH_BUG
#define BUG()	fl_hw_bug(__FILE__, __LINE__, __func__, "BUG()")

#define HAVE_ARCH_BUG_ON
#define BUG_ON(condition) do {						\
	if (__builtin_expect(!!(condition), 0))				\
		fl_hw_bug(__FILE__, __LINE__, __func__, #condition);	\
} while (0)

#include <asm-generic/bug.h>
#endif
