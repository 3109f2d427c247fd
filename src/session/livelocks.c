/* SPDX-License-Identifier: GPL-2.0-only */
/* livelocks.c - loops at the ends of runs, and random runs to find more */
#include <errno.h>
#include <string.h>

#include "explore/livelock.h"
#include "session/exploration.h"

#define UNFAIR_TRIES 16	 /* proofs of unfair livelocks */
#define PROBE_RUNS   200 /* random runs that look for livelocks */
#define PROBE_SEED   1

/* An unfair livelock is only advice, unless config->unfair. */
static int note_unfair(struct fl_exploration *x)
{
	if (x->livelocks.unfair++)
		return 0;
	x->livelocks.enough = 1;
	return fl_violation_schedule(&x->search, x->livelocks.unfair_schedule);
}

int fl_livelocks_judge(struct fl_exploration *x)
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
static int keep_probed(struct fl_exploration *x, struct fl_search *s)
{
	if (x->livelocks.probed.kind)
		return 0;
	fl_search_repeat(s);
	x->livelocks.probed = *fl_machine_end(s->machine);
	return fl_violation_schedule(s, x->livelocks.probed_schedule);
}

void fl_livelocks_report(struct fl_exploration *x)
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
static int probe_once(struct fl_exploration *x, struct fl_search *s)
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

int fl_livelocks_probe(struct fl_exploration *x)
{
	struct fl_share share;
	struct fl_search s;
	int ret = fl_share_init(&share, x->session.world->machine);

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
	if (ret == 1 && fl_violation_note(x->result, &s))
		ret = -ENOMEM;
	fl_search_free(&s);
out:
	fl_share_free(&share);
	return ret;
}
