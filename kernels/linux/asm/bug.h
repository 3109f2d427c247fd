/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bug.h - an assertion that fails ends the world with its own text and place
 *
 * A warning is a finding too, so it ends the world as a bug does.
 */
#ifndef _ASM_BUG_H
#define _ASM_BUG_H
#include <asm/hw.h>

#define __FL_CHECK(condition, text) ({					\
	int __failed = !!(condition);					\
									\
	if (__builtin_expect(__failed, 0))				\
		fl_hw_bug(__FILE__, __LINE__, __func__, text);		\
	__failed;							\
})

#define HAVE_ARCH_BUG
#define BUG()	fl_hw_bug(__FILE__, __LINE__, __func__, "BUG()")

#define HAVE_ARCH_BUG_ON
#define BUG_ON(condition)						\
	((void)__FL_CHECK(condition, "BUG_ON(" #condition ")"))

#define WARN_ON(condition)						\
	__FL_CHECK(condition, "WARN_ON(" #condition ")")
#define WARN_ON_ONCE(condition)						\
	__FL_CHECK(condition, "WARN_ON_ONCE(" #condition ")")

#include <asm-generic/bug.h>
#endif
