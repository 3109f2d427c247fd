/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * path.h - serialise the path of a search
 *
 *  - fl_path_put(), _get()   the whole path
 *  - fl_path_put_to()   the path up to one point
 *  - fl_path_put_from(), _get_from()   the path after one point
 *  - fl_path_put_sequence(), _get_sequence()   sequences to insert into trees
 *  - fl_path_key(), _key_of()   a hash of it
 *
 * The path is the only state of a search: for each point of the next run, the
 * step taken from there, the sleep set, and the wakeup tree.
 *
 * Data that is read must be of the same program, with the same visible words.
 */
#ifndef FL_EXPLORE_PATH_H
#define FL_EXPLORE_PATH_H

#include "explore/bytes.h"
#include "explore/search.h"
#include "explore/set.h"

/* A set of sequences of steps, each with the point whose tree must cover it. */
struct fl_sequences {
	struct fl_bytes bytes;
	struct fl_set seen;
};

/*
 * fl_path_put - write the path of the next run
 * Context: fl_search_settle() has returned 1.
 */
void fl_path_put(struct fl_bytes *out, const struct fl_search *search);

/*
 * fl_path_put_to - write the path as if the next run branched at point @depth
 * Context: as fl_path_put(); @depth < search->replay.
 */
void fl_path_put_to(struct fl_bytes *out, const struct fl_search *search,
		    unsigned int depth);

/*
 * fl_path_get - replace the path of a search by one that was written
 * Context: search->runs is at least what it was when the path was written.
 * Return: 0: there is a next run; -EBADMSG: not a path; -ENOSPC: one of its
 * runs exceeds the limit of steps; -ENOMEM.  The search is usable only after 0.
 */
int fl_path_get(struct fl_bytes *in, struct fl_search *search);

/*
 * fl_path_put_from - write the path after point @depth
 * Context: as fl_path_put(); @depth < search->replay.
 */
void fl_path_put_from(struct fl_bytes *out, const struct fl_search *search,
		      unsigned int depth);

/*
 * fl_path_get_from - continue a search whose path is the same up to point
 * @depth
 * Context: search->replay is @depth + 1.
 * Return: as fl_path_get().
 */
int fl_path_get_from(struct fl_bytes *in, struct fl_search *search,
		     unsigned int depth);

/* fl_path_put_sequence - write a sequence that the tree of point @depth must
 * cover, unless it was written before */
void fl_path_put_sequence(struct fl_sequences *out, unsigned int depth,
			  const struct fl_step *sequence, unsigned int nr);

/*
 * fl_path_get_sequence - read the next sequence into search->sequence
 * Return: its number of steps, with the point in *@depth; 0: malformed.
 */
unsigned int fl_path_get_sequence(struct fl_bytes *in, struct fl_search *search,
				  unsigned int *depth);

/*
 * fl_path_key - hash the start of the next run: its prefix, and the sleep set
 * after it
 * Context: fl_search_plan() has returned 1.
 */
uint64_t fl_path_key(const struct fl_search *search);

/* fl_path_key_of - hash a tree */
uint64_t fl_path_key_of(const struct fl_branch *tree);

#endif /* FL_EXPLORE_PATH_H */
