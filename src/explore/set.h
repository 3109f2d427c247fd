/* SPDX-License-Identifier: GPL-2.0-only */
/* set.h - a set of numbers that grows: which final states, which classes were met */
#ifndef FL_EXPLORE_SET_H
#define FL_EXPLORE_SET_H

struct fl_set {
	unsigned long *at;		/* 0: free */
	unsigned long nr, mask;
	unsigned long sum;		/* the same for the same members */
	_Bool has_zero;
};

/* Return: 1: it is new; 0; -ENOMEM. */
int fl_set_add(struct fl_set *set, unsigned long member);
/* Return: is it a member? */
int fl_set_has(const struct fl_set *set, unsigned long member);
void fl_set_free(struct fl_set *set);

#endif /* FL_EXPLORE_SET_H */
