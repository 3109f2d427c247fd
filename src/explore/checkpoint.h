/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * checkpoint.h - a search in a file, to go on with after the process has ended
 *
 *  - fl_checkpoint_save()
 *  - fl_checkpoint_load()
 *
 * The path that it is on (path.h), which words are steps, and the counts are all there is
 * to keep; machines are booted again.
 *
 * The file is written beside the old one and then put in its place, so that there is
 * always a whole one.
 */
#ifndef FL_EXPLORE_CHECKPOINT_H
#define FL_EXPLORE_CHECKPOINT_H

#include "explore/search.h"
#include "explore/set.h"

struct fl_checkpoint {
	const char *path;
	const char *of;			/* what is searched, how, by which program */
	struct fl_search *search;	/* with what is shared */
	struct fl_set *states;
	unsigned long *hash;		/* of all steps so far */
};

/*
 * fl_checkpoint_save - write it down
 * Context: fl_search_settle() has returned 1.
 * Return: 0; -errno of what could not be done to the file.
 */
int fl_checkpoint_save(const struct fl_checkpoint *checkpoint);

/*
 * fl_checkpoint_load - go on where it was written down
 * Context: the search was just initialised, of the same mode; all else is empty.
 * Return: 0; -ENOENT: there is no such file; -EBADMSG: it is not whole, or none of ours;
 * -ESTALE: it is of something else; -ENOSPC: a run of it is longer than one may be;
 * -ENOMEM; -errno of what could not be done to the file.  Only with 0 and -ENOENT the
 * search can be used.
 */
int fl_checkpoint_load(const struct fl_checkpoint *checkpoint);

#endif /* FL_EXPLORE_CHECKPOINT_H */
