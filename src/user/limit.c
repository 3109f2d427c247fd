/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * limit.c - address-space limits of a process apply to its process in the world
 *
 *  - fl_user_limits_lift(), fl_user_limits_begin()
 *  - getrlimit(), setrlimit(), prlimit()
 *
 * RLIMIT_AS and RLIMIT_DATA count the world's mappings, in the tree's
 * may_expand_vm().  The host's own limits are raised as far as the process may,
 * because they would also count the machine and the reserved addresses of the
 * world.  RLIMIT_STACK applies both on the host and in the world, where it
 * limits mappings with MAP_GROWSDOWN.
 * Hides: host memory of the program, such as its heap and
 * libraries, does not count.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"
#include "user/served.h"

#define ALSO(name, of) extern __typeof__(of) name __attribute__((alias(#of)))

static const int worlds[] = { RLIMIT_AS, RLIMIT_DATA };
#define NR_WORLDS (sizeof(worlds) / sizeof(*worlds))

/* Limits of this process, as the program sees them; a child has a copy. */
static struct rlimit limits[NR_WORLDS];

/* Return: the limit @which if only the world applies it, or NULL. */
static struct rlimit *of_world(int which)
{
	unsigned int i;

	for (i = 0; i < NR_WORLDS; i++)
		if (worlds[i] == which)
			return &limits[i];
	return NULL;
}

void fl_user_limits_lift(void)
{
	struct rlimit lifted;
	unsigned int i;

	for (i = 0; i < NR_WORLDS; i++) {
		__real_getrlimit(worlds[i], &limits[i]);
		lifted = limits[i];
		lifted.rlim_cur = lifted.rlim_max;
		if (!geteuid())
			lifted.rlim_cur = lifted.rlim_max = RLIM_INFINITY;
		if (lifted.rlim_cur != limits[i].rlim_cur &&
		    __real_setrlimit(worlds[i], &lifted)) {
			lifted.rlim_cur = lifted.rlim_max = limits[i].rlim_max;
			__real_setrlimit(worlds[i], &lifted);
		}
		if (lifted.rlim_max != RLIM_INFINITY)
			dprintf(STDERR_FILENO,
				"faultlab: the hard limit %s is %lu bytes, "
				"which includes memory of the machine: raise "
				"it before the program starts\n",
				worlds[i] == RLIMIT_AS ? "RLIMIT_AS" :
							 "RLIMIT_DATA",
				(unsigned long)lifted.rlim_max);
	}
}

static int set_world(int which, const struct rlimit *to)
{
	struct fl_process *self = fl_user_self->process;
	const struct fl_kernel *k = self->world->kernel;

	return FL_IN_PROCESS(self,
			     k->task->setrlimit(self->mm, which, to->rlim_cur,
						to->rlim_max));
}

int fl_user_limits_begin(void)
{
	struct rlimit stack;
	unsigned int i;
	int ret = __real_getrlimit(RLIMIT_STACK, &stack) ?
			  -errno :
			  set_world(RLIMIT_STACK, &stack);

	for (i = 0; i < NR_WORLDS && !ret; i++)
		ret = set_world(worlds[i], &limits[i]);
	return ret;
}

/* Return: 0, -errno. */
static int may_set(const struct rlimit *old, const struct rlimit *new)
{
	if (new->rlim_cur > new->rlim_max)
		return -EINVAL;
	return new->rlim_max > old->rlim_max &&geteuid() ? -EPERM : 0;
}

/* Set a limit of this process.  Return: 0, -errno. */
static int set(int which, const struct rlimit *new)
{
	struct rlimit *own = of_world(which);
	int ret = own ? may_set(own, new) : 0;

	if (!own && __real_setrlimit(which, new))
		return -errno;
	if (!ret && (own || which == RLIMIT_STACK)) {
		fl_user_enter();
		ret = set_world(which, new);
		fl_user_return();
	}
	if (!ret && own)
		*own = *new;
	return ret;
}

static int get(int which, struct rlimit *old)
{
	const struct rlimit *own = of_world(which);

	if (own)
		*old = *own;
	return own || !__real_getrlimit(which, old) ? 0 : -errno;
}

static long limit(int which, unsigned long new_at, unsigned long old_at)
{
	struct rlimit new, old;
	int ret = 0;

	if (new_at && fl_user_copy_in(&new, new_at, sizeof(new)))
		return fl_user_result(-EFAULT);
	if (old_at)
		ret = get(which, &old);
	if (!ret && new_at)
		ret = set(which, &new);
	if (!ret && old_at && fl_user_copy_out(old_at, &old, sizeof(old)))
		ret = -EFAULT;
	return fl_user_result(ret);
}

int __wrap_getrlimit(int which, struct rlimit *old)
{
	if (!fl_user_is_caller())
		return __real_getrlimit(which, old);
	return old ? limit(which, 0, (unsigned long)old) :
		     fl_user_result(-EFAULT);
}
ALSO(__wrap_getrlimit64, __wrap_getrlimit);

int __wrap_setrlimit(int which, const struct rlimit *new)
{
	if (!fl_user_is_caller())
		return __real_setrlimit(which, new);
	return new ? limit(which, (unsigned long)new, 0) :
		     fl_user_result(-EFAULT);
}
ALSO(__wrap_setrlimit64, __wrap_setrlimit);

int __wrap_prlimit(pid_t pid, int which, const struct rlimit *new,
		   struct rlimit *old)
{
	if (!fl_user_is_caller() ||
	    (pid && pid != getpid() && !of_world(which)))
		return __real_prlimit(pid, which, new, old);
	if (pid && pid != getpid())
		return fl_user_refuse(
			FL_USER_REFUSED_LIMIT, ENOSYS,
			fl_user_caller ? fl_user_caller :
					 __builtin_return_address(0),
			"prlimit() of %s of process %d is "
			"refused: a process of the world can "
			"set only its own limits",
			which == RLIMIT_AS ? "RLIMIT_AS" : "RLIMIT_DATA",
			(int)pid);
	return limit(which, (unsigned long)new, (unsigned long)old);
}
ALSO(__wrap_prlimit64, __wrap_prlimit);

long fl_user_serve_getrlimit(const unsigned long *arg)
{
	return __wrap_getrlimit(arg[0], (void *)arg[1]);
}

long fl_user_serve_setrlimit(const unsigned long *arg)
{
	return __wrap_setrlimit(arg[0], (void *)arg[1]);
}

long fl_user_serve_prlimit64(const unsigned long *arg)
{
	return __wrap_prlimit(arg[0], arg[1], (void *)arg[2], (void *)arg[3]);
}
