/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * story.h - one run, written down, and its views
 *
 *  - fl_record()             run a schedule, write down what threads do to each other
 *  - fl_recording_*()        what the recording says
 *  - fl_story_print()        ... as a picture of 80 columns
 *  - fl_recording_json()     ... for other programs: docs/recording.schema.json
 *
 * A recording is plain data: it outlives its world.  Views are functions of it alone.
 */
#ifndef FAULTLAB_STORY_H
#define FAULTLAB_STORY_H

#include <stdio.h>

#include "faultlab/types.h"

struct fl_world;
struct fl_recording;

/* Runs that may be made to find a shorter one that ends alike. */
#define FL_RECORD_TRIES	500
/* Operations of a run that can be recorded. */
#define FL_RECORD_OPS	1000000u

struct fl_record_config {
	const char *program;		/* a name, for the replay line */
	const char *kernel;		/* ... as its --kernel takes it */
	unsigned long addr, pages;	/* whose state is looked at */
	void (*check)(void *arg);	/* as of struct fl_explore_config */
	void *arg;
	unsigned int tries;		/* at most, to shorten it; 0: leave it as it is */
	/* Once it is not 0, as after a signal, the run is not made shorter.  NULL: it never is. */
	const volatile int *stop;
	/* Of the story: just before it, the thread that makes it calls fl_replay_stop(),
	 * where a debugger's breakpoint may be.  0: none. */
	unsigned int stop_before;
	struct fl_schedule_error *error;	/* with -EINVAL, -EILSEQ; NULL: not wanted */
};

/*
 * fl_record - run the threads spawned so far after a schedule, and write it down
 *
 * The run is made several times.  Where it ends in a violation and @tries are given,
 * it is first made shorter: fewer switches, the same violation.
 * Context: as fl_replay().  The world is as the run left it; after an error, as it was before.
 * Return: 0 with *@out, the caller's to free, also where the world ended; -EINVAL,
 * -EILSEQ, -ENOMEM as fl_replay(); -ENOTRECOVERABLE: it had ended before; -E2BIG: the run has
 * more than FL_RECORD_OPS operations, so it may have no end.
 */
int fl_record(struct fl_world *world, const char *schedule,
	      const struct fl_record_config *config, struct fl_recording **out);
void fl_recording_free(struct fl_recording *recording);

/* Return: why the world ended; NULL: it did not. */
const struct fl_end *fl_recording_end(const struct fl_recording *recording);
/* Return: of the run that was written down. */
const char *fl_recording_schedule(const struct fl_recording *recording);
/* Return: steps that the story shows. */
unsigned int fl_recording_steps(const struct fl_recording *recording);

/* Return: the step that the story turns on, the other thread's; or the last. */
unsigned int fl_recording_turn(const struct fl_recording *recording);
/* Return: how many calls lie between the breakpoint and the function that makes a
 * step of the story, as a debugger counts frames; -1: there is no such step. */
int fl_recording_frame(const struct fl_recording *recording, unsigned int step);

/* fl_story_print - @colour: escape sequences, which add nothing that is not said */
void fl_story_print(const struct fl_recording *recording, FILE *out,
		    _Bool colour);

/* fl_recording_json - Return: 0; -ENOMEM; -EIO. */
int fl_recording_json(const struct fl_recording *recording, FILE *out);

#endif /* FAULTLAB_STORY_H */
