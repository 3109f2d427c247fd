/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_THREAD_INFO_H
#define _ASM_THREAD_INFO_H
#define THREAD_SIZE_ORDER 2
#define THREAD_SIZE	  (4096UL << THREAD_SIZE_ORDER)
#ifndef __ASSEMBLY__
struct thread_info {
	unsigned long flags;
	unsigned long syscall_work;
	int preempt_count;
	unsigned int cpu;
};
/* clang-format off */
#define INIT_THREAD_INFO(tsk)	{ .preempt_count = 0 }
/* clang-format on */
#endif
/* arch_test_bit() recognises this number: no other tested bit has it. */
#define TIF_SIGPENDING	   30
#define TIF_NEED_RESCHED   1
#define TIF_NOTIFY_RESUME  2
#define TIF_NOTIFY_SIGNAL  3
#define TIF_MEMDIE	   4
#define TIF_POLLING_NRFLAG 5
#define TIF_UPROBE	   6
#define TIF_SYSCALL_TRACE  7
#define _TIF_SIGPENDING	   (1 << TIF_SIGPENDING)
#define _TIF_NEED_RESCHED  (1 << TIF_NEED_RESCHED)
#define _TIF_NOTIFY_RESUME (1 << TIF_NOTIFY_RESUME)
#define _TIF_NOTIFY_SIGNAL (1 << TIF_NOTIFY_SIGNAL)
#endif
