/* SPDX-License-Identifier: GPL-2.0-only */
/* process.c - address spaces and their mappings */
#include <errno.h>
#include <stddef.h>

#include "world/internal.h"

int fl_range_ok(unsigned long start, unsigned long len)
{
	const unsigned long top = 1UL << FL_VA_BITS;

	return len && !((start | len) % FL_PAGE) && start < top &&
	       len <= top - start;
}

int fl_process_run(struct fl_call *call, int (*fn)(void *))
{
	struct fl_world *world = call->process->world;

	if (!call->process->mm)
		return -ESRCH;
	call->kernel = world->kernel;
	call->mm = call->process->mm;
	return fl_world_run(world, fn, call);
}

/* -- life -- */

/* Let the event log listen to @p's new mm; destroy the mm on error. */
static int join(struct fl_process *p)
{
	const struct fl_kernel *k = p->world->kernel;
	int ret = k->notifier->listen(p->mm, fl_event_listen, p);

	if (ret) {
		k->mm->destroy(p->mm);
		p->mm = NULL;
	}
	return ret;
}

static int create(void *arg)
{
	struct fl_process *p = arg;
	int ret = p->world->kernel->mm->create(&p->mm);

	return ret ? ret : join(p);
}

struct fork_call {
	struct fl_process *parent, *child;
};

static int fork_mm(void *arg)
{
	struct fork_call *c = arg;
	int ret = c->parent->world->kernel->mm->fork(c->parent->mm,
						     &c->child->mm);

	return ret ? ret : join(c->child);
}

/* Add process @p; @fn(@arg) creates its mm. */
static int add_process(struct fl_process *p, int (*fn)(void *), void *arg)
{
	int ret = fl_world_run(p->world, fn, arg);

	if (ret) {
		fl_machine_free(p->world->machine, p, sizeof(*p));
		return ret;
	}
	fl_machine_hold(NULL);
	p->next = p->world->processes;
	p->world->processes = p;
	fl_machine_release(NULL);
	return 0;
}

int fl_process_create(struct fl_world *world, struct fl_process **out)
{
	struct fl_process *p = fl_machine_alloc(world->machine, sizeof(*p));
	int ret;

	if (!p)
		return -ENOMEM;
	p->world = world;
	ret = add_process(p, create, p);
	if (!ret)
		*out = p;
	return ret;
}

int fl_fork(struct fl_process *parent, struct fl_process **out)
{
	struct fl_machine *m = parent->world->machine;
	struct fork_call call = { .parent = parent };
	int ret;

	if (!parent->mm)
		return -ESRCH;
	call.child = fl_machine_alloc(m, sizeof(*call.child));
	if (!call.child)
		return -ENOMEM;
	call.child->world = parent->world;
	call.child->forked = 1;
	ret = add_process(call.child, fork_mm, &call);
	if (!ret)
		*out = call.child;
	return ret;
}

static int destroy(void *arg)
{
	struct fl_call *c = arg;

	c->kernel->mm->destroy(c->mm);
	return 0;
}

int fl_process_exit(struct fl_process *process)
{
	struct fl_call call = { .process = process };
	int ret;

	if (!process->mm)
		return -ESRCH;
	fl_publish(process->world, exiting, process);
	ret = fl_process_run(&call, destroy);
	if (!ret)
		process->mm = NULL;
	return ret;
}

/* -- mappings -- */

static int do_mmap(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->mm->mmap(c->mm, c->addr, c->len, c->prot, c->flags);
}

int fl_mmap(struct fl_process *process, unsigned long start, unsigned long len,
	    unsigned int prot, unsigned int flags)
{
	struct fl_call call = { .process = process, .addr = start, .len = len,
				.prot = prot, .flags = flags };

	if (!fl_range_ok(start, len) ||
	    (prot & ~(FL_PROT_READ | FL_PROT_WRITE)) ||
	    (flags & ~(FL_MAP_FILE | FL_MAP_HUGE | FL_MAP_PRIVATE)) ||
	    (flags & FL_MAP_FILE ? flags & FL_MAP_HUGE :
				   flags & FL_MAP_PRIVATE))
		return -EINVAL;
	if ((flags & FL_MAP_HUGE) && !process->world->kernel->has_huge_pages)
		return -EOPNOTSUPP;
	return fl_process_run(&call, do_mmap);
}

static int do_munmap(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->mm->munmap(c->mm, c->addr, c->len);
}

static int do_mprotect(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->mm->mprotect(c->mm, c->addr, c->len, c->prot);
}

static int do_zap(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->mm->zap(c->mm, c->addr, c->len);
}

static int do_lazyfree(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->mm->lazyfree(c->mm, c->addr, c->len);
}

static int do_clear_soft_dirty(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->mm->clear_soft_dirty(c->mm, c->addr, c->len);
}

static int do_uffd_wp(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->mm->uffd_wp(c->mm, c->addr, c->len, c->on);
}

static int do_split_huge(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->mm->split_huge(c->mm, c->addr);
}

static int do_collapse(void *arg)
{
	struct fl_call *c = arg;

	return c->kernel->mm->collapse(c->mm, c->addr, c->len);
}

/* Check the range, then make the call. */
static int ranged(struct fl_call *call, int (*fn)(void *))
{
	if (!fl_range_ok(call->addr, call->len))
		return -EINVAL;
	return fl_process_run(call, fn);
}

int fl_munmap(struct fl_process *process, unsigned long start,
	      unsigned long len)
{
	struct fl_call call = { .process = process, .addr = start,
				.len = len };

	return ranged(&call, do_munmap);
}

int fl_mprotect(struct fl_process *process, unsigned long start,
		unsigned long len, unsigned int prot)
{
	struct fl_call call = { .process = process, .addr = start, .len = len,
				.prot = prot };

	if (prot & ~(FL_PROT_READ | FL_PROT_WRITE))
		return -EINVAL;
	return ranged(&call, do_mprotect);
}

int fl_zap(struct fl_process *process, unsigned long start, unsigned long len)
{
	struct fl_call call = { .process = process, .addr = start,
				.len = len };

	return ranged(&call, do_zap);
}

int fl_lazyfree(struct fl_process *process, unsigned long start,
		unsigned long len)
{
	struct fl_call call = { .process = process, .addr = start,
				.len = len };

	if (!process->world->kernel->mm->lazyfree)
		return -EOPNOTSUPP;
	return ranged(&call, do_lazyfree);
}

int fl_clear_soft_dirty(struct fl_process *process, unsigned long start,
			unsigned long len)
{
	struct fl_call call = { .process = process, .addr = start,
				.len = len };

	return ranged(&call, do_clear_soft_dirty);
}

int fl_uffd_wp(struct fl_process *process, unsigned long start,
	       unsigned long len, _Bool protect)
{
	struct fl_call call = { .process = process, .addr = start, .len = len,
				.on = protect };

	return ranged(&call, do_uffd_wp);
}

int fl_split_huge(struct fl_process *process, unsigned long addr)
{
	struct fl_call call = { .process = process, .addr = addr };

	if (!process->world->kernel->has_huge_pages)
		return -EOPNOTSUPP;
	if (addr >> FL_VA_BITS)
		return -ENOENT;
	return fl_process_run(&call, do_split_huge);
}

int fl_collapse(struct fl_process *process, unsigned long start,
		unsigned long len)
{
	struct fl_call call = { .process = process, .addr = start,
				.len = len };

	if (!process->world->kernel->mm->collapse)
		return -EOPNOTSUPP;
	return ranged(&call, do_collapse);
}
