/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * story.c - print a story: a CPU loads a page of a device, another zaps it
 *
 * shows: fl_record() fl_recording_end() fl_recording_schedule()
 *        fl_recording_steps() fl_recording_turn() fl_recording_frame()
 *        fl_story_print() fl_recording_json() fl_recording_free()
 */
#include "example.h"

struct scene {
	struct fl_process *process;
};

static struct scene *s;

static void load(void *arg)
{
	unsigned long value;

	(void)arg;
	CHECK(!fl_load(s->process, ADDR, &value));
}

static void zap(void *arg)
{
	(void)arg;
	CHECK(!fl_zap(s->process, ADDR, FL_PAGE));
}

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_record_config config = {
		.program = "story",
		.kernel = example_kernel(argc, argv),
		.addr = ADDR,
		.pages = 1,
	};
	struct fl_recording *recording;
	struct fl_device *device;
	FILE *json;

	s = fl_world_alloc(world, sizeof(*s));
	CHECK(s);
	s->process = example_process(world);
	device = example_device(world, s->process);
	CHECK(!fl_store(s->process, ADDR, 5));
	CHECK(fl_device_make_exclusive(device, ADDR, FL_PAGE) == 1);
	CHECK(fl_thread_spawn(world, 0, "CPU0", load, NULL) > 0);
	CHECK(fl_thread_spawn(world, 1, "CPU1", zap, NULL) > 0);

	CHECK(!fl_record(world, "e1:1,2", &config, &recording));
	CHECK(!fl_recording_end(recording));
	CHECK(fl_recording_turn(recording) <= fl_recording_steps(recording));
	CHECK(fl_recording_frame(recording, ~0u) == -1);
	printf("%s, %u steps:\n", fl_recording_schedule(recording),
	       fl_recording_steps(recording));
	fl_story_print(recording, stdout, 80, 0);

	json = tmpfile();
	CHECK(json && !fl_recording_json(recording, json));
	CHECK(ftell(json) > 0);
	fclose(json);
	fl_recording_free(recording);
	return example_end(world);
}
