/* SPDX-License-Identifier: GPL-2.0-only */
/* thread.h - a simulated thread */
#ifndef FL_MACHINE_THREAD_H
#define FL_MACHINE_THREAD_H

#include "machine/choice.h"
#include "machine/lock.h"
#include "machine/native.h"
#include "machine/hardware.h"
#include "machine/rcu.h"
#include "machine/stack.h"
#include "machine/steps.h"

enum fl_thread_state {
	FL_THREAD_UNUSED,
	FL_THREAD_RUNNABLE,
	FL_THREAD_BLOCKED, /* until fl_hw_wake() */
	FL_THREAD_WAITING, /* until fl_thread_wake_all() of what */
	FL_THREAD_JOINING, /* thread 0 in fl_machine_run() */
	FL_THREAD_DONE,
};

/* What a thread waits for, or would wait for. */
struct fl_reason {
	const char *why; /* NULL: it does not wait */
	const char *name;
	const void *what;
};

struct fl_thread_run {
	enum fl_thread_state state;
	int wake_pending;
	struct fl_reason reason;
	void (*fn)(void *arg);
	void *arg;
};

struct fl_thread {
	struct fl_hw_thread hw; /* first: fl_hw_current points here */
	const char *name;
	struct fl_thread_run run;
	struct fl_thread_stack stack;
	struct fl_thread_steps steps;
	struct fl_thread_choices choices;
	struct fl_thread_locks locks;
	struct fl_thread_rcu rcu;
	struct fl_thread_native pthread;
};

struct fl_waits {
	unsigned int nr; /* threads in FL_THREAD_WAITING */
	char text[80];	 /* fl_thread_why(), fl_machine_thread_waits() */
};

static inline struct fl_thread *fl_thread_self(void)
{
	return (struct fl_thread *)fl_hw_current;
}

static inline _Bool fl_thread_is(const struct fl_thread *t,
				 enum fl_thread_state state)
{
	return t->run.state == state;
}

static inline void fl_thread_set(struct fl_thread *t,
				 enum fl_thread_state state)
{
	t->run.state = state;
}

/* clang-format off */
static inline const struct fl_reason *
fl_thread_reason(const struct fl_thread *t)
/* clang-format on */
{
	return &t->run.reason;
}

static inline void fl_thread_set_reason(struct fl_thread *t, const char *why,
					const char *name, const void *what)
{
	t->run.reason = (struct fl_reason){ why, name, what };
}

/* Return: whether a wake-up has arrived since @t last waited. */
static inline _Bool fl_thread_is_woken(const struct fl_thread *t)
{
	return t->run.wake_pending;
}

/* Return: whether @addr is the word that wake-ups of @t store to. */
static inline _Bool fl_thread_is_wake_word(const struct fl_thread *t,
					   unsigned long addr)
{
	return addr == (unsigned long)&t->run.wake_pending;
}

void fl_thread_init(struct fl_machine *m);
void fl_thread_exit(struct fl_machine *m);
/* Make the next switch to @t start its function. */
void fl_thread_prepare(struct fl_thread *t);
/* Body of a thread: its function, and the checks at its end. */
void fl_thread_main(struct fl_thread *t);

/* If the world has ended, thread 0 leaves it when it is switched to. */
void fl_thread_switch(struct fl_thread *to);
/* Leave the current stack for the outermost guard. */
void fl_thread_unwind(struct fl_machine *m) __attribute__((noreturn));

/* Block until fl_thread_wake_all(@what), without consuming kernel wake-ups; may
 * return early: callers loop.  No sleep check. */
void fl_thread_wait(const char *why, const char *name, const void *what);
void fl_thread_wake_all(const void *what);
/* Return: whether @t runs a callback, or is untraced. */
_Bool fl_thread_must_not_wait(const struct fl_thread *t);

#endif /* FL_MACHINE_THREAD_H */
