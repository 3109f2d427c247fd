/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dispatch.c - system calls of user code that bypass the C library
 *
 *  - fl_user_watch_calls()     for this thread, from now on
 *  - fl_user_watch_anew()      for a child of fork(), which does not inherit it
 *  - pthread_create(), thrd_create()
 *
 *   user code            host's kernel          this process
 *   syscall    ------>   not from libc
 *                        SIGSYS        ------>  number.c: served, refused, or
 *                                               the same call through libc
 *   continues  <------   sigreturn     <------  its result
 *
 * Linux calls this Syscall User Dispatch: each call from outside one range of
 * code raises SIGSYS.  The range is the C library's, so the library's own calls
 * cost nothing extra; the functions that a program calls are wrapped
 * (wrap.list).  exec() ends the dispatch, so other programs are not affected.
 * Hides: SIGSYS cannot be blocked.  It does not work under Valgrind, which
 * makes all calls itself.  Under ASan the range extends from the C library to
 * ASan's runtime, which makes calls of its own with all signals blocked; code
 * between the two is not watched.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <link.h>
#include <linux/audit.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <threads.h>
#include <ucontext.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef RUNNING_ON_VALGRIND
#define RUNNING_ON_VALGRIND 0
#endif

/* As in <linux/prctl.h> and <asm-generic/siginfo.h>, which may be too old. */
#define SET_DISPATCH 59
#define DISPATCH_ON  1
#define BY_DISPATCH  2
#define X32	     0x40000000 /* flag in the number of a call */

static __thread _Bool watched;

#if defined(__x86_64__)

/* -- the range -- */

static unsigned long first, end; /* code whose calls are not watched */

/* Code of the dynamic linker and the vDSO; its calls are the host's. */
static struct {
	unsigned long first, end;
} runtime[4];
static unsigned int nr_runtime;

static _Bool has_address(const struct dl_phdr_info *object,
			 const ElfW(Phdr) *part, unsigned long addr)
{
	return addr - (object->dlpi_addr + part->p_vaddr) < part->p_memsz;
}

static void add_part(const struct dl_phdr_info *object, const ElfW(Phdr) *part,
		     const void *libc)
{
	const unsigned long start = object->dlpi_addr + part->p_vaddr;
	const unsigned long stop = start + part->p_memsz;

	if (strstr(object->dlpi_name, "san.so") ||
	    has_address(object, part, (unsigned long)libc)) {
		first = !first || start < first ? start : first;
		end = stop > end ? stop : end;
	} else if (nr_runtime < sizeof(runtime) / sizeof(*runtime) &&
		   (object->dlpi_addr == getauxval(AT_BASE) ||
		    has_address(object, part, getauxval(AT_SYSINFO_EHDR)))) {
		runtime[nr_runtime].first = start;
		runtime[nr_runtime++].end = stop;
	}
}

static int add_code(struct dl_phdr_info *object, size_t size, void *libc)
{
	const ElfW(Phdr) *part = object->dlpi_phdr;

	(void)size;
	for (; part < object->dlpi_phdr + object->dlpi_phnum; part++)
		if (part->p_type == PT_LOAD && part->p_flags & PF_X)
			add_part(object, part, libc);
	return 0;
}

static _Bool is_runtime(const void *caller)
{
	const unsigned long addr = (unsigned long)caller;
	unsigned int i;

	for (i = 0; i < nr_runtime; i++)
		if (addr >= runtime[i].first && addr < runtime[i].end)
			return 1;
	return 0;
}

/* -- one call -- */

/* Return from the handler with the signal mask that the call has set. */
static void keep_mask(ucontext_t *context)
{
	sigset_t now;

	__real_pthread_sigmask(SIG_SETMASK, NULL, &now);
	memcpy(&context->uc_sigmask, &now, sizeof(unsigned long));
}

static void carry_out(ucontext_t *context, const void *caller)
{
	greg_t *reg = context->uc_mcontext.gregs;
	/* clang-format off */
	const unsigned long arg[6] = { reg[REG_RDI], reg[REG_RSI], reg[REG_RDX],
				       reg[REG_R10], reg[REG_R8], reg[REG_R9] };
	/* clang-format on */
	const long number = reg[REG_RAX];
	const int error = errno;
	long ret;

	errno = 0;
	ret = is_runtime(caller) ? fl_user_call_host(number, arg) :
				   fl_user_number(number, arg, caller);
	reg[REG_RAX] = ret == -1 && errno ? -errno : ret;
	errno = error;
	if (number == SYS_rt_sigprocmask)
		keep_mask(context);
	if (number == SYS_sigaltstack)
		fl_user_return_to_stack(&context->uc_stack);
}

/* int $0x80 and x32 have different numbers and arguments.  Return: -ENOSYS. */
static long refuse_numbers(const void *caller)
{
	const int error = errno;

	fl_user_refuse(FL_USER_REFUSED_ABI, ENOSYS, caller,
		       "a system call of 32-bit programs (int $0x80, x32) is "
		       "refused: only those of x86-64 are supported");
	errno = error;
	return -ENOSYS;
}

static void on_call(int sig, siginfo_t *info, void *context)
{
	greg_t *reg = ((ucontext_t *)context)->uc_mcontext.gregs;

	if (fl_user_defer(sig, info))
		return;
	if (info->si_code != BY_DISPATCH) {
		fl_user_handler(sig, info, context, &fl_user_on_sys);
		return;
	}
	if (info->si_arch != AUDIT_ARCH_X86_64 || reg[REG_RAX] & X32) {
		reg[REG_RAX] = refuse_numbers(info->si_call_addr);
		return;
	}
	/* Continue at this handler's return address: the C library's own
	 * sigreturn, which the host's kernel has set up. */
	if (reg[REG_RAX] == SYS_rt_sigreturn)
		reg[REG_RIP] = (greg_t)__builtin_return_address(0);
	else
		carry_out(context, info->si_call_addr);
}

static _Bool watch(void)
{
	const struct sigaction action = {
		.sa_sigaction = on_call,
		.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART,
	};

	if (!end) {
		dl_iterate_phdr(add_code, (void *)fl_user_libc());
		if (__real_sigaction(SIGSYS, &action, &fl_user_on_sys))
			return 0;
	}
	return !__real_prctl(SET_DISPATCH, DISPATCH_ON, first, end - first,
			     0UL);
}

#else

static _Bool watch(void)
{
	errno = ENOSYS;
	return 0;
}

#endif

struct sigaction fl_user_on_sys;

void fl_user_watch_calls(void)
{
	static _Bool reported;

	if (watched)
		return;
	watched = 1;
	if (RUNNING_ON_VALGRIND)
		errno = ENOSYS;
	else if (watch())
		return;
	if (!__atomic_exchange_n(&reported, 1, __ATOMIC_RELAXED))
		dprintf(STDERR_FILENO,
			"faultlab: system calls that bypass the C library are "
			"not intercepted and go to the host: %s\n",
			RUNNING_ON_VALGRIND ?
				"Valgrind makes all calls itself" :
				"the host has no "
				"Syscall User Dispatch");
}

void fl_user_watch_anew(void)
{
	watched = 0;
	fl_user_watch_calls();
}

/* -- new threads, which do not inherit the dispatch either -- */

/* On the stack of the creator, which waits until the thread is set up: if it
 * forks next, no new thread is inside malloc(), which a child could then not
 * use with AddressSanitizer. */
struct start {
	void *(*fn)(void *);
	thrd_start_t c11_fn;
	void *arg;
	pthread_barrier_t set_up; /* unlike others, no cancellation point */
};

/* Return: 0, or an error of pthread_barrier_init(). */
static int prepare(struct start *start)
{
	return pthread_barrier_init(&start->set_up, NULL, 2);
}

static void wait_until_set_up(struct start *start, _Bool was_created)
{
	if (was_created)
		pthread_barrier_wait(&start->set_up);
	pthread_barrier_destroy(&start->set_up);
}

static struct start take(void *memory)
{
	struct start *from = memory, start = { .fn = from->fn,
					       .c11_fn = from->c11_fn,
					       .arg = from->arg };
	sigset_t needed;

	if (fl_user_is_caller()) {
		/* Its attributes may block these signals, or a parent that had
		 * not booted a world. */
		fl_user_needs(&needed);
		__real_pthread_sigmask(SIG_UNBLOCK, &needed, NULL);
		fl_user_watch_calls();
		fl_user_alternate_stack();
	}
	pthread_barrier_wait(&from->set_up);
	return start;
}

static void *begin(void *memory)
{
	struct start start = take(memory);

	return start.fn(start.arg);
}

static int begin_c11(void *memory)
{
	struct start start = take(memory);

	return start.c11_fn(start.arg);
}

static _Bool stack_in_world(const pthread_attr_t *attr)
{
	void *stack;
	size_t size;

	return attr && !pthread_attr_getstack(attr, &stack, &size) && stack &&
	       size && fl_user_in_world((unsigned long)stack, size);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
			  void *(*fn)(void *), void *arg)
{
	struct start start = { .fn = fn, .arg = arg };
	int ret;

	if (!fl_user_is_caller())
		return __real_pthread_create(thread, attr, fn, arg);
	if (stack_in_world(attr)) {
		fl_user_refuse(FL_USER_REFUSED_STACK, EINVAL,
			       __builtin_return_address(0),
			       "pthread_create() is refused: its stack is "
			       "memory of the world, which traps before the "
			       "thread can handle traps");
		return EINVAL;
	}
	if (prepare(&start))
		return EAGAIN;
	ret = __real_pthread_create(thread, attr, begin, &start);
	wait_until_set_up(&start, !ret);
	return ret;
}

int __real_thrd_create(thrd_t *thread, thrd_start_t fn, void *arg);
int __wrap_thrd_create(thrd_t *thread, thrd_start_t fn, void *arg);
int __wrap_thrd_create(thrd_t *thread, thrd_start_t fn, void *arg)
{
	struct start start = { .c11_fn = fn, .arg = arg };
	int ret;

	if (!fl_user_is_caller())
		return __real_thrd_create(thread, fn, arg);
	if (prepare(&start))
		return thrd_error;
	ret = __real_thrd_create(thread, begin_c11, &start);
	wait_until_set_up(&start, ret == thrd_success);
	return ret;
}
