/* SPDX-License-Identifier: GPL-2.0-only */
/* recorder.c - how the threads of one run interact; see recorder.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/step.h"
#include "machine/symbol.h"
#include "story/recorder.h"

#define STACK (64UL << 10) /* maximum that a thread uses */

extern const char __executable_start[], etext[]; /* from the linker */

/* Does nothing: debuggers set a breakpoint here.  Its callers show what the
 * kernel is about to do. */
void fl_replay_stop(unsigned int step);
void __attribute__((noinline)) fl_replay_stop(unsigned int step)
{
	__asm__ volatile("" : : "r"(step) : "memory");
}

/* -- from the first run to the last -- */

static struct fl_recording *empty(struct fl_world *world,
				  const struct fl_record_config *config)
{
	struct fl_recording *rec = calloc(1, sizeof(*rec));

	if (!rec)
		return NULL;
	rec->program = fl_recording_string(
		rec, config->program ? config->program : "?");
	rec->kernel = fl_recording_string(
		rec, config->kernel ? config->kernel : world->kernel->name);
	rec->release = fl_recording_string(rec, world->kernel->release);
	return rec;
}

int fl_recorder_init(struct fl_recorder *r, struct fl_world *world,
		     const struct fl_record_config *config,
		     struct fl_replay *run)
{
	memset(r, 0, sizeof(*r));
	r->recording = empty(world, config);
	if (!r->recording)
		return -ENOMEM;
	r->machine = world->machine;
	r->run = run;
	r->stop_before = config->stop_before;
	r->columns = (struct fl_columns){
		.world = world,
		.recording = r->recording,
		.addr = config->addr,
		.pages = config->pages,
	};
	return 0;
}

void fl_recorder_free(struct fl_recorder *r)
{
	free(r->nth);
	fl_words_free(&r->words);
	fl_recording_free(r->recording);
}

void fl_recorder_rewind(struct fl_recorder *r)
{
	r->ops = r->switches = r->running = 0;
}

void fl_recorder_begin(struct fl_recorder *r)
{
	struct fl_recording *rec = r->recording;
	unsigned int i;

	rec->nr_threads = fl_machine_threads(r->machine);
	if (rec->nr_threads > FL_RECORD_THREADS)
		rec->nr_threads = FL_RECORD_THREADS;
	for (i = 0; i < rec->nr_threads; i++)
		rec->threads[i] = fl_recording_string(
			rec, fl_thread_name(r->machine, i));
	fl_columns_begin(&r->columns, r->state);
	memcpy(rec->first, r->state, sizeof(rec->first));
	r->reason = NULL;
}

/* -- operations -- */

/* The run of a shortened schedule may never end. */
static void count(struct fl_recorder *r, unsigned int thread)
{
	if (r->ops++ == FL_RECORD_OPS)
		r->run->stop = 1;
	if (r->running && r->running != thread)
		r->switches++;
	r->running = thread;
}

void fl_recorder_count(void *arg, unsigned int thread, const struct fl_op *op)
{
	(void)op;
	count(arg, thread);
}

void fl_recorder_words(void *arg, unsigned int thread, const struct fl_op *op)
{
	struct fl_recorder *r = arg;

	count(r, thread);
	fl_words_note(&r->words, thread, op, fl_op_takes(r->machine, thread));
}

/* -- steps -- */

/* Return: the machine's region that contains [@addr, @addr +
 * @size); -1: none. */
static int region_of(struct fl_recorder *r, unsigned long addr,
		     unsigned long size)
{
	unsigned long start, len;
	unsigned int i;

	for (i = 0; i < fl_machine_regions(r->machine); i++) {
		fl_machine_region(r->machine, i, &start, &len);
		if (addr - start < len && size <= len - (addr - start))
			return i;
	}
	return -1;
}

/* Return: 1 if the memory belongs to the machine and may be read. */
static int readable(struct fl_recorder *r, const struct fl_op *op)
{
	if (op->kind == FL_OP_NONE || op->kind > FL_OP_UNLESS)
		return 0;
	if (op->size != 1 && op->size != 2 && op->size != 4 && op->size != 8)
		return 0;
	return region_of(r, op->addr, op->size) >= 0;
}

static unsigned long peek(const struct fl_op *op)
{
	unsigned long value = 0;

	memcpy(&value, (const void *)op->addr, op->size);
	return value;
}

/* Return: a name for the target of an address in the machine or in code, so
 * that a story contains no addresses; NULL: not such an address. */
static const char *pointee(struct fl_recorder *r, const struct fl_op *op,
			   unsigned long value)
{
	char text[80];
	int region;

	if (op->size != sizeof(value))
		return NULL;
	if (value >= (unsigned long)__executable_start &&
	    value < (unsigned long)etext)
		return "code";
	region = region_of(r, value, 1);
	if (region < 0)
		return NULL;
	/* The first region is the arena; others are static data. */
	if (region)
		return "data";
	if (!fl_columns_name(&r->columns, value, text, sizeof(text)))
		return "memory";
	return fl_recording_string(r->recording, text);
}

static struct fl_record_step *append(struct fl_recorder *r)
{
	struct fl_recording *rec = r->recording;
	unsigned int limit = rec->limit ? 2 * rec->limit : 256;
	struct fl_record_step *more;
	unsigned long *nth;

	if (rec->nr == FL_RECORD_STEPS)
		return NULL;
	if (rec->nr == rec->limit) {
		more = realloc(rec->steps, limit * sizeof(*more));
		if (more)
			rec->steps = more;
		nth = realloc(r->nth, limit * sizeof(*nth));
		if (nth)
			r->nth = nth;
		if (!more || !nth) {
			r->error = -ENOMEM;
			return NULL;
		}
		rec->limit = limit;
	}
	return &rec->steps[rec->nr];
}

static void keep(struct fl_recorder *r)
{
	struct fl_record_step *s = append(r);
	unsigned long *pcs;

	if (!s)
		return;
	*s = r->now;
	s->reason = r->recording->nr && s[-1].thread != s->thread ? r->reason :
								    NULL;
	r->reason = NULL;
	pcs = malloc(sizeof(r->pcs));
	if (!pcs) {
		r->error = -ENOMEM;
		return;
	}
	memcpy(pcs, r->pcs, sizeof(r->pcs));
	s->pcs = pcs;
	r->nth[r->recording->nr++] = r->nth_now;
}

static int waits(const struct fl_op *op)
{
	return op->kind == FL_OP_WAIT || op->kind == FL_OP_WAKE ||
	       op->kind == FL_OP_RELAX || op->kind == FL_OP_CHOOSE ||
	       op->kind == FL_OP_RCU_WAIT;
}

/* The operation was made.  @last: no other operation follows. */
static void complete_step(struct fl_recorder *r, _Bool last)
{
	struct fl_record_step *s = &r->now;
	const char *before[FL_RECORD_COLUMNS];
	_Bool changes = 0;
	unsigned int i;
	int lock;

	if (!r->pending)
		return;
	r->pending = 0;
	s->after = s->has_value ? peek(&s->op) : 0;
	s->points[1] = pointee(r, &s->op, s->after);
	if (s->op.kind == FL_OP_CHOOSE)
		s->took = fl_thread_chose(r->machine, s->thread) != 0;
	if (s->op.kind == FL_OP_TRYLOCK || s->op.kind == FL_OP_TRYLOCK_SHARED)
		s->object = fl_columns_object(&r->columns, &s->op, &s->column,
					      &s->data);
	memcpy(before, r->state, sizeof(before));
	fl_columns_state(&r->columns, s->state);
	for (i = 0; i < r->recording->nr_columns; i++) {
		s->changed[i] = r->state[i] ? s->state[i] != r->state[i] :
					      strcmp(s->state[i], "none") != 0;
		changes |= s->changed[i];
		r->state[i] = s->state[i];
	}
	/* The folio lock is one bit of a word with other bits. */
	lock = fl_columns_lock(&r->columns);
	if (lock >= 0 && s->changed[lock] && s->column < 0) {
		s->column = lock;
		s->object = r->recording->columns[lock];
	}
	s->was = s->column >= 0 ? before[s->column] : NULL;
	if (changes || last || waits(&s->op) || s->freed ||
	    fl_words_shared(&r->words, &s->op))
		keep(r);
}

/* The text of a deadlock names the threads that wait. */
static int is_named(const char *text, unsigned int id)
{
	char key[32];

	snprintf(key, sizeof(key), "thread %u (", id);
	return strstr(text, key) != NULL;
}

/* Return: why @thread does not continue. */
static const char *reason_of(struct fl_recorder *r, unsigned int thread)
{
	char text[120];

	const struct fl_end *end = fl_machine_end(r->machine);

	if (!end || !is_named(end->text, thread)) {
		if (!fl_thread_op(r->machine, thread)->kind)
			return "finished";
		if (fl_op_enabled(r->machine, thread))
			return "chosen";
	}
	snprintf(text, sizeof(text), "blocked on %s",
		 fl_thread_why(r->machine, thread));
	return fl_recording_string(r->recording, text);
}

static const char *freed_name(struct fl_recorder *r, const struct fl_op *op)
{
	char text[80];

	if (!fl_machine_name(r->machine, op->addr, text, sizeof(text)))
		return NULL;
	return fl_recording_string(r->recording, text);
}

/*
 * Return: whether this is an access to the thread's own stack that no
 * other thread shares.  It is not a step.  The operation announced before
 * it may not have been made yet: an argument of an atomic operation may be
 * fetched in between.
 */
static int is_own(struct fl_recorder *r, unsigned int thread,
		  const struct fl_op *op, unsigned long frame)
{
	return r->running == thread && op->flags & FL_OP_PLAIN &&
	       op->addr - frame < STACK && !fl_words_shared(&r->words, op);
}

void fl_recorder_steps(void *arg, unsigned int thread, const struct fl_op *op)
{
	struct fl_recorder *r = arg;
	struct fl_record_step *s = &r->now;

	if (is_own(r, thread, op, (unsigned long)__builtin_frame_address(0))) {
		count(r, thread);
		return;
	}
	complete_step(r, 0);
	if (r->running && r->running != thread && !r->reason)
		r->reason = reason_of(r, r->running);
	count(r, thread);
	r->nth_now = r->ops;
	memset(s, 0, sizeof(*s));
	s->thread = thread;
	s->op = *op;
	s->took = fl_op_takes(r->machine, thread);
	/* A free is announced as a store to the whole object, without a pc. */
	s->freed = op->kind == FL_OP_STORE && op->flags & FL_OP_PLAIN &&
		   !op->pc;
	s->has_value = readable(r, op);
	s->before = s->has_value ? peek(op) : 0;
	s->points[0] = pointee(r, op, s->before);
	s->object = fl_columns_object(&r->columns, op, &s->column, &s->data);
	if (op->kind == FL_OP_CHOOSE)
		s->object = fl_recording_string(
			r->recording, fl_thread_why(r->machine, thread));
	/* Name the freed object itself, not its contents. */
	if (s->freed)
		s->object = freed_name(r, op);
	s->nr_pcs = fl_stack((unsigned long)__builtin_return_address(0) - 1,
			     *(unsigned long *)__builtin_frame_address(0),
			     r->pcs, FL_RECORD_FRAMES);
	r->pending = 1;
}

void fl_recorder_stop(void *arg, unsigned int thread, const struct fl_op *op)
{
	struct fl_recorder *r = arg;
	const struct fl_recording *rec = r->recording;
	unsigned int i;

	(void)op;
	count(r, thread);
	for (i = 0; i < rec->nr; i++)
		if (rec->steps[i].number == r->stop_before &&
		    r->nth[i] == r->ops)
			fl_replay_stop(rec->steps[i].number);
}

/* -- the end -- */

static int is_of_no_thread(const struct fl_end *end)
{
	return strstr(end->text, "deadlock: ") ||
	       strstr(end->text, "livelock: ");
}

static unsigned int last_thread(const struct fl_recording *rec)
{
	return rec->steps[rec->nr - 1].thread;
}

/* For a deadlock, record what each thread waits for.  Of the calls that led
 * there only the innermost is known. */
static void note_waiters(struct fl_recorder *r)
{
	struct fl_record_step *s = &r->now;
	unsigned int id;

	for (id = 1; id < r->recording->nr_threads; id++) {
		const struct fl_op *op = fl_thread_op(r->machine, id);

		if (!is_named(fl_machine_end(r->machine)->text, id))
			continue;
		memset(s->changed, 0, sizeof(s->changed));
		s->thread = id;
		s->op = *op;
		if (!s->op.kind) /* the thread that detected it */
			s->op.kind = FL_OP_WAIT;
		s->blocked = 1;
		s->column = -1;
		s->took = s->freed = s->data = s->has_value = 0;
		s->object = fl_recording_string(r->recording,
						fl_thread_why(r->machine, id));
		r->pcs[0] = op->pc - 1;
		s->nr_pcs = op->pc != 0;
		if (r->recording->nr)
			r->reason = reason_of(r, last_thread(r->recording));
		keep(r);
	}
}

static void note_end(struct fl_recorder *r, _Bool judged)
{
	struct fl_recording *rec = r->recording;
	const struct fl_end *end = fl_machine_end(r->machine);

	rec->switches = r->switches;
	rec->ops = r->ops;
	rec->end.kind = FL_END_NONE;
	if (!end)
		return;
	rec->end = *end;
	if (is_of_no_thread(end))
		note_waiters(r);
	rec->ended_by = judged || is_of_no_thread(end) ? 0 : r->running;
}

int fl_recorder_end(struct fl_recorder *r, _Bool judged)
{
	complete_step(r, fl_machine_end(r->machine) != NULL);
	note_end(r, judged);
	fl_recording_name(r->recording);
	fl_recording_select(r->recording);
	return r->words.error ? r->words.error : r->error;
}
