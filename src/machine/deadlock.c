/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * deadlock.c - report of a deadlock: what each thread waits for, and how the
 * deadlock arose
 *
 *  - fl_machine_deadlock(), fl_machine_livelock()
 *
 * The picture is drawn as lockdep draws it
 * (Documentation/locking/lockdep-design.rst): one column per waiting thread,
 * with the locks it holds in the order in which all threads took theirs, and
 * finally what each thread waits for.
 *
 *      CPU0                        CPU1
 *      ----                        ----
 * lock(folio of pfn 0x7)
 *                             rlock(mmap_lock)
 * lock(mmap_lock)
 *                             wait(folio lock)
 *
 *  *** DEADLOCK ***
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define COLUMN 28

/* Return: the thread that holds lock word @word, or NULL. */
static struct fl_thread *holder(struct fl_machine *m, const void *word)
{
	unsigned int i, k;

	for (i = 0; word && i < FL_LIMIT_THREADS; i++)
		for (k = 0; k < fl_lock_count(&m->threads[i]); k++)
			if (fl_lock_nth(&m->threads[i], k)->word == word)
				return &m->threads[i];
	return NULL;
}

static int waits(struct fl_machine *m, const struct fl_thread *t)
{
	const struct fl_op *op = fl_thread_op(m, t->hw.id);

	if (m->scheduler && op->kind)
		return op->kind == FL_OP_RELAX || !fl_op_enabled(m, t->hw.id);
	return fl_thread_is(t, FL_THREAD_BLOCKED) ||
	       fl_thread_is(t, FL_THREAD_WAITING);
}

/* -- the picture -- */

struct picture {
	char *at;
	size_t left;
};

static void print(struct picture *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void print(struct picture *p, const char *fmt, ...)
{
	va_list args;
	size_t n;

	va_start(args, fmt);
	n = vsnprintf(p->at, p->left, fmt, args);
	va_end(args);
	if (n >= p->left) /* truncated */
		n = p->left ? p->left - 1 : 0;
	p->at += n;
	p->left -= n;
}

/* A lock that a waiting thread holds. */
struct taken {
	unsigned long when; /* 0: none */
	unsigned int thread;
	_Bool shared;
	const char *name; /* NULL: the folio lock of @pfn */
	unsigned long pfn;
};

static void note_first(struct taken *first, struct taken taken,
		       unsigned long after)
{
	if (taken.when > after && (!first->when || taken.when < first->when))
		*first = taken;
}

/* Return: the first lock that was taken after @after. */
static struct taken next_taken(struct fl_machine *m, unsigned long after)
{
	struct taken first = { 0 };
	unsigned long pfn;
	unsigned int i, k;

	for (i = 0; i < FL_LIMIT_THREADS; i++) {
		const struct fl_thread *t = &m->threads[i];

		for (k = 0; waits(m, t) && k < fl_lock_count(t); k++) {
			const struct fl_held *h = fl_lock_nth(t, k);

			if (h->word)
				note_first(&first,
					   (struct taken){ h->when, i,
							   h->shared, h->name,
							   0 },
					   after);
		}
	}
	for (pfn = 0; pfn < fl_hw.nr_frames + fl_hw.nr_device_frames; pfn++) {
		const struct fl_folio_lock *f = fl_frame_lock(m, pfn);

		if (f->owner && waits(m, &m->threads[f->owner - 1]))
			note_first(&first,
				   (struct taken){ f->when, f->owner - 1, 0,
						   NULL, pfn },
				   after);
	}
	return first;
}

static unsigned int column_of(struct fl_machine *m, unsigned int thread)
{
	unsigned int i, column = 0;

	for (i = 0; i < thread; i++)
		column += !!waits(m, &m->threads[i]);
	return column;
}

static void draw_taken(struct fl_machine *m, struct picture *p)
{
	struct taken taken = { 0 };

	while ((taken = next_taken(m, taken.when)).when) {
		print(p, "%*s%s", column_of(m, taken.thread) * COLUMN, "",
		      taken.shared ? "r" : "");
		if (taken.name)
			print(p, "lock(%s)\n", taken.name);
		else
			print(p, "lock(folio of pfn %#lx)\n", taken.pfn);
	}
}

static void draw_names(struct fl_machine *m, struct picture *p)
{
	unsigned int i, line, pad;

	for (line = 0; line < 2; line++) {
		pad = 5;
		for (i = 0; i < FL_LIMIT_THREADS; i++) {
			const char *text = line ? "----" : m->threads[i].name;

			if (!waits(m, &m->threads[i]))
				continue;
			print(p, "%*s%.*s", pad, "", COLUMN - 2, text);
			pad = COLUMN - strnlen(text, COLUMN - 2);
		}
		print(p, "\n");
	}
}

static void draw(struct fl_machine *m, int loops, char *text, size_t size)
{
	struct picture p = { text, size };
	unsigned int i, column = 0;

	draw_names(m, &p);
	draw_taken(m, &p);
	for (i = 0; i < FL_LIMIT_THREADS; i++) {
		const struct fl_thread *t = &m->threads[i];
		const struct fl_reason *r = fl_thread_reason(t);
		int lock = waits(m, t) && r->why && !strcmp(r->why, "lock");

		if (!waits(m, t))
			continue;
		print(&p, "%*s%s(%s)\n", column++ * COLUMN, "",
		      lock ? "lock" : "wait",
		      lock ? r->name : fl_thread_why(m, i));
	}
	print(&p, "\n *** %s ***\n", loops ? "LIVELOCK" : "DEADLOCK");
}

void fl_machine_deadlock(struct fl_machine *m)
{
	char text[440] = "", picture[sizeof(((struct fl_end *)0)->locks)];
	int loops = 0;
	size_t n = 0;
	unsigned int i;

	for (i = 0; i < FL_LIMIT_THREADS; i++) {
		struct fl_thread *t = &m->threads[i], *h;
		const struct fl_reason *r = fl_thread_reason(t);

		if (!waits(m, t))
			continue;
		loops |= fl_thread_op(m, i)->kind == FL_OP_RELAX;
		if (n < sizeof(text))
			n += snprintf(text + n, sizeof(text) - n,
				      "%sthread %u (%s) waits for %s%s%s",
				      n ? "; " : "", i, t->name, r->why,
				      r->name ? " " : "",
				      r->name ? r->name : "");
		h = holder(m, r->what);
		if (h && n < sizeof(text))
			n += snprintf(text + n, sizeof(text) - n,
				      " held by thread %u (%s)", h->hw.id,
				      h->name);
	}
	draw(m, loops, picture, sizeof(picture));
	fl_end_deadlock(loops ? "livelock" : "deadlock", text, picture);
}

void fl_machine_livelock(_Bool unfair, const char *text)
{
	fl_end_deadlock(unfair ? "livelock under an unfair scheduler" :
				 "livelock",
			text, "");
}
