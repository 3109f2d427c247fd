/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * checkpoint.h - save a search to a file, and resume it in another process
 *
 *  - fl_checkpoint_save()
 *  - fl_checkpoint_load()
 *
 * A checkpoint has the path of the search (path.h), the visible words, and the
 * counts; nothing else is needed, because machines are booted again.
 *
 * The search holds a lock on the file (file.h) and always replaces it as a
 * whole.
 */
#ifndef FL_EXPLORE_CHECKPOINT_H
#define FL_EXPLORE_CHECKPOINT_H

#include "explore/file.h"
#include "explore/search.h"
#include "explore/set.h"

#define FL_CHECKPOINT_KEPT 2

struct fl_checkpoint {
	struct fl_file *file;	  /* open */
	const char *of;		  /* program, kind of search, and build */
	struct fl_search *search; /* with its visible words */
	struct fl_set *states;
	unsigned long *hash; /* hash of all steps so far */
	/* Other data of the search; the sizes, in bytes, never change. */
	struct fl_kept {
		void *at;
		size_t size;
	} kept[FL_CHECKPOINT_KEPT];
};

/*
 * fl_checkpoint_save - write the search to its file
 * Context: fl_search_settle() has returned 1.
 * Return: 0; -ENOMEM; as fl_file_write().  After an error the file is
 * unchanged.
 */
int fl_checkpoint_save(const struct fl_checkpoint *checkpoint);

/*
 * fl_checkpoint_load - restore a search to its state at the save
 * Context: the search was just initialised, with the same mode; everything else
 * is empty.
 * Return: 0; -ENOENT: the file is empty; -EBADMSG: it is incomplete, or not a
 * checkpoint of this version; -ESTALE: it is of another search; -ENOSPC: one of
 * its runs exceeds the limit of steps; -ENOMEM; -errno of the read.  The search
 * is usable only after 0 and -ENOENT.
 */
int fl_checkpoint_load(const struct fl_checkpoint *checkpoint);

#endif /* FL_EXPLORE_CHECKPOINT_H */
