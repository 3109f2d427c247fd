/* SPDX-License-Identifier: GPL-2.0-only */
/* thread.c - simulated threads that run a function of the test */
#include <errno.h>
#include <stddef.h>

#include "world/internal.h"

static void run(void *arg)
{
	struct fl_start *start = arg;
	const struct fl_kernel *k = start->world->kernel;

	if (!k->task->begin()) {
		start->fn(start->arg);
		k->task->end();
	}
	start->live = 0;
}

int fl_thread_spawn(struct fl_world *world, unsigned int cpu, const char *name,
		    fl_thread_fn *fn, void *arg)
{
	struct fl_start *start;
	int id, i;

	if (!fn || !name)
		return -EINVAL;
	for (i = 0; i < FL_LIMIT_WORLD_THREADS && world->starts[i].live; i++)
		;
	if (i == FL_LIMIT_WORLD_THREADS)
		return -EAGAIN;
	start = &world->starts[i];
	id = fl_machine_spawn(world->machine, cpu, name, run, start);
	if (id < 0)
		return id;
	*start = (struct fl_start){ .world = world, .fn = fn, .arg = arg,
				    .id = id, .live = 1 };
	return id;
}

static int run_all(void *arg)
{
	return fl_machine_run(arg);
}

int fl_threads_run(struct fl_world *world)
{
	return fl_world_run(world, run_all, world->machine);
}

static int run_native(void *arg)
{
	return fl_machine_run_native(arg);
}

int fl_threads_run_native(struct fl_world *world)
{
	return fl_world_run(world, run_native, world->machine);
}

void fl_thread_yield(void)
{
	if (fl_hw_current && fl_hw_current->id)
		fl_hw_yield();
}

void fl_thread_retry(unsigned int number)
{
	if (fl_hw_current && fl_hw_current->id)
		fl_machine_attempt(number, 0);
}

static struct fl_start *live_thread(struct fl_world *world, int id)
{
	int i;

	for (i = 0; i < FL_LIMIT_WORLD_THREADS; i++)
		if (world->starts[i].live && world->starts[i].id == id)
			return &world->starts[i];
	return NULL;
}

static int do_kill(void *arg)
{
	struct fl_start *start = arg;

	start->world->kernel->task->kill(
		fl_machine_thread(start->world->machine, start->id));
	return 0;
}

int fl_thread_kill(struct fl_world *world, int thread)
{
	struct fl_start *start = live_thread(world, thread);

	return start ? fl_world_run(world, do_kill, start) : -ESRCH;
}

const char *fl_thread_waits(struct fl_world *world, int thread)
{
	return live_thread(world, thread) ?
		fl_machine_thread_waits(world->machine, thread) : NULL;
}
