/* SPDX-License-Identifier: GPL-2.0-only */
/* choice.h - choices that a program leaves open */
#ifndef FL_MACHINE_CHOICE_H
#define FL_MACHINE_CHOICE_H

struct fl_choices {
	unsigned int open; /* FL_CHOOSE_* */
};

struct fl_thread_choices {
	unsigned int last; /* outcome of fl_hw_choose() */
	unsigned int made; /* FL_CHOOSE_* already chosen once */
};

/* Return: whether the program leaves @which open. */
_Bool fl_choice_is_open(unsigned int which);
/* Return: whether an open choice @which has its unusual outcome here, which it
 * may have once per thread if the program leaves it open.  @what, @name:
 * describe that outcome. */
int fl_choose_once(unsigned int which, const char *what, const char *name);

#endif /* FL_MACHINE_CHOICE_H */
