/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bug.h - a failed assertion ends the world; the report has its text and place
 *
 * A warning also ends the world, unless warnings are only printed.
 */
#ifndef _ASM_BUG_H
#define _ASM_BUG_H
#include <asm/hw.h>

/* @complain: fl_hw_bug, or fl_hw_warn, which takes one more argument */
#define __FL_CHECK(condition, complain, ...)                                 \
	({                                                                   \
		int __failed = !!(condition);                                \
                                                                             \
		if (__builtin_expect(__failed, 0))                           \
			complain(__FILE__, __LINE__, __func__, __VA_ARGS__); \
		__failed;                                                    \
	})

#define HAVE_ARCH_BUG
#define BUG() fl_hw_bug(__FILE__, __LINE__, __func__, "BUG()")

#define HAVE_ARCH_BUG_ON
#define BUG_ON(condition) \
	((void)__FL_CHECK(condition, fl_hw_bug, "BUG_ON(" #condition ")"))

#define WARN_ON(condition) \
	__FL_CHECK(condition, fl_hw_warn, "WARN_ON(" #condition ")", (char *)0)
#define WARN_ON_ONCE(condition)                                           \
	({                                                                \
		static char __fl_warned;                                  \
                                                                          \
		__FL_CHECK(condition, fl_hw_warn,                         \
			   "WARN_ON_ONCE(" #condition ")", &__fl_warned); \
	})

#include <asm-generic/bug.h>
#endif
