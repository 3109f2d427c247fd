/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rcu.c - RCU and SRCU
 *
 *  - fl_hw_rcu_read_lock(), ..., fl_hw_srcu_read_lock(), ...
 *  - fl_machine_quiesce(), fl_rcu_spawn_actor()
 *
 * A request gets the next number; a section records the last number given when
 * it began.  A request is ready when no open section of its domain has a
 * smaller number.  Callbacks run in the order of their requests, in
 * fl_machine_quiesce() and when all threads wait: late.  Under a scheduler, if
 * the program leaves it open (FL_CHOOSE_RCU), callbacks have a thread of their
 * own, the actor.  The actor waits for one grace period after the other, so a
 * callback may run as soon as the readers have left.
 *
 * Invariant: a callback never runs inside the code of another thread that is
 * not waiting, and sees none of the locks that are held around it.
 */
#include <string.h>

#include "internal.h"

static const char grace_period;	/* waits for any section have this key */

int fl_rcu_ready(struct fl_machine *m, const void *domain, unsigned long seq)
{
	unsigned int i;

	if (!domain) {
		for (i = 0; i < FL_LIMIT_THREADS; i++)
			if (m->threads[i].rcu_nesting &&
			    m->threads[i].rcu_start < seq)
				return 0;
		return 1;
	}
	for (i = 0; i < FL_LIMIT_SRCU_SECTIONS; i++)
		if (m->srcu[i].open && m->srcu[i].domain == domain &&
		    m->srcu[i].start < seq)
			return 0;
	return 1;
}

/* Readers and grace periods of a domain meet in one word, whose contents are
 * not used.  @began: of a FL_OP_RCU_WAIT: the step at which its grace period
 * began. */
static struct fl_op op_of(enum fl_op_kind kind, const void *domain,
			  unsigned int began)
{
	if (!domain)
		domain = &fl_machine_current->rcu_seq;
	return (struct fl_op){
		.kind = kind, .addr = (unsigned long)domain,
		.size = sizeof(long), .value = began,
	};
}

static void step(enum fl_op_kind kind, const void *domain, unsigned int began)
{
	struct fl_op op = op_of(kind, domain, began);

	if (fl_machine_current->scheduler)
		fl_sched_step(&op);
}

void fl_hw_rcu_read_lock(void)
{
	struct fl_thread *t = fl_thread_self();

	FL_HOLD();
	if (!t->rcu_nesting)
		step(FL_OP_RCU_READ, NULL, 0);
	if (!t->rcu_nesting++)
		t->rcu_start = fl_machine_current->rcu_seq;
}

void fl_hw_rcu_read_unlock(void)
{
	struct fl_thread *t = fl_thread_self();

	FL_HOLD();
	if (!t->rcu_nesting)
		fl_violate("C9 locking: thread %u (%s) leaves an RCU section "
			   "that it is not in", t->hw.id, t->name);
	if (t->rcu_nesting == 1)
		step(FL_OP_RCU_DONE, NULL, 0);
	if (!--t->rcu_nesting)
		fl_thread_wake_all(&grace_period);
}

/* Return: the first callback for the actor; NULL. */
static struct fl_rcu_callback *first_early(struct fl_machine *m)
{
	unsigned int i;

	for (i = 0; i < m->nr_callbacks; i++)
		if (m->callbacks[i].moment)
			return &m->callbacks[i];
	return NULL;
}

/* Set what the actor waits for.  Without a callback it has no operation, as if
 * it had ended. */
static void set_actor(struct fl_machine *m)
{
	struct fl_thread *actor = &m->threads[m->rcu_actor];
	const struct fl_rcu_callback *cb = first_early(m);

	actor->op = (struct fl_op){ .kind = FL_OP_NONE };
	if (!cb)
		return;
	actor->op = op_of(FL_OP_RCU_WAIT, cb->domain, cb->moment);
	actor->rcu_domain = cb->domain;
	actor->rcu_seq = cb->seq;
	actor->why = "a grace period";
	actor->why_name = NULL;
	actor->what = NULL;
}

/* Make room for one more callback at the end of the table. */
static void make_room(struct fl_machine *m)
{
	if (!m->nr_callbacks)
		m->callbacks = m->callbacks_start;
	if (m->callbacks + m->nr_callbacks < m->callbacks_end)
		return;
	if (m->callbacks == m->callbacks_start)
		fl_internal("%u RCU callbacks wait, more than there can be objects",
			    m->nr_callbacks);
	memmove(m->callbacks_start, m->callbacks, m->nr_callbacks * sizeof(*m->callbacks));
	m->callbacks = m->callbacks_start;
}

static void queue(const void *domain, struct fl_hw_rcu_head *head,
		  void (*func)(struct fl_hw_rcu_head *head), int late)
{
	struct fl_machine *m = fl_machine_current;
	int early = m->rcu_actor && m->scheduler && !late &&
		    fl_takes_steps(m, fl_thread_self());
	unsigned int i;

	FL_HOLD();
	if (early)
		step(FL_OP_RCU_CALL, domain, 0);
	for (i = 0; i < m->nr_callbacks; i++)
		if (m->callbacks[i].head == head)
			fl_violate("C8 lifetime: RCU head queued twice");
	make_room(m);
	head->func = func;
	m->callbacks[m->nr_callbacks++] = (struct fl_rcu_callback){
		head, func, domain, ++m->rcu_seq, early ? m->moment : 0 };
	if (early && !m->threads[m->rcu_actor].op.kind)
		set_actor(m);
}

/* Run a callback as if on a CPU of its own: the locks of this thread are
 * hidden.  The thread may be waiting, and the callback may wake it. */
static void run_callback(struct fl_rcu_callback cb)
{
	struct fl_thread *t = fl_thread_self();
	unsigned int base = t->held_base, nesting = t->rcu_nesting;

	t->held_base = t->nr_held;
	t->rcu_nesting = 0;
	t->in_callback++;
	cb.func(cb.head);
	t->in_callback--;
	if (t->nr_held != t->held_base || t->rcu_nesting)
		fl_violate("C9 locking: an RCU callback returns holding a lock");
	t->held_base = base;
	t->rcu_nesting = nesting;
}

static void take(struct fl_machine *m, struct fl_rcu_callback *at,
		 struct fl_rcu_callback *cb)
{
	*cb = *at;
	m->nr_callbacks--;
	if (at == m->callbacks) {
		m->callbacks++;
		return;
	}
	memmove(at, at + 1,
		(&m->callbacks[m->nr_callbacks] - at) * sizeof(*at));
}

/* Return: 1 and a callback that is ready, removed from the list; or 0. */
static int take_ready(struct fl_machine *m, struct fl_rcu_callback *cb)
{
	unsigned int i;

	FL_HOLD();
	for (i = 0; i < m->nr_callbacks; i++) {
		if (!fl_rcu_ready(m, m->callbacks[i].domain,
				  m->callbacks[i].seq))
			continue;
		take(m, &m->callbacks[i], cb);
		return 1;
	}
	return 0;
}

/* Main function of the actor.  Without a scheduler callbacks run late, and the
 * actor has nothing to do.  With one it never ends, and no thread waits for it
 * while there is no callback. */
static void act(void *arg)
{
	struct fl_machine *m = arg;
	struct fl_rcu_callback cb;

	while (m->scheduler) {
		set_actor(m);
		fl_sched_await(m);
		take(m, first_early(m), &cb);
		run_callback(cb);
	}
}

void fl_rcu_spawn_actor(struct fl_machine *m)
{
	int id = fl_machine_spawn(m, 0, "RCU", act, m);

	if (id < 0)
		fl_internal("no thread is left for RCU callbacks");
	m->rcu_actor = id;
	/* The actor runs kernel code, but is not a task of the kernel. */
	m->threads[id].hw.task = m->threads[0].hw.task;
}

unsigned int fl_rcu_run_ready(struct fl_machine *m)
{
	struct fl_rcu_callback cb;
	unsigned int ran = 0;

	while (take_ready(m, &cb)) {
		run_callback(cb);
		ran++;
	}
	return ran;
}

static int quiesce(void *arg)
{
	while (fl_rcu_run_ready(arg))
		;
	return 0;
}

void fl_machine_quiesce(struct fl_machine *m)
{
	fl_machine_guard(m, quiesce, m);
}

static void synchronize(const void *domain, const char *why)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_thread *t = fl_thread_self();
	unsigned long seq;

	FL_HOLD();
	fl_hw_might_sleep(0, why, 0);
	step(FL_OP_RCU_SYNC, domain, 0);
	seq = ++m->rcu_seq;
	if (m->scheduler) {
		t->rcu_domain = domain;
		t->rcu_seq = seq;
		t->why = why;
		t->why_name = NULL;
		t->what = NULL;
		step(FL_OP_RCU_WAIT, domain, m->moment);
	}
	while (!fl_rcu_ready(m, domain, seq))
		fl_thread_wait(why, NULL, &grace_period);
}

void fl_hw_call_rcu(struct fl_hw_rcu_head *head,
		    void (*func)(struct fl_hw_rcu_head *head))
{
	queue(NULL, head, func, 0);
}

void fl_hw_call_rcu_late(struct fl_hw_rcu_head *head,
			 void (*func)(struct fl_hw_rcu_head *head))
{
	queue(NULL, head, func, 1);
}

void fl_hw_synchronize_rcu(void)
{
	synchronize(NULL, "an RCU grace period");
}

int fl_hw_srcu_read_lock(const void *domain)
{
	struct fl_machine *m = fl_machine_current;
	int i;

	FL_HOLD();
	step(FL_OP_RCU_READ, domain, 0);
	for (i = 0; i < FL_LIMIT_SRCU_SECTIONS; i++)
		if (!m->srcu[i].open) {
			m->srcu[i] = (struct fl_srcu_section){
				1, domain, fl_hw_current->id, m->rcu_seq };
			return 0;
		}
	fl_limit(FL_LIMIT_SRCU_SECTIONS);
}

/* Return: the section of the domain that the current thread entered last, or
 * NULL. */
static struct fl_srcu_section *own_section(const void *domain)
{
	struct fl_srcu_section *s = fl_machine_current->srcu, *own = NULL;
	unsigned int i;

	for (i = 0; i < FL_LIMIT_SRCU_SECTIONS; i++, s++)
		if (s->open && s->domain == domain &&
		    s->thread == fl_hw_current->id &&
		    (!own || s->start >= own->start))
			own = s;
	return own;
}

void fl_hw_srcu_read_unlock(const void *domain, int idx)
{
	struct fl_srcu_section *own;

	FL_HOLD();
	step(FL_OP_RCU_DONE, domain, 0);
	own = own_section(domain);
	if (!own || idx)
		fl_violate("C9 locking: thread %u leaves an SRCU section that "
			   "is not open (index %d)", fl_hw_current->id, idx);
	own->open = 0;
	fl_thread_wake_all(&grace_period);
}

void fl_hw_synchronize_srcu(const void *domain)
{
	struct fl_machine *m = fl_machine_current;
	int i;

	FL_HOLD();
	for (i = 0; i < FL_LIMIT_SRCU_SECTIONS; i++)
		if (m->srcu[i].open && m->srcu[i].domain == domain &&
		    m->srcu[i].thread == fl_hw_current->id)
			fl_violate("C14 self-deadlock: thread %u waits for its "
				   "own SRCU section", fl_hw_current->id);
	synchronize(domain, "an SRCU grace period");
}

void fl_hw_call_srcu(const void *domain, struct fl_hw_rcu_head *head,
		     void (*func)(struct fl_hw_rcu_head *head))
{
	queue(domain, head, func, 0);
}
