/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * checkpoint.h - a search in a file, to be resumed after the process has ended
 *
 *  - fl_checkpoint_save()
 *  - fl_checkpoint_load()
 *
 * The path that it is on (path.h), which words are steps, and the counts are all there is
 * to keep; machines are booted again.
 *
 * The file (file.h) is locked while the search has it, and is replaced as a whole.
 */
#ifndef FL_EXPLORE_CHECKPOINT_H
#define FL_EXPLORE_CHECKPOINT_H

#include "explore/file.h"
#include "explore/search.h"
#include "explore/set.h"

#define FL_CHECKPOINT_KEPT	2

struct fl_checkpoint {
	struct fl_file *file;		/* open */
	const char *of;			/* what is searched, how, by which program */
	struct fl_search *search;	/* with what is shared */
	struct fl_set *states;
	unsigned long *hash;		/* of all steps so far */
	/* What else goes with the search; the sizes, in bytes, are always the same. */
	struct fl_kept {
		void *at;
		size_t size;
	} kept[FL_CHECKPOINT_KEPT];
};

/*
 * fl_checkpoint_save - write the search to its file
 * Context: fl_search_settle() has returned 1.
 * Return: 0; -ENOMEM; as fl_file_write().  After an error the file is as it was.
 */
int fl_checkpoint_save(const struct fl_checkpoint *checkpoint);

/*
 * fl_checkpoint_load - continue where the search was when it was saved
 * Context: the search was just initialised, of the same mode; all else is empty.
 * Return: 0; -ENOENT: the file is empty; -EBADMSG: it is not complete, or not a checkpoint
 * of this version; -ESTALE: it is of something else; -ENOSPC: a run of it is longer than
 * one may be; -ENOMEM; -errno of the read.  Only with 0 and -ENOENT the search can be used.
 */
int fl_checkpoint_load(const struct fl_checkpoint *checkpoint);

#endif /* FL_EXPLORE_CHECKPOINT_H */
