/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bytes.h - encode numbers and texts as bytes
 *
 *  - fl_bytes_put(), _put_text()   append
 *  - fl_bytes_get(), _get_below(), _get_text_is()   read at @nr
 *
 * A number has seven bits per byte, the lowest first, with the eighth bit set
 * if more bytes follow; a text is its length and its bytes.  @error is the
 * first error; every read after it returns 0.
 */
#ifndef FL_EXPLORE_BYTES_H
#define FL_EXPLORE_BYTES_H

#include <stddef.h>

struct fl_bytes {
	unsigned char *at; /* written data; the caller frees it */
	size_t nr;	   /* bytes written or read so far */
	size_t limit;	   /* allocated size, or end of the data */
	int error;	   /* -ENOMEM; -EBADMSG: malformed */
};

void fl_bytes_put_byte(struct fl_bytes *b, unsigned char byte);
void fl_bytes_put(struct fl_bytes *b, unsigned long value);
void fl_bytes_put_text(struct fl_bytes *b, const char *text);

unsigned long fl_bytes_get(struct fl_bytes *b);

/* fl_bytes_get_below - read a number that must be at most @most */
unsigned long fl_bytes_get_below(struct fl_bytes *b, unsigned long most);

/* Read a text.  Return: whether it is @text. */
int fl_bytes_get_text_is(struct fl_bytes *b, const char *text);

#endif /* FL_EXPLORE_BYTES_H */
