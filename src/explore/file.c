/* SPDX-License-Identifier: GPL-2.0-only */
/* file.c - a regular file that one process at a time writes; see file.h */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explore/file.h"

#define SIZE 8 /* bytes of the size, after the magic */

/* Return: 0: a regular file, or none. */
static int look(const char *name)
{
	struct stat st;

	if (stat(name, &st))
		return errno == ENOENT ? 0 : -errno;
	return S_ISREG(st.st_mode) ? 0 : S_ISDIR(st.st_mode) ? -EISDIR : -ENXIO;
}

/* O_NONBLOCK: if the name has become a FIFO since look(), the open does not
 * block. */
static int open_or_create(struct fl_file *f, const char *name)
{
	const int flags = O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

	f->fd = open(name, flags);
	if (f->fd < 0 && errno == ENOENT) {
		f->fd = open(name, flags | O_CREAT, 0666);
		f->created = f->fd >= 0;
	}
	if (f->fd < 0)
		return -errno;
	if (fstat(f->fd, &f->seen))
		return -errno;
	return S_ISREG(f->seen.st_mode) ? 0 : -ENXIO;
}

/* Return: 0, -EWOULDBLOCK with *@holder, -errno. */
static int lock(int fd, pid_t *holder)
{
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (!fcntl(fd, F_SETLK, &all))
		return 0;
	if (errno != EACCES && errno != EAGAIN)
		return -errno;
	*holder = 0;
	if (!fcntl(fd, F_GETLK, &all) && all.l_type != F_UNLCK)
		*holder = all.l_pid > 0 ? all.l_pid : 0;
	return -EWOULDBLOCK;
}

/* Return: whether @path still names the file that was seen. */
static int is_same(const char *path, const struct stat *seen)
{
	struct stat st;

	return !stat(path, &st) && st.st_dev == seen->st_dev &&
	       st.st_ino == seen->st_ino;
}

/* Create the file that will replace the other one.  Return: its descriptor;
 * -ENOTEMPTY: a directory has its name; -errno. */
static int create_beside(const struct fl_file *f)
{
	int fd;

	if (unlink(f->beside) && errno != ENOENT)
		return errno == EISDIR ? -ENOTEMPTY : -errno;
	fd = open(f->beside, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0666);
	return fd < 0 ? -errno : fd;
}

static int try_folder(const struct fl_file *f)
{
	int fd = create_beside(f);

	if (fd < 0)
		return fd;
	close(fd);
	return unlink(f->beside) ? -errno : 0;
}

/* Return: 0; 1: another process has replaced the file meanwhile; -errno. */
static int open_once(struct fl_file *f, const char *name)
{
	int ret = open_or_create(f, name);

	if (!ret)
		ret = lock(f->fd, &f->holder);
	if (ret)
		return ret;
	f->path = realpath(name, NULL);
	if (!f->path)
		return errno == ENOENT ? 1 : -errno;
	if (!is_same(f->path, &f->seen))
		return 1;
	if (asprintf(&f->beside, "%s.faultlab-new", f->path) < 0) {
		f->beside = NULL;
		return -ENOMEM;
	}
	return try_folder(f);
}

int fl_file_open(struct fl_file *f, const char *name)
{
	pid_t holder = 0;
	int ret;

	do {
		*f = (struct fl_file){ .fd = -1 };
		ret = look(name);
		if (!ret)
			ret = open_once(f, name);
		if (ret) {
			holder = f->holder;
			fl_file_close(f);
		}
	} while (ret > 0);
	f->holder = holder;
	return ret;
}

void fl_file_close(struct fl_file *f)
{
	if (f->fd >= 0) {
		if (f->created && f->path && is_same(f->path, &f->seen))
			unlink(f->path);
		close(f->fd);
	}
	free(f->path);
	free(f->beside);
	*f = (struct fl_file){ .fd = -1 };
}

/* -- reading -- */

/* Return: 0; -EBADMSG: the file ends before @n bytes; -errno. */
static int read_all(int fd, void *at, size_t n, off_t offset)
{
	while (n) {
		ssize_t done = pread(fd, at, n, offset);

		if (!done)
			return -EBADMSG;
		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			at = (char *)at + done;
			offset += done;
			n -= done;
		}
	}
	return 0;
}

int fl_file_read(struct fl_file *f, const char *magic, struct fl_bytes *b)
{
	size_t head = strlen(magic) + SIZE, i;
	unsigned char first[64];
	uint64_t size = 0;
	int ret;

	if (fstat(f->fd, &f->seen))
		return -errno;
	if (!f->seen.st_size)
		return -ENOENT;
	if ((size_t)f->seen.st_size < head || head > sizeof(first))
		return -EBADMSG;
	ret = read_all(f->fd, first, head, 0);
	if (ret)
		return ret;
	for (i = 0; i < SIZE; i++)
		size |= (uint64_t)first[head - SIZE + i] << 8 * i;
	if (memcmp(first, magic, head - SIZE) ||
	    size != (uint64_t)f->seen.st_size)
		return -EBADMSG;
	b->at = malloc(size);
	if (!b->at)
		return -ENOMEM;
	b->limit = size;
	return read_all(f->fd, b->at, size, 0);
}

/* -- writing -- */

static int write_all(int fd, const unsigned char *at, size_t n)
{
	while (n) {
		ssize_t done = write(fd, at, n);

		if (!done || (done < 0 && errno != EINTR))
			return done ? -errno : -EIO;
		if (done > 0) {
			at += done;
			n -= done;
		}
	}
	return fsync(fd) ? -errno : 0;
}

/* Return: 0; -ENOENT: the file was removed; -EEXIST: it was changed; -errno. */
static int is_untouched(const struct fl_file *f)
{
	const struct stat *seen = &f->seen;
	struct stat st;

	if (stat(f->path, &st))
		return -errno;
	return st.st_dev == seen->st_dev && st.st_ino == seen->st_ino &&
			       st.st_size == seen->st_size &&
			       st.st_mtim.tv_sec == seen->st_mtim.tv_sec &&
			       st.st_mtim.tv_nsec == seen->st_mtim.tv_nsec ?
		       0 :
		       -EEXIST;
}

/* Replace the old file by the new one, also if the old one was removed. */
static int put_in_place(const struct fl_file *f)
{
	int ret = is_untouched(f);

	if (ret == -ENOENT)
		ret = renameat2(AT_FDCWD, f->beside, AT_FDCWD, f->path,
				RENAME_NOREPLACE) ?
			      -errno :
			      0;
	else if (!ret)
		ret = rename(f->beside, f->path) ? -errno : 0;
	return ret;
}

int fl_file_write(struct fl_file *f, const struct fl_bytes *b)
{
	struct stat st;
	pid_t other;
	int fd = create_beside(f), ret;

	if (fd < 0)
		return fd;
	ret = lock(fd, &other);
	if (!ret && fchmod(fd, f->seen.st_mode & 0777))
		ret = -errno;
	if (!ret)
		ret = write_all(fd, b->at, b->nr);
	if (!ret && fstat(fd, &st))
		ret = -errno;
	if (!ret)
		ret = put_in_place(f);
	if (ret) {
		unlink(f->beside);
		close(fd);
		return ret;
	}
	close(f->fd);
	f->fd = fd;
	f->seen = st;
	f->created = 0;
	return 0;
}

int fl_file_remove(struct fl_file *f)
{
	int ret = is_untouched(f);

	if (!ret && unlink(f->path))
		ret = -errno;
	fl_file_close(f);
	return ret == -ENOENT || ret == -ENOTDIR ? 0 : ret;
}
