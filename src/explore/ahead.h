/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ahead.h - helper processes that make runs before the search reaches them
 *
 *  - fl_ahead_start(), _stop(), _renew()
 *  - fl_ahead_take(), _told()
 *  - fl_ahead_settle()
 *
 * The next run of a search depends on all runs before it, so runs cannot simply
 * be distributed.  But pending branches of the path are known long before the
 * search reaches them.  A helper, a forked copy of the process, explores such a
 * branch ahead of time and records its results.  When the search reaches the
 * branch, and everything that the branch's runs depend on is unchanged, the
 * search adopts what the helper has done so far: a summary of each run, the
 * sequences that its races insert into wakeup trees of earlier points, and the
 * path of the next run.
 *
 *   search      t1 ..................... t2: adopted   next ...
 *   helper      t2 ..................... | t3
 *
 * In a random search each run is known by its number, and helpers make runs of
 * higher numbers.
 *
 * The result is that of the search alone, down to the order of its runs,
 * whatever helpers do.  A helper leaves an exceptional run to the search: one
 * that violates a rule, or that finds a new visible word.
 */
#ifndef FL_EXPLORE_AHEAD_H
#define FL_EXPLORE_AHEAD_H

struct fl_search;
struct fl_ahead;

struct fl_ahead_config {
	unsigned int helpers; /* working at a time, from 1 */
	/* Number of runs that a part of the search must be expected to have;
	 * default 64. */
	unsigned long worth;
	/* Most runs of a part; default and upper bound 8192. */
	unsigned long most;
	/* Wait for each part to complete, so that runs are reproducible. */
	_Bool wait;
	/*
	 * Checks a run whose threads have ended, in the helper process.
	 * Return: 0, with a result of the run; otherwise the search must make
	 * the run itself.
	 */
	int (*judge)(void *arg, unsigned long *result);
	void *arg;
};

/* Return: size of the address range that fl_ahead_start() takes for
 * @helpers. */
unsigned long fl_ahead_size(unsigned int helpers);

/*
 * fl_ahead_start - give helpers to a search
 * Context: fl_search_next() was not called yet.  The process has one thread,
 * and waits only for children that it knows.
 * Return: 0, -ENOMEM; -EINVAL: more than 1024 helpers.
 */
int fl_ahead_start(struct fl_search *search,
		   const struct fl_ahead_config *config);

/* fl_ahead_stop - end all helpers */
void fl_ahead_stop(struct fl_search *search);

/* fl_ahead_renew - end all helpers and drop their results, because what is
 * known of the program has changed */
void fl_ahead_renew(struct fl_ahead *ahead);

/*
 * fl_ahead_take - adopt the next run from a helper, if one has made it
 *
 * While runs of a part are adopted, only their summaries are known: the path of
 * the search stays that of the first of them.
 * Context: fl_search_plan() has returned 1.
 * Return: 1: @search has the summary of the run, and search->result its result;
 * 0: no helper has made the run.
 */
int fl_ahead_take(struct fl_ahead *ahead, struct fl_search *search);

/* fl_ahead_told - the adopted run was counted */
void fl_ahead_told(struct fl_ahead *ahead, struct fl_search *search);

/*
 * fl_ahead_settle - make the adopted runs of the current part in this process
 *
 * They are not counted again.  Afterwards, the path of the search is that of
 * the next run.
 * Return: 0; -EILSEQ: a run differs from the helper's summary; -errno.
 */
int fl_ahead_settle(struct fl_ahead *ahead, struct fl_search *search);

#endif /* FL_EXPLORE_AHEAD_H */
