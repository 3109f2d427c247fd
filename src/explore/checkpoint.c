/* SPDX-License-Identifier: GPL-2.0-only */
/* checkpoint.c - a search in a file that ends in a checksum of 8 bytes; see
 * checkpoint.h */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/checkpoint.h"
#include "explore/path.h"

#define MAGIC "faultlab checkpoint 6\n"
/* Bytes of the size, after the magic, and of the checksum. */
#define WORD  8

/* FNV-1a (Fowler, Noll and Vo): detects accidental damage only. */
static unsigned long checksum(const unsigned char *at, size_t n)
{
	unsigned long h = 0xcbf29ce484222325UL;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ at[i]) * 0x100000001b3UL;
	return h;
}

/* -- contents -- */

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

static void put_shared(void *arg, unsigned long addr)
{
	fl_bytes_put(arg, addr);
}

static void put_share(struct fl_bytes *b, struct fl_share *share)
{
	unsigned int i;

	for (i = 0; i < FL_SHARE_CLASSES; i++)
		fl_bytes_put(b, share->words[i]);
	fl_share_each(share, put_shared, b);
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
	share->nr_races = share->nr_settled = fl_bytes_get_below(
		b, FL_SHARE_RACES);
	for (i = 0; i < share->nr_settled; i++) {
		share->races[i].first = fl_bytes_get(b);
		share->races[i].second = fl_bytes_get(b);
	}
}

static void put_set(struct fl_bytes *b, const struct fl_set *set)
{
	unsigned long i;

	fl_bytes_put(b, set->nr);
	if (set->has_zero)
		fl_bytes_put(b, 0);
	for (i = 0; set->at && i <= set->mask; i++)
		if (set->at[i])
			fl_bytes_put(b, set->at[i]);
}

static void get_set(struct fl_bytes *b, struct fl_set *set)
{
	unsigned long n = fl_bytes_get(b);

	for (; n && !b->error; n--)
		if (fl_set_add(set, fl_bytes_get(b)) < 0)
			b->error = -ENOMEM;
}

static void put_kept(struct fl_bytes *b, const struct fl_kept *kept)
{
	const unsigned char *at = kept->at;
	size_t i;

	fl_bytes_put(b, kept->size);
	for (i = 0; i < kept->size; i++)
		fl_bytes_put_byte(b, at[i]);
}

static void get_kept(struct fl_bytes *b, const struct fl_kept *kept)
{
	if (fl_bytes_get(b) != kept->size || b->limit - b->nr < kept->size)
		b->error = -EBADMSG;
	if (b->error || !kept->size)
		return;
	memcpy(kept->at, b->at + b->nr, kept->size);
	b->nr += kept->size;
}

/* -- the file -- */

static void put_word(unsigned char *at, unsigned long value)
{
	unsigned int i;

	for (i = 0; i < WORD; i++)
		at[i] = value >> 8 * i;
}

/* Write the magic, and reserve room for the size of the file. */
static void begin(struct fl_bytes *b)
{
	const char *at;
	unsigned int i;

	for (at = MAGIC; *at; at++)
		fl_bytes_put_byte(b, *at);
	for (i = 0; i < WORD; i++)
		fl_bytes_put_byte(b, 0);
}

static void end(struct fl_bytes *b)
{
	unsigned int i;

	for (i = 0; i < WORD; i++)
		fl_bytes_put_byte(b, 0);
	if (b->error)
		return;
	put_word(b->at + strlen(MAGIC), b->nr);
	put_word(b->at + b->nr - WORD, checksum(b->at, b->nr - WORD));
}

int fl_checkpoint_save(const struct fl_checkpoint *c)
{
	struct fl_bytes b = { .nr = 0 };
	unsigned int i;

	begin(&b);
	fl_bytes_put_text(&b, c->of);
	put_share(&b, c->search->share);
	put_search(&b, c->search);
	put_set(&b, &c->search->refuted);
	put_set(&b, c->states);
	fl_bytes_put(&b, *c->hash);
	for (i = 0; i < FL_CHECKPOINT_KEPT; i++)
		put_kept(&b, &c->kept[i]);
	end(&b);
	if (!b.error)
		b.error = fl_file_write(c->file, &b);
	free(b.at);
	return b.error;
}

static int is_whole(const struct fl_bytes *b)
{
	unsigned char sum[WORD];

	if (b->limit < strlen(MAGIC) + 2 * WORD)
		return 0;
	put_word(sum, checksum(b->at, b->limit - WORD));
	return !memcmp(sum, b->at + b->limit - WORD, WORD);
}

int fl_checkpoint_load(const struct fl_checkpoint *c)
{
	struct fl_bytes b = { .nr = 0 };
	int ret = fl_file_read(c->file, MAGIC, &b);
	unsigned int i;

	if (!ret && !is_whole(&b))
		ret = -EBADMSG;
	if (ret)
		goto out;
	b.nr = strlen(MAGIC) + WORD;
	b.limit -= WORD;
	if (!fl_bytes_get_text_is(&b, c->of)) {
		ret = -ESTALE;
		goto out;
	}
	get_share(&b, c->search->share);
	if (!b.error)
		get_search(&b, c->search);
	if (!b.error)
		get_set(&b, &c->search->refuted);
	if (!b.error)
		get_set(&b, c->states);
	*c->hash = fl_bytes_get(&b);
	for (i = 0; i < FL_CHECKPOINT_KEPT && !b.error; i++)
		get_kept(&b, &c->kept[i]);
	if (!b.error && b.nr != b.limit)
		b.error = -EBADMSG;
	ret = b.error;
out:
	free(b.at);
	return ret;
}
