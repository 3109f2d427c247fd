/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record.c - run a schedule, and record how its threads interact
 *
 *   one run        to see how it ends (and more, to shorten the schedule)
 *   one run        to find the words that threads share
 *   one run        to record the steps
 *   one run        only with stop_before: to stop there
 *
 * All runs start from one snapshot.  The recorder sees an operation just
 * before it is made, and its effect when the next operation of any
 * thread is announced.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "explore/schedule.h"
#include "explore/step.h"
#include "machine/symbol.h"
#include "trace/look.h"
#include "trace/shorten.h"
#include "trace/words.h"

#define STACK	(64UL << 10)	/* maximum that a thread uses */
#define SHOWN_TURNS	4u	/* of a loop */

extern const char __executable_start[], etext[];	/* from the linker */

struct recorder {
	struct fl_world *world;
	struct fl_checks *checks;
	struct fl_machine *machine;
	const struct fl_record_config *config;
	struct fl_recording *recording;
	struct fl_look look;
	struct fl_words words;
	int error;
	_Bool checked;			/* all threads have ended */
	struct fl_replay replay;	/* of the last run */
	_Bool quiet;			/* only test how the run ends */
	unsigned int turns;		/* for fl_replay.loop_turns */

	/* state of one run */
	unsigned long ops, nth_now;
	unsigned int switches;
	unsigned int running;		/* thread of the last operation */
	_Bool pending;			/* @now is not complete yet */
	struct fl_record_step now;
	unsigned long pcs[FL_RECORD_FRAMES];
	const char *state[FL_RECORD_COLUMNS];
	const char *reason;

	unsigned long *nth;		/* index of each step's operation */
};

/* Does nothing: debuggers set a breakpoint here.  Its callers show what the
 * kernel is about to do. */
void fl_replay_stop(unsigned int step);
void __attribute__((noinline)) fl_replay_stop(unsigned int step)
{
	__asm__ volatile("" : : "r"(step) : "memory");
}

/* -- one run -- */

/* As after each run of an exploration. */
static int check(void *arg)
{
	struct recorder *r = arg;

	fl_checks_at_end(r->checks);
	if (r->config->check)
		r->config->check(r->config->arg);
	fl_checks_at_teardown(r->checks);
	return 0;
}

/* Return: 0, also if the world ended; -EILSEQ; -E2BIG: longer than
 * FL_RECORD_OPS. */
static int run(struct recorder *r, const struct fl_schedule *schedule,
	       fl_replay_fn *watch)
{
	int ret;

	r->replay = (struct fl_replay){
		.machine = r->machine, .schedule = schedule, .watch = watch,
		.arg = r, .quiet = r->quiet, .loop_turns = r->turns,
	};
	fl_machine_restore(r->machine);
	r->ops = r->switches = r->running = 0;
	ret = fl_replay_run(&r->replay);
	fl_machine_schedule(r->machine, NULL);
	if (r->replay.stop)
		return -E2BIG;
	if (r->replay.looped < 0)
		ret = r->replay.looped;
	if (ret && ret != -ENOTRECOVERABLE)
		return ret;
	/* A loop that did not end the world leaves threads midway. */
	r->checked = !ret && !r->replay.looped;
	if (r->checked)
		fl_machine_guard(r->machine, check, r);
	return 0;
}

/* The run of a shortened schedule may never end. */
static void count(struct recorder *r, unsigned int thread)
{
	if (r->ops++ == FL_RECORD_OPS)
		r->replay.stop = 1;
	if (r->running && r->running != thread)
		r->switches++;
	r->running = thread;
}

static void watch_count(void *arg, unsigned int thread, const struct fl_op *op)
{
	(void)op;
	count(arg, thread);
}

static void watch_words(void *arg, unsigned int thread, const struct fl_op *op)
{
	struct recorder *r = arg;

	count(r, thread);
	fl_words_note(&r->words, thread, op,
		      fl_op_takes(r->machine, thread));
}

/* -- the steps -- */

/* Return: the machine's region that contains [@addr, @addr +
 * @size); -1: none. */
static int region_of(struct recorder *r, unsigned long addr, unsigned long size)
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
static int readable(struct recorder *r, const struct fl_op *op)
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
static const char *pointee(struct recorder *r, const struct fl_op *op,
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
	if (!fl_look_name(&r->look, value, text, sizeof(text)))
		return "memory";
	return fl_recording_string(r->recording, text);
}

static struct fl_record_step *append(struct recorder *r)
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

static void keep(struct recorder *r)
{
	struct fl_record_step *s = append(r);
	unsigned long *pcs;

	if (!s)
		return;
	*s = r->now;
	s->reason = r->recording->nr && s[-1].thread != s->thread ?
		r->reason : NULL;
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
static void complete(struct recorder *r, _Bool last)
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
		s->object = fl_look_object(&r->look, &s->op, &s->column,
					   &s->data);
	memcpy(before, r->state, sizeof(before));
	fl_look_state(&r->look, s->state);
	for (i = 0; i < r->recording->nr_columns; i++) {
		s->changed[i] = r->state[i] ? s->state[i] != r->state[i] :
				strcmp(s->state[i], "none") != 0;
		changes |= s->changed[i];
		r->state[i] = s->state[i];
	}
	/* The folio lock is one bit of a word with other bits. */
	lock = fl_look_lock(&r->look);
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
static const char *reason_of(struct recorder *r, unsigned int thread)
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

static const char *freed_name(struct recorder *r, const struct fl_op *op)
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
static int is_own(struct recorder *r, unsigned int thread,
		  const struct fl_op *op, unsigned long frame)
{
	return r->running == thread && op->flags & FL_OP_PLAIN &&
	       op->addr - frame < STACK &&
	       !fl_words_shared(&r->words, op);
}

static void watch_steps(void *arg, unsigned int thread, const struct fl_op *op)
{
	struct recorder *r = arg;
	struct fl_record_step *s = &r->now;

	if (is_own(r, thread, op, (unsigned long)__builtin_frame_address(0))) {
		count(r, thread);
		return;
	}
	complete(r, 0);
	if (r->running && r->running != thread && !r->reason)
		r->reason = reason_of(r, r->running);
	count(r, thread);
	r->nth_now = r->ops;
	memset(s, 0, sizeof(*s));
	s->thread = thread;
	s->op = *op;
	s->took = fl_op_takes(r->machine, thread);
	/* A free is announced as a store to the whole object, without a pc. */
	s->freed = op->kind == FL_OP_STORE && op->flags & FL_OP_PLAIN && !op->pc;
	s->has_value = readable(r, op);
	s->before = s->has_value ? peek(op) : 0;
	s->points[0] = pointee(r, op, s->before);
	s->object = fl_look_object(&r->look, op, &s->column, &s->data);
	if (op->kind == FL_OP_CHOOSE)
		s->object = fl_recording_string(r->recording,
				fl_thread_why(r->machine, thread));
	/* Name the freed object itself, not its contents. */
	if (s->freed)
		s->object = freed_name(r, op);
	s->nr_pcs = fl_stack((unsigned long)__builtin_return_address(0) - 1,
			     *(unsigned long *)__builtin_frame_address(0),
			     r->pcs, FL_RECORD_FRAMES);
	r->pending = 1;
}

static void watch_stop(void *arg, unsigned int thread, const struct fl_op *op)
{
	struct recorder *r = arg;
	const struct fl_recording *rec = r->recording;
	unsigned int i;

	(void)op;
	count(r, thread);
	for (i = 0; i < rec->nr; i++)
		if (rec->steps[i].number == r->config->stop_before &&
		    r->nth[i] == r->ops)
			fl_replay_stop(rec->steps[i].number);
}

/* -- the whole recording -- */

static int try(void *arg, const struct fl_schedule *schedule)
{
	struct recorder *r = arg;

	if ((r->config->stop && *r->config->stop) ||
	    run(r, schedule, watch_count))
		return -1;
	return fl_ends_alike(&r->recording->end, fl_machine_end(r->machine)) ?
		(int)r->switches : -1;
}

/* Drop parts of a shortened schedule that the run does not use. */
static int trim(struct recorder *r, struct fl_schedule *schedule)
{
	int ret;

	do {
		ret = run(r, schedule, watch_count);
	} while (!ret && fl_replay_trim(&r->replay, schedule));
	return ret;
}

/* @text: of @schedule, which may get shorter.  Return: 0, -EILSEQ, -ENOMEM. */
static int first_run(struct recorder *r, struct fl_schedule *schedule,
		     const char *text)
{
	struct fl_recording *rec = r->recording;
	int ret = run(r, schedule, watch_count);

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
	if (!r->config->tries || schedule->loops)
		return 0;
	r->quiet = 1;
	ret = fl_shorten(schedule, try, r, r->config->tries);
	if (ret >= 0) {
		rec->tries = ret;
		ret = trim(r, schedule);
	}
	r->quiet = 0;
	return ret;
}

static int is_of_nobody(const struct fl_end *end)
{
	return strstr(end->text, "deadlock: ") || strstr(end->text, "livelock: ");
}

static unsigned int last_thread(const struct fl_recording *rec)
{
	return rec->steps[rec->nr - 1].thread;
}

/* For a deadlock, record what each thread waits for.  Of the calls that led
 * there only the innermost is known. */
static void note_waiters(struct recorder *r)
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
		if (!s->op.kind)	/* the thread that detected it */
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

static void note_end(struct recorder *r)
{
	struct fl_recording *rec = r->recording;
	const struct fl_end *end = fl_machine_end(r->machine);

	rec->switches = r->switches;
	rec->ops = r->ops;
	rec->end.kind = FL_END_NONE;
	if (!end)
		return;
	rec->end = *end;
	if (is_of_nobody(end))
		note_waiters(r);
	rec->ended_by = r->checked || is_of_nobody(end) ? 0 : r->running;
}

static int record(struct recorder *r, const struct fl_schedule *schedule)
{
	struct fl_recording *rec = r->recording;
	unsigned int i;

	fl_machine_restore(r->machine);
	rec->nr_threads = fl_machine_threads(r->machine);
	if (rec->nr_threads > FL_RECORD_THREADS)
		rec->nr_threads = FL_RECORD_THREADS;
	for (i = 0; i < rec->nr_threads; i++)
		rec->threads[i] = fl_recording_string(rec,
				fl_thread_name(r->machine, i));
	run(r, schedule, watch_words);
	fl_machine_restore(r->machine);
	fl_look_begin(&r->look, r->state);
	memcpy(rec->first, r->state, sizeof(rec->first));
	r->reason = NULL;
	run(r, schedule, watch_steps);
	complete(r, fl_machine_end(r->machine) != NULL);
	note_end(r);
	fl_recording_name(rec);
	fl_recording_select(rec);
	if (r->config->stop_before)
		run(r, schedule, watch_stop);
	return r->words.error ? r->words.error : r->error;
}

static struct fl_recording *empty(struct fl_world *world,
				  const struct fl_record_config *config)
{
	struct fl_recording *rec = calloc(1, sizeof(*rec));

	if (!rec)
		return NULL;
	rec->program = fl_recording_string(rec, config->program ?
					   config->program : "?");
	rec->kernel = fl_recording_string(rec, config->kernel ?
					  config->kernel : world->kernel->name);
	rec->release = fl_recording_string(rec, world->kernel->release);
	return rec;
}

static int record_all(struct recorder *r, struct fl_schedule *schedule,
		      const char *text)
{
	struct fl_recording *rec = r->recording;
	int ret;

	r->checks = fl_checks_begin(r->world);
	if (!r->checks)
		return -ENOMEM;
	ret = fl_machine_snapshot(r->machine);
	if (ret)
		goto err_checks;
	ret = first_run(r, schedule, text);
	if (!ret)
		ret = record(r, schedule);
	if (ret)
		fl_machine_restore(r->machine);
	fl_machine_forget(r->machine);
	if (fl_schedule_print(schedule, rec->schedule, sizeof(rec->schedule)) >=
	    sizeof(rec->schedule))
		*rec->schedule = '\0';
err_checks:
	fl_checks_end(r->checks);
	return ret;
}

int fl_record(struct fl_world *world, const char *text,
	      const struct fl_record_config *config, struct fl_recording **out)
{
	struct fl_schedule schedule;
	struct recorder *r;
	int ret;

	if (fl_world_end(world))
		return -ENOTRECOVERABLE;
	ret = fl_schedule_parse(text, &schedule, config->error);
	if (ret)
		return ret;
	r = calloc(1, sizeof(*r));
	ret = -ENOMEM;
	if (!r)
		goto err_schedule;
	r->world = world;
	r->machine = world->machine;
	r->config = config;
	r->recording = empty(world, config);
	if (!r->recording)
		goto err_recorder;
	r->look = (struct fl_look){
		.world = world, .recording = r->recording,
		.addr = config->addr, .pages = config->pages,
	};
	ret = record_all(r, &schedule, text);
	if (ret)
		fl_recording_free(r->recording);
	else
		*out = r->recording;
	free(r->nth);
	fl_words_free(&r->words);
err_recorder:
	free(r);
err_schedule:
	fl_schedule_free(&schedule);
	return ret;
}
