/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * choice.c - choices that a program leaves open
 *
 *  - fl_machine_choices()    set the open choices, FL_CHOOSE_* of types.h
 *  - fl_hw_choose()          choose one of several outcomes
 *  - fl_choose_once()        choose the unusual outcome once per thread
 *  - fl_hw_fatal(), fl_hw_contended()
 *
 * A choice is made when its outcome is read: no thread could have noticed the
 * event earlier.  A thread's choices are its own, so the order of threads has
 * no effect on what can be chosen.
 */
#include "internal.h"

void fl_machine_choices(struct fl_machine *m, unsigned int what)
{
	m->choices.open = what;
	if (what & FL_CHOOSE_RCU)
		fl_rcu_spawn_actor(m);
}

static unsigned int choose(unsigned int n, const char *what, const char *name)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_thread *self = fl_thread_self();

	if (n > FL_MOST_CHOICES)
		fl_internal("a choice of %u alternatives, at most %d supported",
			    n, FL_MOST_CHOICES);
	if (!m->scheduler || n < 2 || !fl_takes_steps(m, self))
		return 0;
	fl_thread_set_reason(self, what, name, NULL);
	fl_sched_op(FL_OP_CHOOSE, NULL, n);
	self->choices.last = m->scheduler->choose(m->scheduler);
	return self->choices.last;
}

unsigned int fl_hw_choose(unsigned int n, const char *what)
{
	return choose(n, what, NULL);
}

unsigned int fl_thread_chose(struct fl_machine *m, unsigned int id)
{
	return m->threads[id].choices.last;
}

_Bool fl_choice_is_open(unsigned int which)
{
	return fl_machine_current->choices.open & which;
}

int fl_choose_once(unsigned int which, const char *what, const char *name)
{
	struct fl_thread *self = fl_thread_self();

	if (!fl_choice_is_open(which) || self->choices.made & which ||
	    !choose(2, what, name))
		return 0;
	self->choices.made |= which;
	return 1;
}

int fl_hw_fatal(void)
{
	if (!fl_hw_current->fatal &&
	    fl_choose_once(FL_CHOOSE_SIGNAL, "a fatal signal arrives", NULL))
		fl_hw_current->fatal = 1;
	return fl_hw_current->fatal;
}

int fl_hw_contended(const char *name)
{
	return fl_choose_once(FL_CHOOSE_BUSY, "an outsider has ", name);
}
