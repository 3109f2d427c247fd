/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stack.c - stacks of threads, and switches between them
 *
 *  - fl_stack_map(), fl_stack_prepare(), fl_stack_switch()
 *  - fl_stack_holds(), fl_stack_guards(), fl_stack_spans()
 *
 * ASan and Valgrind are notified of each stack.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>

#include "internal.h"
#include "poison.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define FIBER_LEAVE(save, to) \
	__sanitizer_start_switch_fiber(save, (to)->bottom, (to)->size)
#define FIBER_ENTER(fake) __sanitizer_finish_switch_fiber(fake, NULL, NULL)
#else
#define FIBER_LEAVE(save, to) ((void)(save))
#define FIBER_ENTER(fake)     ((void)(fake))
#endif

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef VALGRIND_STACK_REGISTER
#define VALGRIND_STACK_REGISTER(start, end) 0
#define VALGRIND_STACK_DEREGISTER(id)	    ((void)(id))
#endif

unsigned long fl_stacks_size(void)
{
	return FL_LIMIT_THREADS * (FL_STACK_SIZE + FL_PAGE_SIZE);
}

void fl_stacks_place(struct fl_machine *m, char *start)
{
	m->stacks.start = start;
}

char *fl_stacks_start(const struct fl_machine *m)
{
	return m->stacks.start;
}

void fl_stack_of_host(struct fl_thread *t)
{
	pthread_attr_t attr;
	void *bottom;

	if (!pthread_getattr_np(pthread_self(), &attr)) {
		if (!pthread_attr_getstack(&attr, &bottom, &t->stack.size))
			t->stack.bottom = bottom;
		pthread_attr_destroy(&attr);
	}
}

int fl_stack_map(struct fl_machine *m, struct fl_thread *t)
{
	char *p = m->stacks.start + t->hw.id * (FL_STACK_SIZE + FL_PAGE_SIZE);

	if (t->stack.start)
		return 0;
	if (mprotect(p, FL_PAGE_SIZE, PROT_NONE))
		return -ENOMEM;
	t->stack.start = p;
	t->stack.bottom = p + FL_PAGE_SIZE;
	t->stack.size = FL_STACK_SIZE;
	return 0;
}

void fl_stack_remove(struct fl_thread *t)
{
	if (t->stack.valgrind_registered)
		VALGRIND_STACK_DEREGISTER(t->stack.valgrind_id);
}

void fl_stack_prepare(struct fl_thread *t, void (*entry)(void))
{
	struct fl_thread_stack *s = &t->stack;

	s->fake = NULL;
	fl_fresh_stack(s->start + FL_PAGE_SIZE, FL_STACK_SIZE);
	fl_fiber_prepare(&s->fiber, s->start + FL_PAGE_SIZE, FL_STACK_SIZE,
			 entry);
}

void fl_stack_entered(void)
{
	FIBER_ENTER(NULL);
}

/* Register a stack with Valgrind when a fiber first runs on it: if a registered
 * stack is never used, DRD (3.19) fails at the end of a pthread. */
static void register_with_valgrind(struct fl_thread_stack *s)
{
	if (!s->start || s->valgrind_registered)
		return;
	s->valgrind_id = VALGRIND_STACK_REGISTER(
		s->bottom, (char *)s->bottom + FL_STACK_SIZE);
	s->valgrind_registered = 1;
}

void fl_stack_switch(struct fl_thread *from, struct fl_thread *to, _Bool final)
{
	register_with_valgrind(&to->stack);
	FIBER_LEAVE(final ? NULL : &from->stack.fake, &to->stack);
	fl_fiber_switch(&from->stack.fiber, &to->stack.fiber);
	FIBER_ENTER(from->stack.fake);
}

_Bool fl_stack_holds(const struct fl_machine *m, unsigned int id,
		     unsigned long at)
{
	unsigned long guard = (unsigned long)m->threads[id].stack.start;

	return guard && at - guard - FL_PAGE_SIZE < FL_STACK_SIZE;
}

_Bool fl_stack_guards(const struct fl_thread *t, const char *at)
{
	return t->stack.start && at >= t->stack.start &&
	       at < t->stack.start + FL_PAGE_SIZE;
}

_Bool fl_stack_spans(const struct fl_thread *t, unsigned long at,
		     unsigned long size)
{
	unsigned long bottom = (unsigned long)t->stack.bottom;

	return at >= bottom && at < bottom + t->stack.size - size;
}
