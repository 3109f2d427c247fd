/* SPDX-License-Identifier: GPL-2.0-only */
/* rcu.h - read-side sections and callbacks */
#ifndef FL_MACHINE_RCU_H
#define FL_MACHINE_RCU_H

#include "machine/machine.h"

struct fl_thread;

#define FL_LIMIT_SRCU_SECTIONS 256

struct fl_rcu_callback;

struct fl_srcu_section {
	int open;
	const void *domain;
	unsigned int thread;
	unsigned long start;
};

struct fl_rcu {
	unsigned long seq;
	struct fl_rcu_callback *callbacks; /* the first one queued */
	unsigned int nr_callbacks;
	/* One entry for each object that the frames can hold. */
	struct fl_rcu_callback *callbacks_start, *callbacks_end;
	unsigned int actor; /* thread that runs them early, or 0 */
	struct fl_srcu_section srcu[FL_LIMIT_SRCU_SECTIONS];
};

struct fl_thread_rcu {
	unsigned long wait_seq; /* the grace period it waits for */
	const void *wait_domain;
	unsigned int nesting;
	unsigned int in_callback; /* must not wait */
	unsigned long start;
};

/* Return: bytes that the callbacks need if the frames can hold @nr_objects. */
unsigned long fl_rcu_size(unsigned long nr_objects);
void fl_rcu_place(struct fl_machine *m, void *at, unsigned long size);

/* Return: whether the grace period that began as @seq has ended. */
int fl_rcu_ready(struct fl_machine *m, const void *domain, unsigned long seq);
/* Return: whether the grace period that @t waits for has ended. */
int fl_rcu_waited(struct fl_machine *m, const struct fl_thread *t);
/* Return: the number of callbacks run. */
unsigned int fl_rcu_run_ready(struct fl_machine *m);
/* Real threads do not wait until callbacks have run: if there are many, a
 * thread that enters the kernel without a lock runs them. */
void fl_rcu_run_many(struct fl_machine *m);

/* Give callbacks a thread of their own from now on, unless they have one. */
void fl_rcu_spawn_actor(struct fl_machine *m);
/* Return: the number of that thread; 0: none. */
unsigned int fl_rcu_actor(const struct fl_machine *m);

_Bool fl_rcu_in_section(const struct fl_thread *t);
_Bool fl_rcu_in_callback(const struct fl_thread *t);

void fl_rcu_audit(const struct fl_machine *m, struct fl_audit *audit);

#endif /* FL_MACHINE_RCU_H */
