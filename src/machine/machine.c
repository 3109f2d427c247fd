/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.c - creation and destruction of a machine
 *
 *  - fl_machine_create(), fl_machine_destroy()
 *  - fl_machine_guard()
 *  - fl_machine_add_state(), fl_machine_audit()
 *
 * Invariant: fl_machine_current is the only machine, or NULL.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "internal.h"
#include "poison.h"

#define CALLBACKS_AT_ONCE	32

struct fl_machine *fl_machine_current;
int fl_poison_off;

struct fl_machine *fl_machine_create(const struct fl_machine_config *config)
{
	struct fl_machine *m;

	if (config->nr_frames < 2 || config->nr_frames > 1UL << 28 ||
	    config->nr_device_frames > 1UL << 28 ||
	    !config->nr_cpus || config->nr_cpus > FL_MAX_CPUS) {
		errno = EINVAL;
		return NULL;
	}
	if (fl_machine_current) {
		errno = EBUSY;
		return NULL;
	}
	m = fl_arena_map(config);
	if (!m)
		return NULL;
	m->signal_stack = malloc(FL_STACK_SIZE);
	if (!m->signal_stack)
		goto err_unmap;
	/* A process can end while others still use the machine. */
	if (config->shared)
		fl_root(m, sizeof(*m));
	fl_hw.nr_cpus = config->nr_cpus;
	fl_hw.stepping = 0;
	/* Each process has its own record of what is poisoned. */
	fl_poison_off = config->shared;
	m->next_asid = 1;
	m->print_warnings = config->print_warnings;
	fl_machine_current = m;
	fl_frame_init(m);
	fl_thread_init(m);
	fl_report_install(m);
	return m;

err_unmap:
	fl_arena_unmap(m);
	memset(&fl_hw, 0, sizeof(fl_hw));
	errno = ENOMEM;
	return NULL;
}

void fl_machine_destroy(struct fl_machine *m)
{
	unsigned int i;

	if (!m)
		return;
	if (m->guarded)
		fl_internal("machine destroyed inside a guard");
	fl_machine_forget(m);
	fl_report_remove(m);
	fl_thread_exit(m);
	for (i = m->nr_states; i-- > 0;) {
		memcpy(m->states[i].start, m->states[i].copy,
		       m->states[i].len);
		free(m->states[i].copy);
	}
	free(m->signal_stack);
	if (m->memory >= 0)
		fl_no_root(m, sizeof(*m));
	fl_arena_unmap(m);
	memset(&fl_hw, 0, sizeof(fl_hw));
	fl_machine_current = NULL;
}

/* Real threads do not wait until callbacks have run: if there are many, a
 * thread that enters without a lock runs them. */
static void run_callbacks(struct fl_machine *m)
{
	const struct fl_thread *t = fl_thread_self();

	FL_HOLD();
	if (m->native && m->nr_callbacks > CALLBACKS_AT_ONCE && !t->nr_held &&
	    !t->rcu_nesting && !t->in_callback && !t->quiet)
		fl_rcu_run_ready(m);
}

int fl_machine_guard(struct fl_machine *m, int (*fn)(void *), void *arg)
{
	int ret;

	if (m->dead)
		return -ENOTRECOVERABLE;
	if (m->guarded) {
		run_callbacks(m);
		return fn(arg);
	}
	if (!m->scheduler)	/* the scheduler armed it, for many runs */
		fl_report_arm(m);
	m->guarded = 1;
	/* The signal mask need not be restored: the handler does not block any
	 * signal. */
	ret = sigsetjmp(m->unwind, 0) ? -ENOTRECOVERABLE : fn(arg);
	m->guarded = 0;
	fl_hw.stepping = 0;	/* if the world ended during a step */
	return ret;
}

const struct fl_end *fl_machine_end(struct fl_machine *m)
{
	return m->end.kind ? &m->end : NULL;
}

void fl_machine_violate(const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fl_violate("%s", text);
}

/* Replace private pages by shared ones with the same contents. */
static void share(void *start, unsigned long len, const void *contents)
{
	if ((unsigned long)start % FL_PAGE_SIZE || len % FL_PAGE_SIZE ||
	    mmap(start, len, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != start)
		fl_internal("static data at %p, %lu bytes, cannot be shared",
			    start, len);
	memcpy(start, contents, len);
}

void fl_machine_user(struct fl_machine *m, const struct fl_user *user)
{
	m->user = user;
}

void fl_machine_add_state(struct fl_machine *m, void *start, unsigned long len)
{
	struct fl_state *state;

	if (!len)
		return;
	if (m->nr_states == FL_LIMIT_STATES)
		fl_limit(FL_LIMIT_STATES);
	state = &m->states[m->nr_states];
	state->copy = malloc(len);
	if (!state->copy)
		fl_internal("no host memory for %lu bytes of state", len);
	memcpy(state->copy, start, len);
	if (m->memory >= 0)
		share(start, len, state->copy);
	state->start = start;
	state->len = len;
	m->nr_states++;
}

unsigned int fl_machine_regions(struct fl_machine *m)
{
	return 1 + m->nr_states;
}

void fl_machine_region(struct fl_machine *m, unsigned int i,
		       unsigned long *start, unsigned long *len)
{
	*start = i ? (unsigned long)m->states[i - 1].start : (unsigned long)m;
	*len = i ? m->states[i - 1].len : m->arena_size;
}

unsigned long fl_machine_locked_folio(struct fl_machine *m, unsigned int *thread)
{
	unsigned long pfn;

	for (pfn = 0; pfn < fl_hw.nr_frames + fl_hw.nr_device_frames; pfn++)
		if (m->frames[pfn].folio_owner) {
			*thread = m->frames[pfn].folio_owner - 1;
			return pfn;
		}
	return FL_NO_FRAME;
}

void fl_machine_audit(struct fl_machine *m, struct fl_audit *audit)
{
	unsigned int i;

	memset(audit, 0, sizeof(*audit));
	audit->frames = m->nr_live_frames;
	audit->objects = m->nr_live_objects;
	audit->locks = m->nr_folio_locks;
	audit->rcu_callbacks = m->nr_callbacks;
	for (i = 0; i < FL_LIMIT_THREADS; i++) {
		audit->locks += m->threads[i].nr_held;
		audit->rcu_sections += !!m->threads[i].rcu_nesting;
	}
	for (i = 0; i < FL_LIMIT_SRCU_SECTIONS; i++)
		audit->rcu_sections += m->srcu[i].open;
}
