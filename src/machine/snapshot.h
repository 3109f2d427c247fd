/* SPDX-License-Identifier: GPL-2.0-only */
/* snapshot.h - the pages written since the snapshot */
#ifndef FL_MACHINE_SNAPSHOT_H
#define FL_MACHINE_SNAPSHOT_H

/* Handle the first write to a page.  Return: 1 if the write at @address can be
 * retried. */
int fl_snapshot_touched(void *address);
/* Return: page number @i of those written since the snapshot, with its contents
 * at the snapshot in *@was; NULL: there are fewer. */
const char *fl_snapshot_page(unsigned long i, const char **was);

#endif /* FL_MACHINE_SNAPSHOT_H */
