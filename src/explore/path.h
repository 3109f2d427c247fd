/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * path.h - where a search is, as bytes
 *
 *  - fl_path_put(), _get()   all of it
 *  - fl_path_put_to()   ... to one point only
 *  - fl_path_put_from(), _get_from()   ... from one point on
 *  - fl_path_put_sequence(), _get_sequence()   what a tree was to cover
 *  - fl_path_key(), _key_of()   a number for it
 *
 * A search is stateless but for the path it is on: for each point of the run to be made
 * next, the step that was taken from there, who sleeps, and what is still to be tried.
 *
 * What is read is of the same program, with the same words as steps.
 */
#ifndef FL_EXPLORE_PATH_H
#define FL_EXPLORE_PATH_H

#include "explore/bytes.h"
#include "explore/search.h"
#include "explore/set.h"

/* Sequences of steps, each with the point whose tree is to cover it, each once. */
struct fl_sequences {
	struct fl_bytes bytes;
	struct fl_set seen;
};

/*
 * fl_path_put - the path of the run to be made next
 * Context: fl_search_settle() has returned 1.
 */
void fl_path_put(struct fl_bytes *out, const struct fl_search *search);

/*
 * fl_path_put_to - ... as if the run were made from the point @depth on
 * Context: as fl_path_put(); @depth < search->replay.
 */
void fl_path_put_to(struct fl_bytes *out, const struct fl_search *search,
		    unsigned int depth);

/*
 * fl_path_get - a search goes on where another one was, and forgets where it is
 * Context: search->runs is as it was there, or more.
 * Return: 0: there is a next run; -EBADMSG: it is no path; -ENOSPC: a run of it is longer
 * than one may be here; -ENOMEM.  Only with 0 the search can be used.
 */
int fl_path_get(struct fl_bytes *in, struct fl_search *search);

/*
 * fl_path_put_from - what fl_path_put() says of what comes after the point @depth
 * Context: as fl_path_put(); @depth < search->replay.
 */
void fl_path_put_from(struct fl_bytes *out, const struct fl_search *search,
		      unsigned int depth);

/*
 * fl_path_get_from - a search whose path is the same to the point @depth goes on there
 * Context: search->replay is @depth + 1.
 * Return: as fl_path_get().
 */
int fl_path_get_from(struct fl_bytes *in, struct fl_search *search,
		     unsigned int depth);

/* fl_path_put_sequence - one that the tree of the point @depth is to cover, if it is new */
void fl_path_put_sequence(struct fl_sequences *out, unsigned int depth,
			  const struct fl_step *sequence, unsigned int nr);

/*
 * fl_path_get_sequence - the next one, into search->sequence
 * Return: how many steps; *@depth is that of the point.  0: it is none.
 */
unsigned int fl_path_get_sequence(struct fl_bytes *in, struct fl_search *search,
				  unsigned int *depth);

/*
 * fl_path_key - a number that stands for where the next run begins: the steps that it repeats,
 * and who sleeps then
 * Context: fl_search_plan() has returned 1.
 */
uint64_t fl_path_key(const struct fl_search *search);

/* fl_path_key_of - ... for what a tree has */
uint64_t fl_path_key_of(const struct fl_branch *tree);

#endif /* FL_EXPLORE_PATH_H */
