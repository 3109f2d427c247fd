/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bytes.h - numbers and texts as bytes
 *
 *  - fl_bytes_put(), _put_text()   at the end
 *  - fl_bytes_get(), _get_below(), _get_text_is()   from @nr on
 *
 * A number is seven bits in a byte, the lowest first, the eighth bit set where more
 * follow; a text is a length and bytes.  What goes wrong first is in @error, and all that
 * is read after it is 0.
 */
#ifndef FL_EXPLORE_BYTES_H
#define FL_EXPLORE_BYTES_H

#include <stddef.h>

struct fl_bytes {
	unsigned char *at;	/* of what was put: to be given to free() */
	size_t nr;		/* written, or read, so far */
	size_t limit;		/* room, or the end */
	int error;		/* -ENOMEM; -EBADMSG: they are not what they should be */
};

void fl_bytes_put_byte(struct fl_bytes *b, unsigned char byte);
void fl_bytes_put(struct fl_bytes *b, unsigned long value);
void fl_bytes_put_text(struct fl_bytes *b, const char *text);

unsigned long fl_bytes_get(struct fl_bytes *b);

/* fl_bytes_get_below - a number that is at most @most */
unsigned long fl_bytes_get_below(struct fl_bytes *b, unsigned long most);

/* Return: whether the next text is @text. */
int fl_bytes_get_text_is(struct fl_bytes *b, const char *text);

#endif /* FL_EXPLORE_BYTES_H */
