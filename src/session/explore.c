/* SPDX-License-Identifier: GPL-2.0-only */
/* explore.c - run a world's threads under every schedule that matters */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "explore/ahead.h"
#include "machine/symbol.h"
#include "session/exploration.h"

#define DEFAULT_STEPS 10000
#define PROGRESS_RUNS 64 /* between two reports */

_Static_assert(FL_DATA_RACES == FL_SHARE_RACES, "all are reported");

#define FL_PLACE sizeof(((struct fl_data_race *)0)->first)

/* -- the result -- */

static void count(struct fl_exploration *x)
{
	struct fl_explore_result *r = x->result;

	r->preemptions = x->search.bound;
	r->runs = x->search.runs;
	r->blocked = x->search.blocked;
	r->steps = x->search.steps;
	r->deepest = x->search.deepest;
	r->restarts = x->search.restarts;
	r->truncated = x->search.truncated;
	r->unfair = x->livelocks.unfair;
	memcpy(r->unfair_schedule, x->livelocks.unfair_schedule,
	       sizeof(r->unfair_schedule));
	r->probes = x->livelocks.probes;
	r->states = x->states.nr;
	r->states_hash = x->states.sum;
	memcpy(r->shared, x->share.words, sizeof(r->shared));
}

/* Record the innermost function that is not from a header. */
static int name_place(void *arg, const char *name, const char *file, int line)
{
	char *text = arg;

	snprintf(text, FL_PLACE, "%s() %s:%d", name, file ? file : "?", line);
	return !file || !strstr(file, ".h");
}

/* Call this while the world exists: it knows the top of its source tree. */
static void report_races(struct fl_exploration *x)
{
	struct fl_explore_result *r = x->result;
	struct fl_symbols *symbols;
	unsigned int i;

	r->nr_data_races = x->share.nr_races;
	symbols = r->nr_data_races ? fl_symbols_open() : NULL;
	for (i = 0; symbols && i < r->nr_data_races; i++) {
		fl_symbols_at(symbols, x->share.races[i].first - 1, name_place,
			      r->data_races[i].first);
		fl_symbols_at(symbols, x->share.races[i].second - 1, name_place,
			      r->data_races[i].second);
	}
	if (symbols)
		fl_symbols_close(symbols);
}

static void report(struct fl_exploration *x)
{
	struct fl_explore_result *r = x->result;

	if (x->config->mode == FL_EXPLORE_RANDOM && x->config->depth)
		r->chance = fl_random_chance(x->search.trace.threads - 1,
					     x->search.deepest,
					     x->config->depth);
	count(x);
	report_races(x);
}

/* -- one run after another -- */

/* Return: whether the progress callback requests a stop. */
static _Bool report_progress(struct fl_exploration *x)
{
	const struct fl_explore_config *c = x->config;
	enum fl_explore_wish wish;

	if (!c->progress || x->search.runs % PROGRESS_RUNS ||
	    fl_search_plan(&x->search) != 1)
		return 0;
	x->result->done = fl_search_done(&x->search);
	count(x);
	wish = c->progress(c->progress_arg, x->result);
	if (wish == FL_EXPLORE_SAVE)
		fl_exploration_save(x);
	return wish == FL_EXPLORE_STOP;
}

static int stop_at(struct fl_exploration *x, const char *limit)
{
	x->result->limit = limit;
	fl_exploration_save(x);
	return 1;
}

static _Bool is_enough(const struct fl_exploration *x)
{
	return x->config->max_runs && x->search.runs >= x->config->max_runs;
}

/* For fl_ahead_start(). */
static int judge_ahead(void *arg, unsigned long *state)
{
	struct fl_exploration *x = arg;
	int ret = fl_session_judge(&x->session);

	*state = x->session.final;
	return ret;
}

/* All threads have ended. */
static int judge_end(struct fl_exploration *x)
{
	int ret = 0;

	if (x->search.told)
		x->session.final = x->search.result;
	else
		ret = fl_session_judge(&x->session);
	if (!ret && x->config->state &&
	    fl_set_add(&x->states, x->session.final) < 0)
		ret = -ENOMEM;
	return ret;
}

/* Process one run.  Return: 0: continue; 1: stop; -errno. */
static int judge(struct fl_exploration *x)
{
	struct fl_explore_result *r = x->result;
	int ret = 0;

	if (x->search.end == FL_RUN_LOOP) {
		ret = fl_livelocks_judge(x);
		if (ret < 0 || (!ret && x->search.end == FL_RUN_LOOP))
			return ret;
		ret = 0;
	}
	r->hash = r->hash * 31 + x->search.hash;
	if (x->search.end == FL_RUN_ENDED)
		ret = judge_end(x);
	if (!x->search.told && fl_machine_end(x->session.world->machine)) {
		ret = fl_violation_note(r, &x->search);
		if (!ret && !x->config->keep_going)
			return 1;
	}
	if (!ret && x->search.retried && !x->livelocks.probes)
		ret = fl_livelocks_probe(x);
	if (ret == 1 && x->config->keep_going)
		ret = 0;
	if (ret)
		return ret;
	if (is_enough(x))
		return stop_at(x, "max_runs");
	return report_progress(x) ? stop_at(x, "progress") : 0;
}

/* Return: whether there is nothing to resume. */
static _Bool is_over(const struct fl_exploration *x)
{
	return x->over || x->result->violations;
}

static int explore(struct fl_exploration *x)
{
	int ret, enough = 0;

	/* A resumed search may have reached the limit already. */
	if (is_enough(x))
		enough = stop_at(x, "max_runs");
	while (!enough) {
		ret = fl_search_next(&x->search);
		if (ret < 0)
			return ret;
		if (!ret) {
			x->result->exhaustive = !x->search.cut &&
						!x->search.truncated;
			x->result->done = 1;
			x->over = 1;
			if (x->search.truncated)
				x->result->limit = "max_steps";
			else if (x->search.cut)
				x->result->limit = "max_preemptions";
			return 0;
		}
		enough = judge(x);
	}
	return enough < 0 ? enough : 0;
}

/* Map the interface's modes to those of a search. */
static enum fl_search_mode mode_of(enum fl_explore_mode mode)
{
	static const enum fl_search_mode modes[] = {
		[FL_EXPLORE_OPTIMAL] = FL_SEARCH_OPTIMAL,
		[FL_EXPLORE_ALL] = FL_SEARCH_ALL,
		[FL_EXPLORE_BOUNDED] = FL_SEARCH_BOUNDED,
		[FL_EXPLORE_RANDOM] = FL_SEARCH_RANDOM,
	};

	return modes[mode];
}

/* Set up what only some searches need. */
static int prepare(struct fl_exploration *x)
{
	const struct fl_explore_config *c = x->config;
	struct fl_search *s = &x->search;
	const struct fl_ahead_config ahead = {
		.helpers = c->jobs - 1,
		.judge = judge_ahead,
		.arg = x,
	};
	int ret;

	if (c->mode == FL_EXPLORE_RANDOM &&
	    (!c->max_runs || c->depth > FL_RANDOM_DEPTH))
		return -EINVAL;
	s->most = c->max_preemptions ? c->max_preemptions : 2;
	s->unfair = !x->livelocks.enough;
	s->random = (struct fl_random){ .seed = c->seed, .depth = c->depth };
	ret = fl_exploration_resume(x);
	if (!ret && c->jobs > 1)
		ret = fl_ahead_start(s, &ahead);
	return ret;
}

/* Make all runs.  Return: 0, -errno. */
static int search(struct fl_exploration *x)
{
	int ret = prepare(x);

	if (!ret)
		ret = explore(x);
	if (!ret)
		fl_livelocks_report(x);
	fl_ahead_stop(&x->search);
	report(x);
	fl_search_free(&x->search);
	fl_set_free(&x->states);
	if (!ret && x->file.path && x->config->checkpoint_file && is_over(x))
		*x->config->checkpoint_file = x->file;
	else
		fl_file_close(&x->file);
	return ret;
}

int fl_explore(struct fl_world *world, const struct fl_explore_config *config,
	       struct fl_explore_result *result)
{
	const struct fl_explore_config defaults = { 0 },
				       *c = config ? config : &defaults;
	struct fl_exploration x = {
		.session = { .world = world,
			     .check = c->check,
			     .state = c->state,
			     .arg = c->arg },
		.config = c,
		.result = result,
		.file.fd = -1,
	};
	int ret;

	memset(result, 0, sizeof(*result));
	ret = fl_session_begin(&x.session);
	if (ret)
		return ret;
	ret = fl_share_init(&x.share, world->machine);
	if (ret)
		goto err_session;
	ret = fl_search_init(&x.search, world->machine, mode_of(c->mode),
			     &x.share,
			     c->max_steps ? c->max_steps : DEFAULT_STEPS);
	if (!ret)
		ret = search(&x);
	fl_share_free(&x.share);
err_session:
	fl_session_end(&x.session);
	return ret ? ret : result->violations != 0;
}
