/* SPDX-License-Identifier: GPL-2.0-only */
/* run.c - one run as bytes; see run.h */
#include <errno.h>
#include <string.h>

#include "explore/mix.h"
#include "explore/run.h"

/* A run, then its steps from @first on, each with the branches that it was left with,
 * then what each thread would do next. */
struct run {
	enum fl_run_end end;
	unsigned int first, nr;		/* by chance, none is told of */
	_Bool cut;
	unsigned int length;
	uint64_t hash;
};

struct step {
	struct fl_step step;
	struct fl_position position;
	unsigned int sleep;		/* before the step */
	unsigned char covered[FL_EXPLORE_THREADS];
	_Bool preempts;
	_Bool found;			/* not as a wakeup tree had it */
	unsigned int branches;		/* ... then these were found with it */
};

static uint64_t mix_step(uint64_t h, const struct fl_step *e)
{
	return fl_mix(h ^ ((uint64_t)e->value << 8 | e->thread));
}

/* The run goes on with the first branch of each: others are for later runs. */
static uint64_t mix_tree(uint64_t h, const struct fl_branch *tree)
{
	for (; tree; tree = tree->follow)
		h = mix_step(h, &tree->step);
	return fl_mix(h);
}

/* What a run by chance depends on. */
static uint64_t key_by_chance(const struct fl_search *s)
{
	uint64_t h = fl_mix(s->runs ^ (uint64_t)s->restarts << 48);

	return s->random.depth ? fl_mix(h ^ s->deepest) : h;
}

uint64_t fl_run_key(const struct fl_search *s)
{
	uint64_t h = mix_tree(fl_mix(s->bound), s->nodes[s->replay].tree);
	const struct fl_node *last;
	unsigned int left;

	if (s->mode == FL_SEARCH_RANDOM)
		return key_by_chance(s);
	if (!s->replay)
		return h;
	last = &s->nodes[s->replay - 1];
	h = mix_step(h ^ fl_trace_hash_of(&s->trace, s->replay - 1),
		     &last->step);
	h = fl_mix(h ^ last->sleep);
	for (left = last->sleep; left; left &= left - 1)
		h = fl_mix(h ^ last->covered[__builtin_ctz(left)]);
	if (s->mode == FL_SEARCH_BOUNDED)
		h = fl_mix(h ^ (last->preemptions << 1 | last->preempts));
	return h;
}

/* -- writing -- */

struct writer {
	char *at;
	size_t left;
	_Bool full;
};

static void put(struct writer *w, const void *p, size_t n)
{
	if (n > w->left) {
		w->full = 1;
		return;
	}
	memcpy(w->at, p, n);
	w->at += n;
	w->left -= n;
}

static void put_step(struct writer *w, const struct fl_search *s, unsigned int i)
{
	const struct fl_node *node = &s->nodes[i];
	const struct fl_branch *b, *found = NULL;
	struct step e = {
		.step = s->trace.steps[i], .position = s->positions[i],
		.sleep = node->sleep, .preempts = node->preempts,
		.found = node->found,
	};

	memcpy(e.covered, node->covered, sizeof(e.covered));
	if (node->found && i >= s->replay)
		found = node->tree;
	for (b = found; b; b = b->next)
		e.branches++;
	put(w, &e, sizeof(e));
	for (b = found; b; b = b->next)
		put(w, &b->step, sizeof(b->step));
}

size_t fl_run_write(const struct fl_search *s, void *out, size_t size)
{
	struct run run = {
		s->end, s->new, s->trace.nr, s->cut, s->length, s->hash
	};
	struct writer w = { out, size, 0 };
	unsigned int i;

	if (s->mode == FL_SEARCH_RANDOM)
		run.nr = 0;

	put(&w, &run, sizeof(run));
	for (i = run.first; i < run.nr; i++)
		put_step(&w, s, i);
	put(&w, s->next, s->trace.threads * sizeof(s->next[0]));
	return w.full ? 0 : size - w.left;
}

/* -- reading -- */

static const char *take(const char *in, void *p, size_t n)
{
	memcpy(p, in, n);
	return in + n;
}

static const char *read_branches(struct fl_search *s, struct fl_node *node,
				 unsigned int nr, const char *in)
{
	struct fl_step step;

	fl_tree_drop(&s->pool, &node->tree);
	node[1].tree = NULL;
	while (nr--) {
		in = take(in, &step, sizeof(step));
		if (fl_tree_append(&s->pool, &node->tree, &step))
			s->error = -ENOMEM;
	}
	return in;
}

static void add(struct fl_search *s, const struct fl_step *e)
{
	int ret = fl_trace_add(&s->trace, e->thread, &e->op, e->took, e->value);

	if (ret < 0)
		s->error = ret;
}

static const char *read_step(struct fl_search *s, const char *in)
{
	unsigned int i = s->trace.nr;
	struct fl_node *node = &s->nodes[i];
	struct step e;

	in = take(in, &e, sizeof(e));
	if (i >= s->replay) {
		node->done = 0;
		node->sleep = e.sleep;
		memcpy(node->covered, e.covered, sizeof(e.covered));
		node->preempts = e.preempts;
		node->found = e.found;
		node->began = s->runs;
		if (e.found)
			in = read_branches(s, node, e.branches, in);
		else
			fl_tree_pop(&s->pool, &node->tree, &node->step,
				    &node[1].tree);
		node->step = e.step;
	}
	node[1].preemptions = node->preemptions +
		(node->preempts && s->running && e.step.thread != s->running);
	s->positions[i] = e.position;
	s->has_choices |= e.step.op.kind == FL_OP_CHOOSE;
	s->running = e.step.thread;
	add(s, &e.step);
	return in;
}

void fl_run_read(struct fl_search *s, const void *from)
{
	const char *in = from;
	struct run run;
	unsigned int i;

	in = take(in, &run, sizeof(run));
	fl_trace_begin(&s->trace, run.first);
	s->running = 0;
	while (s->trace.nr < run.first) {
		i = fl_trace_again(&s->trace);
		s->running = s->trace.steps[i].thread;
	}
	while (s->trace.nr < run.nr && !s->error)
		in = read_step(s, in);
	take(in, s->next, s->trace.threads * sizeof(s->next[0]));
	s->end = run.end;
	s->cut |= run.cut;
	s->length = run.length;
	s->hash = run.hash;
}
