/* SPDX-License-Identifier: GPL-2.0-only */
/* explore.c - run a world's threads under every schedule that matters */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "explore/ahead.h"
#include "explore/checkpoint.h"
#include "explore/livelock.h"
#include "explore/schedule.h"
#include "explore/search.h"
#include "explore/set.h"
#include "machine/symbol.h"
#include "world/internal.h"

#define DEFAULT_STEPS	10000
#define PROGRESS_RUNS	64	/* between two reports */
#define UNFAIR_TRIES	16	/* proofs of unfair livelocks */
#define PROBE_RUNS	200	/* random runs that look for livelocks */
#define PROBE_SEED	1

_Static_assert(FL_DATA_RACES == FL_SHARE_RACES, "all are reported");

#define FL_PLACE	sizeof(((struct fl_data_race *)0)->first)

/* What is known about livelocks, and the results of random runs; saved in a
 * checkpoint.  An unfair livelock leaves out a thread that could run. */
struct livelocks {
	_Bool enough;			/* stop the search for unfair ones */
	unsigned int tries;		/* unfair ones that were replayed */
	unsigned long unfair;		/* unfair ones that were proved */
	char unfair_schedule[FL_SCHEDULE];
	unsigned long probes;
	/* A violation found by a random run, in case the search finds none. */
	struct fl_end probed;
	char probed_schedule[FL_SCHEDULE];
};

struct exploration {
	struct fl_world *world;
	struct fl_checks *checks;
	const struct fl_explore_config *config;
	struct fl_explore_result *result;
	struct fl_share share;
	struct fl_search search;
	struct fl_set states;
	struct livelocks livelocks;
	_Bool over;			/* no run is left */
	struct fl_file file;		/* the checkpoint; path NULL: none */
	unsigned long state;		/* hash of the last run's state */
	char of[512];			/* identifies the search */
};

void *fl_world_alloc(struct fl_world *world, unsigned long size)
{
	return fl_machine_alloc(world->machine, size);
}

void fl_world_choices(struct fl_world *world, unsigned int what)
{
	fl_machine_choices(world->machine, what);
}

void fl_world_violate(struct fl_world *world, const char *fmt, ...)
{
	char text[400];
	va_list args;

	(void)world;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fl_machine_violate("%s", text);
}

struct check_call {
	void (*check)(void *arg);
	void *arg;
};

static int do_check(void *arg)
{
	const struct check_call *c = arg;

	c->check(c->arg);
	return 0;
}

int fl_world_check(struct fl_world *world, void (*check)(void *arg), void *arg)
{
	struct check_call call = { check, arg };

	return fl_world_run(world, do_check, &call);
}

static int look_at_end(void *arg)
{
	struct exploration *x = arg;
	const struct fl_explore_config *c = x->config;

	fl_checks_at_end(x->checks);
	if (c->check)
		c->check(c->arg);
	if (c->state)
		x->state = c->state(c->arg);
	fl_checks_at_teardown(x->checks);
	return 0;
}

/* Print the schedule of the last run of @search to @text, or "" if it is too
 * long.  Return: 0, -ENOMEM. */
static int print_schedule(const struct fl_search *search,
			  char text[FL_SCHEDULE])
{
	struct fl_schedule schedule;

	if (fl_schedule_of(search, &schedule))
		return -ENOMEM;
	if (fl_schedule_print(&schedule, text, FL_SCHEDULE) >= FL_SCHEDULE)
		*text = '\0';
	fl_schedule_free(&schedule);
	return 0;
}

/* Record that the last run of @search ended the world.  Return: 0, -ENOMEM. */
static int note_violation(struct fl_explore_result *r, struct fl_search *search)
{
	if (r->violations++)
		return 0;
	if (search->end == FL_RUN_WORLD)
		fl_search_repeat(search);
	r->end = *fl_machine_end(search->machine);
	return print_schedule(search, r->schedule);
}

/* -- livelocks -- */

/* An unfair livelock is only advice, unless config->unfair. */
static int note_unfair(struct exploration *x)
{
	if (x->livelocks.unfair++)
		return 0;
	x->livelocks.enough = 1;
	return print_schedule(&x->search, x->livelocks.unfair_schedule);
}

/*
 * Check whether the last run, which ended in a loop, is a livelock.
 * Return: 1: a violation, and the world has ended; 0: the search continues
 * after the loop; -errno.
 */
static int judge_loop(struct exploration *x)
{
	int ret = fl_livelock_prove(&x->search, x->config->unfair);

	if (x->search.loop.unfair && ++x->livelocks.tries == UNFAIR_TRIES)
		x->livelocks.enough = 1;
	if (ret == FL_LIVELOCK_UNFAIR)
		ret = note_unfair(x);
	x->search.unfair = !x->livelocks.enough;
	if (ret < 0 || ret == FL_LIVELOCK_ENDED)
		return ret < 0 ? ret : 1;
	return fl_search_continue(&x->search);
}

/* A random run ended the world without a livelock.  Keep its schedule, but let
 * the search continue: it may find a simpler one.  Return: 0, -ENOMEM. */
static int keep_probed(struct exploration *x, struct fl_search *s)
{
	if (x->livelocks.probed.kind)
		return 0;
	fl_search_repeat(s);
	x->livelocks.probed = *fl_machine_end(s->machine);
	return print_schedule(s, x->livelocks.probed_schedule);
}

/* Report the random run's violation if the search has ended without one. */
static void use_probed(struct exploration *x)
{
	struct fl_explore_result *r = x->result;

	if (r->violations || !x->livelocks.probed.kind)
		return;
	r->violations = 1;
	r->exhaustive = 0;
	r->end = x->livelocks.probed;
	memcpy(r->schedule, x->livelocks.probed_schedule, sizeof(r->schedule));
}

/* Make one random run beside the search.  Return: 1: a livelock; 0; -errno. */
static int probe_once(struct exploration *x, struct fl_search *s)
{
	int ret = fl_search_next(s);

	if (ret < 0)
		return ret;
	if (s->end == FL_RUN_WORLD)
		return keep_probed(x, s);
	if (s->end != FL_RUN_LOOP)
		return 0;
	ret = fl_livelock_prove(s, x->config->unfair);
	if (ret < 0 || ret == FL_LIVELOCK_ENDED)
		return ret < 0 ? ret : 1;
	return fl_search_continue(s);
}

/*
 * Threads that retry their operations may do so forever, each in the way
 * of the others.  The search may reach such a run very late, so random
 * runs look for one.
 * Return: 1: there is one, and the world has ended; 0; -errno.
 */
static int probe(struct exploration *x)
{
	struct fl_share share;
	struct fl_search s;
	int ret = fl_share_init(&share, x->world->machine);

	if (ret)
		return ret;
	ret = fl_search_init_beside(&s, &x->search, FL_SEARCH_RANDOM, &share);
	if (ret)
		goto out;
	s.random.seed = PROBE_SEED;
	s.unfair = x->config->unfair;
	while (!ret && s.runs < PROBE_RUNS) {
		/* Switch every 1, 4, 16 or 64 steps, on average. */
		s.random.inertia = s.runs % 4 * 2;
		ret = probe_once(x, &s);
	}
	x->livelocks.probes = s.runs;
	if (ret == 1 && note_violation(x->result, &s))
		ret = -ENOMEM;
	fl_search_free(&s);
out:
	fl_share_free(&share);
	return ret;
}

static void count(struct exploration *x)
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

/* -- the checkpoint -- */

static struct fl_checkpoint checkpoint_of(struct exploration *x)
{
	return (struct fl_checkpoint){
		.file = &x->file, .of = x->of, .search = &x->search,
		.states = &x->states, .hash = &x->result->hash,
		.kept = {
			{ &x->livelocks, sizeof(x->livelocks) },
			{ x->config->kept, x->config->kept_size },
		},
	};
}

/* Identify the search by what is searched, how, and by which build, since
 * addresses differ between builds. */
static int name_checkpoint(struct exploration *x)
{
	const struct fl_explore_config *c = x->config;
	const struct fl_kernel_info *k = fl_world_kernel(x->world);
	struct fl_symbols *symbols = fl_symbols_open();
	unsigned long start, len;
	char build[64] = "";
	int n;

	if (symbols)
		fl_symbols_build(symbols, build, sizeof(build));
	fl_symbols_close(symbols);
	fl_machine_region(x->world->machine, 0, &start, &len);
	n = snprintf(x->of, sizeof(x->of), "%u %u %lu %u %u|%s|%lx %lx|%s|%s|%s",
		     c->mode, c->max_preemptions, c->seed, c->depth, c->unfair,
		     build, start, len, k->name, k->release,
		     c->checkpoint_of ? c->checkpoint_of : "");
	return !*build || n >= (int)sizeof(x->of) ? -EINVAL : 0;
}

static int resume(struct exploration *x)
{
	struct fl_checkpoint c = checkpoint_of(x);
	int ret;

	if (!x->config->checkpoint)
		return 0;
	if (x->config->go_on)
		return -EINVAL;
	ret = name_checkpoint(x);
	if (!ret)
		ret = fl_file_open(&x->file, x->config->checkpoint);
	x->result->checkpoint_holder = x->file.holder;
	if (ret)
		return ret;
	ret = fl_checkpoint_load(&c);
	if (!ret)
		x->result->resumed = x->search.runs;
	x->search.unfair = !x->livelocks.enough;
	return ret == -ENOENT ? 0 : ret == -ENOSPC ? -EOVERFLOW : ret;
}

static void save(struct exploration *x)
{
	struct fl_checkpoint c = checkpoint_of(x);
	int ret;

	if (!x->file.path || x->result->save_error)
		return;
	ret = fl_search_settle(&x->search);
	if (ret > 0)
		ret = fl_checkpoint_save(&c);
	x->result->save_error = ret < 0 ? ret : 0;
}

/* -- one run after another -- */

/* Return: whether the progress callback requests a stop. */
static _Bool tell_progress(struct exploration *x)
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
		save(x);
	return wish == FL_EXPLORE_STOP;
}

static int stop_at(struct exploration *x, const char *limit)
{
	x->result->limit = limit;
	save(x);
	return 1;
}

static _Bool is_enough(const struct exploration *x)
{
	return x->config->max_runs && x->search.runs >= x->config->max_runs;
}

/* For fl_ahead_start(). */
static int judge_ahead(void *arg, unsigned long *state)
{
	struct exploration *x = arg;
	int ret = fl_machine_guard(x->world->machine, look_at_end, x);

	*state = x->state;
	return ret;
}

/* All threads have ended. */
static int judge_end(struct exploration *x)
{
	int ret = 0;

	if (x->search.told)
		x->state = x->search.result;
	else
		ret = fl_machine_guard(x->world->machine, look_at_end, x);
	if (!ret && x->config->state &&
	    fl_set_add(&x->states, x->state) < 0)
		ret = -ENOMEM;
	return ret;
}

/* Process one run.  Return: 0: continue; 1: stop; -errno. */
static int judge(struct exploration *x)
{
	struct fl_explore_result *r = x->result;
	int ret = 0;

	if (x->search.end == FL_RUN_LOOP) {
		ret = judge_loop(x);
		if (ret < 0 || (!ret && x->search.end == FL_RUN_LOOP))
			return ret;
		ret = 0;
	}
	r->hash = r->hash * 31 + x->search.hash;
	if (x->search.end == FL_RUN_ENDED)
		ret = judge_end(x);
	if (!x->search.told && fl_machine_end(x->world->machine)) {
		ret = note_violation(r, &x->search);
		if (!ret && !x->config->go_on)
			return 1;
	}
	if (!ret && x->search.retried && !x->livelocks.probes)
		ret = probe(x);
	if (ret == 1 && x->config->go_on)
		ret = 0;
	if (ret)
		return ret;
	if (is_enough(x))
		return stop_at(x, "max_runs");
	return tell_progress(x) ? stop_at(x, "progress") : 0;
}

/* Return: whether there is nothing to resume. */
static _Bool is_over(const struct exploration *x)
{
	return x->over || x->result->violations;
}

static int explore(struct exploration *x)
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
static int prepare(struct exploration *x)
{
	const struct fl_explore_config *c = x->config;
	struct fl_search *s = &x->search;
	const struct fl_ahead_config ahead = {
		.helpers = c->jobs - 1, .judge = judge_ahead, .arg = x,
	};
	int ret;

	if (c->mode == FL_EXPLORE_RANDOM &&
	    (!c->max_runs || c->depth > FL_RANDOM_DEPTH))
		return -EINVAL;
	s->most = c->max_preemptions ? c->max_preemptions : 2;
	s->unfair = !x->livelocks.enough;
	s->random = (struct fl_random){ .seed = c->seed, .depth = c->depth };
	ret = resume(x);
	if (!ret && c->jobs > 1)
		ret = fl_ahead_start(s, &ahead);
	return ret;
}

/* Record the innermost function that is not from a header. */
static int name_place(void *arg, const char *name, const char *file, int line)
{
	char *text = arg;

	snprintf(text, FL_PLACE, "%s() %s:%d", name, file ? file : "?", line);
	return !file || !strstr(file, ".h");
}

/* Call this while the world exists: it knows the top of its source tree. */
static void tell_races(struct exploration *x)
{
	struct fl_explore_result *r = x->result;
	struct fl_symbols *symbols;
	unsigned int i;

	r->nr_data_races = x->share.nr_races;
	symbols = r->nr_data_races ? fl_symbols_open() : NULL;
	for (i = 0; symbols && i < r->nr_data_races; i++) {
		fl_symbols_at(symbols, x->share.races[i].first - 1, name_place,
			      r->data_races[i].first);
		fl_symbols_at(symbols, x->share.races[i].second - 1,
			      name_place, r->data_races[i].second);
	}
	if (symbols)
		fl_symbols_close(symbols);
}

static void tell(struct exploration *x)
{
	struct fl_explore_result *r = x->result;

	if (x->config->mode == FL_EXPLORE_RANDOM && x->config->depth)
		r->chance = fl_random_chance(x->search.trace.threads - 1,
					     x->search.deepest,
					     x->config->depth);
	count(x);
	tell_races(x);
}

int fl_explore(struct fl_world *world, const struct fl_explore_config *config,
	       struct fl_explore_result *result)
{
	const struct fl_explore_config defaults = { 0 };
	struct exploration x = {
		.world = world, .config = config ? config : &defaults,
		.result = result, .file.fd = -1,
	};
	unsigned int steps = x.config->max_steps;
	int ret;

	memset(result, 0, sizeof(*result));
	if (fl_world_end(world))
		return -ENOTRECOVERABLE;
	x.checks = fl_checks_begin(world);
	if (!x.checks)
		return -ENOMEM;
	ret = fl_share_init(&x.share, world->machine);
	if (ret)
		goto err_checks;
	ret = fl_search_init(&x.search, world->machine,
			     mode_of(x.config->mode), &x.share,
			     steps ? steps : DEFAULT_STEPS);
	if (ret)
		goto err_share;
	ret = prepare(&x);
	if (!ret)
		ret = explore(&x);
	if (!ret)
		use_probed(&x);
	fl_ahead_stop(&x.search);
	tell(&x);
	fl_search_free(&x.search);
	fl_set_free(&x.states);
	if (!ret && x.file.path && x.config->checkpoint_file && is_over(&x))
		*x.config->checkpoint_file = x.file;
	else
		fl_file_close(&x.file);
err_share:
	fl_share_free(&x.share);
err_checks:
	fl_checks_end(x.checks);
	return ret ? ret : result->violations != 0;
}

struct replay {
	struct fl_replay replay;
	struct fl_checks *checks;
};

static int replay(void *arg)
{
	struct replay *r = arg;
	int ret = fl_replay_run(&r->replay);

	if (!ret)
		fl_checks_at_end(r->checks);
	return ret;
}

int fl_replay(struct fl_world *world, const char *text)
{
	struct replay r = { .replay.machine = world->machine };
	struct fl_schedule schedule;
	int ret;

	if (fl_world_end(world))
		return -ENOTRECOVERABLE;
	ret = fl_schedule_parse(text, &schedule, NULL);
	if (ret)
		return ret;
	r.replay.schedule = &schedule;
	r.checks = fl_checks_begin(world);
	ret = r.checks ? fl_world_run(world, replay, &r) : -ENOMEM;
	fl_checks_end(r.checks);
	if (fl_world_end(world))
		fl_machine_schedule(world->machine, NULL);
	if (fl_replay_fits(&r.replay, text, NULL))
		ret = -EILSEQ;
	fl_schedule_free(&schedule);
	return ret;
}
