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

#define CALLBACKS_AT_ONCE 32

/* Callbacks whose heads lie in static data of a kernel, or in boot memory. */
#define STATIC_CALLBACKS 4096

struct fl_rcu_callback {
	struct fl_hw_rcu_head *head;
	void (*func)(struct fl_hw_rcu_head *head);
	const void *domain; /* NULL: RCU */
	unsigned long seq;
	/* Step at which its grace period began; 0: run the callback late. */
	unsigned int moment;
};

static const char grace_period; /* waits for any section have this key */

unsigned long fl_rcu_size(unsigned long nr_objects)
{
	unsigned long size = (nr_objects + STATIC_CALLBACKS) *
			     sizeof(struct fl_rcu_callback);

	return (size + FL_PAGE_SIZE - 1) & ~(FL_PAGE_SIZE - 1);
}

void fl_rcu_place(struct fl_machine *m, void *at, unsigned long size)
{
	struct fl_rcu *r = &m->rcu;

	r->callbacks = r->callbacks_start = at;
	r->callbacks_end = r->callbacks_start + size / sizeof(*r->callbacks);
}

unsigned int fl_rcu_actor(const struct fl_machine *m)
{
	return m->rcu.actor;
}

_Bool fl_rcu_in_section(const struct fl_thread *t)
{
	return t->rcu.nesting;
}

_Bool fl_rcu_in_callback(const struct fl_thread *t)
{
	return t->rcu.in_callback;
}

void fl_rcu_audit(const struct fl_machine *m, struct fl_audit *audit)
{
	unsigned int i;

	audit->rcu_callbacks = m->rcu.nr_callbacks;
	audit->rcu_sections = 0;
	for (i = 0; i < FL_LIMIT_THREADS; i++)
		audit->rcu_sections += !!m->threads[i].rcu.nesting;
	for (i = 0; i < FL_LIMIT_SRCU_SECTIONS; i++)
		audit->rcu_sections += m->rcu.srcu[i].open;
}

int fl_rcu_ready(struct fl_machine *m, const void *domain, unsigned long seq)
{
	unsigned int i;

	if (!domain) {
		for (i = 0; i < FL_LIMIT_THREADS; i++)
			if (m->threads[i].rcu.nesting &&
			    m->threads[i].rcu.start < seq)
				return 0;
		return 1;
	}
	for (i = 0; i < FL_LIMIT_SRCU_SECTIONS; i++)
		if (m->rcu.srcu[i].open && m->rcu.srcu[i].domain == domain &&
		    m->rcu.srcu[i].start < seq)
			return 0;
	return 1;
}

int fl_rcu_waited(struct fl_machine *m, const struct fl_thread *t)
{
	return fl_rcu_ready(m, t->rcu.wait_domain, t->rcu.wait_seq);
}

/* Readers and grace periods of a domain meet in one word, whose contents are
 * not used.  @began: of a FL_OP_RCU_WAIT: the step at which its grace period
 * began. */
static struct fl_op op_of(enum fl_op_kind kind, const void *domain,
			  unsigned int began)
{
	if (!domain)
		domain = &fl_machine_current->rcu.seq;
	return (struct fl_op){
		.kind = kind,
		.addr = (unsigned long)domain,
		.size = sizeof(long),
		.value = began,
	};
}

static void step(enum fl_op_kind kind, const void *domain, unsigned int began)
{
	struct fl_op op = op_of(kind, domain, began);

	fl_sched_step(&op);
}

void fl_hw_rcu_read_lock(void)
{
	struct fl_thread *t = fl_thread_self();

	FL_HOLD();
	if (!t->rcu.nesting)
		step(FL_OP_RCU_READ, NULL, 0);
	if (!t->rcu.nesting++)
		t->rcu.start = fl_machine_current->rcu.seq;
}

void fl_hw_rcu_read_unlock(void)
{
	struct fl_thread *t = fl_thread_self();

	FL_HOLD();
	if (!t->rcu.nesting)
		fl_violate("C9 locking: thread %u (%s) leaves an RCU section "
			   "that it is not in",
			   t->hw.id, t->name);
	if (t->rcu.nesting == 1)
		step(FL_OP_RCU_DONE, NULL, 0);
	if (!--t->rcu.nesting)
		fl_thread_wake_all(&grace_period);
}

/* Return: the first callback for the actor; NULL. */
static struct fl_rcu_callback *first_early(struct fl_machine *m)
{
	unsigned int i;

	for (i = 0; i < m->rcu.nr_callbacks; i++)
		if (m->rcu.callbacks[i].moment)
			return &m->rcu.callbacks[i];
	return NULL;
}

/* Set what the actor waits for.  Without a callback it has no operation, as if
 * it had ended. */
static void set_actor(struct fl_machine *m)
{
	struct fl_thread *actor = &m->threads[m->rcu.actor];
	const struct fl_rcu_callback *cb = first_early(m);

	if (!cb) {
		fl_sched_set_op(actor, (struct fl_op){ .kind = FL_OP_NONE });
		return;
	}
	fl_sched_set_op(actor, op_of(FL_OP_RCU_WAIT, cb->domain, cb->moment));
	actor->rcu.wait_domain = cb->domain;
	actor->rcu.wait_seq = cb->seq;
	fl_thread_set_reason(actor, "a grace period", NULL, NULL);
}

/* Make room for one more callback at the end of the table. */
static void make_room(struct fl_rcu *r)
{
	if (!r->nr_callbacks)
		r->callbacks = r->callbacks_start;
	if (r->callbacks + r->nr_callbacks < r->callbacks_end)
		return;
	if (r->callbacks == r->callbacks_start)
		fl_internal("%u RCU callbacks wait, more than "
			    "there can be objects",
			    r->nr_callbacks);
	memmove(r->callbacks_start, r->callbacks,
		r->nr_callbacks * sizeof(*r->callbacks));
	r->callbacks = r->callbacks_start;
}

static void queue(const void *domain, struct fl_hw_rcu_head *head,
		  void (*func)(struct fl_hw_rcu_head *head), int late)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_rcu *r = &m->rcu;
	int early = r->actor && m->scheduler && !late &&
		    fl_takes_steps(m, fl_thread_self());
	unsigned int i;

	FL_HOLD();
	if (early)
		step(FL_OP_RCU_CALL, domain, 0);
	for (i = 0; i < r->nr_callbacks; i++)
		if (r->callbacks[i].head == head)
			fl_violate("C8 lifetime: RCU head queued twice");
	make_room(r);
	head->func = func;
	r->callbacks[r->nr_callbacks++] = (struct fl_rcu_callback){
		head, func, domain, ++r->seq, early ? fl_machine_moment(m) : 0
	};
	if (early && !fl_thread_op(m, r->actor)->kind)
		set_actor(m);
}

/* Run a callback as if on a CPU of its own: the locks of this thread are
 * hidden, and the callback takes no steps unless this is the actor.  The thread
 * may be waiting, and the callback may wake it. */
static void run_callback(struct fl_rcu_callback cb)
{
	struct fl_thread *t = fl_thread_self();
	unsigned int hidden = fl_locks_hide(t), nesting = t->rcu.nesting;
	_Bool untraced = t->hw.id != fl_machine_current->rcu.actor;

	t->rcu.nesting = 0;
	t->rcu.in_callback++;
	if (untraced)
		fl_machine_untraced(1);
	cb.func(cb.head);
	if (untraced)
		fl_machine_untraced(0);
	t->rcu.in_callback--;
	if (fl_locks_any(t) || t->rcu.nesting)
		fl_violate("C9 locking: an RCU callback "
			   "returns holding a lock");
	fl_locks_show(t, hidden);
	t->rcu.nesting = nesting;
}

static void take(struct fl_rcu *r, struct fl_rcu_callback *at,
		 struct fl_rcu_callback *cb)
{
	*cb = *at;
	r->nr_callbacks--;
	if (at == r->callbacks) {
		r->callbacks++;
		return;
	}
	memmove(at, at + 1,
		(&r->callbacks[r->nr_callbacks] - at) * sizeof(*at));
}

/* Return: 1 and a callback that is ready, removed from the list; or 0. */
static int take_ready(struct fl_machine *m, struct fl_rcu_callback *cb)
{
	struct fl_rcu *r = &m->rcu;
	unsigned int i;

	FL_HOLD();
	for (i = 0; i < r->nr_callbacks; i++) {
		if (!fl_rcu_ready(m, r->callbacks[i].domain,
				  r->callbacks[i].seq))
			continue;
		take(r, &r->callbacks[i], cb);
		return 1;
	}
	return 0;
}

/* Main function of the actor.  Without a scheduler callbacks run late, and the
 * actor has nothing to do.  With one it never ends, and no thread waits for it
 * while there is no callback. */
static void run_actor(void *arg)
{
	struct fl_machine *m = arg;
	struct fl_rcu_callback cb;

	while (m->scheduler) {
		set_actor(m);
		fl_sched_await(m);
		take(&m->rcu, first_early(m), &cb);
		run_callback(cb);
	}
}

void fl_rcu_spawn_actor(struct fl_machine *m)
{
	int id;

	if (m->rcu.actor)
		return;
	id = fl_machine_spawn(m, 0, "RCU", run_actor, m);
	if (id < 0)
		fl_internal("no thread is left for RCU callbacks");
	m->rcu.actor = id;
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

void fl_rcu_run_many(struct fl_machine *m)
{
	const struct fl_thread *t = fl_thread_self();

	FL_HOLD();
	if (m->native && m->rcu.nr_callbacks > CALLBACKS_AT_ONCE &&
	    !fl_lock_count(t) && !t->rcu.nesting && !fl_thread_must_not_wait(t))
		fl_rcu_run_ready(m);
}

static int quiesce(struct fl_machine *m)
{
	while (fl_rcu_run_ready(m))
		;
	return 0;
}

void fl_machine_quiesce(struct fl_machine *m)
{
	FL_GUARDED(m, quiesce(m));
}

static void synchronize(const void *domain, const char *why)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_thread *t = fl_thread_self();
	unsigned long seq;

	FL_HOLD();
	fl_hw_might_sleep(0, why, 0);
	step(FL_OP_RCU_SYNC, domain, 0);
	seq = ++m->rcu.seq;
	if (m->scheduler) {
		t->rcu.wait_domain = domain;
		t->rcu.wait_seq = seq;
		fl_thread_set_reason(t, why, NULL, NULL);
		step(FL_OP_RCU_WAIT, domain, fl_machine_moment(m));
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
		if (!m->rcu.srcu[i].open) {
			m->rcu.srcu[i] = (struct fl_srcu_section){
				1, domain, fl_hw_current->id, m->rcu.seq
			};
			return 0;
		}
	fl_limit(FL_LIMIT_SRCU_SECTIONS);
}

/* Return: the section of the domain that the current thread entered last, or
 * NULL. */
static struct fl_srcu_section *own_section(const void *domain)
{
	struct fl_srcu_section *s = fl_machine_current->rcu.srcu, *own = NULL;
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
			   "is not open (index %d)",
			   fl_hw_current->id, idx);
	own->open = 0;
	fl_thread_wake_all(&grace_period);
}

void fl_hw_synchronize_srcu(const void *domain)
{
	struct fl_machine *m = fl_machine_current;
	int i;

	FL_HOLD();
	for (i = 0; i < FL_LIMIT_SRCU_SECTIONS; i++)
		if (m->rcu.srcu[i].open && m->rcu.srcu[i].domain == domain &&
		    m->rcu.srcu[i].thread == fl_hw_current->id)
			fl_violate("C14 self-deadlock: thread %u waits for its "
				   "own SRCU section",
				   fl_hw_current->id);
	synchronize(domain, "an SRCU grace period");
}

void fl_hw_call_srcu(const void *domain, struct fl_hw_rcu_head *head,
		     void (*func)(struct fl_hw_rcu_head *head))
{
	queue(domain, head, func, 0);
}
