/* SPDX-License-Identifier: GPL-2.0-only */
/* rwonce.h - READ_ONCE() and WRITE_ONCE() are steps of the machine */
#ifndef _ASM_RWONCE_H
#define _ASM_RWONCE_H
#include <asm/hw.h>
#include <asm-generic/rwonce.h>

#undef __READ_ONCE
#undef __WRITE_ONCE

#define __READ_ONCE(x) ({						\
	fl_hw_access(FL_HW_LOAD, &(x), sizeof(x));			\
	*(const volatile __unqual_scalar_typeof(x) *)&(x);		\
})

#define __WRITE_ONCE(x, val) do {					\
	fl_hw_access(FL_HW_STORE, &(x), sizeof(x));			\
	*(volatile typeof(x) *)&(x) = (val);				\
} while (0)
#endif
