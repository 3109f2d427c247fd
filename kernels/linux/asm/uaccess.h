/* SPDX-License-Identifier: GPL-2.0-only */
/* uaccess.h - user addresses are simulated: copies use the fault path */
#ifndef _ASM_UACCESS_H
#define _ASM_UACCESS_H
#include <asm/processor.h>
#include <asm-generic/access_ok.h>
extern unsigned long raw_copy_from_user(void *to, const void __user *from,
					unsigned long n);
extern unsigned long raw_copy_to_user(void __user *to, const void *from,
				      unsigned long n);
extern unsigned long clear_user(void __user *to, unsigned long n);
extern long strncpy_from_user(char *to, const char __user *from, long n);
extern long strnlen_user(const char __user *s, long n);
extern int fl_get_user(void *to, const void __user *from, unsigned long n);
extern int fl_put_user(const void *from, void __user *to, unsigned long n);
#define get_user(x, p) fl_get_user((void *)&(x), (p), sizeof(x))
#define put_user(x, p)                               \
	({                                           \
		typeof(*(p)) __v = (x);              \
		fl_put_user(&__v, (p), sizeof(__v)); \
	})
#define __get_user(x, p)	get_user(x, p)
#define __put_user(x, p)	put_user(x, p)
#define __clear_user		clear_user
#define arch_get_kernel_nofault 0
#undef arch_get_kernel_nofault
#endif
