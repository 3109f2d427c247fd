/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guard.c - the point that a world which has ended returns to
 *
 *  - fl_machine_guard()  run kernel code
 *  - fl_machine_look()   read the machine without side effects
 *  - fl_machine_end()
 *
 * Invariants: the first reason for the end is kept; kernel code runs inside a
 * guard only.
 */
#include <errno.h>
#include <string.h>

#include "internal.h"

_Bool fl_guard_is_entered(const struct fl_machine *m)
{
	return m->guard.point.entered;
}

_Bool fl_guard_is_dead(const struct fl_machine *m)
{
	return m->guard.dead;
}

const struct fl_end *fl_machine_end(struct fl_machine *m)
{
	return m->guard.end.kind ? &m->guard.end : NULL;
}

void fl_guard_end(struct fl_machine *m, const struct fl_end *end)
{
	if (!m->guard.dead)
		m->guard.end = *end;
	m->guard.dead = 1;
	if (m->guard.point.entered)
		fl_thread_unwind(m);
}

void fl_guard_leave(struct fl_machine *m)
{
	siglongjmp(m->guard.point.unwind, 1);
}

void fl_guard_check(struct fl_machine *m)
{
	if (m->guard.dead)
		fl_guard_leave(m);
}

void fl_guard_suspend(struct fl_machine *m, struct fl_guard_point *point)
{
	memcpy(point, &m->guard.point, sizeof(*point));
	m->guard.point.entered = 0;
}

void fl_guard_resume(struct fl_machine *m, const struct fl_guard_point *point)
{
	memcpy(&m->guard.point, point, sizeof(*point));
}

int fl_machine_guard(struct fl_machine *m, int (*fn)(void *), void *arg)
{
	int ret;

	if (m->guard.dead)
		return -ENOTRECOVERABLE;
	if (m->guard.point.entered) {
		fl_rcu_run_many(m);
		return fn(arg);
	}
	if (!m->scheduler)	/* the scheduler armed it, for many runs */
		fl_report_arm(m);
	m->guard.point.entered = 1;
	/* The signal mask need not be restored: the handler does not block any
	 * signal. */
	ret = sigsetjmp(m->guard.point.unwind, 0) ? -ENOTRECOVERABLE : fn(arg);
	m->guard.point.entered = 0;
	fl_hw.stepping = 0;	/* if the world ended during a step */
	return ret;
}

/* -- reading the machine -- */

struct look {
	void (*fn)(void *arg);
	void *arg;
};

static int look(void *arg)
{
	struct look *l = arg;

	l->fn(l->arg);
	return 0;
}

/* A world that has ended is revived while @fn reads it. */
int fl_machine_look(struct fl_machine *m, void (*fn)(void *arg), void *arg)
{
	struct look l = { fn, arg };
	struct fl_end end;
	int dead = m->guard.dead, ret;

	if (m->guard.point.entered) {
		fl_machine_untraced(1);
		fn(arg);
		fl_machine_untraced(0);
		return 0;
	}
	end = m->guard.end;
	m->guard.dead = 0;
	ret = fl_machine_guard(m, look, &l);
	m->guard.dead = dead;
	m->guard.end = end;
	return ret;
}
