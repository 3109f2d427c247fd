/* SPDX-License-Identifier: GPL-2.0-only */
/* set.h - a growing set of numbers, such as final states or classes */
#ifndef FL_EXPLORE_SET_H
#define FL_EXPLORE_SET_H

struct fl_set {
	unsigned long *at; /* 0: free slot */
	unsigned long nr, mask;
	unsigned long sum; /* equal for equal sets */
	_Bool has_zero;
};

/* Return: 1: @member is new; 0: it is not; -ENOMEM. */
int fl_set_add(struct fl_set *set, unsigned long member);
/* Return: whether @member is in the set. */
int fl_set_has(const struct fl_set *set, unsigned long member);
void fl_set_free(struct fl_set *set);

#endif /* FL_EXPLORE_SET_H */
