/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * deadlock.c - all wait: who waits for what, and how it came to that
 *
 *  - fl_thread_deadlock()
 *
 * The picture is drawn as lockdep draws it (Documentation/locking/lockdep-design.rst):
 * a column for each thread that waits, the locks it holds in the order in which all
 * were taken, and at last what each waits for.
 *
 *          CPU0                  CPU1
 *          ----                  ----
 *     lock(mmap_lock)
 *                           lock(folio lock)
 *     lock(folio lock)
 *                           lock(mmap_lock)
 *
 *      *** DEADLOCK ***
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define COLUMN	28

/* Return: the thread that holds lock word @word, or NULL. */
static struct fl_thread *holder(struct fl_machine *m, const void *word)
{
	unsigned int i, k;

	for (i = 0; word && i < FL_LIMIT_THREADS; i++)
		for (k = 0; k < m->threads[i].nr_held; k++)
			if (m->threads[i].held[k].word == word)
				return &m->threads[i];
	return NULL;
}

static int waits(struct fl_machine *m, const struct fl_thread *t)
{
	if (m->scheduler && t->op.kind)
		return t->op.kind == FL_OP_RELAX ||
		       !fl_op_enabled(m, t->hw.id);
	return t->state == FL_THREAD_BLOCKED || t->state == FL_THREAD_WAITING;
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
	if (n >= p->left)	/* it is cut */
		n = p->left ? p->left - 1 : 0;
	p->at += n;
	p->left -= n;
}

/* The lock that was taken first after @when, of all that those who wait hold. */
static const struct fl_held *next_taken(struct fl_machine *m, unsigned long when,
					unsigned int *column)
{
	const struct fl_held *next = NULL;
	unsigned int i, k, at = 0;

	for (i = 0; i < FL_LIMIT_THREADS; i++) {
		const struct fl_thread *t = &m->threads[i];

		if (!waits(m, t))
			continue;
		for (k = 0; k < t->nr_held; k++)
			if (t->held[k].word && t->held[k].when > when &&
			    (!next || t->held[k].when < next->when)) {
				next = &t->held[k];
				*column = at;
			}
		at++;
	}
	return next;
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
	const struct fl_held *held;
	unsigned int i, column = 0;
	unsigned long when = 0;

	draw_names(m, &p);
	while ((held = next_taken(m, when, &column))) {
		print(&p, "%*s%slock(%s)\n", column * COLUMN, "",
		      held->shared ? "r" : "", held->name);
		when = held->when;
	}
	for (i = 0, column = 0; i < FL_LIMIT_THREADS; i++) {
		const struct fl_thread *t = &m->threads[i];
		int lock = waits(m, t) && t->why && !strcmp(t->why, "lock");

		if (!waits(m, t))
			continue;
		print(&p, "%*s%s(%s)\n", column++ * COLUMN, "",
		      lock ? "lock" : "wait",
		      lock ? t->why_name : fl_thread_why(m, i));
	}
	print(&p, "\n *** %s ***\n", loops ? "LIVELOCK" : "DEADLOCK");
}

void fl_thread_deadlock(struct fl_machine *m)
{
	char text[440] = "", picture[sizeof(m->end.locks)];
	int loops = 0;
	size_t n = 0;
	unsigned int i;

	for (i = 0; i < FL_LIMIT_THREADS; i++) {
		struct fl_thread *t = &m->threads[i], *h;

		if (!waits(m, t))
			continue;
		loops |= t->op.kind == FL_OP_RELAX;
		if (n < sizeof(text))
			n += snprintf(text + n, sizeof(text) - n,
				      "%sthread %u (%s) waits for %s%s%s",
				      n ? "; " : "", i, t->name, t->why,
				      t->why_name ? " " : "",
				      t->why_name ? t->why_name : "");
		h = holder(m, t->what);
		if (h && n < sizeof(text))
			n += snprintf(text + n, sizeof(text) - n,
				      " held by thread %u (%s)", h->hw.id,
				      h->name);
	}
	draw(m, loops, picture, sizeof(picture));
	fl_end_deadlock(loops ? "livelock" : "deadlock", text, picture);
}

