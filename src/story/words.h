/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * words.h - which words of memory the threads of one run share
 *
 *  - fl_words_note()      record an operation of a thread
 *  - fl_words_shared()    do two threads touch its words, and one change them?
 */
#ifndef FL_STORY_WORDS_H
#define FL_STORY_WORDS_H

struct fl_op;
struct fl_word;

struct fl_words {
	struct fl_word *at;
	unsigned long nr, mask;
	int error; /* -ENOMEM */
};

void fl_words_note(struct fl_words *words, unsigned int thread,
		   const struct fl_op *op, int took);
int fl_words_shared(const struct fl_words *words, const struct fl_op *op);
void fl_words_free(struct fl_words *words);

#endif /* FL_STORY_WORDS_H */
