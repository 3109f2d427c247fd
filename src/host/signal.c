/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * signal.c - signals that the world needs, and user code's own handlers of them
 *
 *  - fl_host_cannot_block()      what no mask of user code may have
 *  - fl_host_alternate_stack()   a stack for the handlers of each thread
 *  - sigaction(), signal(), sigprocmask(), pthread_sigmask(), sigsuspend()
 *
 * A trap of user code is SIGSEGV, a system call that it makes without the C library SIGSYS, and
 * a flush for this process FL_HOST_INTERRUPT.  The host's kernel kills a thread that blocks one of
 * the first two when it comes, without a message.
 * Hides: that user code has blocked these signals.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "host/host.h"
#include "host/real.h"

#define STACK	(256UL << 10)

static pthread_key_t stack_key;
static pthread_once_t stack_once = PTHREAD_ONCE_INIT;

/* -- masks -- */

void fl_host_cannot_block(sigset_t *set)
{
	sigdelset(set, SIGSEGV);
	sigdelset(set, SIGSYS);
	sigdelset(set, FL_HOST_INTERRUPT);
}

/* Return: @set, or if user code asks for it in a world, *@allowed: @set without those. */
static const sigset_t *allowed_part(int how, const sigset_t *set, sigset_t *allowed)
{
	if (!fl_host_user_calls() || !set || how == SIG_UNBLOCK)
		return set;
	*allowed = *set;
	fl_host_cannot_block(allowed);
	return allowed;
}

int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t allowed;

	return __real_sigprocmask(how, allowed_part(how, set, &allowed), old);
}

int __wrap_pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t allowed;

	return __real_pthread_sigmask(how, allowed_part(how, set, &allowed), old);
}

int __wrap_sigsuspend(const sigset_t *set)
{
	sigset_t allowed;

	return __real_sigsuspend(allowed_part(SIG_SETMASK, set, &allowed));
}

/* -- handlers: SIGSEGV is the projection's first, SIGSYS that of dispatch.c -- */

int __wrap_sigaction(int sig, const struct sigaction *action,
		     struct sigaction *old)
{
	struct sigaction allowed, *users;

	if (!fl_host_user_calls())
		return __real_sigaction(sig, action, old);
	if (action) {
		allowed = *action;
		fl_host_cannot_block(&allowed.sa_mask);
		action = &allowed;
	}
	if (sig != SIGSEGV && sig != SIGSYS)
		return __real_sigaction(sig, action, old);
	users = sig == SIGSEGV ? &fl_host_on_segv : &fl_host_on_sys;
	if (old)
		*old = *users;
	if (action)
		*users = *action;
	return 0;
}

sighandler_t __wrap_signal(int sig, sighandler_t handler)
{
	struct sigaction action = { .sa_handler = handler,
				    .sa_flags = SA_RESTART }, old;

	return __wrap_sigaction(sig, &action, &old) ? SIG_ERR : old.sa_handler;
}

/* -- stacks -- */

static __thread stack_t stack_before;

/* Sanitizers find the stack that they have given to the thread. */
static void drop_stack(void *memory)
{
	stack_t now;

	if (!sigaltstack(NULL, &now) && now.ss_sp == memory)
		sigaltstack(&stack_before, NULL);
	__real_munmap(memory, STACK);
}

static void make_key(void)
{
	pthread_key_create(&stack_key, drop_stack);
}

/* A thread whose own stack is used up could not run the handler that reports it, nor could one
 * with a small alternate stack. */
void fl_host_alternate_stack(void)
{
	static __thread _Bool has_one;
	stack_t stack = { .ss_size = STACK }, now;

	if (has_one)
		return;
	has_one = 1;
	if (sigaltstack(NULL, &now) || now.ss_flags & SS_ONSTACK ||
	    (!(now.ss_flags & SS_DISABLE) && now.ss_size >= STACK))
		return;
	stack_before = now;
	stack.ss_sp = __real_mmap(NULL, STACK, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (stack.ss_sp == MAP_FAILED)
		return;
	pthread_once(&stack_once, make_key);
	if (pthread_setspecific(stack_key, stack.ss_sp) || sigaltstack(&stack, NULL))
		drop_stack(stack.ss_sp);
}
