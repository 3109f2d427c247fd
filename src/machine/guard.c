/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guard.c - the point that a world which has ended returns to
 *
 *  - fl_guard_open(), _close()   run kernel code: FL_GUARDED()
 *  - fl_looking_begin(), _end()  read the machine: FL_LOOK()
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

unsigned long fl_guard_frame(const struct fl_machine *m)
{
	return m->guard.point.entered ? m->guard.point.frame : 0;
}

const struct fl_end *fl_machine_end(struct fl_machine *m)
{
	return m->guard.end.kind ? &m->guard.end : NULL;
}

void fl_guard_end(struct fl_machine *m, const struct fl_end *end)
{
	if (!m->guard.dead && !m->guard.looking)
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

struct fl_entry fl_guard_open(struct fl_machine *m, const void *frame)
{
	struct fl_guard_point *point = &m->guard.point;

	if (m->guard.dead)
		return (struct fl_entry){ .dead = 1 };
	if (point->entered) {
		fl_rcu_run_many(m);
		return (struct fl_entry){ 0 };
	}
	if (!m->scheduler) /* the scheduler armed it, for many runs */
		fl_report_arm(m);
	point->entered = 1;
	point->frame = (unsigned long)frame;
	return (struct fl_entry){ .unwind = &point->unwind };
}

void fl_guard_close(struct fl_machine *m, struct fl_entry entry)
{
	if (!entry.unwind)
		return;
	m->guard.point.entered = 0;
	fl_hw.stepping = 0; /* if the world ended during a step */
}

/* -- reading the machine -- */

/* A world that has ended is revived while its state is read. */
struct fl_looking fl_looking_begin(struct fl_machine *m)
{
	struct fl_looking l = { m->guard.point.entered, m->guard.dead };

	if (l.inside) {
		fl_machine_untraced(1);
		return l;
	}
	m->guard.looking = 1;
	m->guard.dead = 0;
	return l;
}

void fl_looking_end(struct fl_machine *m, struct fl_looking l)
{
	if (l.inside) {
		fl_machine_untraced(0);
		return;
	}
	m->guard.looking = 0;
	m->guard.dead = l.dead;
}
