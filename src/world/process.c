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

static int create(struct fl_process *p)
{
	int ret = p->world->kernel->mm->create(&p->mm);

	return ret ? ret : join(p);
}

static int fork_mm(struct fl_process *parent, struct fl_process *child)
{
	int ret = parent->world->kernel->mm->fork(parent->mm, &child->mm);

	return ret ? ret : join(child);
}

/* Add @p if @ret, the result of creating its mm, is 0; otherwise free it.
 * Return: @ret. */
static int add_process(struct fl_process *p, int ret, struct fl_process **out)
{
	if (ret) {
		fl_machine_free(p->world->machine, p, sizeof(*p));
		return ret;
	}
	fl_machine_hold(NULL);
	p->next = p->world->processes;
	p->world->processes = p;
	fl_machine_release(NULL);
	*out = p;
	return 0;
}

int fl_process_create(struct fl_world *world, struct fl_process **out)
{
	struct fl_process *p = fl_machine_alloc(world->machine, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->world = world;
	return add_process(p, FL_IN_KERNEL(world, create(p)), out);
}

int fl_fork(struct fl_process *parent, struct fl_process **out)
{
	struct fl_process *child;

	if (!parent->mm)
		return -ESRCH;
	child = fl_machine_alloc(parent->world->machine, sizeof(*child));
	if (!child)
		return -ENOMEM;
	child->world = parent->world;
	child->forked = 1;
	return add_process(child, FL_IN_PROCESS(parent, fork_mm(parent, child)),
			   out);
}

int fl_process_exit(struct fl_process *process)
{
	const struct fl_kernel *k = process->world->kernel;
	int ret;

	if (!process->mm)
		return -ESRCH;
	fl_publish(process->world, exiting, process);
	ret = FL_IN_PROCESS(process, (k->mm->destroy(process->mm), 0));
	if (!ret)
		process->mm = NULL;
	return ret;
}

/* -- mappings -- */

int fl_mmap(struct fl_process *process, unsigned long start, unsigned long len,
	    unsigned int prot, unsigned int flags)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!fl_range_ok(start, len) ||
	    (prot & ~(FL_PROT_READ | FL_PROT_WRITE)) ||
	    (flags & ~(FL_MAP_FILE | FL_MAP_HUGE | FL_MAP_PRIVATE)) ||
	    (flags & FL_MAP_FILE ? flags & FL_MAP_HUGE :
				   flags & FL_MAP_PRIVATE))
		return -EINVAL;
	if ((flags & FL_MAP_HUGE) && !k->has_huge_pages)
		return -EOPNOTSUPP;
	return FL_IN_PROCESS(process,
			     k->mm->mmap(process->mm, start, len, prot, flags));
}

int fl_munmap(struct fl_process *process, unsigned long start,
	      unsigned long len)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!fl_range_ok(start, len))
		return -EINVAL;
	return FL_IN_PROCESS(process, k->mm->munmap(process->mm, start, len));
}

int fl_mprotect(struct fl_process *process, unsigned long start,
		unsigned long len, unsigned int prot)
{
	const struct fl_kernel *k = process->world->kernel;

	if ((prot & ~(FL_PROT_READ | FL_PROT_WRITE)) ||
	    !fl_range_ok(start, len))
		return -EINVAL;
	return FL_IN_PROCESS(process,
			     k->mm->mprotect(process->mm, start, len, prot));
}

int fl_zap(struct fl_process *process, unsigned long start, unsigned long len)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!fl_range_ok(start, len))
		return -EINVAL;
	return FL_IN_PROCESS(process, k->mm->zap(process->mm, start, len));
}

int fl_lazyfree(struct fl_process *process, unsigned long start,
		unsigned long len)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!k->mm->lazyfree)
		return -EOPNOTSUPP;
	if (!fl_range_ok(start, len))
		return -EINVAL;
	return FL_IN_PROCESS(process, k->mm->lazyfree(process->mm, start, len));
}

int fl_clear_soft_dirty(struct fl_process *process, unsigned long start,
			unsigned long len)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!fl_range_ok(start, len))
		return -EINVAL;
	return FL_IN_PROCESS(process,
			     k->mm->clear_soft_dirty(process->mm, start, len));
}

int fl_uffd_wp(struct fl_process *process, unsigned long start,
	       unsigned long len, _Bool protect)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!fl_range_ok(start, len))
		return -EINVAL;
	return FL_IN_PROCESS(process,
			     k->mm->uffd_wp(process->mm, start, len, protect));
}

int fl_split_huge(struct fl_process *process, unsigned long addr)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!k->has_huge_pages)
		return -EOPNOTSUPP;
	if (addr >> FL_VA_BITS)
		return -ENOENT;
	return FL_IN_PROCESS(process, k->mm->split_huge(process->mm, addr));
}

int fl_collapse(struct fl_process *process, unsigned long start,
		unsigned long len)
{
	const struct fl_kernel *k = process->world->kernel;

	if (!k->mm->collapse)
		return -EOPNOTSUPP;
	if (!fl_range_ok(start, len))
		return -EINVAL;
	return FL_IN_PROCESS(process, k->mm->collapse(process->mm, start, len));
}
