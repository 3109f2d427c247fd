/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ahead.h - other processes make runs before the search comes to them
 *
 *  - fl_ahead_start(), _stop(), _renew()
 *  - fl_ahead_take(), _told()
 *  - fl_ahead_settle()
 *
 * What a search does next depends on all it has done, so that its runs cannot be dealt
 * out.  But what is still to be tried from a point of the path is known long before it
 * is come to: a helper, a copy of the process, is sent there at once and notes what it
 * finds.  When the search comes there, and all that its runs there depend on is as it was,
 * it takes over what the helper has done so far: the sum of each run, what its races want
 * to be tried earlier, and the path of the next run.
 *
 *   search      t1 ..................... t2: told      next ...
 *   helper      t2 ..................... | t3
 *
 * Of a search by chance each run is known by its number, and helpers make those of higher
 * numbers.
 *
 * So the result is that of the search alone, to the order of its runs, whatever helpers
 * do.  A run that is more than ordinary is left to the search to make: one that
 * breaks something, or shows that another word is to be a step.
 */
#ifndef FL_EXPLORE_AHEAD_H
#define FL_EXPLORE_AHEAD_H

struct fl_search;
struct fl_ahead;

struct fl_ahead_config {
	unsigned int helpers;		/* at work at a time, from 1 */
	/* Runs that a part of the search must be expected to have; default 64. */
	unsigned long worth;
	unsigned long most;		/* runs of a part; at most, and by default, 8192 */
	_Bool wait;			/* for each part, and so repeat */
	/*
	 * Looks at a run whose threads have ended, in the helper's process.  Return: 0,
	 * with a number that goes with the run; else the search has to make it.
	 */
	int (*judge)(void *arg, unsigned long *result);
	void *arg;
};

/* Return: bytes of address space that fl_ahead_start() takes for so many helpers. */
unsigned long fl_ahead_size(unsigned int helpers);

/*
 * fl_ahead_start - give a search helpers
 * Context: fl_search_next() was not called yet.  The process has one thread, and waits
 * only for children that it knows.
 * Return: 0, -ENOMEM; -EINVAL: more than 1024 helpers.
 */
int fl_ahead_start(struct fl_search *search,
		   const struct fl_ahead_config *config);

/* fl_ahead_stop - no helper is left */
void fl_ahead_stop(struct fl_search *search);

/* fl_ahead_renew - what was learnt of the program has changed, and helpers know less */
void fl_ahead_renew(struct fl_ahead *ahead);

/*
 * fl_ahead_take - the next run from a helper, if one has made it
 *
 * The search goes to the middle of a part, where runs are told, in sum only: its path is
 * that of the first of them.
 * Context: fl_search_plan() has returned 1.
 * Return: 1: its sums are those of search, and search->result goes with it; 0.
 */
int fl_ahead_take(struct fl_ahead *ahead, struct fl_search *search);

/* fl_ahead_told - ... and it was counted */
void fl_ahead_told(struct fl_ahead *ahead, struct fl_search *search);

/*
 * fl_ahead_settle - the runs of the part that were told are made here
 *
 * They are not counted again.  Then the search's path is that of the next run.
 * Return: 0; -EILSEQ: a run is not as it was told; -errno.
 */
int fl_ahead_settle(struct fl_ahead *ahead, struct fl_search *search);

#endif /* FL_EXPLORE_AHEAD_H */
