/* SPDX-License-Identifier: GPL-2.0-only */
/* path.c - serialise the path of a search; see path.h */
#include <errno.h>
#include <limits.h>

#include "explore/mix.h"
#include "explore/path.h"

/* -- steps and trees -- */

static void put_step(struct fl_bytes *b, const struct fl_step *e)
{
	fl_bytes_put(b, e->op.addr);
	fl_bytes_put(b, e->op.size);
	fl_bytes_put(b, e->op.kind);
	fl_bytes_put(b, e->op.flags);
	fl_bytes_put(b, e->op.value);
	fl_bytes_put(b, e->op.pc);
	fl_bytes_put(b, e->thread);
	fl_bytes_put(b, e->effect);
	fl_bytes_put(b, e->took);
	fl_bytes_put(b, e->value);
}

static struct fl_step get_step(struct fl_bytes *b, unsigned int threads)
{
	struct fl_step e = { 0 };

	e.op.addr = fl_bytes_get(b);
	e.op.size = fl_bytes_get_below(b, UINT_MAX);
	e.op.kind = fl_bytes_get_below(b, FL_OP_CHOOSE);
	e.op.flags = fl_bytes_get_below(b, UCHAR_MAX);
	e.op.value = fl_bytes_get(b);
	e.op.pc = fl_bytes_get(b);
	e.thread = fl_bytes_get_below(b, threads - 1);
	e.effect = fl_bytes_get_below(b, FL_EFFECT_WRITE);
	e.took = fl_bytes_get_below(b, 1);
	e.value = fl_bytes_get_below(b, UCHAR_MAX);
	return e;
}

static void put_tree(struct fl_bytes *b, const struct fl_branch *tree)
{
	const struct fl_branch *branch;
	unsigned long n = 0;

	for (branch = tree; branch; branch = branch->next)
		n++;
	fl_bytes_put(b, n);
	for (branch = tree; branch; branch = branch->next) {
		put_step(b, &branch->step);
		put_tree(b, branch->follow);
	}
}

/* @depth: point of the tree; it cannot be deeper than a run. */
static void get_tree(struct fl_bytes *b, struct fl_search *s,
		     unsigned int depth, struct fl_branch **tree)
{
	unsigned long n = fl_bytes_get(b);

	if (!b->error && depth > s->trace.limit + 1)
		b->error = -EBADMSG;
	for (; n && !b->error; n--) {
		struct fl_step step = get_step(b, s->trace.threads);

		if (fl_tree_append(&s->pool, tree, &step)) {
			b->error = -ENOMEM;
			return;
		}
		while ((*tree)->next)
			tree = &(*tree)->next;
		get_tree(b, s, depth + 1, &(*tree)->follow);
	}
}

static uint64_t mix_all(uint64_t h, const struct fl_step *e)
{
	h = fl_mix(h ^ e->op.addr);
	h = fl_mix(h ^ e->op.value);
	h = fl_mix(h ^ ((uint64_t)e->op.size << 16 | e->op.flags << 8 |
			e->op.kind));
	return fl_mix(h ^ (e->thread << 24 | e->effect << 16 | e->took << 8 |
			   e->value));
}

void fl_path_put_sequence(struct fl_sequences *out, unsigned int depth,
			  const struct fl_step *sequence, unsigned int nr)
{
	struct fl_bytes *b = &out->bytes;
	uint64_t h = depth;
	unsigned int i;
	int new;

	for (i = 0; i < nr; i++)
		h = mix_all(h, &sequence[i]);
	new = fl_set_add(&out->seen, h);
	if (new < 0)
		b->error = new;
	if (new <= 0)
		return;
	fl_bytes_put(b, depth);
	fl_bytes_put(b, nr);
	for (i = 0; i < nr; i++)
		put_step(b, &sequence[i]);
}

unsigned int fl_path_get_sequence(struct fl_bytes *b, struct fl_search *s,
				  unsigned int *depth)
{
	unsigned int i, nr;

	*depth = fl_bytes_get_below(b, s->replay - 1);
	nr = fl_bytes_get_below(b, s->trace.limit + 1);
	for (i = 0; i < nr; i++)
		s->sequence[i] = get_step(b, s->trace.threads);
	return b->error ? 0 : nr;
}

/* -- points -- */

/* A step of the prefix is written as it was taken. */
static void put_taken(struct fl_bytes *b, const struct fl_search *s,
		      unsigned int i)
{
	put_step(b, i + 1 < s->replay ? &s->trace.steps[i] : &s->nodes[i].step);
	fl_bytes_put(b, s->positions[i].ops);
	fl_bytes_put(b, s->positions[i].plain);
}

/* The last step is new, all others are known. */
static void get_taken(struct fl_bytes *b, struct fl_search *s, unsigned int i)
{
	struct fl_step e = get_step(b, s->trace.threads);

	s->positions[i].ops = fl_bytes_get_below(b, UINT_MAX);
	s->positions[i].plain = fl_bytes_get_below(b, UINT_MAX);
	s->nodes[i].step = e;
	if (!b->error && i + 1 < s->replay &&
	    fl_trace_add(&s->trace, e.thread, &e.op, e.took, e.value) < 0)
		b->error = -ENOMEM;
}

static void put_node(struct fl_bytes *b, const struct fl_search *s,
		     unsigned int i)
{
	const struct fl_node *node = &s->nodes[i];
	unsigned int id;

	fl_bytes_put(b, node->sleep);
	fl_bytes_put(b, node->preemptions);
	fl_bytes_put(b, node->preempts);
	for (id = 0; id < FL_EXPLORE_THREADS; id++)
		fl_bytes_put(b, node->covered[id]);
	fl_bytes_put(b, node->done);
	fl_bytes_put(b, s->runs - node->began);
	put_tree(b, node->tree);
}

static void get_node(struct fl_bytes *b, struct fl_search *s, unsigned int i)
{
	struct fl_node *node = &s->nodes[i];
	unsigned int id;

	node->sleep = fl_bytes_get_below(b, (1u << FL_EXPLORE_THREADS) - 1);
	node->preemptions = fl_bytes_get_below(b, USHRT_MAX);
	node->preempts = fl_bytes_get_below(b, 1);
	for (id = 0; id < FL_EXPLORE_THREADS; id++)
		node->covered[id] = fl_bytes_get_below(b, UCHAR_MAX);
	node->done = fl_bytes_get_below(b, UINT_MAX);
	node->began = s->runs - fl_bytes_get_below(b, s->runs);
	fl_tree_drop(&s->pool, &node->tree);
	get_tree(b, s, i, &node->tree);
}

/* -- all of it -- */

static void put_head(struct fl_bytes *b, const struct fl_search *s,
		     unsigned int replay)
{
	fl_bytes_put(b, s->bound);
	fl_bytes_put(b, s->has_choices);
	fl_bytes_put(b, replay);
}

static void get_head(struct fl_bytes *b, struct fl_search *s)
{
	s->bound = fl_bytes_get_below(b, UINT_MAX);
	s->has_choices |= fl_bytes_get_below(b, 1);
	s->replay = fl_bytes_get_below(b, UINT_MAX);
	if (!b->error && s->replay > s->trace.limit)
		b->error = -ENOSPC;
	if (!b->error && s->replay > s->deepest)
		s->deepest = s->replay;
}

static void put_points(struct fl_bytes *b, const struct fl_search *s,
		       unsigned int nr, const struct fl_branch *tree)
{
	unsigned int i;

	put_head(b, s, nr);
	for (i = 0; i < nr; i++) {
		put_taken(b, s, i);
		put_node(b, s, i);
	}
	put_tree(b, tree);
}

void fl_path_put(struct fl_bytes *b, const struct fl_search *s)
{
	put_points(b, s, s->replay, s->nodes[s->replay].tree);
}

void fl_path_put_to(struct fl_bytes *b, const struct fl_search *s,
		    unsigned int depth)
{
	put_points(b, s, depth + 1, NULL);
}

static int get_points(struct fl_bytes *b, struct fl_search *s, unsigned int i)
{
	for (; i < s->replay && !b->error; i++) {
		get_taken(b, s, i);
		get_node(b, s, i);
	}
	if (!b->error)
		get_tree(b, s, s->replay, &s->nodes[s->replay].tree);
	s->planned = 1;
	return b->error;
}

int fl_path_get(struct fl_bytes *b, struct fl_search *s)
{
	fl_search_forget(s);
	get_head(b, s);
	return get_points(b, s, 0);
}

void fl_path_put_from(struct fl_bytes *b, const struct fl_search *s,
		      unsigned int depth)
{
	unsigned int i;

	put_head(b, s, s->replay);
	put_taken(b, s, depth);
	for (i = depth + 1; i < s->replay; i++) {
		put_taken(b, s, i);
		put_node(b, s, i);
	}
	put_tree(b, s->nodes[s->replay].tree);
}

int fl_path_get_from(struct fl_bytes *b, struct fl_search *s,
		     unsigned int depth)
{
	fl_trace_begin(&s->trace, depth);
	while (s->trace.nr < depth)
		fl_trace_again(&s->trace);
	fl_tree_drop(&s->pool, &s->nodes[depth + 1].tree);
	get_head(b, s);
	if (!b->error)
		get_taken(b, s, depth);
	return get_points(b, s, depth + 1);
}

/* -- hashes -- */

static uint64_t mix_step(uint64_t h, const struct fl_step *e)
{
	return fl_mix(h ^ ((uint64_t)e->value << 8 | e->thread));
}

static uint64_t mix_tree(uint64_t h, const struct fl_branch *tree)
{
	for (; tree; tree = tree->next)
		h = mix_tree(mix_step(h, &tree->step), tree->follow);
	return fl_mix(h);
}

uint64_t fl_path_key_of(const struct fl_branch *tree)
{
	return mix_tree(0, tree);
}

/* State that a random run depends on. */
static uint64_t key_by_chance(const struct fl_search *s)
{
	uint64_t h = fl_mix(s->runs ^ (uint64_t)s->restarts << 48);

	return s->random.depth ? fl_mix(h ^ s->deepest) : h;
}

uint64_t fl_path_key(const struct fl_search *s)
{
	uint64_t h = fl_mix(s->bound);
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
