/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record.c - make the runs that record a schedule
 *
 *   one run        to see how it ends (and more, to shorten the schedule)
 *   one run        to find the words that threads share
 *   one run        to record the steps
 *   one run        only with stop_before: to stop there
 *
 * All runs start from one snapshot.
 */
#include <errno.h>
#include <stdlib.h>

#include "session/session.h"
#include "story/recorder.h"
#include "story/shorten.h"

#define SHOWN_TURNS 4u /* of a loop */

struct record {
	struct fl_session session;
	struct fl_machine *machine;
	const struct fl_record_config *config;
	struct fl_recorder recorder;
	struct fl_replay replay; /* of the last run */
	_Bool judged;		 /* all its threads have ended */
	_Bool quiet;		 /* only test how the run ends */
	unsigned int turns;	 /* for fl_replay.loop_turns */
};

/* Return: 0, also if the world ended; -EILSEQ; -E2BIG: longer than
 * FL_RECORD_OPS. */
static int run(struct record *r, const struct fl_schedule *schedule,
	       fl_replay_fn *watch)
{
	int ret;

	r->replay = (struct fl_replay){
		.machine = r->machine,
		.schedule = schedule,
		.watch = watch,
		.arg = &r->recorder,
		.quiet = r->quiet,
		.loop_turns = r->turns,
	};
	fl_machine_restore(r->machine);
	fl_recorder_rewind(&r->recorder);
	ret = fl_replay_run(&r->replay);
	fl_machine_schedule(r->machine, NULL);
	if (r->replay.stop)
		return -E2BIG;
	if (r->replay.looped < 0)
		ret = r->replay.looped;
	if (ret && ret != -ENOTRECOVERABLE)
		return ret;
	/* A loop that did not end the world leaves threads midway. */
	r->judged = !ret && !r->replay.looped;
	if (r->judged)
		fl_session_judge(&r->session);
	return 0;
}

/* -- the schedule -- */

static int try(void *arg, const struct fl_schedule *schedule)
{
	struct record *r = arg;

	if ((r->config->stop && *r->config->stop) ||
	    run(r, schedule, fl_recorder_count))
		return -1;
	return fl_ends_alike(&r->recorder.recording->end,
			     fl_machine_end(r->machine)) ?
		       (int)r->recorder.switches :
		       -1;
}

/* Drop parts of a shortened schedule that the run does not use. */
static int trim(struct record *r)
{
	struct fl_schedule *schedule = &r->session.schedule;
	int ret;

	do {
		ret = run(r, schedule, fl_recorder_count);
	} while (!ret && fl_replay_trim(&r->replay, schedule));
	return ret;
}

/* Return: 0, -EILSEQ, -ENOMEM. */
static int shorten(struct record *r)
{
	int ret;

	r->quiet = 1;
	ret = fl_shorten(&r->session.schedule, try, r, r->config->tries);
	if (ret >= 0) {
		r->recorder.recording->tries = ret;
		ret = trim(r);
	}
	r->quiet = 0;
	return ret;
}

/* @text: of the schedule, which may get shorter.  Return: 0, -EILSEQ,
 * -ENOMEM. */
static int first_run(struct record *r, const char *text)
{
	struct fl_recording *rec = r->recorder.recording;
	struct fl_schedule *schedule = &r->session.schedule;
	int ret = run(r, schedule, fl_recorder_count);

	if (!ret || ret == -EILSEQ)
		ret = fl_replay_fits(&r->replay, text, r->config->error);
	if (ret || !fl_machine_end(r->machine))
		return ret;
	rec->end = *fl_machine_end(r->machine);
	/* The loop is proved, so a few turns are enough to show it.  Do not
	 * shorten: without the loop it would be a different run. */
	rec->endless = schedule->loops;
	if (schedule->loops)
		r->turns = SHOWN_TURNS;
	return r->config->tries && !schedule->loops ? shorten(r) : 0;
}

/* -- the recording -- */

static int record(struct record *r)
{
	const struct fl_schedule *schedule = &r->session.schedule;
	int ret;

	run(r, schedule, fl_recorder_words);
	fl_machine_restore(r->machine);
	fl_recorder_begin(&r->recorder);
	run(r, schedule, fl_recorder_steps);
	ret = fl_recorder_end(&r->recorder, r->judged);
	if (r->config->stop_before)
		run(r, schedule, fl_recorder_stop);
	return ret;
}

static void print_schedule(struct record *r)
{
	struct fl_recording *rec = r->recorder.recording;

	if (fl_schedule_print(&r->session.schedule, rec->schedule,
			      sizeof(rec->schedule)) >= sizeof(rec->schedule))
		*rec->schedule = '\0';
}

static int record_all(struct record *r, const char *text)
{
	int ret = fl_machine_snapshot(r->machine);

	if (ret)
		return ret;
	ret = first_run(r, text);
	if (!ret)
		ret = record(r);
	if (ret)
		fl_machine_restore(r->machine);
	fl_machine_forget(r->machine);
	print_schedule(r);
	return ret;
}

static int begin(struct record *r, struct fl_world *world, const char *text,
		 const struct fl_record_config *config)
{
	int ret;

	r->session = (struct fl_session){
		.world = world,
		.check = config->check,
		.arg = config->arg,
	};
	r->machine = world->machine;
	r->config = config;
	ret = fl_session_follow(&r->session, text, config->error);
	if (ret)
		return ret;
	ret = fl_recorder_init(&r->recorder, world, config, &r->replay);
	if (ret)
		fl_session_end(&r->session);
	return ret;
}

int fl_record(struct fl_world *world, const char *text,
	      const struct fl_record_config *config, struct fl_recording **out)
{
	struct record *r = calloc(1, sizeof(*r));
	int ret = r ? begin(r, world, text, config) : -ENOMEM;

	if (ret)
		goto err;
	ret = record_all(r, text);
	if (!ret) {
		*out = r->recorder.recording;
		r->recorder.recording = NULL;
	}
	fl_recorder_free(&r->recorder);
	fl_session_end(&r->session);
err:
	free(r);
	return ret;
}
