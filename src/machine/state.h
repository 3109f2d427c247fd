/* SPDX-License-Identifier: GPL-2.0-only */
/* state.h - static data of the kernel, outside the arena */
#ifndef FL_MACHINE_STATE_H
#define FL_MACHINE_STATE_H

struct fl_machine;

#define FL_LIMIT_STATES 64

struct fl_state {
	void *start;
	void *copy; /* as it was when it was added */
	unsigned long len;
};

struct fl_states {
	struct fl_state states[FL_LIMIT_STATES];
	unsigned int nr;
};

/* Restore all data as it was when it was added, and forget it. */
void fl_states_remove(struct fl_machine *m);

#endif /* FL_MACHINE_STATE_H */
