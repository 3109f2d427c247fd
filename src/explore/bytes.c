/* SPDX-License-Identifier: GPL-2.0-only */
/* bytes.c - numbers and texts as bytes; see bytes.h */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/bytes.h"

void fl_bytes_put_byte(struct fl_bytes *b, unsigned char byte)
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

void fl_bytes_put(struct fl_bytes *b, unsigned long value)
{
	for (; value >= 0x80; value >>= 7)
		fl_bytes_put_byte(b, value | 0x80);
	fl_bytes_put_byte(b, value);
}

void fl_bytes_put_text(struct fl_bytes *b, const char *text)
{
	size_t i, n = strlen(text);

	fl_bytes_put(b, n);
	for (i = 0; i < n; i++)
		fl_bytes_put_byte(b, text[i]);
}

/* Record an error.  Return: 0, the value of a failed read. */
static int bad(struct fl_bytes *b)
{
	if (!b->error)
		b->error = -EBADMSG;
	return 0;
}

static unsigned char get_byte(struct fl_bytes *b)
{
	return !b->error && b->nr < b->limit ? b->at[b->nr++] : bad(b);
}

unsigned long fl_bytes_get(struct fl_bytes *b)
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
	return bad(b);
}

unsigned long fl_bytes_get_below(struct fl_bytes *b, unsigned long most)
{
	unsigned long value = fl_bytes_get(b);

	return value <= most ? value : (unsigned long)bad(b);
}

int fl_bytes_get_text_is(struct fl_bytes *b, const char *text)
{
	size_t i, n = fl_bytes_get(b);
	int same = n == strlen(text);

	for (i = 0; i < n && !b->error; i++)
		same &= get_byte(b) == (unsigned char)(same ? text[i] : 0);
	return same && !b->error;
}
