/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host.c - the world that the processes of a program share
 *
 *  - fl_host_boot()
 *  - fl_host_enter(), _leave(), _call()
 *  - fl_host_fork(), _exit(), _reaped()
 *
 * Invariant: whoever is inside is thread 0 of the machine, in the process that is its own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"
#include "world/kernels.h"

#define DEVICE_FRAMES	(8UL * 65536)	/* four devices, and four times 256 MiB that they may ask for */
#define MEBIBYTES	64		/* of RAM, where the environment names no other number */

struct fl_host *fl_host;
struct fl_host_process *fl_host_self;
__thread int fl_host_inside;

extern int __real_sigaction(int sig, const struct sigaction *action,
			    struct sigaction *old);
extern pid_t __real_fork(void);
extern void __real__exit(int status) __attribute__((noreturn));

/* The kernel that the program was linked for; the environment goes before it. */
extern const char fl_host_kernel[];

void fl_host_enter(void)
{
	if (pthread_mutex_lock(&fl_host->lock)) {
		fprintf(stderr, "faultlab: a process has died inside the kernel: its world cannot go on\n");
		abort();
	}
	fl_host_inside = 1;
	fl_hw_current = fl_machine_thread(fl_host->world->machine, 0);
}

/* What waits for readers is done now, since there are none. */
void fl_host_leave(void)
{
	fl_machine_quiesce(fl_host->world->machine);
	fl_host_inside = 0;
	pthread_mutex_unlock(&fl_host->lock);
}

void fl_host_return(void)
{
	fl_machine_quiesce(fl_host->world->machine);
	fl_host_compare();
	fl_host_leave();
}

int fl_host_call(struct fl_call *call, int (*fn)(void *))
{
	call->process = fl_host_self->process;
	return fl_process_run(call, fn);
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

/* Return: a free place, for a process that is a copy of @parent, or NULL. */
static struct fl_host_process *add(struct fl_process *process,
				   const struct fl_host_process *parent)
{
	struct fl_host_process *p = fl_host->processes;

	while (p->process)
		if (++p == fl_host->processes + FL_HOST_PROCESSES)
			return NULL;
	memset(p, 0, sizeof(*p));
	p->process = process;
	p->asid = fl_host->world->kernel->mm_asid(process->mm);
	p->next = parent ? parent->next : FL_HOST_START;
	fl_host->live++;
	return p;
}

static int begin(struct fl_world *world)
{
	struct fl_process *process;
	int ret = world->kernel->sys_mmap ? fl_world_load_driver(world) : -ENOSYS;

	if (ret < 0)
		return ret;
	fl_host = fl_machine_alloc(world->machine, sizeof(*fl_host));
	if (!fl_host)
		return -ENOMEM;
	fl_host->world = world;
	ret = init_lock(&fl_host->lock);
	if (!ret)
		ret = fl_process_create(world, &process);
	if (ret)
		return ret;
	fl_host_self = add(process, NULL);
	fl_host_self->pid = getpid();
	fl_hw.user_is_host = 1;
	return fl_host_project();
}

/* Return: 0, or -errno, which was told. */
static int boot(const struct fl_world_config *config)
{
	struct fl_world *world;
	int ret = fl_world_boot(config, &world);

	if (ret) {
		fprintf(stderr, "faultlab: %s cannot be booted: %s; which kernels there are, `faultlab kernels` tells\n",
			config->kernel, strerror(-ret));
		return ret;
	}
	ret = begin(world);
	if (!ret)
		return 0;
	fprintf(stderr, "faultlab: %s cannot run programs of the host's: %s\n",
		config->kernel, strerror(-ret));
	fl_host = NULL;
	fl_world_shutdown(world, NULL);
	return ret;
}

static void at_exit(int status, void *arg)
{
	int with = fl_host_exit(status);

	(void)arg;
	if (with == status)
		return;
	fflush(NULL);
	__real__exit(with);
}

/* Return: frames of RAM; 0: FAULTLAB_MEMORY is no number of MiB that can be had. */
static unsigned long ram(void)
{
	const char *text = getenv("FAULTLAB_MEMORY");
	char *end;
	unsigned long n;

	if (!text)
		return MEBIBYTES * (1UL << 20) / FL_PAGE_SIZE;
	n = strtoul(text, &end, 10);
	return *end || n < 16 || n > 1UL << 16 ? 0 : (n << 20) / FL_PAGE_SIZE;
}

int fl_host_boot(void)
{
	const char *kernel = getenv("FAULTLAB_KERNEL");
	struct fl_world_config config = {
		.kernel = kernel ? kernel : fl_host_kernel,
		.frames = ram(),
		.device_frames = DEVICE_FRAMES,
		.shared = 1,
	};
	int ret;

	if (!config.frames) {
		fprintf(stderr, "faultlab: FAULTLAB_MEMORY=%s: MiB of RAM, from 16 to 65536, please\n",
			getenv("FAULTLAB_MEMORY"));
		return -EINVAL;
	}
	__real_sigaction(SIGSEGV, NULL, &fl_host_on_segv);
	fl_host_inside = 1;
	ret = boot(&config);
	fl_host_inside = 0;
	if (!ret)
		on_exit(at_exit, NULL);
	return ret;
}

/* -- processes -- */

static struct fl_host_process *fork_inside(void)
{
	struct fl_host_process *child;
	struct fl_process *process;

	if (fl_fork(fl_host_self->process, &process))
		return NULL;
	child = add(process, fl_host_self);
	if (!child)
		fl_process_exit(process);
	else
		fl_host_files_inherit(child);
	return child;
}

static void remove_inside(struct fl_host_process *p)
{
	fl_host_files_close(p);
	fl_process_exit(p->process);
	p->process = NULL;
	fl_host->live--;
}

pid_t fl_host_fork(void)
{
	struct fl_host_process *child;
	pid_t pid;

	fl_host_enter();
	child = fork_inside();
	fl_host_return();
	if (!child) {
		errno = ENOMEM;
		return -1;
	}
	pid = __real_fork();
	if (!pid) {
		fl_host_self = child;
		fl_host_self->pid = getpid();
		fl_host_forget_all();
	} else if (pid < 0) {
		fl_host_enter();
		remove_inside(child);
		fl_host_leave();
	}
	return pid;
}

/* Return: whether something is left, which was told. */
static int shut_down(void)
{
	struct fl_world *world = fl_host->world;
	struct fl_audit leaked;
	int ret;

	pthread_mutex_destroy(&fl_host->lock);
	fl_host = NULL;
	fl_host_self = NULL;
	fl_host_inside = 1;
	fl_machine_user(world->machine, NULL);
	ret = fl_world_shutdown(world, &leaked);
	fl_host_inside = 0;
	if (ret == -EUCLEAN)
		fprintf(stderr, "violation: C7 counts: left when the last process had ended: "
			"%lu frames, %lu objects, %lu pages of swap, %lu locks, "
			"%lu RCU sections, %lu RCU callbacks\n",
			leaked.frames, leaked.objects, leaked.swap,
			leaked.locks, leaked.rcu_sections,
			leaked.rcu_callbacks);
	return ret != 0;
}

int fl_host_exit(int status)
{
	_Bool last;

	if (!fl_host || fl_host_inside)
		return status;
	fl_host_enter();
	remove_inside(fl_host_self);
	last = !fl_host->live;
	fl_host_leave();
	if (!last) {
		fl_host = NULL;
		return status;
	}
	return shut_down() && !status ? 1 : status;
}

void fl_host_reaped(pid_t pid)
{
	struct fl_host_process *p;

	if (!fl_host)
		return;
	fl_host_enter();
	for (p = fl_host->processes;
	     p < fl_host->processes + FL_HOST_PROCESSES; p++)
		if (p->process && p->pid == pid)
			remove_inside(p);
	fl_host_leave();
}
