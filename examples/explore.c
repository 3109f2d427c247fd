/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explore.c - two CPUs add to a word without a lock: which schedule fails?
 *
 * shows: fl_explore() fl_replay() fl_world_alloc() fl_world_violate()
 *        fl_world_check() fl_world_choices()
 */
#include <string.h>

#include "example.h"

struct scene {
	struct fl_world *world;
	struct fl_process *process;
};

/* Shared data lies in the world, so every run starts with the same values. */
static struct scene *s;

static void add_one(void *arg)
{
	unsigned long value;

	(void)arg;
	CHECK(!fl_load(s->process, ADDR, &value));
	CHECK(!fl_store(s->process, ADDR, value + 1));
}

static void both_counted(void *arg)
{
	unsigned long value;

	(void)arg;
	CHECK(!fl_load(s->process, ADDR, &value));
	if (value != 2)
		fl_world_violate(s->world, "an addition is lost: %lu", value);
}

/* Return: a world with two threads that have not started. */
static struct fl_world *set_up(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);

	s = fl_world_alloc(world, sizeof(*s));
	CHECK(s);
	s->world = world;
	s->process = example_process(world);
	CHECK(!fl_store(s->process, ADDR, 0));
	fl_world_choices(world, FL_CHOOSE_TLB);
	CHECK(fl_thread_spawn(world, 0, "CPU0", add_one, NULL) > 0);
	CHECK(fl_thread_spawn(world, 1, "CPU1", add_one, NULL) > 0);
	return world;
}

int main(int argc, char **argv)
{
	struct fl_explore_config config = { .check = both_counted };
	struct fl_explore_result result;
	struct fl_world *world = set_up(argc, argv);

	CHECK(fl_explore(world, &config, &result) == 1);
	printf("run %lu: %s\n", result.runs, result.end.text);
	printf("schedule: %s\n", result.schedule);
	CHECK(!fl_world_shutdown(world, NULL));

	/* Replay the schedule in another world. */
	world = set_up(argc, argv);
	CHECK(!fl_replay(world, result.schedule));
	CHECK(fl_world_check(world, both_counted, NULL) == -ENOTRECOVERABLE);
	CHECK(strstr(fl_world_end(world)->text, "an addition is lost: 1"));
	fl_world_shutdown(world, NULL);
	return 0;
}
