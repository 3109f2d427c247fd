/* SPDX-License-Identifier: GPL-2.0-only */
/* guard.h - the point that a world which has ended returns to */
#ifndef FL_MACHINE_GUARD_H
#define FL_MACHINE_GUARD_H

#include <setjmp.h>

#include "faultlab/types.h"

struct fl_machine;

struct fl_guard_point {
	int entered;
	sigjmp_buf unwind;
	unsigned long frame; /* of the function that entered */
};

struct fl_guard {
	int dead;      /* the world has ended */
	_Bool looking; /* keep @end: fl_looking_begin() */
	struct fl_guard_point point;
	struct fl_end end;
};

_Bool fl_guard_is_entered(const struct fl_machine *m);
_Bool fl_guard_is_dead(const struct fl_machine *m);
/* Return: the frame record of the function with the outermost bracket, which
 * ends backtraces; 0: none is entered. */
unsigned long fl_guard_frame(const struct fl_machine *m);

/* End the world for @end, unless it has ended before.  Returns only outside a
 * guard. */
void fl_guard_end(struct fl_machine *m, const struct fl_end *end);
/* Return to the outermost guard, on whose stack the caller is. */
void fl_guard_leave(struct fl_machine *m) __attribute__((noreturn));
/* Leave if the world has ended. */
void fl_guard_check(struct fl_machine *m);

/* Between the two calls, another thread may enter a guard of its own. */
void fl_guard_suspend(struct fl_machine *m, struct fl_guard_point *point);
void fl_guard_resume(struct fl_machine *m, const struct fl_guard_point *point);

#endif /* FL_MACHINE_GUARD_H */
