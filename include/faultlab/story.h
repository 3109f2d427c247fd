/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * story.h - a recording of one run, and its views
 *
 *  - fl_record()             run a schedule and record how threads interact
 *  - fl_recording_*()        contents of the recording
 *  - fl_story_print()        the recording as a picture
 *  - fl_recording_json()     as JSON: docs/recording.schema.json
 *
 * A recording is plain data and outlives its world.  Views depend on nothing
 * else.
 */
#ifndef FAULTLAB_STORY_H
#define FAULTLAB_STORY_H

#include <stdio.h>

#include "faultlab/types.h"

struct fl_world;
struct fl_recording;

/* Most runs made to find a shorter one with the same end. */
#define FL_RECORD_TRIES 500
/* Most operations in a run that can be recorded. */
#define FL_RECORD_OPS	1000000u

struct fl_record_config {
	const char *program;	   /* name, for the replay line */
	const char *kernel;	   /* name, for --kernel in that line */
	unsigned long addr, pages; /* range whose state is recorded */
	void (*check)(void *arg);  /* as in struct fl_explore_config */
	void *arg;
	unsigned int tries; /* most runs to shorten it; 0: do not */
	/* Shortening stops once this is not 0, for example after a signal.
	 * NULL: never. */
	const volatile int *stop;
	/* Step of the story just before which its thread calls
	 * fl_replay_stop(), where a debugger may have a breakpoint. 0: none. */
	unsigned int stop_before;
	/* With -EINVAL, -EILSEQ: receives the error.  May be NULL. */
	struct fl_schedule_error *error;
};

/*
 * fl_record - run the threads spawned so far under a schedule, and record it
 *
 * The run is repeated several times.  If it ends in a violation and @tries is
 * not 0, it is first shortened: fewer switches, the same violation.
 * Context: as fl_replay().  The world is left as the run has left it; after an
 * error, it is as it was before.
 * Return: 0, also if the world ended, with *@out, which the caller frees;
 * -EINVAL, -EILSEQ, -ENOMEM as fl_replay(); -ENOTRECOVERABLE: the world had
 * ended before; -E2BIG: the run has more than FL_RECORD_OPS operations, so it
 * may be endless.
 */
int fl_record(struct fl_world *world, const char *schedule,
	      const struct fl_record_config *config, struct fl_recording **out);
void fl_recording_free(struct fl_recording *recording);

/* Return: why the world ended; NULL if it did not end. */
const struct fl_end *fl_recording_end(const struct fl_recording *recording);
/* Return: the schedule of the recorded run. */
const char *fl_recording_schedule(const struct fl_recording *recording);
/* Return: number of steps in the story. */
unsigned int fl_recording_steps(const struct fl_recording *recording);

/* Return: the decisive step of the story, by the other thread; or the last
 * one. */
unsigned int fl_recording_turn(const struct fl_recording *recording);
/* Return: number of calls between the breakpoint and the function that makes a
 * step of the story, as a debugger counts frames; -1: no such step. */
int fl_recording_frame(const struct fl_recording *recording, unsigned int step);

/* fl_story_print - print the story
 * @width: columns; less than 80 are taken as 80, more than 250 as 250
 * @colour: use escape sequences; they add no information */
void fl_story_print(const struct fl_recording *recording, FILE *out,
		    unsigned int width, _Bool colour);

/* fl_recording_json - Return: 0; -ENOMEM; -EIO. */
int fl_recording_json(const struct fl_recording *recording, FILE *out);

#endif /* FAULTLAB_STORY_H */
