/* SPDX-License-Identifier: GPL-2.0-only */
/* checkpoint.c - a search in a file, whose last eight bytes are a checksum; see checkpoint.h */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explore/checkpoint.h"
#include "explore/path.h"

#define MAGIC	"faultlab checkpoint 4\n"
#define SUM	8		/* bytes of the checksum */

/* FNV-1a (Fowler, Noll and Vo), for accidents: no more is asked of it. */
static unsigned long checksum(const unsigned char *at, size_t n)
{
	unsigned long h = 0xcbf29ce484222325UL;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ at[i]) * 0x100000001b3UL;
	return h;
}

/* -- all of it -- */

static void put_search(struct fl_bytes *b, const struct fl_search *s)
{
	fl_bytes_put(b, s->cut);
	fl_bytes_put(b, s->runs);
	fl_bytes_put(b, s->blocked);
	fl_bytes_put(b, s->steps);
	fl_bytes_put(b, s->truncated);
	fl_bytes_put(b, s->deepest);
	fl_bytes_put(b, s->restarts);
	fl_path_put(b, s);
}

static void get_search(struct fl_bytes *b, struct fl_search *s)
{
	s->cut = fl_bytes_get_below(b, 1);
	s->runs = fl_bytes_get(b);
	s->blocked = fl_bytes_get(b);
	s->steps = fl_bytes_get(b);
	s->truncated = fl_bytes_get(b);
	s->deepest = fl_bytes_get_below(b, ~0u);
	s->restarts = fl_bytes_get_below(b, ~0u);
	if (!b->error && s->deepest > s->trace.limit)
		b->error = -ENOSPC;
	if (!b->error)
		fl_path_get(b, s);
}

static void put_word(void *arg, unsigned long addr)
{
	fl_bytes_put(arg, addr);
}

static void put_share(struct fl_bytes *b, struct fl_share *share)
{
	unsigned int i;

	for (i = 0; i < FL_SHARE_CLASSES; i++)
		fl_bytes_put(b, share->words[i]);
	fl_share_each(share, put_word, b);
	fl_bytes_put(b, share->nr_settled);
	for (i = 0; i < share->nr_settled; i++) {
		fl_bytes_put(b, share->races[i].first);
		fl_bytes_put(b, share->races[i].second);
	}
}

static void get_share(struct fl_bytes *b, struct fl_share *share)
{
	unsigned long n = 0;
	unsigned int i;

	for (i = 0; i < FL_SHARE_CLASSES; i++)
		n += share->words[i] = fl_bytes_get(b);
	for (; n && !b->error; n--)
		if (fl_share_add(share, fl_bytes_get(b)))
			b->error = -EBADMSG;
	share->nr_races = share->nr_settled = fl_bytes_get_below(b, FL_SHARE_RACES);
	for (i = 0; i < share->nr_settled; i++) {
		share->races[i].first = fl_bytes_get(b);
		share->races[i].second = fl_bytes_get(b);
	}
}

static void put_states(struct fl_bytes *b, const struct fl_set *set)
{
	unsigned long i;

	fl_bytes_put(b, set->nr);
	if (set->has_zero)
		fl_bytes_put(b, 0);
	for (i = 0; set->at && i <= set->mask; i++)
		if (set->at[i])
			fl_bytes_put(b, set->at[i]);
}

static void get_states(struct fl_bytes *b, struct fl_set *set)
{
	unsigned long n = fl_bytes_get(b);

	for (; n && !b->error; n--)
		if (fl_set_add(set, fl_bytes_get(b)) < 0)
			b->error = -ENOMEM;
}

/* -- files -- */

static int write_all(int fd, const unsigned char *at, size_t n)
{
	while (n) {
		ssize_t done = write(fd, at, n);

		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			at += done;
			n -= done;
		}
	}
	return fsync(fd) ? -errno : 0;
}

static int write_file(const char *path, const struct fl_bytes *b)
{
	char *beside;
	int fd, ret;

	if (asprintf(&beside, "%s.new", path) < 0)
		return -ENOMEM;
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	ret = fd < 0 ? -errno : write_all(fd, b->at, b->nr);
	if (fd >= 0 && close(fd) && !ret)
		ret = -errno;
	if (!ret && rename(beside, path))
		ret = -errno;
	if (ret && fd >= 0)
		unlink(beside);
	free(beside);
	return ret;
}

static int read_file(const char *path, struct fl_bytes *b)
{
	FILE *f = fopen(path, "rbe");
	int c;

	if (!f)
		return -errno;
	errno = 0;
	while ((c = getc(f)) != EOF && !b->error)
		fl_bytes_put_byte(b, c);
	if (ferror(f))
		b->error = errno ? -errno : -EIO;
	fclose(f);
	return b->error;
}

int fl_checkpoint_save(const struct fl_checkpoint *c)
{
	struct fl_bytes b = { .nr = 0 };
	unsigned long sum;
	unsigned int i;

	fl_bytes_put_text(&b, MAGIC);
	fl_bytes_put_text(&b, c->of);
	put_share(&b, c->search->share);
	put_search(&b, c->search);
	put_states(&b, c->states);
	fl_bytes_put(&b, *c->hash);
	sum = checksum(b.at, b.nr);
	for (i = 0; i < SUM; i++)
		fl_bytes_put_byte(&b, sum >> 8 * i);
	if (!b.error)
		b.error = write_file(c->path, &b);
	free(b.at);
	return b.error;
}

static int is_whole(const struct fl_bytes *b)
{
	unsigned long sum = 0;
	unsigned int i;

	if (b->nr < SUM)
		return 0;
	for (i = 0; i < SUM; i++)
		sum |= (unsigned long)b->at[b->nr - SUM + i] << 8 * i;
	return sum == checksum(b->at, b->nr - SUM);
}

int fl_checkpoint_load(const struct fl_checkpoint *c)
{
	struct fl_bytes b = { .nr = 0 };
	int ret = read_file(c->path, &b);

	if (!ret && !is_whole(&b))
		ret = -EBADMSG;
	if (ret)
		goto out;
	b.limit = b.nr - SUM;
	b.nr = 0;
	if (!fl_bytes_get_text_is(&b, MAGIC)) {
		ret = -EBADMSG;
		goto out;
	}
	if (!fl_bytes_get_text_is(&b, c->of)) {
		ret = -ESTALE;
		goto out;
	}
	get_share(&b, c->search->share);
	if (!b.error)
		get_search(&b, c->search);
	if (!b.error)
		get_states(&b, c->states);
	*c->hash = fl_bytes_get(&b);
	if (!b.error && b.nr != b.limit)
		b.error = -EBADMSG;
	ret = b.error;
out:
	free(b.at);
	return ret;
}
