/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * state.c - static data of the kernel, outside the arena
 *
 *  - fl_machine_add_state(), fl_states_remove()
 *  - fl_machine_regions(), fl_machine_region()
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "internal.h"

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

void fl_machine_add_state(struct fl_machine *m, void *start, unsigned long len)
{
	struct fl_state *state;

	if (!len)
		return;
	if (m->states.nr == FL_LIMIT_STATES)
		fl_limit(FL_LIMIT_STATES);
	state = &m->states.states[m->states.nr];
	state->copy = malloc(len);
	if (!state->copy)
		fl_internal("no host memory for %lu bytes of state", len);
	memcpy(state->copy, start, len);
	if (fl_arena_is_shared(m))
		share(start, len, state->copy);
	state->start = start;
	state->len = len;
	m->states.nr++;
}

void fl_states_remove(struct fl_machine *m)
{
	while (m->states.nr) {
		struct fl_state *state = &m->states.states[--m->states.nr];

		memcpy(state->start, state->copy, state->len);
		free(state->copy);
	}
}

unsigned int fl_machine_regions(struct fl_machine *m)
{
	return 1 + m->states.nr;
}

void fl_machine_region(struct fl_machine *m, unsigned int i,
		       unsigned long *start, unsigned long *len)
{
	const struct fl_state *states = m->states.states;

	*start = i ? (unsigned long)states[i - 1].start : (unsigned long)m;
	*len = i ? states[i - 1].len : fl_arena_size(m);
}
