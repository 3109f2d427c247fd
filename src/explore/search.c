/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * search.c - every schedule that matters, one run after the other
 *
 * This is Optimal-DPOR of Abdulla, Aronis, Jonsson and Sagonas (J. ACM 64(4),
 * 2017, algorithm 2), with locks and waits as steps that are enabled or not.
 *
 *   node 0      node 1      node 2            a run is a path; each node has
 *     o---step----o---step----o---step---     a sleep set: threads whose
 *     |tree       |tree       |tree           branch is explored, and a wakeup
 *     v           v           v               tree: branches to explore
 *
 * A race between steps a and b of a run inserts a sequence into the tree of the
 * node before a: all steps after a that do not depend on it, then b.  The
 * sequence is not inserted if one of its weak initials is in the sleep set of
 * that node.
 *
 * Only the new steps of a run are checked for races: those of the prefix were
 * checked when they were new.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/ahead.h"
#include "explore/mix.h"
#include "explore/path.h"
#include "explore/search.h"
#include "machine/machine.h"

#define FIRST_STEPS 100 /* length assumed for the first random run */

/* -- picking -- */

static struct fl_step step_of(struct fl_search *s, unsigned int thread)
{
	struct fl_step e = {
		.op = *fl_thread_op(s->machine, thread),
		.thread = thread,
	};

	e.took = fl_op_takes(s->machine, thread);
	e.effect = fl_op_effect(&e.op, e.took);
	return e;
}

static int enabled(struct fl_search *s, unsigned int thread)
{
	const struct fl_op *op = fl_thread_op(s->machine, thread);

	if (op->kind == FL_OP_RELAX)
		return !(op->flags & FL_OP_GUESSED &&
			 fl_attempt_is_last(&s->attempts[thread])) &&
		       fl_trace_changed(&s->trace, thread, op);
	return fl_op_enabled(s->machine, thread);
}

/* Return: whether all alternatives of the choice @op are explored at @node. */
static int all_covered(const struct fl_node *node, const struct fl_op *op,
		       unsigned int thread)
{
	return op->kind != FL_OP_CHOOSE ||
	       node->covered[thread] == (1u << op->size) - 1;
}

/* @node: NULL: the sleep set is empty. */
static int asleep(struct fl_search *s, const struct fl_node *node,
		  unsigned int id)
{
	return node && node->sleep >> id & 1 &&
	       all_covered(node, fl_thread_op(s->machine, id), id);
}

/* Prefer the thread that ran last, so that runs have few switches.  Return: the
 * thread that continues; 0: none can. */
static unsigned int first_enabled(struct fl_search *s,
				  const struct fl_node *node)
{
	unsigned int n = s->trace.threads, id;

	if (s->running && !asleep(s, node, s->running) &&
	    enabled(s, s->running))
		return s->running;
	for (id = 1; id < n; id++)
		if (!asleep(s, node, id) && enabled(s, id))
			return id;
	return 0;
}

static int all_ended(struct fl_search *s)
{
	unsigned int id;

	for (id = 1; id < s->trace.threads; id++)
		if (fl_thread_op(s->machine, id)->kind)
			return 0;
	return 1;
}

/* All threads wait for each other.  Add what each waits for as a pending step:
 * in another run, that thread might get it first. */
static void deadlock(struct fl_search *s)
{
	unsigned int id;

	for (id = 1; id < s->trace.threads; id++) {
		const struct fl_op *op = fl_thread_op(s->machine, id);

		if (op->kind && fl_trace_add_pending(&s->trace, id, op))
			s->error = -ENOMEM;
	}
	fl_machine_deadlock(s->machine);
}

/* Return: whether the thread's loop is guessed to wait. */
static int is_guessed(struct fl_search *s, unsigned int id)
{
	const struct fl_op *op = fl_thread_op(s->machine, id);

	return op->kind == FL_OP_RELAX && op->flags & FL_OP_GUESSED;
}

/* No other thread can end a loop that is guessed to wait: it may end by itself.
 * All such threads take turns.  Return: the next of them, or 0. */
static unsigned int doubted(struct fl_search *s, const struct fl_node *node)
{
	unsigned int id, next = 0;

	for (id = 1; id < s->trace.threads; id++)
		if (is_guessed(s, id) && !asleep(s, node, id) &&
		    s->doubts[id] < FL_SPIN_DOUBTS &&
		    (!next || s->doubts[id] < s->doubts[next]))
			next = id;
	s->doubts[next]++;
	return next;
}

/* Return: whether a thread whose loop is guessed to wait is in the sleep
 * set. */
static int one_sleeps(struct fl_search *s, const struct fl_node *node)
{
	unsigned int id;

	for (id = 1; id < s->trace.threads; id++)
		if (is_guessed(s, id) && asleep(s, node, id))
			return 1;
	return 0;
}

/* No thread outside the sleep set is enabled.  Return: 0, or a thread that
 * continues nevertheless. */
static unsigned int stop(struct fl_search *s, const struct fl_node *node)
{
	unsigned int id;

	if (all_ended(s)) {
		s->end = FL_RUN_ENDED;
		return 0;
	}
	if (first_enabled(s, NULL)) {
		s->end = FL_RUN_BLOCKED;
		return 0;
	}
	id = doubted(s, node);
	if (!id && one_sleeps(s, node))
		s->end = FL_RUN_BLOCKED;
	else if (!id)
		deadlock(s);
	return id;
}

static void add_branch(struct fl_search *s, struct fl_node *node,
		       const struct fl_step *step)
{
	if (fl_tree_append(&s->pool, &node->tree, step))
		s->error = -ENOMEM;
}

/* Add branches for the alternatives of a choice, from number @from on. */
static void add_choices(struct fl_search *s, struct fl_node *node,
			struct fl_step step, unsigned int from)
{
	for (step.value = from; step.value < step.op.size; step.value++)
		if (!(node->sleep >> step.thread & 1) ||
		    !(node->covered[step.thread] >> step.value & 1))
			add_branch(s, node, &step);
}

/* Return: whether switching to another thread here is within the bound. */
static int affordable(struct fl_search *s, const struct fl_node *node)
{
	if (s->mode != FL_SEARCH_BOUNDED || !node->preempts ||
	    node->preemptions < s->bound)
		return 1;
	s->cut = 1;
	return 0;
}

/* Pick a random thread.  Return: 0: no thread is enabled. */
static unsigned int pick_any(struct fl_search *s)
{
	unsigned int id, all = 0;

	for (id = 1; id < s->trace.threads; id++)
		if (enabled(s, id))
			all |= 1u << id;
	return all ? fl_random_pick(&s->random, all, s->running, s->trace.nr) :
		     0;
}

/* Add branches to @node for all alternatives of its choice and, without
 * reduction, for all other threads. */
static void add_others(struct fl_search *s, struct fl_node *node)
{
	unsigned int id;

	if (node->step.op.kind == FL_OP_CHOOSE)
		add_choices(s, node, node->step, node->step.value + 1);
	if (s->mode == FL_SEARCH_OPTIMAL)
		return;
	for (id = 1; id < s->trace.threads; id++) {
		struct fl_step step = step_of(s, id);

		if (id == node->step.thread || !enabled(s, id) ||
		    !affordable(s, node))
			continue;
		if (step.op.kind == FL_OP_CHOOSE)
			add_choices(s, node, step, 0);
		else
			add_branch(s, node, &step);
	}
}

/* Take the first branch that is enabled.  Return: its thread, or 0: there is
 * none. */
static unsigned int pick_branch(struct fl_search *s, struct fl_node *node)
{
	while (fl_tree_pop(&s->pool, &node->tree, &node->step, &node[1].tree)) {
		if (enabled(s, node->step.thread))
			return node->step.thread;
		fl_tree_drop(&s->pool, &node[1].tree);
		s->fell = 1;
	}
	return 0;
}

/* Take a branch that was not explored yet.  Return: its thread, or 0. */
static unsigned int pick_new(struct fl_search *s, struct fl_node *node)
{
	struct fl_node *next = node + 1;
	unsigned int id;

	node->began = s->runs;
	id = pick_branch(s, node);
	if (id)
		return id;
	next->tree = NULL;
	id = s->mode == FL_SEARCH_RANDOM ? pick_any(s) : first_enabled(s, node);
	if (!id)
		id = stop(s, node);
	if (!id)
		return 0;
	node->step = step_of(s, id);
	if (s->mode == FL_SEARCH_RANDOM) {
		if (node->step.op.kind == FL_OP_CHOOSE)
			node->step.value = fl_random_below(&s->random,
							   node->step.op.size);
		return id;
	}
	node->preempts = id == s->running;
	while (node->step.op.kind == FL_OP_CHOOSE && node->sleep >> id & 1 &&
	       node->covered[id] >> node->step.value & 1)
		node->step.value++;
	add_others(s, node);
	return id;
}

/* Repeat the step of the previous run.  Return: its thread; 0: the run
 * differs. */
static unsigned int pick_again(struct fl_search *s, unsigned int depth)
{
	unsigned int id = s->nodes[depth].step.thread;
	const struct fl_op *before = &s->trace.steps[depth].op;
	const struct fl_op *op = fl_thread_op(s->machine, id);

	/* The last step is new: it need be neither known nor enabled. */
	if (depth + 1 == s->replay) {
		if (enabled(s, id))
			return id;
		fl_tree_drop(&s->pool, &s->nodes[depth + 1].tree);
		s->fell = 1;
		id = pick_branch(s, &s->nodes[depth]);
		if (!id)
			s->end = FL_RUN_BLOCKED;
		return id;
	}
	if (op->kind == before->kind && op->addr == before->addr &&
	    op->size == before->size)
		return id;
	s->error = -EILSEQ;
	s->end = FL_RUN_ERROR;
	return 0;
}

/* Return: effect of the next step of @thread. */
static enum fl_step_effect effect_of(struct fl_search *s, unsigned int thread)
{
	return fl_op_effect(fl_thread_op(s->machine, thread),
			    fl_op_takes(s->machine, thread));
}

/* Return: the threads of sleep set @sleep that remain asleep after @e: those
 * whose step does not depend on it. */
static unsigned int still_asleep(struct fl_search *s, unsigned int sleep,
				 const struct fl_step *e)
{
	unsigned int still = sleep & ~(1u << e->thread), left;

	for (left = still; left; left &= left - 1) {
		unsigned int id = __builtin_ctz(left);

		if (fl_ops_dependent(fl_thread_op(s->machine, id),
				     effect_of(s, id), &e->op, e->effect))
			still &= ~(1u << id);
	}
	return still;
}

/* -- loops -- */

/* Return: a hash of the loop that ends at this point of the run. */
static uint64_t key_of_loop(const struct fl_search *s)
{
	return fl_mix(fl_trace_hash(&s->trace) ^ s->loop.from);
}

/* Return: whether s->loop must be examined. */
static _Bool is_new_loop(struct fl_search *s)
{
	return (s->unfair || !s->loop.unfair) &&
	       !fl_set_has(&s->refuted, key_of_loop(s));
}

/* An attempt of @id starts, and is about to take its first step.  If the run
 * now ends in a loop, it stops here. */
static void begin_attempt(struct fl_search *s, unsigned int id,
			  const struct fl_attempt *attempt)
{
	s->retried |= attempt->number != 0;
	fl_attempt_begin(&s->attempts[id], attempt->number, s->trace.nr);
	s->looped = s->trace.nr >= s->replay && attempt->number &&
		    fl_attempt_loop(&s->attempts[id], &s->trace, s->machine, id,
				    &s->loop) &&
		    is_new_loop(s);
	if (s->looped)
		s->end = FL_RUN_LOOP;
}

/* Thread @id would exceed the limit of steps.  Return: 0: the run is over. */
static unsigned int end_at_limit(struct fl_search *s, unsigned int id)
{
	s->looped = fl_attempt_tail(&s->trace, s->machine, id, &s->loop) &&
		    is_new_loop(s);
	s->end = s->looped ? FL_RUN_LOOP : FL_RUN_LIMIT;
	return 0;
}

/*
 * The sleep set's own steps are evaluated before the step is taken, in the
 * state that it is taken from.
 */
static unsigned int take(struct fl_search *s, unsigned int id)
{
	unsigned int depth = s->trace.nr;
	struct fl_node *node = &s->nodes[depth];
	int ret;

	ret = fl_trace_add(&s->trace, id, fl_thread_op(s->machine, id),
			   fl_op_takes(s->machine, id), node->step.value);
	if (ret == -ENOSPC)
		return end_at_limit(s, id);
	if (ret < 0) {
		s->end = FL_RUN_ERROR;
		s->error = ret;
		return 0;
	}
	node[1].preemptions = node->preemptions + (node->preempts &&
						   s->running &&
						   id != s->running);
	s->positions[depth] = fl_thread_position(s->machine, id);
	if (depth + 1 >= s->replay)
		node[1].sleep = node[1].done = 0;
	if (depth + 1 >= s->replay && node->sleep) {
		node[1].sleep = still_asleep(s, node->sleep,
					     &s->trace.steps[depth]);
		memcpy(node[1].covered, node->covered, sizeof(node->covered));
	}
	s->has_choices |= s->trace.steps[depth].op.kind == FL_OP_CHOOSE;
	fl_spin_note(&s->spins[id], &s->trace, depth);
	s->running = id;
	return id;
}

/* If thread @id takes its next step as in the machine's last run, let it run
 * there without stopping. */
static void go_on(struct fl_search *s, unsigned int id)
{
	unsigned int next = fl_trace_next(&s->trace, id);

	if (next < s->same)
		fl_thread_go_to(s->machine, id, s->positions[next]);
}

/* Repeat a step of the previous run, whose effects are known. */
static unsigned int take_again(struct fl_search *s, unsigned int id)
{
	fl_spin_note(&s->spins[id], &s->trace, fl_trace_again(&s->trace));
	go_on(s, id);
	s->running = id;
	return id;
}

static unsigned int pick(struct fl_scheduler *scheduler)
{
	struct fl_search *s = (struct fl_search *)scheduler;
	unsigned int depth = s->trace.nr, id;

	if (s->looped)
		return 0;
	id = depth < s->replay ? pick_again(s, depth) :
				 pick_new(s, &s->nodes[depth]);
	if (!id || s->error)
		return 0;
	return depth < s->trace.known ? take_again(s, id) : take(s, id);
}

/* Random runs are finite without a bound on attempts; this bound only keeps
 * them short. */
static _Bool is_free(const struct fl_search *s,
		     const struct fl_attempt *attempt)
{
	return s->mode == FL_SEARCH_RANDOM &&
	       attempt->number < FL_ATTEMPTS_FREE;
}

static unsigned int spins(struct fl_scheduler *scheduler, unsigned int thread,
			  const struct fl_op *op)
{
	struct fl_search *s = (struct fl_search *)scheduler;
	const struct fl_attempt *attempt = fl_thread_attempt(s->machine,
							     thread);
	unsigned int since;

	if (attempt->pending) {
		begin_attempt(s, thread, attempt);
		since = fl_attempt_since(&s->attempts[thread], &s->trace,
					 thread, attempt->vain);
		if (since != ~0u && !is_free(s, attempt))
			return since;
	}
	if (!op->addr)
		return ~0u;
	/* A store that would be made now ends the loop. */
	if (effect_of(s, thread) != FL_EFFECT_READ)
		return ~0u;
	return fl_spin_since(&s->spins[thread], &s->trace, op);
}

static unsigned int choose(struct fl_scheduler *scheduler)
{
	struct fl_search *s = (struct fl_search *)scheduler;

	return s->nodes[s->trace.nr - 1].step.value;
}

static int visible(struct fl_scheduler *scheduler, unsigned int thread,
		   struct fl_op *op)
{
	struct fl_search *s = (struct fl_search *)scheduler;
	const struct fl_attempt *attempt = fl_thread_attempt(s->machine,
							     thread);

	if (!s->share || fl_share_look(s->share, &s->trace, thread, op))
		return 1;
	/* The first access of a repeated attempt is always a step.  It may be
	 * to memory outside the world, whose address differs in another
	 * process. */
	if (attempt->pending && attempt->number && op->kind < FL_OP_LOCK)
		*op = (struct fl_op){ .kind = FL_OP_LOAD,
				      .size = 1,
				      .flags = FL_OP_PLAIN };
	return 0;
}

/* -- planning -- */

/* Return: whether step @i is a choice after step @second, or depends on one. */
static int after_choice(const struct fl_trace *t, unsigned int second,
			unsigned int i)
{
	unsigned int k;

	for (k = second + 1; k <= i; k++)
		if (t->steps[k].op.kind == FL_OP_CHOOSE &&
		    (k == i || fl_trace_ordered(t, k, i)))
			return 1;
	return 0;
}

/*
 * Build the reversal of a race: all steps after @first that do not depend on
 * it, then @second.  Choices after @second and the steps that depend on them
 * are left out, so that they are made again: the race is not found again for
 * each alternative.
 * Return: length of the sequence.
 */
static unsigned int reversal(struct fl_search *s, unsigned int first,
			     unsigned int second)
{
	const struct fl_trace *t = &s->trace;
	struct fl_step *last;
	unsigned int i, n = 0;

	for (i = first + 1; i < t->nr; i++)
		if (!fl_trace_ordered(t, first, i) &&
		    !(s->has_choices && after_choice(t, second, i)))
			s->sequence[n++] = t->steps[i];
	last = &s->sequence[n++];
	*last = t->steps[second];
	last->took = 1;
	last->effect = fl_op_effect(&last->op, 1);
	return n;
}

/* Return: the next step of thread @id at the end of the run, which need not be
 * enabled: its operation is not evaluated. */
static struct fl_step pending_of(struct fl_search *s, unsigned int id)
{
	struct fl_step e = { .op = s->next[id], .thread = id, .took = 1 };

	e.effect = fl_op_effect(&e.op, 1);
	return e;
}

/* Return: the next step of thread @id from step @from on: in this run, or at
 * its end. */
static struct fl_step next_of(struct fl_search *s, unsigned int id,
			      unsigned int from)
{
	unsigned int i;

	for (i = from; i < s->trace.nr; i++)
		if (s->trace.steps[i].thread == id)
			return s->trace.steps[i];
	return pending_of(s, id);
}

/* Return: whether a thread in the sleep set before step @first is a weak
 * initial of the sequence. */
static int covered(struct fl_search *s, unsigned int first, unsigned int n)
{
	const struct fl_node *node = &s->nodes[first];
	unsigned int left, j;

	for (left = node->sleep; left; left &= left - 1) {
		unsigned int id = __builtin_ctz(left);
		struct fl_step e;

		for (j = 0; j < n && s->sequence[j].thread != id; j++)
			;
		if (j < n) {
			e = s->sequence[j];
			if ((e.op.kind != FL_OP_CHOOSE ||
			     node->covered[id] >> e.value & 1) &&
			    fl_sequence_begins(s->sequence, j))
				return 1;
			continue;
		}
		e = next_of(s, id, first);
		if (all_covered(node, &e.op, id) &&
		    fl_sequence_independent(s->sequence, n, &e))
			return 1;
	}
	return 0;
}

/* Insert the first @n steps of the sequence into the tree of point @depth. */
static void insert(struct fl_search *s, unsigned int depth, unsigned int n)
{
	struct fl_sequences *before = depth < s->base ? s->before : NULL;
	int ret;

	if (before)
		memcpy(s->copy, s->sequence, n * sizeof(*s->copy));
	ret = fl_tree_insert(&s->pool, &s->nodes[depth].tree, s->sequence, n);
	if (ret < 0)
		s->error = ret;
	if (before && ret > 0)
		fl_path_put_sequence(before, depth, s->copy, n);
}

static void plan_races(struct fl_search *s)
{
	unsigned int i, n;

	for (i = 0; i < s->trace.nr_races && !s->error; i++) {
		const struct fl_race *r = &s->trace.races[i];

		n = reversal(s, r->first, r->second);
		if (!covered(s, r->first, n))
			insert(s, r->first, n);
	}
}

/*
 * The run was cut off after its last step: the world has ended, or the run is
 * too long.  It is unknown what the other threads would have done.  In another
 * run, each of them goes before the last step; the thread of that step sleeps
 * meanwhile, until another thread takes a step that depends on it.
 */
static void plan_around_end(struct fl_search *s)
{
	unsigned int depth = s->trace.nr - 1, id;

	for (id = 1; id < s->trace.threads && !s->error; id++) {
		s->sequence[0] = pending_of(s, id);
		if (id != s->trace.steps[depth].thread && s->ready >> id & 1 &&
		    !covered(s, depth, 1))
			insert(s, depth, 1);
	}
}

/* The step that was taken from @node, and everything that can follow it, is
 * explored. */
static void fall_asleep(struct fl_node *node)
{
	unsigned int id = node->step.thread;

	if (!(node->sleep >> id & 1))
		node->covered[id] = 0;
	node->sleep |= 1u << id;
	if (node->step.op.kind == FL_OP_CHOOSE)
		node->covered[id] |= 1u << node->step.value;
}

/* No branch is left with this bound; with a higher one, there may be.  Return:
 * 1: restart with a higher bound; 0. */
static int raise_bound(struct fl_search *s)
{
	if (s->mode != FL_SEARCH_BOUNDED || !s->cut || s->bound == s->most ||
	    s->base)
		return 0;
	s->bound++;
	s->cut = 0;
	s->replay = 0;
	s->nodes[0].done = 0;
	return 1;
}

/* Backtrack to the deepest node before @depth that has a branch to explore.
 * Return: 1; 0: none. */
static int go_back(struct fl_search *s, unsigned int depth)
{
	if (s->mode == FL_SEARCH_RANDOM) {
		s->replay = 0;
		return 1;
	}
	fl_tree_drop(&s->pool, &s->nodes[depth].tree);
	while (depth-- > s->base) {
		struct fl_node *node = &s->nodes[depth];

		if (s->mode == FL_SEARCH_OPTIMAL)
			fall_asleep(node);
		if (fl_tree_pop(&s->pool, &node->tree, &node->step,
				&node[1].tree)) {
			node->done++;
			node->began = s->runs;
			s->replay = depth + 1;
			return 1;
		}
	}
	return raise_bound(s);
}

/* -- runs -- */

unsigned long fl_search_size(unsigned int threads, unsigned int steps)
{
	const struct fl_search *s = NULL;

	return steps * (sizeof(*s->nodes) + sizeof(*s->sequence) +
			sizeof(*s->copy) + sizeof(*s->positions)) +
	       fl_trace_size(threads, steps);
}

static void free_arrays(struct fl_search *s)
{
	free(s->nodes);
	free(s->sequence);
	free(s->copy);
	free(s->positions);
	fl_trace_free(&s->trace);
}

/* Return: 0, -EINVAL, -ENOMEM. */
static int prepare(struct fl_search *s, struct fl_machine *m,
		   enum fl_search_mode mode, struct fl_share *share,
		   unsigned int steps)
{
	unsigned int threads = fl_machine_threads(m);
	int ret;

	memset(s, 0, sizeof(*s));
	if (threads > FL_EXPLORE_THREADS || !steps)
		return -EINVAL;
	s->scheduler = (struct fl_scheduler){ 1,    visible, spins,
					      pick, choose,  NULL };
	s->machine = m;
	s->mode = mode;
	s->share = share;
	s->nodes = calloc(steps + 2UL, sizeof(*s->nodes));
	s->sequence = malloc((steps + 2UL) * sizeof(*s->sequence));
	s->copy = malloc((steps + 2UL) * sizeof(*s->copy));
	s->positions = malloc(steps * sizeof(*s->positions));
	ret = fl_trace_init(&s->trace, threads, steps);
	if (!ret && s->nodes && s->sequence && s->copy && s->positions)
		return 0;
	free_arrays(s);
	return -ENOMEM;
}

int fl_search_init(struct fl_search *s, struct fl_machine *m,
		   enum fl_search_mode mode, struct fl_share *share,
		   unsigned int steps)
{
	int ret = prepare(s, m, mode, share, steps);

	if (ret)
		return ret;
	fl_machine_schedule(m, &s->scheduler);
	ret = fl_machine_snapshot(m);
	if (!ret)
		return 0;
	fl_machine_schedule(m, NULL);
	free_arrays(s);
	return ret;
}

int fl_search_init_beside(struct fl_search *s, struct fl_search *other,
			  enum fl_search_mode mode, struct fl_share *share)
{
	int ret = prepare(s, other->machine, mode, share, other->trace.limit);

	if (ret)
		return ret;
	s->beside = other;
	s->ran = 1;
	return 0;
}

void fl_search_free(struct fl_search *s)
{
	fl_machine_restore(s->machine);
	if (!s->beside) {
		fl_machine_forget(s->machine);
		fl_machine_schedule(s->machine, NULL);
	}
	fl_pool_free(&s->pool);
	fl_set_free(&s->refuted);
	free_arrays(s);
}

void fl_search_forget(struct fl_search *s)
{
	unsigned int i;

	for (i = 0; i <= s->deepest; i++)
		fl_tree_drop(&s->pool, &s->nodes[i].tree);
	fl_trace_begin(&s->trace, 0);
	s->nodes[0].sleep = s->nodes[0].done = 0;
	s->replay = s->same = s->base = 0;
	s->continued = 0;
}

/* Restart: the visible words stay, all runs are discounted. */
static void begin_again(struct fl_search *s)
{
	if (s->ahead)
		fl_ahead_renew(s->ahead);
	fl_search_forget(s);
	s->runs = s->blocked = s->steps = s->truncated = 0;
	s->restarts++;
}

static void run(struct fl_search *s)
{
	unsigned int id;

	if (s->ran)
		fl_machine_restore(s->machine);
	/* The snapshot has the scheduler of the search that took it. */
	if (s->beside)
		fl_machine_schedule(s->machine, &s->scheduler);
	s->ran = 1;
	fl_trace_begin(&s->trace, s->new);
	if (s->share)
		fl_share_begin(s->share, s->same);
	for (id = 1; id < s->trace.threads; id++)
		go_on(s, id);
	s->running = s->ready = s->fell = s->looped = s->retried = 0;
	memset(s->doubts, 0, sizeof(s->doubts));
	memset(s->spins, 0, s->trace.threads * sizeof(s->spins[0]));
	memset(s->attempts, 0, s->trace.threads * sizeof(s->attempts[0]));
	if (s->mode == FL_SEARCH_RANDOM)
		fl_random_begin(&s->random, s->runs, s->trace.threads,
				s->deepest ? s->deepest : FIRST_STEPS);
	s->end = FL_RUN_WORLD;
	fl_machine_run(s->machine);
	if (s->share && s->share->error)
		s->error = s->share->error;
	s->same = s->length = s->trace.nr;
	s->hash = fl_trace_hash(&s->trace);
	for (id = 1; id < s->trace.threads; id++) {
		s->next[id] = *fl_thread_op(s->machine, id);
		s->stopped[id] = fl_thread_position(s->machine, id);
		s->ready |= (unsigned int)enabled(s, id) << id;
	}
}

static _Bool is_cut_off(const struct fl_search *s)
{
	return s->end == FL_RUN_WORLD || s->end == FL_RUN_LIMIT ||
	       s->end == FL_RUN_LOOP;
}

/* Determine what follows the last run.  Return: 1; 0: nothing; -errno. */
static int plan(struct fl_search *s)
{
	if (s->mode == FL_SEARCH_OPTIMAL)
		plan_races(s);
	if (s->mode == FL_SEARCH_OPTIMAL && s->trace.nr && is_cut_off(s))
		plan_around_end(s);
	return s->error ? s->error : go_back(s, s->trace.nr);
}

int fl_search_plan(struct fl_search *s)
{
	int more = 1;

	if (s->passed)
		more = go_back(s, s->replay);
	else if (!s->planned && s->ran)
		more = plan(s);
	s->passed = 0;
	s->planned = more > 0;
	return more;
}

int fl_search_continue(struct fl_search *s)
{
	if (fl_set_add(&s->refuted, key_of_loop(s)) < 0)
		return -ENOMEM;
	if (s->trace.nr == s->trace.limit) {
		s->end = FL_RUN_LIMIT;
		s->truncated++;
		return 0;
	}
	s->runs--;
	s->steps -= s->length;
	if (s->mode == FL_SEARCH_OPTIMAL)
		plan_races(s);
	s->replay = s->trace.nr;
	s->planned = s->continued = 1;
	return s->error;
}

int fl_search_settle(struct fl_search *s)
{
	int ret = s->ahead ? fl_ahead_settle(s->ahead, s) : 0;

	return ret ? ret : fl_search_plan(s);
}

void fl_search_pass(struct fl_search *s)
{
	s->planned = 0;
	s->passed = 1;
}

double fl_search_done(const struct fl_search *s)
{
	double done = 0, weight = 1;
	unsigned int depth;

	for (depth = 0; depth < s->replay; depth++) {
		const struct fl_node *node = &s->nodes[depth];
		const struct fl_branch *b;
		unsigned int branches = node->done + 1;

		for (b = node->tree; b; b = b->next)
			branches++;
		weight /= branches;
		done += weight * node->done;
	}
	return done;
}

void fl_search_enter(struct fl_search *s, unsigned int depth,
		     unsigned int branch)
{
	struct fl_node *node = &s->nodes[depth];

	while (branch--) {
		if (s->mode == FL_SEARCH_OPTIMAL)
			fall_asleep(node);
		fl_tree_drop(&s->pool, &node[1].tree);
		fl_tree_pop(&s->pool, &node->tree, &node->step, &node[1].tree);
		node->done++;
	}
	s->replay = s->base = depth + 1;
	s->planned = 1;
}

void fl_search_skip(struct fl_search *s, unsigned long run)
{
	s->runs = run;
	s->planned = 1;
}

int fl_search_make(struct fl_search *s)
{
	s->planned = 0;
	s->new = s->replay && !s->continued ? s->replay - 1 : s->replay;
	if (s->new < s->same)
		s->same = s->new;
	s->told = s->ahead && !s->continued && fl_ahead_take(s->ahead, s);
	s->continued = 0;
	if (!s->told)
		run(s);
	if (s->length > s->deepest)
		s->deepest = s->length;
	if (!s->told && s->share && fl_share_settle(s->share)) {
		begin_again(s);
		s->planned = 1;
		return 1;
	}
	s->steps += s->length;
	if (s->end == FL_RUN_BLOCKED)
		s->blocked++;
	else
		s->runs++;
	s->truncated += s->end == FL_RUN_LIMIT;
	if (s->told)
		fl_ahead_told(s->ahead, s);
	return s->error;
}

int fl_search_next(struct fl_search *s)
{
	int ret;

	do {
		ret = fl_search_plan(s);
		if (ret <= 0)
			return ret;
		ret = fl_search_make(s);
	} while (ret > 0 || (!ret && s->end == FL_RUN_BLOCKED));
	return ret ? ret : 1;
}

/* All steps are known; what the run finds was found before. */
void fl_search_repeat(struct fl_search *s)
{
	s->replay = s->trace.nr;
	s->same = s->new;
	s->scheduler.quiet = 0;
	run(s);
	s->scheduler.quiet = 1;
}
