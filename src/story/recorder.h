/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * recorder.h - record how the threads of one run interact
 *
 *  - fl_recorder_init(), _free()
 *  - fl_recorder_rewind()    before each run
 *  - fl_recorder_count()     a run that is only counted
 *  - fl_recorder_words()     the run that finds the words that threads share
 *  - fl_recorder_begin(), _steps(), _end()   the run whose steps are recorded
 *  - fl_recorder_stop()      a run that stops for a debugger
 *
 * The caller makes these runs, under one schedule and from one snapshot.  The
 * recorder sees an operation just before it is made, and its effect when the
 * next operation of any thread is announced.
 */
#ifndef FL_STORY_RECORDER_H
#define FL_STORY_RECORDER_H

#include "explore/schedule.h"
#include "story/columns.h"
#include "story/words.h"

struct fl_recorder {
	struct fl_machine *machine;
	struct fl_recording *recording;
	struct fl_replay *run;	  /* the run being made */
	unsigned int stop_before; /* as in struct fl_record_config */
	struct fl_columns columns;
	struct fl_words words;
	int error; /* -ENOMEM */

	/* state of one run */
	unsigned long ops, nth_now;
	unsigned int switches;
	unsigned int running; /* thread of the last operation */
	_Bool pending;	      /* @now is not complete yet */
	struct fl_record_step now;
	unsigned long pcs[FL_RECORD_FRAMES];
	const char *state[FL_RECORD_COLUMNS];
	const char *reason;

	unsigned long *nth; /* index of each step's operation */
};

/*
 * fl_recorder_init - start with an empty recording
 * @run: has a function below as watch, and the recorder as arg
 * Return: 0, -ENOMEM.
 */
int fl_recorder_init(struct fl_recorder *recorder, struct fl_world *world,
		     const struct fl_record_config *config,
		     struct fl_replay *run);

/* fl_recorder_free - also free the recording, unless the caller has taken it
 * and set it to NULL */
void fl_recorder_free(struct fl_recorder *recorder);

void fl_recorder_rewind(struct fl_recorder *recorder);

/* Watch a run.  All of them stop it after FL_RECORD_OPS operations. */
fl_replay_fn fl_recorder_count, fl_recorder_words, fl_recorder_steps,
	fl_recorder_stop;

/* fl_recorder_begin - choose columns, and record the state before the run
 * Context: fl_recorder_words() has watched a run. */
void fl_recorder_begin(struct fl_recorder *recorder);

/*
 * fl_recorder_end - complete the recording
 * @judged: all threads had ended, and checks followed
 * Return: 0; -ENOMEM, in this run or before.
 */
int fl_recorder_end(struct fl_recorder *recorder, _Bool judged);

#endif /* FL_STORY_RECORDER_H */
