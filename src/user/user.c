/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * user.c - the world that the processes of a program share
 *
 *  - fl_user_boot()
 *  - fl_user_enter(), _leave(), _return(), _call()
 *  - fl_user_fork(), _exit(), _reaped()
 *
 * Invariants: the thread that is inside acts as a thread of the machine (number
 * 0, unless that one waits: sleep.c), in its own process of the world.  It
 * takes no signals except traps and flushes, and is not cancelled.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"

struct fl_user_shared *fl_user;
struct fl_user_process *fl_user_self;
__thread int fl_user_inside;

/* The thread that ends this process, once there is one. */
static pthread_t leaver;
static int leaving;

__thread sigset_t fl_user_blocked;

/* One of this many entries runs pending RCU callbacks.  Traps do so only then;
 * every system call does at its end. */
#define ENTRIES_AT_ONCE 256
static unsigned int entries;

void fl_user_stop_if_leaving(void)
{
	while (__atomic_load_n(&leaving, __ATOMIC_ACQUIRE) &&
	       !pthread_equal(pthread_self(), leaver))
		pause();
}

/* Other trap signals, such as SIGFPE, are blocked too.  The kernel does not
 * cause them (a blocked one would end the process), but they can be sent, and a
 * handler of user code must not run inside. */
static void begin_inside(void)
{
	const int let_in[] = { FL_USER_INTERRUPT, SIGSEGV, SIGSYS, SIGBUS };
	sigset_t all, before;
	unsigned int i;

	fl_user_defer_cancel();
	sigfillset(&all);
	for (i = 0; i < sizeof(let_in) / sizeof(*let_in); i++)
		sigdelset(&all, let_in[i]);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	fl_user_cannot_block(&before);
	fl_user_alternate_stack();
	/* Up to here the handler of a trap signal that was sent may enter and
	 * leave, which uses fl_user_blocked; from here on it is deferred. */
	fl_user_inside = 1;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	fl_user_blocked = before;
}

/* The lock's owner ended while it held the lock: the kernel's state is lost. */
static void died_inside(void)
{
	const struct fl_end *end = fl_machine_end(fl_user->world->machine);

	if (end)
		dprintf(STDERR_FILENO,
			"faultlab: the world ended in another process: %s\n",
			end->text);
	else
		dprintf(STDERR_FILENO,
			"faultlab: a process died inside the kernel: its world cannot continue\n");
	fl_machine_abort();
}

void fl_user_lock(void)
{
	if (pthread_mutex_lock(&fl_user->lock))
		died_inside();
}

void fl_user_unlock(void)
{
	pthread_mutex_unlock(&fl_user->lock);
}

/* A child not created through a wrapper has no process of the world. */
static void end_unknown_process(void)
{
	dprintf(STDERR_FILENO,
		"faultlab: process %d was created by an unsupported call and "
		"cannot use the world: use fork()\n",
		(int)getpid());
	fl_machine_abort();
}

/* The thread that ends this process resets fl_user and fl_user_self.  Its
 * memory may disappear even here: the access to the lock then traps, and
 * stop_the_others() stops this thread. */
void fl_user_enter(void)
{
	struct fl_user_shared *shared = __atomic_load_n(&fl_user,
							__ATOMIC_ACQUIRE);
	const struct fl_user_process *self = __atomic_load_n(&fl_user_self,
							     __ATOMIC_ACQUIRE);

	fl_user_stop_if_leaving();
	if (getpid() != self->pid)
		end_unknown_process();
	fl_user_watch_calls();
	begin_inside();
	if (pthread_mutex_lock(&shared->lock))
		died_inside();
	if (leaving && !pthread_equal(pthread_self(), leaver)) {
		pthread_mutex_unlock(&shared->lock);
		fl_user_stop_if_leaving();
	}
	fl_user_take_thread();
	if (++entries % ENTRIES_AT_ONCE == 0)
		fl_machine_quiesce(fl_user->world->machine);
}

static void end_inside(void)
{
	const sigset_t before = fl_user_blocked;

	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	fl_user_inside = 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	fl_user_raise_deferred();
	fl_user_allow_cancel();
}

void fl_user_leave(void)
{
	fl_user_give_thread();
	fl_user_unlock();
	end_inside();
	fl_user_stop_if_leaving();
}

/* No reader is left inside, so pending RCU callbacks can run. */
void fl_user_return(void)
{
	fl_machine_quiesce(fl_user->world->machine);
	fl_user_compare();
	fl_user_leave();
}

/* -- boot -- */

static int init_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attr;
	int ret = pthread_mutexattr_init(&attr);

	if (ret)
		return -ret;
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	ret = pthread_mutex_init(lock, &attr);
	pthread_mutexattr_destroy(&attr);
	return -ret;
}

/* Return: a free slot for @process, a copy of @parent; NULL: none, reported. */
static struct fl_user_process *add(struct fl_user_shared *shared,
				   struct fl_process *process,
				   const struct fl_user_process *parent)
{
	struct fl_user_process *p = shared->processes;

	while (p->process)
		if (++p == shared->processes + FL_USER_PROCESSES) {
			fprintf(stderr,
				"faultlab: limit FL_USER_PROCESSES = %d "
				"reached: raise it in src/user/user.h\n",
				FL_USER_PROCESSES);
			return NULL;
		}
	memset(p, 0, sizeof(*p));
	p->process = process;
	p->asid = shared->world->kernel->view->asid(process->mm);
	p->next = parent ? parent->next : FL_USER_START;
	p->top = parent ? parent->top : FL_USER_START;
	shared->live++;
	return p;
}

/* Publish the world only after all of it is set up. */
static int begin(struct fl_world *world)
{
	struct fl_process *process;
	struct fl_user_shared *shared;
	int ret = world->kernel->sys ? fl_world_load_driver(world) : -ENOSYS;

	if (ret < 0)
		return ret;
	shared = fl_machine_alloc(world->machine, sizeof(*shared));
	if (!shared)
		return -ENOMEM;
	shared->world = world;
	shared->root = geteuid();
	ret = init_lock(&shared->lock);
	if (!ret)
		ret = fl_process_create(world, &process);
	if (ret)
		return ret;
	fl_user_self = add(shared, process, NULL);
	fl_user_self->pid = fl_user_self->number = getpid();
	fl_hw.user_is_host = 1;
	ret = fl_user_limits_begin();
	if (!ret)
		ret = fl_user_project(world);
	if (!ret)
		__atomic_store_n(&fl_user, shared, __ATOMIC_RELEASE);
	return ret;
}

/* Return: 0, or -errno after reporting it. */
static int boot(const struct fl_world_config *config)
{
	struct fl_world *world;
	int ret = fl_world_boot(config, &world);

	if (ret) {
		fprintf(stderr,
			"faultlab: %s cannot be booted: %s; see: faultlab kernels\n",
			config->kernel, strerror(-ret));
		return ret;
	}
	ret = begin(world);
	if (!ret)
		return 0;
	fprintf(stderr, "faultlab: %s cannot run user programs: %s\n",
		config->kernel, strerror(-ret));
	fl_world_shutdown(world, NULL);
	return ret;
}

static void at_exit(int status, void *arg)
{
	int with = fl_user_exit(status);

	(void)arg;
	if (with == status)
		return;
	fflush(NULL);
	__real__exit(with);
}

/* Context: one thread at a time. */
static int boot_once(void)
{
	struct fl_world_config config;
	int ret = fl_user_settings(&config);
	stack_t stack;

	if (ret)
		return ret;
	fl_user_alternate_stack();
	__real_sigaltstack(NULL, &stack);
	__real_sigaction(SIGSEGV, NULL, &fl_user_on_segv);
	__real_sigaction(SIGBUS, NULL, &fl_user_on_bus);
	begin_inside();
	fl_user_limits_lift();
	ret = boot(&config);
	/* The machine's own stack does not belong to the thread, which may end
	 * before the machine does. */
	__real_sigaltstack(&stack, NULL);
	if (!ret)
		fl_user_watch_signals();
	end_inside();
	if (!ret) {
		on_exit(at_exit, NULL);
		fl_user_booted();
		fl_user_watch_calls();
	}
	return ret;
}

int fl_user_boot(void)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
	int ret;

	pthread_mutex_lock(&one);
	ret = fl_user ? 0 : boot_once();
	pthread_mutex_unlock(&one);
	return ret;
}

/* -- processes -- */

/* Return: the child's slot; NULL: none, and *@error is the reason. */
static struct fl_user_process *fork_inside(int *error)
{
	struct fl_user_process *child;
	struct fl_process *process;

	*error = ENOMEM;
	if (fl_fork(fl_user_self->process, &process))
		return NULL;
	child = add(fl_user, process, fl_user_self);
	if (child) {
		fl_user_files_inherit(child);
		return child;
	}
	fl_process_exit(process);
	*error = EAGAIN;
	return NULL;
}

static void remove_inside(struct fl_user_process *p)
{
	if (fl_user_sleeps(p))
		died_inside();
	fl_user_files_close(p);
	fl_process_exit(p->process);
	p->process = NULL;
	fl_user->live--;
}

/* The parent holds the lock during the host's fork(), so none of its
 * threads can map anything that the child would inherit.  The child
 * does not hold it. */
pid_t fl_user_fork(void)
{
	struct fl_user_process *child;
	pid_t pid = -1;
	int error;

	fl_user_enter();
	child = fork_inside(&error);
	if (child) {
		pid = __real_fork();
		error = errno;
	}
	if (!pid) {
		fl_user_self = child;
		fl_user_self->pid = fl_user_self->number = getpid();
		fl_user_forget_all();
		fl_user_watch_anew();
		end_inside();
		return 0;
	}
	if (pid > 0)
		child->number = pid;
	else if (child)
		remove_inside(child);
	fl_user_return();
	if (pid < 0)
		errno = error;
	return pid;
}

/* Return: whether something leaked, which is reported. */
static int shut_down(void)
{
	struct fl_world *world = fl_user->world;
	struct fl_audit leaked;
	int ret;

	fl_user = NULL;
	fl_user_self = NULL;
	fl_user_inside = 1;
	ret = fl_world_shutdown(world, &leaked);
	fl_user_inside = 0;
	if (ret == -EUCLEAN)
		fprintf(stderr,
			"violation: C7 counts: left after the "
			"last process ended: %lu frames, %lu objects, %lu "
			"pages of swap, %lu locks, %lu RCU sections, %lu RCU callbacks\n",
			leaked.frames, leaked.objects, leaked.swap,
			leaked.locks, leaked.rcu_sections,
			leaked.rcu_callbacks);
	return ret != 0;
}

/* Remove processes that ended without cleaning up and were not waited for. */
static void remove_ended(void)
{
	struct fl_user_process *p;

	for (p = fl_user->processes; p < fl_user->processes + FL_USER_PROCESSES;
	     p++)
		if (p->process && p->pid && p != fl_user_self &&
		    fl_user_stands_still(p->pid, 0))
			remove_inside(p);
}

/* Other threads of an ending process may be about to enter or to trap. */
static void stop_the_others(int sig)
{
	fl_user_stop_if_leaving();
	signal(sig, SIG_DFL);
}

int fl_user_exit(int status)
{
	struct sigaction others = { .sa_handler = stop_the_others };
	_Bool last;

	/* A child of vfork() has no process of its own. */
	if (!fl_user || fl_user_inside || getpid() != fl_user_self->pid)
		return status;
	fl_user_enter();
	/* From here on a handler would find no world. */
	pthread_sigmask(SIG_BLOCK, NULL, &fl_user_blocked);
	leaver = pthread_self();
	__atomic_store_n(&leaving, 1, __ATOMIC_RELEASE);
	fl_user_end_sleep();
	remove_ended();
	remove_inside(fl_user_self);
	last = !fl_user->live;
	fl_user_leave();
	/* Another thread may trap after the machine has removed its handler. */
	__real_sigaction(SIGSEGV, &others, NULL);
	if (!last)
		fl_user = NULL;
	else if (shut_down() && !status)
		status = 1;
	return status;
}

void fl_user_reaped(pid_t pid)
{
	struct fl_user_process *p;

	if (!fl_user || fl_user_inside)
		return;
	fl_user_enter();
	for (p = fl_user->processes; p < fl_user->processes + FL_USER_PROCESSES;
	     p++)
		if (p->process && p->number == pid)
			remove_inside(p);
	fl_user_leave();
}
