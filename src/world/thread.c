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
	*start = (struct fl_start){
		.world = world, .fn = fn, .arg = arg, .id = id, .live = 1
	};
	return id;
}

int fl_threads_run(struct fl_world *world)
{
	return FL_IN_KERNEL(world, fl_machine_run(world->machine));
}

int fl_threads_run_native(struct fl_world *world)
{
	return FL_IN_KERNEL(world, fl_machine_run_native(world->machine));
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

int fl_thread_kill(struct fl_world *world, int thread)
{
	const struct fl_kernel *k = world->kernel;
	struct fl_machine *m = world->machine;

	if (!live_thread(world, thread))
		return -ESRCH;
	return FL_IN_KERNEL(world,
			    (k->task->kill(fl_machine_thread(m, thread)), 0));
}

const char *fl_thread_waits(struct fl_world *world, int thread)
{
	return live_thread(world, thread) ?
		       fl_machine_thread_waits(world->machine, thread) :
		       NULL;
}
