/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.h - a regular file that one process at a time writes, always as a whole
 *
 *  - fl_file_open(), fl_file_close()
 *  - fl_file_read()
 *  - fl_file_write()
 *  - fl_file_remove()
 *
 * A write goes to a new file beside the old one, NAME.faultlab-new, which then takes its
 * place; so the old contents are there until the new ones are complete.  A symbolic link
 * is followed once, and stays.
 *
 * Invariants: while a file is open, a POSIX lock (fcntl(2)) of this process is on it, which
 * ends with the process, however that ends.  What another program has written is never
 * replaced.
 */
#ifndef FL_EXPLORE_FILE_H
#define FL_EXPLORE_FILE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "explore/bytes.h"

struct fl_file {
	char *path;		/* of the regular file; NULL: none is open */
	char *beside;		/* of its next contents */
	int fd;			/* has the lock */
	_Bool created;		/* by fl_file_open(), and not written yet */
	struct stat seen;	/* as this process has left it */
	pid_t holder;		/* after -EWOULDBLOCK: the process that has it; 0: unknown */
};

/*
 * fl_file_open - create the file if it does not exist, lock it, and try its folder
 * Return: 0; -EWOULDBLOCK: another process has it; -EISDIR: it is a directory; -ENXIO: it
 * is a device, a FIFO or a socket; -ENOTEMPTY: NAME.faultlab-new, which takes its place when
 * it is written, is a directory; -errno.  After an error nothing is open, and nothing was
 * created.
 */
int fl_file_open(struct fl_file *file, const char *name);

/*
 * fl_file_read - all of it, if it begins with @magic and its size
 * @bytes: empty; the caller frees @bytes->at.  The size is 8 bytes, the lowest first, and
 * counts all of the file.
 * Return: 0; -ENOENT: it is empty; -EBADMSG: it is something else, or not whole; -ENOMEM;
 * -errno.  Nothing is read or allocated for a file that does not begin so.
 */
int fl_file_read(struct fl_file *file, const char *magic, struct fl_bytes *bytes);

/*
 * fl_file_write - replace the contents
 * Return: 0; -EEXIST: another program has changed or replaced the file; -errno.  After an
 * error the old contents are there.
 */
int fl_file_write(struct fl_file *file, const struct fl_bytes *bytes);

/* fl_file_close - an empty file that fl_file_open() has created is removed */
void fl_file_close(struct fl_file *file);

/* fl_file_remove - remove and close the file; a link to it stays
 * Return: 0, also if it was removed before; -EEXIST: another program has changed or replaced
 * it, and it stays; -errno. */
int fl_file_remove(struct fl_file *file);

#endif /* FL_EXPLORE_FILE_H */
