/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * signal.c - signals that the world needs, and user code's own handlers of them
 *
 *  - fl_user_cannot_block()      signals that user code cannot block
 *  - fl_user_defer(), fl_user_raise_deferred()    signals that arrive inside
 *  - fl_user_called_away()       does one of them end a wait?
 *  - fl_user_alternate_stack()   a stack for the handlers of each thread
 *  - sigaction(), signal(), sigprocmask(), pthread_sigmask(), sigsuspend(), ...
 *
 * A trap of user code raises SIGSEGV, a system call that bypasses the C library
 * SIGSYS, and a flush for this process FL_USER_INTERRUPT.  If a thread has
 * blocked one of the first two when it is raised, the host's kernel kills the
 * process without a message.
 * Hides: user code cannot block these signals.
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

#include "user/user.h"
#include "user/real.h"

#define STACK	       (256UL << 10)
/* The smallest stack that sigaltstack() of x86 accepts.  MINSIGSTKSZ of libc is
 * larger and depends on the CPU. */
#define SMALLEST_STACK 2048UL

/* The caller in user code: of the wrapper, or of the call by number. */
#define CALLER() (fl_user_caller ? fl_user_caller : __builtin_return_address(0))

static pthread_key_t stack_key;
static pthread_once_t stack_once = PTHREAD_ONCE_INIT;

/* -- masks -- */

static const int needed[] = { SIGSEGV, SIGSYS };

void fl_user_cannot_block(sigset_t *set)
{
	unsigned int i;

	for (i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		sigdelset(set, needed[i]);
	sigdelset(set, FL_USER_INTERRUPT);
}

void fl_user_needs(sigset_t *set)
{
	unsigned int i;

	sigemptyset(set);
	for (i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		sigaddset(set, needed[i]);
	sigaddset(set, FL_USER_INTERRUPT);
}

const sigset_t *fl_user_allowed(const sigset_t *set, sigset_t *allowed)
{
	if (!fl_user_is_caller() || !set)
		return set;
	*allowed = *set;
	fl_user_cannot_block(allowed);
	return allowed;
}

static const sigset_t *allowed_part(int how, const sigset_t *set,
				    sigset_t *allowed)
{
	return how == SIG_UNBLOCK ? set : fl_user_allowed(set, allowed);
}

int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t allowed;

	return __real_sigprocmask(how, allowed_part(how, set, &allowed), old);
}

int __wrap_pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t allowed;

	return __real_pthread_sigmask(how, allowed_part(how, set, &allowed),
				      old);
}

int __wrap_sigsuspend(const sigset_t *set)
{
	sigset_t allowed;

	return __real_sigsuspend(fl_user_allowed(set, &allowed));
}

int __wrap_epoll_pwait(int fd, struct epoll_event *events, int n, int timeout,
		       const sigset_t *mask)
{
	sigset_t allowed;

	return __real_epoll_pwait(fd, events, n, timeout,
				  fl_user_allowed(mask, &allowed));
}

int __wrap_epoll_pwait2(int fd, struct epoll_event *events, int n,
			const struct timespec *timeout, const sigset_t *mask)
{
	sigset_t allowed;

	return __real_epoll_pwait2(fd, events, n, timeout,
				   fl_user_allowed(mask, &allowed));
}

/* -- waiting for signals: another process's flush must reach its handler -- */

static const sigset_t *taken_part(const sigset_t *set, sigset_t *taken)
{
	if (!fl_user_is_caller() || !set)
		return set;
	*taken = *set;
	sigdelset(taken, FL_USER_INTERRUPT);
	return taken;
}

int __wrap_sigwait(const sigset_t *set, int *sig)
{
	sigset_t taken;

	return __real_sigwait(taken_part(set, &taken), sig);
}

int __wrap_sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
	sigset_t taken;

	return __real_sigwaitinfo(taken_part(set, &taken), info);
}

int __wrap_sigtimedwait(const sigset_t *set, siginfo_t *info,
			const struct timespec *timeout)
{
	sigset_t taken;

	return __real_sigtimedwait(taken_part(set, &taken), info, timeout);
}

int __wrap_signalfd(int fd, const sigset_t *set, int flags)
{
	sigset_t taken;

	return __real_signalfd(fd, taken_part(set, &taken), flags);
}

/* -- the same calls by number -- */

/* Calls with a signal set, and which argument it is. */
static const struct {
	long number;
	unsigned char arg;
	_Bool waits; /* waits for the signals of the set */
} set_calls[] = {
	{ SYS_rt_sigsuspend, 0, 0 },   { SYS_ppoll, 3, 0 },
	{ SYS_epoll_pwait, 4, 0 },     { 441 /* epoll_pwait2 */, 4, 0 },
	{ SYS_rt_sigtimedwait, 0, 1 }, { SYS_signalfd4, 1, 1 },
#ifdef SYS_signalfd
	{ SYS_signalfd, 1, 1 },
#endif
};

/* Copy the set at @from to *@set, without the world's signals.
 * Return: 0: no set, or it cannot be read. */
static _Bool reduce(unsigned long from, sigset_t *set, _Bool waits)
{
	sigemptyset(set);
	if (!from || fl_user_copy_in(set, from, sizeof(unsigned long)))
		return 0;
	if (waits)
		sigdelset(set, FL_USER_INTERRUPT);
	else
		fl_user_cannot_block(set);
	return 1;
}

long fl_user_call_with_set(long number, const unsigned long arg[6])
{
	unsigned long args[6], pair[2];
	unsigned int i;
	sigset_t set;

	memcpy(args, arg, sizeof(args));
	/* The argument points to two words; the set is one of them. */
	if (number == SYS_pselect6 && arg[5] &&
	    !fl_user_copy_in(pair, arg[5], sizeof(pair)) &&
	    reduce(pair[0], &set, 0)) {
		pair[0] = (unsigned long)&set;
		args[5] = (unsigned long)pair;
	}
	for (i = 0; i < sizeof(set_calls) / sizeof(*set_calls); i++)
		if (set_calls[i].number == number &&
		    reduce(arg[set_calls[i].arg], &set, set_calls[i].waits))
			args[set_calls[i].arg] = (unsigned long)&set;
	return fl_user_call_host(number, args);
}

/* -- signals that arrive while this thread is inside -- */

static const int traps[] = { SIGSEGV, SIGSYS, SIGBUS };

#define TRAPS (sizeof(traps) / sizeof(*traps))

static __thread struct {
	_Bool came;
	siginfo_t info;
} deferred[TRAPS];

_Bool fl_user_defer(int sig, const void *siginfo)
{
	const siginfo_t *info = siginfo;
	unsigned int i;

	for (i = 0; i < TRAPS; i++)
		if (traps[i] == sig)
			break;
	if (!fl_user_inside || info->si_code > 0 || i == TRAPS)
		return 0;
	deferred[i].info = *info;
	deferred[i].came = 1;
	return 1;
}

/* Send it with its original siginfo: the sender and the value. */
static void raise_as_sent(int sig, const siginfo_t *info)
{
	const unsigned long arg[6] = { getpid(), gettid(), sig,
				       (unsigned long)info };

	if (fl_user_call_host(SYS_rt_tgsigqueueinfo, arg))
		raise(sig);
}

void fl_user_raise_deferred(void)
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
		(sig == SIGCHLD || sig == SIGURG || sig == SIGWINCH ||
		 sig == SIGCONT));
}

_Bool fl_user_called_away(_Bool *restart)
{
	struct sigaction action;
	_Bool called = 0;
	sigset_t pending;
	int sig;

	if (sigpending(&pending))
		return 0;
	for (sig = 1; sig < NSIG; sig++) {
		if (sigismember(&pending, sig) != 1 ||
		    sigismember(&fl_user_blocked, sig) == 1 ||
		    __real_sigaction(sig, NULL, &action) ||
		    is_ignored(sig, &action))
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

/* -- SIGBUS: the machine's if kernel code causes it -- */

struct sigaction fl_user_on_bus;
static struct sigaction machines_bus;

static void on_bus(int sig, siginfo_t *info, void *context)
{
	if (fl_user_defer(sig, info))
		return;
	if (fl_user_inside)
		machines_bus.sa_sigaction(sig, info, context);
	else
		fl_user_handler(sig, info, context, &fl_user_on_bus);
}

void fl_user_watch_signals(void)
{
	const struct sigaction action = {
		.sa_sigaction = on_bus,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART,
	};

	__real_sigaction(SIGBUS, &action, &machines_bus);
}

/* -- handlers: projection.c handles traps first, dispatch.c SIGSYS -- */

static struct sigaction on_interrupt; /* the action that user code sees */

/* Return: user code's action for a signal that the world uses, or NULL. */
static struct sigaction *kept_action(int sig)
{
	if (sig == FL_USER_INTERRUPT)
		return &on_interrupt;
	return sig == SIGSEGV ? &fl_user_on_segv :
	       sig == SIGSYS  ? &fl_user_on_sys :
	       sig == SIGBUS  ? &fl_user_on_bus :
				NULL;
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

	if (!fl_user_is_caller())
		return __real_sigaction(sig, action, old);
	if (action) {
		allowed = *action;
		fl_user_cannot_block(&allowed.sa_mask);
		action = &allowed;
	}
	users = kept_action(sig);
	if (!users)
		return __real_sigaction(sig, action, old);
	if (sig == FL_USER_INTERRUPT && action && !is_default(action))
		return fl_user_refuse(FL_USER_REFUSED_HANDLER, EINVAL, CALLER(),
				      "a handler of signal %d is refused: the "
				      "world needs that signal",
				      sig);
	if (old)
		*old = *users;
	if (action)
		*users = *action;
	return 0;
}

static sighandler_t set_handler(int sig, sighandler_t handler, int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags },
			 old;

	return __wrap_sigaction(sig, &action, &old) ? SIG_ERR : old.sa_handler;
}

sighandler_t __wrap_signal(int sig, sighandler_t handler)
{
	return set_handler(sig, handler, SA_RESTART);
}

/* Other standards' names for the same functions. */
sighandler_t __wrap_bsd_signal(int sig, sighandler_t handler)
	__attribute__((alias("__wrap_signal")));
sighandler_t __wrap_ssignal(int sig, sighandler_t handler)
	__attribute__((alias("__wrap_signal")));
int __wrap___sigaction(int sig, const struct sigaction *action,
		       struct sigaction *old)
	__attribute__((alias("__wrap_sigaction")));

/* signal() of C99 and System V programs. */
sighandler_t __wrap___sysv_signal(int sig, sighandler_t handler)
{
	return set_handler(sig, handler, SA_RESETHAND | SA_NODEFER);
}
sighandler_t __wrap_sysv_signal(int sig, sighandler_t handler)
	__attribute__((alias("__wrap___sysv_signal")));

static int block_one(int how, int sig, sigset_t *old)
{
	sigset_t one;

	sigemptyset(&one);
	return sigaddset(&one, sig) ? -1 : __wrap_sigprocmask(how, &one, old);
}

int __wrap_sighold(int sig)
{
	return block_one(SIG_BLOCK, sig, NULL);
}

int __wrap_sigrelse(int sig)
{
	return block_one(SIG_UNBLOCK, sig, NULL);
}

int __wrap_sigignore(int sig)
{
	return set_handler(sig, SIG_IGN, 0) == SIG_ERR ? -1 : 0;
}

sighandler_t __wrap_sigset(int sig, sighandler_t handler)
{
	struct sigaction now;
	sigset_t old;

	if (handler == SIG_HOLD) {
		if (block_one(SIG_BLOCK, sig, &old) ||
		    __wrap_sigaction(sig, NULL, &now))
			return SIG_ERR;
		return sigismember(&old, sig) ? SIG_HOLD : now.sa_handler;
	}
	handler = set_handler(sig, handler, 0);
	if (handler == SIG_ERR || block_one(SIG_UNBLOCK, sig, &old))
		return SIG_ERR;
	return sigismember(&old, sig) ? SIG_HOLD : handler;
}

/* BSD signal sets have one bit for each of the first signals. */
static int set_mask(int how, int bits)
{
	sigset_t set, old;
	unsigned int was;

	sigemptyset(&set);
	memcpy(&set, &bits, sizeof(bits));
	if (__wrap_sigprocmask(how, &set, &old))
		return -1;
	memcpy(&was, &old, sizeof(was));
	return was;
}

int __wrap_sigblock(int bits)
{
	return set_mask(SIG_BLOCK, bits);
}

int __wrap_sigsetmask(int bits)
{
	return set_mask(SIG_SETMASK, bits);
}

/* -- stacks -- */

static __thread stack_t stack_before;
static __thread void *own_stack; /* NULL: none */
static __thread stack_t users_stack = { .ss_flags = SS_DISABLE };

/* Restore the stack that a sanitizer gave the thread and will look for. */
static void drop_stack(void *memory)
{
	stack_t now;

	if (!__real_sigaltstack(NULL, &now) && now.ss_sp == memory)
		__real_sigaltstack(&stack_before, NULL);
	__real_munmap(memory, STACK);
}

static void make_key(void)
{
	pthread_key_create(&stack_key, drop_stack);
}

/* Return: whether trap handlers, which run kernel code, can use this stack. */
static _Bool is_good_stack(const stack_t *stack)
{
	return !(stack->ss_flags & SS_DISABLE) && stack->ss_size >= STACK &&
	       !fl_user_in_world((unsigned long)stack->ss_sp, stack->ss_size);
}

/* Without this, a thread whose stack is exhausted, or that has a small
 * alternate stack, could not run the handler that reports it. */
void fl_user_alternate_stack(void)
{
	static __thread _Bool has_one;
	stack_t stack = { .ss_size = STACK }, now;

	if (has_one)
		return;
	has_one = 1;
	if (__real_sigaltstack(NULL, &now) || now.ss_flags & SS_ONSTACK)
		return;
	if (!(now.ss_flags & SS_DISABLE))
		users_stack = now;
	if (is_good_stack(&now))
		return;
	stack_before = now;
	stack.ss_sp = __real_mmap(NULL, STACK, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				  -1, 0);
	if (stack.ss_sp == MAP_FAILED)
		return;
	pthread_once(&stack_once, make_key);
	if (pthread_setspecific(stack_key, stack.ss_sp) ||
	    __real_sigaltstack(&stack, NULL))
		drop_stack(stack.ss_sp);
	else
		own_stack = stack.ss_sp;
}

/* Return: @stack; if it cannot be used, *@real: the stack of this file. */
static const stack_t *real_stack(const stack_t *stack, stack_t *real)
{
	if (is_good_stack(stack) || !own_stack)
		return stack;
	*real = (stack_t){ .ss_sp = own_stack, .ss_size = STACK };
	return real;
}

void fl_user_return_to_stack(stack_t *to)
{
	stack_t real;

	*to = *real_stack(&users_stack, &real);
}

/*
 * User code reads back what it has set.  If its stack is too small for kernel
 * code, or would trap itself, handlers use the stack of this file instead.
 */
int __wrap_sigaltstack(const stack_t *stack, stack_t *old)
{
	stack_t ours, real, before = users_stack;
	int ret = 0;

	if (!fl_user_is_caller())
		return __real_sigaltstack(stack, old);
	fl_user_alternate_stack();
	if (__real_sigaltstack(NULL, &ours))
		return -1;
	if (stack && !(stack->ss_flags & SS_DISABLE) &&
	    stack->ss_size < SMALLEST_STACK) {
		errno = ENOMEM;
		return -1;
	}
	/* A call by number is handled on this stack; the return from the
	 * handler then installs the new one. */
	if (ours.ss_flags & SS_ONSTACK && stack && !fl_user_caller)
		ret = fl_user_result(-EPERM);
	else if (!(ours.ss_flags & SS_ONSTACK) && stack)
		ret = __real_sigaltstack(real_stack(stack, &real), NULL);
	if (ret)
		return ret;
	if (stack)
		users_stack = *stack;
	before.ss_flags |= ours.ss_flags & SS_ONSTACK;
	if (old)
		*old = before;
	return 0;
}
