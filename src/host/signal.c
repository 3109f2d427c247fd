/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * signal.c - signals that the world needs, and user code's own handlers of them
 *
 *  - fl_host_cannot_block()      what no mask of user code may have
 *  - fl_host_defer(), fl_host_raise_deferred()    signals that come while a thread is inside
 *  - fl_host_called_away()       whether one of them is to end a wait
 *  - fl_host_alternate_stack()   a stack for the handlers of each thread
 *  - sigaction(), signal(), sigprocmask(), pthread_sigmask(), sigsuspend(), and their like
 *
 * A trap of user code is SIGSEGV, a system call that it makes without the C library SIGSYS, and
 * a flush for this process FL_HOST_INTERRUPT.  The host's kernel kills a thread that blocks one of
 * the first two when it comes, without a message.
 * Hides: that user code has blocked these signals.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/host.h"
#include "host/real.h"

#define STACK	(256UL << 10)

/* Where user code called: the wrapper, or the system call that it carries out. */
#define CALLER()	(fl_host_caller ? fl_host_caller : __builtin_return_address(0))

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

/* -- signals that come while this thread is inside -- */

static const int traps[] = { SIGSEGV, SIGSYS, SIGBUS };

#define TRAPS	(sizeof(traps) / sizeof(*traps))

static __thread struct {
	_Bool came;
	siginfo_t info;
} deferred[TRAPS];

_Bool fl_host_defer(int sig, const void *siginfo)
{
	const siginfo_t *info = siginfo;
	unsigned int i;

	for (i = 0; i < TRAPS; i++)
		if (traps[i] == sig)
			break;
	if (!fl_host_inside || info->si_code > 0 || i == TRAPS)
		return 0;
	deferred[i].info = *info;
	deferred[i].came = 1;
	return 1;
}

/* The handler gets what it would have got: who has sent it, and a value. */
static void raise_as_sent(int sig, const siginfo_t *info)
{
	const unsigned long arg[6] = { getpid(), gettid(), sig, (unsigned long)info };

	if (fl_host_call_host(SYS_rt_tgsigqueueinfo, arg))
		raise(sig);
}

void fl_host_raise_deferred(void)
{
	unsigned int i;

	for (i = 0; i < TRAPS; i++) {
		if (!deferred[i].came)
			continue;
		deferred[i].came = 0;
		raise_as_sent(traps[i], &deferred[i].info);
	}
}

static _Bool is_ignored(int sig, const struct sigaction *action)
{
	return action->sa_handler == SIG_IGN ||
	       (action->sa_handler == SIG_DFL &&
		(sig == SIGCHLD || sig == SIGURG || sig == SIGWINCH || sig == SIGCONT));
}

_Bool fl_host_called_away(_Bool *restart)
{
	struct sigaction action;
	_Bool called = 0;
	sigset_t pending;
	int sig;

	if (sigpending(&pending))
		return 0;
	for (sig = 1; sig < NSIG; sig++) {
		if (sigismember(&pending, sig) != 1 ||
		    sigismember(&fl_host_blocked, sig) == 1 ||
		    __real_sigaction(sig, NULL, &action) || is_ignored(sig, &action))
			continue;
		called = 1;
		*restart &= !!(action.sa_flags & SA_RESTART);
	}
	for (sig = 0; sig < (int)TRAPS; sig++)
		if (deferred[sig].came) {
			called = 1;
			*restart = 0;
		}
	return called;
}

/* -- SIGBUS, which is the machine's if kernel code meets it -- */

struct sigaction fl_host_on_bus;
static struct sigaction machines_bus;

static void on_bus(int sig, siginfo_t *info, void *context)
{
	if (fl_host_defer(sig, info))
		return;
	if (fl_host_inside)
		machines_bus.sa_sigaction(sig, info, context);
	else
		fl_host_users_handler(sig, info, context, &fl_host_on_bus);
}

void fl_host_watch_signals(void)
{
	const struct sigaction action = {
		.sa_sigaction = on_bus,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART,
	};

	__real_sigaction(SIGBUS, &action, &machines_bus);
}

/* -- handlers: those of traps are the projection's first, SIGSYS that of dispatch.c -- */

static struct sigaction on_interrupt;	/* what user code believes */

/* Return: what user code does about a signal that is the world's; NULL: it is not. */
static struct sigaction *kept_action(int sig)
{
	if (sig == FL_HOST_INTERRUPT)
		return &on_interrupt;
	return sig == SIGSEGV ? &fl_host_on_segv : sig == SIGSYS ? &fl_host_on_sys :
	       sig == SIGBUS  ? &fl_host_on_bus : NULL;
}

static _Bool is_default(const struct sigaction *action)
{
	return !(action->sa_flags & SA_SIGINFO) &&
	       (action->sa_handler == SIG_DFL || action->sa_handler == SIG_IGN);
}

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
	users = kept_action(sig);
	if (!users)
		return __real_sigaction(sig, action, old);
	if (sig == FL_HOST_INTERRUPT && action && !is_default(action))
		return fl_host_refuse(FL_HOST_REFUSED_HANDLER, EINVAL, CALLER(),
				      "a handler of signal %d is refused: the world needs that signal",
				      sig);
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
