/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * retry.c - a livelock: two CPUs take a lock of two words, and each gives way
 *
 * shows: fl_thread_retry()
 */
#include <string.h>

#include "example.h"

static struct fl_process *process;

static void take_both(void *arg)
{
	unsigned long own = ADDR, other = ADDR + 8, taken = 1;
	unsigned int attempt = 0;

	if (arg) {
		own = ADDR + 8;
		other = ADDR;
	}
	while (taken) {
		fl_thread_retry(attempt++);
		CHECK(!fl_store(process, own, 1));
		CHECK(!fl_load(process, other, &taken));
		if (taken)
			CHECK(!fl_store(process, own, 0));
	}
	CHECK(!fl_store(process, own, 0));
}

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_explore_result result;

	process = example_process(world);
	CHECK(!fl_store(process, ADDR, 0));
	CHECK(fl_thread_spawn(world, 0, "CPU0", take_both, NULL) > 0);
	CHECK(fl_thread_spawn(world, 1, "CPU1", take_both, &process) > 0);
	CHECK(fl_explore(world, NULL, &result) == 1);
	CHECK(strstr(result.end.text, "C14 livelock: "));
	printf("found after %lu runs: %s\n", result.runs, result.schedule);
	return example_end(world);
}
