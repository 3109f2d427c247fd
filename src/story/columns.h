/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * columns.h - the state of a world that a recording shows, and names of objects
 *
 *  - fl_columns_begin()     choose pages and processes
 *  - fl_columns_state()     get a short word for each column
 *  - fl_columns_object()    name the object of an operation
 *
 * Columns: the page-table entry of each page in each process; each device's
 * right to the page; and the references and the lock of the folio that the
 * first page has at the start.  A process that is created during a run gets its
 * columns at that point.
 */
#ifndef FL_STORY_COLUMNS_H
#define FL_STORY_COLUMNS_H

#include "story/recording.h"
#include "world/internal.h"

enum fl_column_kind {
	FL_COLUMN_PTE,
	FL_COLUMN_DEVICE,
	FL_COLUMN_REFS,
	FL_COLUMN_LOCK,
};

struct fl_column {
	enum fl_column_kind kind;
	void *subject; /* a process or a device */
	unsigned long addr;
};

struct fl_columns {
	struct fl_world *world;
	struct fl_recording *recording; /* holds the columns and strings */
	unsigned long addr, pages;
	unsigned long pfn; /* of the first page at start; or 0 */
	struct fl_column columns[FL_RECORD_COLUMNS];
	const char **state; /* output of the current call */
};

void fl_columns_begin(struct fl_columns *columns, const char **state);

/* Context: as for FL_LOOK(). */
void fl_columns_state(struct fl_columns *columns, const char **state);

/* Return: a name; *@column: the column of the object, or -1; *@data: whether it
 * is user memory of a watched page. */
const char *fl_columns_object(struct fl_columns *columns,
			      const struct fl_op *op, int *column, _Bool *data);

/* Return: the column of the folio lock, or -1. */
int fl_columns_lock(const struct fl_columns *columns);

/* Name the target of a pointer.  Return: 0: it has no name. */
int fl_columns_name(struct fl_columns *columns, unsigned long addr, char *text,
		    size_t size);

#endif /* FL_STORY_COLUMNS_H */
