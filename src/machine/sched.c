/* SPDX-License-Identifier: GPL-2.0-only */
/* sched.c - threads that stop before each operation; see sched.h, steps.h */
#include "internal.h"

void fl_machine_schedule(struct fl_machine *m, struct fl_scheduler *scheduler)
{
	fl_report_arm(m);
	m->scheduler = scheduler;
}

const struct fl_op *fl_thread_op(struct fl_machine *m, unsigned int id)
{
	return &m->threads[id].steps.op;
}

struct fl_position fl_thread_position(struct fl_machine *m, unsigned int id)
{
	return m->threads[id].steps.position;
}

void fl_thread_go_to(struct fl_machine *m, unsigned int id,
		     struct fl_position position)
{
	m->threads[id].steps.go_to = position;
}

const struct fl_attempt *fl_thread_attempt(struct fl_machine *m,
					   unsigned int id)
{
	return &m->threads[id].steps.attempt;
}

static int lock_free(const struct fl_op *op)
{
	unsigned long word = *(const unsigned long *)op->addr;

	return op->kind == FL_OP_LOCK_SHARED ||
			       op->kind == FL_OP_TRYLOCK_SHARED ?
		       word != FL_LOCK_WRITER :
		       !word;
}

static unsigned long load(const struct fl_op *op)
{
	switch (op->size) {
	case 1:
		return *(const unsigned char *)op->addr;
	case 2:
		return *(const unsigned short *)op->addr;
	case 4:
		return *(const unsigned int *)op->addr;
	default:
		return *(const unsigned long *)op->addr;
	}
}

int fl_op_takes(struct fl_machine *m, unsigned int id)
{
	const struct fl_thread *t = &m->threads[id];

	switch (t->steps.op.kind) {
	case FL_OP_CAS:
		return load(&t->steps.op) == t->steps.op.value;
	case FL_OP_UNLESS:
		return load(&t->steps.op) != t->steps.op.value;
	case FL_OP_WAKE:
		return *(const int *)t->steps.op.addr;
	case FL_OP_TRYLOCK:
	case FL_OP_TRYLOCK_SHARED:
		return lock_free(&t->steps.op);
	default:
		return 1;
	}
}

int fl_op_enabled(struct fl_machine *m, unsigned int id)
{
	const struct fl_thread *t = &m->threads[id];

	switch (t->steps.op.kind) {
	case FL_OP_NONE:
		return 0;
	case FL_OP_LOCK:
	case FL_OP_LOCK_SHARED:
		return lock_free(&t->steps.op) ||
		       (t->steps.op.flags & FL_OP_KILLABLE && t->hw.fatal);
	case FL_OP_WAIT:
		return fl_thread_is_woken(t);
	case FL_OP_RCU_WAIT:
		return fl_rcu_waited(m, t);
	default:
		return 1;
	}
}

/*
 * Each thread runs up to its first operation: no other thread can observe what
 * it does before.
 */
static void start(struct fl_machine *m)
{
	unsigned int id;

	fl_frame_fill_zones(m);
	m->steps.starting = 1;
	for (id = 1; id < m->nr_threads; id++) {
		struct fl_thread *t = &m->threads[id];

		if (!fl_thread_is(t, FL_THREAD_RUNNABLE))
			continue;
		/* An earlier run may have left its stack. */
		fl_thread_prepare(t);
		fl_thread_switch(t);
	}
	m->steps.starting = 0;
}

void fl_sched_begin(struct fl_machine *m)
{
	m->steps.running = 1;
	/* Without steps, the host's own calls before and after the run stay
	 * cheap. */
	fl_hw.stepping = m->scheduler != NULL;
	if (m->scheduler)
		start(m);
}

void fl_sched_end(struct fl_machine *m)
{
	fl_hw.stepping = 0;
	m->steps.running = 0;
}

_Bool fl_sched_is_running(const struct fl_machine *m)
{
	return m->steps.running;
}

void fl_sched_next(struct fl_machine *m)
{
	struct fl_thread *self = fl_thread_self();
	unsigned int next;

	if (fl_thread_is(self, FL_THREAD_DONE))
		self->steps.op.kind = FL_OP_NONE;
	next = m->steps.starting ? 0 : m->scheduler->pick(m->scheduler);
	m->steps.moment += next != 0;
	fl_thread_switch(&m->threads[next]);
}

int fl_takes_steps(const struct fl_machine *m, const struct fl_thread *t)
{
	return m->steps.running && t->hw.id && !t->steps.untraced;
}

_Bool fl_sched_is_untraced(const struct fl_thread *t)
{
	return t->steps.untraced;
}

void fl_sched_set_op(struct fl_thread *t, struct fl_op op)
{
	t->steps.op = op;
}

void fl_machine_observe(struct fl_machine *m,
			const struct fl_observer *observer)
{
	m->steps.observer = observer;
}

void fl_machine_untraced(int on)
{
	fl_thread_self()->steps.untraced += on ? 1 : -1;
}

/* The thread's last step has stored its value by now. */
static void report_store(struct fl_machine *m, struct fl_thread *self)
{
	struct fl_thread_steps *s = &self->steps;
	unsigned long *place = s->stored;

	s->stored = NULL;
	if (*place != s->was)
		m->steps.observer->stored(m->steps.observer->arg, place, s->was,
					  s->sure);
}

void fl_sched_translated(unsigned int cpu, unsigned long va, unsigned long pfn)
{
	const struct fl_observer *observer = fl_machine_current->steps.observer;

	if (observer)
		observer->translated(observer->arg, cpu, va, pfn);
}

/* The thread is about to store; no other thread can, until it has. */
static void note_store(struct fl_machine *m, enum fl_hw_access kind,
		       unsigned long *place, unsigned int size)
{
	struct fl_thread *self = fl_thread_self();

	if (!m->steps.observer || size != sizeof(*place) ||
	    !fl_takes_steps(m, self) ||
	    (kind != FL_HW_PT_STORE && kind != FL_HW_RMW) ||
	    (unsigned long)place < fl_hw.direct_map)
		return;
	self->steps.stored = place;
	self->steps.was = *place;
	self->steps.sure = kind == FL_HW_PT_STORE;
}

static void go(struct fl_machine *m, struct fl_thread *self)
{
	if (m->scheduler->go)
		m->scheduler->go(m->scheduler, self->hw.id, &self->steps.op);
}

static inline int is_before(struct fl_position a, struct fl_position b)
{
	return a.ops < b.ops || (a.ops == b.ops && a.plain < b.plain);
}

/* By value and inlined: an operation that is built in memory and copied would
 * stall, because parts that were just stored are not forwarded to a load of the
 * whole. */
static inline __attribute__((always_inline)) void step(struct fl_op op)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_thread *self = fl_thread_self();
	struct fl_thread_steps *s = &self->steps;
	unsigned int since;

	if (!fl_takes_steps(m, self))
		return;
	if (s->stored)
		report_store(m, self);
	if (op.flags & FL_OP_PLAIN) {
		s->position.plain++;
	} else {
		s->position.ops++;
		s->position.plain = 0;
	}
	if (is_before(s->position, s->go_to) && !m->scheduler->go)
		return;
	s->op = op;
	/* Loads and stores can always be made.  A thread that repeats an
	 * operation stops, so that a loop without shared words cannot hide. */
	if (!m->scheduler->visible(m->scheduler, self->hw.id, &s->op) &&
	    !(s->attempt.pending && s->attempt.number) &&
	    (op.kind < FL_OP_LOCK || fl_op_enabled(m, self->hw.id))) {
		go(m, self);
		return;
	}
	since = m->scheduler->spins(m->scheduler, self->hw.id, &s->op);
	if (since != ~0u) {
		struct fl_op again = s->op;

		s->op = (struct fl_op){
			.kind = FL_OP_RELAX,
			.flags = FL_OP_GUESSED,
			.value = since,
			.pc = again.pc,
		};
		fl_thread_set_reason(self, "a loop to end", NULL, NULL);
		fl_sched_next(m);
		s->attempt.pending = 0;
		s->op = again;
	}
	fl_sched_next(m);
	s->attempt.pending = 0;
	go(m, self);
}

void fl_sched_step(const struct fl_op *op)
{
	if (fl_machine_current->scheduler)
		step(*op);
}

void fl_sched_op(enum fl_op_kind kind, const volatile void *addr,
		 unsigned int size)
{
	struct fl_op op = {
		.addr = (unsigned long)addr,
		.size = size,
		.kind = kind,
	};

	if (fl_machine_current->scheduler)
		step(op);
}

void fl_sched_await(struct fl_machine *m)
{
	struct fl_thread *self = fl_thread_self();

	self->steps.position.ops++;
	self->steps.position.plain = 0;
	fl_sched_next(m);
	go(m, self);
}

/* Neither an owner nor a sleep check: an instruction is never interrupted. */
void fl_machine_hold(unsigned long *busy)
{
	struct fl_machine *m = fl_machine_current;

	if (m->native)
		__fl_hold();
	if (!m->scheduler || !busy)
		return;
	fl_sched_op(FL_OP_LOCK, busy, sizeof(*busy));
	*busy = fl_takes_steps(m, fl_thread_self()) ? FL_LOCK_WRITER : 0;
}

void fl_machine_release(unsigned long *busy)
{
	struct fl_machine *m = fl_machine_current;

	if (m->native)
		__fl_release();
	if (!m->scheduler || !busy)
		return;
	fl_sched_op(FL_OP_UNLOCK, busy, sizeof(*busy));
	*busy = 0;
}

/* -- loops -- */

unsigned int fl_machine_moment(struct fl_machine *m)
{
	return m->steps.moment;
}

void fl_machine_attempt(unsigned int number, _Bool vain)
{
	if (fl_machine_current->scheduler)
		fl_thread_self()->steps.attempt =
			(struct fl_attempt){ number, vain, 1 };
	else if (vain)
		fl_hw_yield();
}

void fl_hw_relax(void)
{
	struct fl_thread *t = fl_thread_self();
	struct fl_op op = { .kind = FL_OP_RELAX, .value = t->steps.relaxed };

	if (!fl_machine_current->scheduler) {
		fl_hw_yield();
		return;
	}
	fl_thread_set_reason(t, "a loop to end", NULL, NULL);
	step(op);
	t->steps.relaxed = fl_machine_current->steps.moment;
}

void fl_sched_plain(enum fl_op_kind kind, const volatile void *addr,
		    unsigned long size, unsigned long pc)
{
	struct fl_op op = {
		.addr = (unsigned long)addr,
		.size = size,
		.kind = kind,
		.flags = FL_OP_PLAIN,
		.pc = pc,
	};

	if (fl_machine_current->scheduler && size)
		step(op);
}

/* Freeing counts as a store to the whole object. */
void fl_sched_freed(const void *p, unsigned long size)
{
	struct fl_op op = {
		.addr = (unsigned long)p,
		.size = size,
		.kind = FL_OP_STORE,
		.flags = FL_OP_PLAIN,
	};

	if (fl_machine_current->scheduler)
		step(op);
}

static const unsigned char kinds[] = {
	[FL_HW_LOAD] = FL_OP_LOAD, [FL_HW_STORE] = FL_OP_STORE,
	[FL_HW_RMW] = FL_OP_RMW,   [FL_HW_PT_STORE] = FL_OP_STORE,
	[FL_HW_CAS] = FL_OP_CAS,   [FL_HW_UNLESS] = FL_OP_UNLESS,
};

void fl_hw_step_if(enum fl_hw_access kind, const volatile void *addr,
		   unsigned int size, unsigned long value)
{
	struct fl_op op = {
		.addr = (unsigned long)addr,
		.size = size,
		.value = value,
		.kind = kinds[kind],
		.pc = (unsigned long)__builtin_return_address(0),
	};

	if (fl_machine_current->scheduler)
		step(op);
}

void fl_hw_step(enum fl_hw_access kind, const volatile void *addr,
		unsigned int size)
{
	struct fl_op op = {
		.addr = (unsigned long)addr,
		.size = size,
		.pc = (unsigned long)__builtin_return_address(0),
	};

	/* Under sequential consistency, a fence adds no order. */
	if (!fl_machine_current->scheduler || kind == FL_HW_FENCE)
		return;
	op.kind = kinds[kind];
	step(op);
	note_store(fl_machine_current, kind, (unsigned long *)addr, size);
}
