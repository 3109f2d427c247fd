/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.c - the steps of one run, and their races
 *
 * For each object, the last write is known, and since then the last read and
 * the last shared use by each thread.  A step that depends on these is a
 * candidate for a race with each, unless something else orders it after them,
 * too.
 *
 * A step that waited cannot come before the step that ended the wait.  A thread
 * that took a lock after another thread released it races with that thread's
 * acquisition, not with the release:
 *
 *   thread 1                             thread 2
 *   lock     <------- race -------+
 *   unlock                        |
 *                                 +----- lock
 *
 * A run repeats a prefix of the previous one.  So the effects of each step on
 * its objects are recorded, and undone from the end back to where the runs
 * part.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/mix.h"
#include "explore/trace.h"

struct fl_object {
	unsigned long word; /* free slot: ~0 */
	unsigned int write; /* index + 1, or 0 */
	/* Threads that used it since the last write. */
	unsigned short readers, sharers;
	unsigned int read[FL_EXPLORE_THREADS]; /* index + 1 */
	unsigned int share[FL_EXPLORE_THREADS];
	unsigned int held[FL_EXPLORE_THREADS]; /* acquisition: index + 1 */
};

/* State of an object before step @step of thread @thread. */
struct fl_undo {
	unsigned long word;
	unsigned int step, write, read, share, held;
	unsigned short readers, sharers;
	unsigned char thread;
};

/* Steps that a step depends on, latest first. */
struct candidate {
	unsigned int index;
	unsigned char enabling;	 /* the step waited for it */
	unsigned char stands_in; /* acquisition of an enabling release */
};

#define MOST_CANDIDATES (4 * FL_EXPLORE_THREADS + 8)

struct candidates {
	unsigned int nr;
	struct candidate at[MOST_CANDIDATES];
};

#define FREE (~0UL)

static struct fl_object *free_objects(unsigned int n)
{
	struct fl_object *o = malloc(n * sizeof(*o));
	unsigned int i;

	for (i = 0; o && i < n; i++)
		o[i].word = FREE;
	return o;
}

int fl_trace_init(struct fl_trace *t, unsigned int threads, unsigned int limit)
{
	memset(t, 0, sizeof(*t));
	t->threads = threads;
	t->limit = limit;
	t->limit_races = 1024;
	t->limit_undo = 1024;
	t->object_mask = 255;
	memset(t->first, 0xff, sizeof(t->first));
	t->steps = malloc(limit * sizeof(*t->steps));
	t->next = malloc(limit * sizeof(*t->next));
	t->hashes = malloc(limit * sizeof(*t->hashes));
	/* The first clock is that of a thread without a step. */
	t->clocks = calloc((limit + 1UL) * threads, sizeof(*t->clocks));
	t->races = malloc(t->limit_races * sizeof(*t->races));
	t->undo = malloc(t->limit_undo * sizeof(*t->undo));
	t->objects = free_objects(t->object_mask + 1);
	if (t->steps && t->next && t->hashes && t->clocks && t->races &&
	    t->undo && t->objects)
		return 0;
	fl_trace_free(t);
	return -ENOMEM;
}

unsigned long fl_trace_size(unsigned int threads, unsigned int limit)
{
	const struct fl_trace *t = NULL;

	return limit * (sizeof(*t->steps) + sizeof(*t->next) +
			sizeof(*t->hashes) + threads * sizeof(*t->clocks));
}

void fl_trace_free(struct fl_trace *t)
{
	free(t->steps);
	free(t->next);
	free(t->hashes);
	free(t->clocks);
	free(t->races);
	free(t->undo);
	free(t->objects);
	memset(t, 0, sizeof(*t));
}

/* -- objects -- */

static struct fl_object *slot(const struct fl_trace *t, unsigned long word)
{
	unsigned int at = (word * 0x9e3779b97f4a7c15UL) >> 40;

	while (t->objects[at &= t->object_mask].word != word &&
	       t->objects[at].word != FREE)
		at++;
	return &t->objects[at];
}

/* Return: 0, -ENOMEM. */
static int grow(struct fl_trace *t)
{
	struct fl_object *old = t->objects;
	unsigned int i, n = t->object_mask + 1;

	t->objects = free_objects(2 * n);
	if (!t->objects) {
		t->objects = old;
		return -ENOMEM;
	}
	t->object_mask = 2 * n - 1;
	for (i = 0; i < n; i++)
		if (old[i].word != FREE)
			*slot(t, old[i].word) = old[i];
	free(old);
	return 0;
}

static struct fl_object *object(struct fl_trace *t, unsigned long word)
{
	struct fl_object *o = slot(t, word);

	if (o->word == word)
		return o;
	if (t->nr_objects == t->object_mask / 2) {
		if (grow(t))
			return NULL;
		o = slot(t, word);
	}
	t->nr_objects++;
	memset(o, 0, sizeof(*o));
	o->word = word;
	return o;
}

/* Return: 0, -ENOMEM. */
static int keep(struct fl_trace *t, const struct fl_object *o,
		const struct fl_step *e)
{
	unsigned int q = e->thread;
	struct fl_undo *more;

	if (t->nr_undo == t->limit_undo) {
		more = realloc(t->undo, 2 * t->limit_undo * sizeof(*more));
		if (!more)
			return -ENOMEM;
		t->undo = more;
		t->limit_undo *= 2;
	}
	t->undo[t->nr_undo++] = (struct fl_undo){
		o->word,    e - t->steps, o->write,   o->read[q], o->share[q],
		o->held[q], o->readers,	  o->sharers, q,
	};
	return 0;
}

static void undo(struct fl_trace *t, const struct fl_undo *was)
{
	struct fl_object *o = slot(t, was->word);

	o->write = was->write;
	o->readers = was->readers;
	o->sharers = was->sharers;
	o->read[was->thread] = was->read;
	o->share[was->thread] = was->share;
	o->held[was->thread] = was->held;
}

void fl_trace_begin(struct fl_trace *t, unsigned int races_from)
{
	t->nr = t->pending = 0;
	t->nr_races = 0;
	t->races_from = races_from;
	if (t->known > races_from)
		t->known = races_from;
	while (t->nr_undo && t->undo[t->nr_undo - 1].step >= t->known)
		undo(t, &t->undo[--t->nr_undo]);
	memset(t->last, 0, sizeof(t->last));
}

/* -- candidates -- */

static void add_candidate(struct candidates *c, unsigned int index,
			  int enabling, int stands_in)
{
	unsigned int i;

	for (i = c->nr; i && c->at[i - 1].index < index; i--)
		;
	if (i && c->at[i - 1].index == index) {
		c->at[i - 1].enabling |= enabling;
		c->at[i - 1].stands_in |= stands_in;
		return;
	}
	if (c->nr == MOST_CANDIDATES)
		return;
	memmove(&c->at[i + 1], &c->at[i], (c->nr - i) * sizeof(c->at[0]));
	c->at[i] = (struct candidate){ index, enabling, stands_in };
	c->nr++;
}

/* Return: whether @e, which waits, had to wait for @earlier. */
static int enables(const struct fl_step *earlier, unsigned int index,
		   const struct fl_step *e)
{
	switch (e->op.kind) {
	case FL_OP_LOCK:
	case FL_OP_LOCK_SHARED:
		return earlier->op.kind == FL_OP_UNLOCK ||
		       earlier->op.kind == FL_OP_UNLOCK_SHARED ||
		       earlier->op.kind == FL_OP_DOWNGRADE;
	case FL_OP_WAIT:
		return earlier->op.kind == FL_OP_WAKE && !earlier->took;
	case FL_OP_RELAX:
		return index + 1 == e->before;
	default:
		return 0;
	}
}

static void consider(struct fl_trace *t, struct candidates *c,
		     const struct fl_step *e, unsigned int index)
{
	const struct fl_step *earlier = &t->steps[index];

	if (earlier->thread == e->thread)
		return;
	if (!enables(earlier, index, e)) {
		add_candidate(c, index, 0, 0);
		return;
	}
	add_candidate(c, index, 1, 0);
	if (earlier->acquired &&
	    t->steps[earlier->acquired - 1].thread != e->thread)
		add_candidate(c, earlier->acquired - 1, 0, 1);
}

static void collect(struct fl_trace *t, struct candidates *c, struct fl_step *e,
		    const struct fl_object *o)
{
	unsigned int threads;

	if (o->write)
		consider(t, c, e, o->write - 1);
	if (o->write > e->before)
		e->before = o->write;
	if (e->effect != FL_EFFECT_READ)
		for (threads = o->readers; threads; threads &= threads - 1)
			consider(t, c, e, o->read[__builtin_ctz(threads)] - 1);
	if (e->effect != FL_EFFECT_SHARE)
		for (threads = o->sharers; threads; threads &= threads - 1)
			consider(t, c, e, o->share[__builtin_ctz(threads)] - 1);
}

/* Return: 0, -ENOMEM. */
static int use(struct fl_trace *t, struct fl_object *o, const struct fl_step *e)
{
	unsigned int q = e->thread, index = e - t->steps;

	if (keep(t, o, e))
		return -ENOMEM;
	switch (e->op.kind) {
	case FL_OP_LOCK:
	case FL_OP_LOCK_SHARED:
	case FL_OP_TRYLOCK:
	case FL_OP_TRYLOCK_SHARED:
		if (e->took)
			o->held[q] = index + 1;
	}
	switch (e->effect) {
	case FL_EFFECT_READ:
		o->readers |= 1u << q;
		o->read[q] = index + 1;
		break;
	case FL_EFFECT_SHARE:
		o->sharers |= 1u << q;
		o->share[q] = index + 1;
		break;
	case FL_EFFECT_WRITE:
		o->readers = o->sharers = 0;
		o->write = index + 1;
		break;
	}
	return 0;
}

/* -- clocks -- */

static void join(struct fl_trace *t, unsigned int *clock, unsigned int index)
{
	const unsigned int *other = fl_trace_clock(t, index);
	unsigned int i;

	for (i = 1; i < t->threads; i++)
		if (other[i] > clock[i])
			clock[i] = other[i];
}

static int covers(const struct fl_trace *t, const unsigned int *clock,
		  unsigned int index)
{
	return clock[t->steps[index].thread] >= t->steps[index].nth;
}

static int note_race(struct fl_trace *t, unsigned int first,
		     unsigned int second)
{
	struct fl_race *races;

	if (second < t->races_from)
		return 0;
	if (t->nr_races == t->limit_races) {
		races = realloc(t->races, 2 * t->limit_races * sizeof(*races));
		if (!races)
			return -ENOMEM;
		t->races = races;
		t->limit_races *= 2;
	}
	t->races[t->nr_races++] = (struct fl_race){ first, second };
	return 0;
}

/*
 * Process candidates from the latest: it hides those that happen before it.  An
 * enabling one hides everything that happens before it except its own
 * acquisition.
 */
static int order(struct fl_trace *t, const struct candidates *c,
		 unsigned int *clock, unsigned int index)
{
	unsigned int blocked[FL_EXPLORE_THREADS] = { 0 };
	int any_blocked = 0, ret = 0;
	unsigned int i;

	for (i = 0; i < c->nr; i++) {
		const struct candidate *at = &c->at[i];

		if (at->enabling) {
			join(t, blocked, at->index);
			any_blocked = 1;
			continue;
		}
		if (covers(t, clock, at->index) ||
		    (any_blocked && !at->stands_in &&
		     covers(t, blocked, at->index)))
			continue;
		ret |= note_race(t, at->index, index);
		join(t, clock, at->index);
	}
	for (i = 1; any_blocked && i < t->threads; i++)
		if (blocked[i] > clock[i])
			clock[i] = blocked[i];
	return ret;
}

/* -- changes that a loop waits for -- */

/* Call @fn for the object of each word that a FL_OP_RELAX waits for, with the
 * step since when.  Return: the first result of @fn that is not 0, or 0. */
static int each_awaited(struct fl_trace *t, unsigned int thread,
			const struct fl_op *op,
			int (*fn)(struct fl_trace *t, struct fl_object *o,
				  unsigned int since, void *arg),
			void *arg)
{
	unsigned long word;
	unsigned int i;
	int ret;

	for (i = t->nr; i-- > op->value;) {
		const struct fl_step *e = &t->steps[i];

		if (e->thread != thread || !e->effect ||
		    e->op.kind == FL_OP_RELAX)
			continue;
		for (word = fl_op_first(&e->op); word <= fl_op_last(&e->op);
		     word++)
			if ((ret = fn(t, slot(t, word), i + 1, arg)))
				return ret;
	}
	return 0;
}

static int is_changed(struct fl_trace *t, struct fl_object *o,
		      unsigned int since, void *arg)
{
	const unsigned char *thread = arg;
	unsigned int left;

	for (left = o->sharers; left; left &= left - 1) {
		unsigned int other = __builtin_ctz(left);

		if (other != *thread && o->share[other] > since)
			return 1;
	}
	return o->write > since && t->steps[o->write - 1].thread != *thread;
}

int fl_trace_changed(struct fl_trace *t, unsigned int thread,
		     const struct fl_op *op)
{
	unsigned char self = thread;

	return each_awaited(t, thread, op, is_changed, &self) > 0;
}

struct awaiting {
	struct fl_step *step;
	struct candidates *candidates;
	_Bool shared;
};

/*
 * The first change is the one that ended the wait: in step->before.  Of shared
 * uses, only the last of each thread is known, so if there is one, the first
 * change is unknown.
 */
static int find_first(struct fl_trace *t, struct fl_object *o,
		      unsigned int since, void *arg)
{
	struct awaiting *a = arg;
	unsigned int write = o->write, left;

	for (left = o->sharers; left; left &= left - 1)
		if (o->share[__builtin_ctz(left)] > since)
			a->shared = 1;

	while (write && t->steps[write - 1].before > since)
		write = t->steps[write - 1].before;
	if (write > since && (!a->step->before || write < a->step->before))
		a->step->before = write;
	return 0;
}

static int consider_awaited(struct fl_trace *t, struct fl_object *o,
			    unsigned int since, void *arg)
{
	struct awaiting *a = arg;

	unsigned int left;

	(void)since;
	if (o->write)
		consider(t, a->candidates, a->step, o->write - 1);
	for (left = o->sharers; left; left &= left - 1)
		consider(t, a->candidates, a->step,
			 o->share[__builtin_ctz(left)] - 1);
	return 0;
}

static int read_awaited(struct fl_trace *t, struct fl_object *o,
			unsigned int since, void *arg)
{
	(void)since;
	return use(t, o, arg);
}

/* -- readers that a grace period waits for -- */

/* Return: index + 1 of the last step of @thread that ended a section, of a
 * domain, that began before step @since; 0: none.  The youngest section ends
 * first. */
static unsigned int last_reader(const struct fl_trace *t, unsigned int thread,
				const struct fl_op *op, unsigned int since)
{
	unsigned int young = 0, found = 0, i;

	for (i = 0; i < t->nr; i++) {
		const struct fl_step *s = &t->steps[i];

		if (s->thread != thread || s->op.addr != op->addr)
			continue;
		if (s->op.kind == FL_OP_RCU_READ && i > since)
			young++;
		else if (s->op.kind == FL_OP_RCU_DONE && young)
			young--;
		else if (s->op.kind == FL_OP_RCU_DONE)
			found = i + 1;
	}
	return found;
}

static void consider_readers(struct fl_trace *t, struct candidates *c,
			     const struct fl_step *e)
{
	unsigned int began = e->op.value - 1, id, last;

	add_candidate(c, began, 1, 0);
	for (id = 1; id < t->threads; id++) {
		last = id == e->thread ? 0 : last_reader(t, id, &e->op, began);
		if (last)
			add_candidate(c, last - 1, 1, 0);
	}
}

/* -- adding steps -- */

static uint64_t hash_step(const struct fl_step *e)
{
	uint64_t h = fl_mix(e->op.addr);

	h = fl_mix(h ^ ((uint64_t)e->op.size << 32 | e->op.kind << 16 |
			e->took << 8 | e->value));
	return fl_mix(h ^ ((uint64_t)e->nth << 8 | e->thread));
}

/* Collect the steps that @e depends on.  Return: 0, -ENOMEM. */
static int look_back(struct fl_trace *t, struct fl_step *e,
		     struct candidates *c)
{
	struct awaiting awaiting = { e, c, 0 };
	unsigned long word, last = fl_op_last(&e->op);

	if (e->op.kind == FL_OP_RELAX) {
		each_awaited(t, e->thread, &e->op, find_first, &awaiting);
		if (awaiting.shared)
			e->before = 0;
		return each_awaited(t, e->thread, &e->op, consider_awaited,
				    &awaiting);
	}
	if (e->op.kind == FL_OP_RCU_WAIT)
		consider_readers(t, c, e);
	for (word = fl_op_first(&e->op); e->effect && word <= last; word++) {
		struct fl_object *o = object(t, word);

		if (!o)
			return -ENOMEM;
		collect(t, c, e, o);
		if (e->op.kind == FL_OP_UNLOCK ||
		    e->op.kind == FL_OP_DOWNGRADE ||
		    e->op.kind == FL_OP_UNLOCK_SHARED)
			e->acquired = o->held[e->thread];
	}
	return 0;
}

/* Record a step that was taken, so that later steps depend on it.  Return: 0,
 * -ENOMEM. */
static int leave_behind(struct fl_trace *t, const struct fl_step *e)
{
	unsigned long word, last = fl_op_last(&e->op);

	int ret = 0;

	if (e->op.kind == FL_OP_RELAX)
		return each_awaited(t, e->thread, &e->op, read_awaited,
				    (void *)e);
	for (word = fl_op_first(&e->op); e->effect && word <= last && !ret;
	     word++)
		ret = use(t, slot(t, word), e);
	return ret;
}

static struct fl_step *make(struct fl_trace *t, unsigned int index,
			    unsigned int thread, const struct fl_op *op,
			    int took, unsigned int value)
{
	struct fl_step *e = &t->steps[index];

	*e = (struct fl_step){
		.op = *op,
		.thread = thread,
		.took = took,
		.value = value,
		.effect = fl_op_effect(op, took),
		.nth = fl_trace_now(t, thread)[thread] + 1,
	};
	return e;
}

int fl_trace_add(struct fl_trace *t, unsigned int thread,
		 const struct fl_op *op, int took, unsigned int value)
{
	unsigned int index = t->nr,
		     *clock = &t->clocks[(index + 1) * t->threads];
	struct candidates c = { .nr = 0 };
	struct fl_step *e;

	if (index == t->limit)
		return -ENOSPC;
	e = make(t, index, thread, op, took, value);
	memcpy(clock, fl_trace_now(t, thread), t->threads * sizeof(*clock));
	if (look_back(t, e, &c) || (c.nr && order(t, &c, clock, index)) ||
	    leave_behind(t, e))
		return -ENOMEM;
	clock[thread]++;
	t->hashes[index] = fl_mix(fl_trace_hash_of(t, index) ^ hash_step(e));
	t->next[index] = FL_TRACE_NONE;
	*(t->last[thread] ? &t->next[t->last[thread] - 1] :
			    &t->first[thread]) = index;
	t->known = t->last[thread] = ++t->nr;
	return index;
}

int fl_trace_add_pending(struct fl_trace *t, unsigned int thread,
			 const struct fl_op *op)
{
	unsigned int index = t->nr + t->pending;
	unsigned int clock[FL_EXPLORE_THREADS];
	struct candidates c = { .nr = 0 };

	if (index >= t->limit)
		return -ENOSPC;
	memcpy(clock, fl_trace_now(t, thread), t->threads * sizeof(*clock));
	if (look_back(t, make(t, index, thread, op, 1, 0), &c) ||
	    order(t, &c, clock, index))
		return -ENOMEM;
	t->pending++;
	return 0;
}

/* -- classes -- */

/* Hash each step with its clock, independently of their order. */
uint64_t fl_trace_class(const struct fl_trace *t)
{
	uint64_t sum = t->nr, h;
	unsigned int i, k;

	for (i = 0; i < t->nr; i++) {
		h = hash_step(&t->steps[i]);
		for (k = 1; k < t->threads; k++)
			h = fl_mix(h ^ fl_trace_clock(t, i)[k]);
		sum += h;
	}
	return sum;
}
