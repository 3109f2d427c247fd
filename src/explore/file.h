/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.h - a regular file that one process at a time writes, always as a whole
 *
 *  - fl_file_open(), fl_file_close()
 *  - fl_file_read()
 *  - fl_file_write()
 *  - fl_file_remove()
 *
 * A write goes to a new file, NAME.faultlab-new, in the same folder, which then
 * replaces the old file; so the old contents remain until the new ones are
 * complete.  A symbolic link is followed once, and stays.
 *
 * Invariants: while a file is open, this process holds a POSIX lock on it
 * (fcntl(2)), which ends with the process in any case.  What another program
 * has written is never replaced.
 */
#ifndef FL_EXPLORE_FILE_H
#define FL_EXPLORE_FILE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "explore/bytes.h"

struct fl_file {
	char *path;	  /* of the regular file; NULL: not open */
	char *beside;	  /* path of the new file */
	int fd;		  /* holds the lock */
	_Bool created;	  /* by fl_file_open(), not written yet */
	struct stat seen; /* as last seen by this process */
	/* After -EWOULDBLOCK: PID of the lock's holder; 0: unknown. */
	pid_t holder;
};

/*
 * fl_file_open - create the file if it does not exist, lock it, and check that
 * its folder is writable
 * Return: 0; -EWOULDBLOCK: another process holds it; -EISDIR: it is a
 * directory; -ENXIO: it is a device, a FIFO or a socket; -ENOTEMPTY:
 * NAME.faultlab-new, needed for writing, is a directory; -errno.  After an
 * error nothing is open, and nothing was created.
 */
int fl_file_open(struct fl_file *file, const char *name);

/*
 * fl_file_read - read the whole file, if it begins with @magic and its size
 * @bytes: empty; the caller frees @bytes->at
 * The size is 8 bytes, the lowest first, and counts the whole file.
 * Return: 0; -ENOENT: it is empty; -EBADMSG: it is something else, or
 * truncated; -ENOMEM; -errno.  Nothing else is read or allocated unless the
 * file begins so.
 */
int fl_file_read(struct fl_file *file, const char *magic,
		 struct fl_bytes *bytes);

/*
 * fl_file_write - replace the contents
 * Return: 0; -EEXIST: another program has changed or replaced the file; -errno.
 * After an error the old contents remain.
 */
int fl_file_write(struct fl_file *file, const struct fl_bytes *bytes);

/* fl_file_close - close the file; remove it if fl_file_open() created it and it
 * is still empty */
void fl_file_close(struct fl_file *file);

/* fl_file_remove - remove and close the file; a link to it stays
 * Return: 0, also if it was already removed; -EEXIST: another program has
 * changed or replaced it, and it stays; -errno. */
int fl_file_remove(struct fl_file *file);

#endif /* FL_EXPLORE_FILE_H */
