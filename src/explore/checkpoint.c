/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * checkpoint.c - a search in a file; see checkpoint.h
 *
 * All is numbers, seven bits in a byte, the lowest first, the eighth bit set where more
 * follow; strings are a length and bytes.  The last eight bytes are a checksum.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explore/checkpoint.h"

#define MAGIC	"faultlab checkpoint 2\n"
#define SUM	8		/* bytes of the checksum */

struct buffer {
	unsigned char *at;
	size_t nr, limit;	/* of a buffer that is read: limit is the end */
	int error;		/* -ENOMEM, -EBADMSG */
};

/* -- numbers -- */

static void put_byte(struct buffer *b, unsigned char byte)
{
	if (b->nr == b->limit) {
		size_t limit = b->limit ? 2 * b->limit : 4096;
		unsigned char *at = realloc(b->at, limit);

		if (!at) {
			b->error = -ENOMEM;
			return;
		}
		b->at = at;
		b->limit = limit;
	}
	b->at[b->nr++] = byte;
}

static void put(struct buffer *b, unsigned long value)
{
	for (; value >= 0x80; value >>= 7)
		put_byte(b, value | 0x80);
	put_byte(b, value);
}

static void put_text(struct buffer *b, const char *text)
{
	size_t i, n = strlen(text);

	put(b, n);
	for (i = 0; i < n; i++)
		put_byte(b, text[i]);
}

static unsigned char get_byte(struct buffer *b)
{
	if (b->nr < b->limit)
		return b->at[b->nr++];
	b->error = -EBADMSG;
	return 0;
}

static unsigned long get(struct buffer *b)
{
	unsigned long value = 0;
	unsigned int shift;
	unsigned char byte;

	for (shift = 0; shift < 64; shift += 7) {
		byte = get_byte(b);
		value |= (unsigned long)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	b->error = -EBADMSG;
	return 0;
}

/* A number that is at most @most, or the file is not whole. */
static unsigned long get_below(struct buffer *b, unsigned long most)
{
	unsigned long value = get(b);

	if (value <= most)
		return value;
	b->error = -EBADMSG;
	return 0;
}

/* Return: whether the next text is @text. */
static int get_text_is(struct buffer *b, const char *text)
{
	size_t i, n = get(b);
	int same = n == strlen(text);

	for (i = 0; i < n && !b->error; i++)
		same &= get_byte(b) == (unsigned char)(same ? text[i] : 0);
	return same && !b->error;
}

/* FNV-1a (Fowler, Noll and Vo), for accidents: no more is asked of it. */
static unsigned long checksum(const unsigned char *at, size_t n)
{
	unsigned long h = 0xcbf29ce484222325UL;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ at[i]) * 0x100000001b3UL;
	return h;
}

/* -- steps and trees -- */

static void put_step(struct buffer *b, const struct fl_step *e)
{
	put(b, e->op.addr);
	put(b, e->op.size);
	put(b, e->op.kind);
	put(b, e->op.flags);
	put(b, e->op.value);
	put(b, e->thread);
	put(b, e->effect);
	put(b, e->took);
	put(b, e->value);
}

static struct fl_step get_step(struct buffer *b, unsigned int threads)
{
	struct fl_step e = { 0 };

	e.op.addr = get(b);
	e.op.size = get_below(b, ~0u);
	e.op.kind = get_below(b, FL_OP_CHOOSE);
	e.op.flags = get_below(b, 0xff);
	e.op.value = get(b);
	e.thread = get_below(b, threads - 1);
	e.effect = get_below(b, FL_EFFECT_WRITE);
	e.took = get_below(b, 1);
	e.value = get_below(b, 0xff);
	return e;
}

static void put_tree(struct buffer *b, const struct fl_branch *tree)
{
	const struct fl_branch *branch;
	unsigned long n = 0;

	for (branch = tree; branch; branch = branch->next)
		n++;
	put(b, n);
	for (branch = tree; branch; branch = branch->next) {
		put_step(b, &branch->step);
		put_tree(b, branch->follow);
	}
}

/* @depth: of the point that the tree is of; it cannot be deeper than a run. */
static void get_tree(struct buffer *b, struct fl_search *s, unsigned int depth,
		     struct fl_branch **tree)
{
	unsigned long n = get(b);

	if (depth > s->trace.limit + 1)
		b->error = -EBADMSG;
	for (; n && !b->error; n--) {
		struct fl_step step = get_step(b, s->trace.threads);

		if (fl_tree_append(&s->pool, tree, &step)) {
			b->error = -ENOMEM;
			return;
		}
		while ((*tree)->next)
			tree = &(*tree)->next;
		get_tree(b, s, depth + 1, &(*tree)->follow);
	}
}

/* The step of a point that is repeated is what it turned out to be. */
static void put_node(struct buffer *b, const struct fl_search *s, unsigned int i)
{
	const struct fl_node *node = &s->nodes[i];
	unsigned int id;

	put_step(b, i + 1 < s->replay ? &s->trace.steps[i] : &node->step);
	put(b, node->sleep);
	put(b, node->preemptions);
	put(b, node->preempts);
	for (id = 0; id < FL_EXPLORE_THREADS; id++)
		put(b, node->covered[id]);
	put(b, node->done);
	put_tree(b, node->tree);
}

static void get_node(struct buffer *b, struct fl_search *s, unsigned int i)
{
	struct fl_node *node = &s->nodes[i];
	unsigned int id;

	node->step = s->trace.steps[i] = get_step(b, s->trace.threads);
	node->sleep = get_below(b, (1u << FL_EXPLORE_THREADS) - 1);
	node->preemptions = get_below(b, 0xffff);
	node->preempts = get_below(b, 1);
	for (id = 0; id < FL_EXPLORE_THREADS; id++)
		node->covered[id] = get_below(b, 0xff);
	node->done = get_below(b, ~0u);
	get_tree(b, s, i, &node->tree);
}

/* -- all of it -- */

static void put_search(struct buffer *b, const struct fl_search *s)
{
	unsigned int i;

	put(b, s->replay);
	for (i = 0; i < s->replay; i++)
		put_node(b, s, i);
	put_tree(b, s->nodes[s->replay].tree);
	put(b, s->bound);
	put(b, s->cut);
	put(b, s->has_choices);
	put(b, s->runs);
	put(b, s->blocked);
	put(b, s->steps);
	put(b, s->races);
	put(b, s->deepest);
	put(b, s->restarts);
}

static void get_search(struct buffer *b, struct fl_search *s)
{
	unsigned int i;

	s->replay = get_below(b, ~0u);
	if (s->replay > s->trace.limit)
		b->error = -ENOSPC;
	for (i = 0; i < s->replay && !b->error; i++)
		get_node(b, s, i);
	if (b->error)
		return;
	get_tree(b, s, s->replay, &s->nodes[s->replay].tree);
	s->bound = get_below(b, ~0u);
	s->cut = get_below(b, 1);
	s->has_choices = get_below(b, 1);
	s->runs = get(b);
	s->blocked = get(b);
	s->steps = get(b);
	s->races = get(b);
	s->deepest = get_below(b, ~0u);
	if (s->deepest > s->trace.limit)
		b->error = -ENOSPC;
	s->restarts = get_below(b, ~0u);
	for (i = 0; i < s->replay; i++)
		s->nodes[i].began = s->runs;
	s->planned = 1;
}

static void put_word(void *arg, unsigned long addr)
{
	put(arg, addr);
}

static void put_share(struct buffer *b, struct fl_share *share)
{
	unsigned int i;

	for (i = 0; i < FL_SHARE_CLASSES; i++)
		put(b, share->words[i]);
	fl_share_each(share, put_word, b);
	put(b, share->nr_settled);
	for (i = 0; i < share->nr_settled; i++) {
		put(b, share->races[i].first);
		put(b, share->races[i].second);
	}
}

static void get_share(struct buffer *b, struct fl_share *share)
{
	unsigned long n = 0;
	unsigned int i;

	for (i = 0; i < FL_SHARE_CLASSES; i++)
		n += share->words[i] = get(b);
	for (; n && !b->error; n--)
		if (fl_share_add(share, get(b)))
			b->error = -EBADMSG;
	share->nr_races = share->nr_settled = get_below(b, FL_SHARE_RACES);
	for (i = 0; i < share->nr_settled; i++) {
		share->races[i].first = get(b);
		share->races[i].second = get(b);
	}
}

static void put_states(struct buffer *b, const struct fl_set *set)
{
	unsigned long i;

	put(b, set->nr);
	if (set->has_zero)
		put(b, 0);
	for (i = 0; set->at && i <= set->mask; i++)
		if (set->at[i])
			put(b, set->at[i]);
}

static void get_states(struct buffer *b, struct fl_set *set)
{
	unsigned long n = get(b);

	for (; n && !b->error; n--)
		if (fl_set_add(set, get(b)) < 0)
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

static int write_file(const char *path, const struct buffer *b)
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

static int read_file(const char *path, struct buffer *b)
{
	FILE *f = fopen(path, "rbe");
	int c;

	if (!f)
		return -errno;
	errno = 0;
	while ((c = getc(f)) != EOF && !b->error)
		put_byte(b, c);
	if (ferror(f))
		b->error = errno ? -errno : -EIO;
	fclose(f);
	return b->error;
}

int fl_checkpoint_save(const struct fl_checkpoint *c)
{
	struct buffer b = { .nr = 0 };
	unsigned long sum;
	unsigned int i;

	put_text(&b, MAGIC);
	put_text(&b, c->of);
	put_share(&b, c->search->share);
	put_search(&b, c->search);
	put_states(&b, c->states);
	put(&b, *c->hash);
	sum = checksum(b.at, b.nr);
	for (i = 0; i < SUM; i++)
		put_byte(&b, sum >> 8 * i);
	if (!b.error)
		b.error = write_file(c->path, &b);
	free(b.at);
	return b.error;
}

static int is_whole(const struct buffer *b)
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
	struct buffer b = { .nr = 0 };
	int ret = read_file(c->path, &b);

	if (!ret && !is_whole(&b))
		ret = -EBADMSG;
	if (ret)
		goto out;
	b.limit = b.nr - SUM;
	b.nr = 0;
	if (!get_text_is(&b, MAGIC)) {
		ret = -EBADMSG;
		goto out;
	}
	if (!get_text_is(&b, c->of)) {
		ret = -ESTALE;
		goto out;
	}
	get_share(&b, c->search->share);
	if (!b.error)
		get_search(&b, c->search);
	if (!b.error)
		get_states(&b, c->states);
	*c->hash = get(&b);
	if (!b.error && b.nr != b.limit)
		b.error = -EBADMSG;
	ret = b.error;
out:
	free(b.at);
	return ret;
}
