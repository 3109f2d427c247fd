/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * look.h - the state of a world that a recording shows, and what things are called
 *
 *  - fl_look_begin()     which pages, of whom
 *  - fl_look_state()     a short word for each column
 *  - fl_look_object()    what an operation is about
 *
 * Columns: the page-table entry of each page in each process, each device's right to
 * it, and of the folio that the first page has at the beginning, its references and
 * its lock.  Processes that are born in a run get theirs then.
 */
#ifndef FL_TRACE_LOOK_H
#define FL_TRACE_LOOK_H

#include "trace/recording.h"
#include "world/internal.h"

enum fl_column_kind {
	FL_COLUMN_PTE,
	FL_COLUMN_DEVICE,
	FL_COLUMN_REFS,
	FL_COLUMN_LOCK,
};

struct fl_column {
	enum fl_column_kind kind;
	void *subject;			/* process, device */
	unsigned long addr;
};

struct fl_look {
	struct fl_world *world;
	struct fl_recording *recording;	/* its columns and strings */
	unsigned long addr, pages;
	unsigned long pfn;		/* of the first page, at first; or 0 */
	struct fl_column columns[FL_RECORD_COLUMNS];
	const char **state;		/* of the call that goes on */
};

void fl_look_begin(struct fl_look *look, const char **state);

/* Context: as fl_machine_look(). */
void fl_look_state(struct fl_look *look, const char **state);

/* Return: a name; *@column: the column that it is, or -1; *@data: it is user memory of
 * a watched page. */
const char *fl_look_object(struct fl_look *look, const struct fl_op *op,
			   int *column, _Bool *data);

/* Return: the column of the folio's lock, or -1. */
int fl_look_lock(const struct fl_look *look);

/* What lies at an address, which something points to.  Return: 0: nobody knows. */
int fl_look_name(struct fl_look *look, unsigned long addr, char *text, size_t size);

#endif /* FL_TRACE_LOOK_H */
