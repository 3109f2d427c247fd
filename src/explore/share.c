/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * share.c - find the visible words
 *
 * A shadow of the machine's memory records for each word of 8 bytes the last
 * writer and readers, and how many steps they had taken by then; and the same
 * for each page, for accesses to the whole page.  An access after step n of
 * thread p happens before what another thread does once that thread's clock
 * includes step n + 1 of p.
 *
 * This is FastTrack (Flanagan and Freund, PLDI 2009), with complete read
 * clocks.
 *
 * What a run does in the prefix it shares with the previous one was recorded
 * then.  Each change of the shadow is logged with the number of steps in the
 * run, and undone as far as needed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "explore/share.h"
#include "machine/machine.h"

#define PAGE 4096UL
#define WORD 8UL

struct word {
	unsigned long stretch;		/* interval of its last log entry */
	unsigned int epoch;		/* epoch of the other fields */
	unsigned int wrote;		/* steps of the writer by then */
	unsigned int write_pc, read_pc; /* the code lies below 4 GiB */
	unsigned short readers;
	unsigned char writer; /* thread, or 0 */
	unsigned char write_class, read_class;
	unsigned char step;  /* the word is visible */
	unsigned char found; /* found in this run, not yet visible */
	char pad;
	/* Per reader: its steps by then. */
	unsigned short read[FL_EXPLORE_THREADS];
};

_Static_assert(sizeof(struct word) == 64, "a line of the cache");

struct page {
	unsigned int epoch;
	unsigned int wrote;
	unsigned short threads; /* that accessed it */
	unsigned char writer;	/* last to write all of it, or 0 */
	unsigned char write_class;
	unsigned int steps; /* visible words in it */
};

/* State of a word or a page when the run had @moment steps. */
struct fl_share_undo {
	struct word *word; /* NULL: a page */
	struct page *page;
	unsigned int moment, wrote, write_pc, read_pc;
	unsigned short readers; /* of a page: its threads */
	unsigned short read;	/* of @thread */
	unsigned char writer, write_class, read_class, thread;
};

struct fl_share_region {
	unsigned long start, len;
	struct word *words;
	struct page *pages;
};

static void *reserve(unsigned long size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static unsigned long words_size(const struct fl_share_region *r)
{
	return (r->len / WORD + 1) * sizeof(struct word);
}

static unsigned long pages_size(const struct fl_share_region *r)
{
	return (r->len / PAGE + 2) * sizeof(struct page);
}

unsigned long fl_share_size(unsigned long bytes)
{
	const struct fl_share_region r = { .len = bytes };

	return words_size(&r) + pages_size(&r);
}

int fl_share_init(struct fl_share *s, struct fl_machine *m)
{
	unsigned int i, n = fl_machine_regions(m);

	memset(s, 0, sizeof(*s));
	s->regions = calloc(n, sizeof(*s->regions));
	if (!s->regions)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		struct fl_share_region *r = &s->regions[i];

		fl_machine_region(m, i, &r->start, &r->len);
		s->nr_regions++;
		r->words = reserve(words_size(r));
		r->pages = reserve(pages_size(r));
		if (!r->words || !r->pages) {
			fl_share_free(s);
			return -ENOMEM;
		}
	}
	return 0;
}

void fl_share_free(struct fl_share *s)
{
	unsigned int i;

	for (i = 0; i < s->nr_regions; i++) {
		if (s->regions[i].words)
			munmap(s->regions[i].words, words_size(&s->regions[i]));
		if (s->regions[i].pages)
			munmap(s->regions[i].pages, pages_size(&s->regions[i]));
	}
	for (i = 0; i < FL_SHARE_CLASSES; i++)
		free(s->found[i]);
	free(s->undo);
	free(s->regions);
	memset(s, 0, sizeof(*s));
}

static void undo(const struct fl_share_undo *u)
{
	struct word *w = u->word;

	if (!w) {
		u->page->threads = u->readers;
		u->page->writer = u->writer;
		u->page->wrote = u->wrote;
		u->page->write_class = u->write_class;
		return;
	}
	w->wrote = u->wrote;
	w->write_pc = u->write_pc;
	w->read_pc = u->read_pc;
	w->readers = u->readers;
	w->writer = u->writer;
	w->write_class = u->write_class;
	w->read_class = u->read_class;
	w->read[u->thread] = u->read;
}

void fl_share_begin(struct fl_share *s, unsigned int again)
{
	s->again = again;
	if (!again) {
		s->nr_undo = 0;
		s->epoch++;
	}
	while (s->nr_undo && s->undo[s->nr_undo - 1].moment > again)
		undo(&s->undo[--s->nr_undo]);
	s->stretch++;
	s->moment = 0;
	memset(s->nr_found, 0, sizeof(s->nr_found));
}

static struct fl_share_region *region_of(struct fl_share *s, unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < s->nr_regions; i++)
		if (addr - s->regions[i].start < s->regions[i].len)
			return &s->regions[i];
	return NULL;
}

static enum fl_share_class class_of(const struct fl_op *op)
{
	if (op->kind >= FL_OP_LOCK)
		return FL_SHARE_SYNC;
	return op->flags & FL_OP_PLAIN ? FL_SHARE_PLAIN : FL_SHARE_MARKED;
}

/* -- one access, and the trace that orders it -- */

struct look {
	struct fl_share *share;
	struct fl_share_region *region;
	const unsigned int *clock; /* of the thread */
	unsigned int thread;
	unsigned long pc;
	unsigned char class;
	_Bool writes;
};

/* Return: whether an access of thread @other after its step @steps is unordered
 * with the current access. */
static int unordered(const struct look *l, unsigned int other,
		     unsigned int steps)
{
	return other && other != l->thread && l->clock[other] <= steps;
}

/* Accesses without a code address, such as those of freed memory, are not
 * reported. */
static void note_race(struct fl_share *s, unsigned long first,
		      unsigned long second)
{
	unsigned int i;

	if (!first || !second || s->nr_races == FL_SHARE_RACES)
		return;
	for (i = 0; i < s->nr_races; i++)
		if (s->races[i].first == first && s->races[i].second == second)
			return;
	s->races[s->nr_races++] = (struct fl_share_race){ first, second };
}

static void find(struct look *l, struct word *w, enum fl_share_class other,
		 unsigned long other_pc)
{
	struct fl_share *s = l->share;
	enum fl_share_class class = l->class > other ? l->class : other;
	unsigned long *more;
	unsigned int limit;

	if (w->step)
		return;
	if (class == FL_SHARE_PLAIN)
		note_race(s, other_pc, l->pc);
	if (w->found)
		return;
	if (s->nr_found[class] == s->limit_found[class]) {
		limit = s->limit_found[class] ? 2 * s->limit_found[class] : 64;
		more = realloc(s->found[class], limit * sizeof(*more));
		if (!more) {
			s->error = -ENOMEM;
			return;
		}
		s->found[class] = more;
		s->limit_found[class] = limit;
	}
	w->found = 1;
	s->found[class][s->nr_found[class]++] = l->region->start +
						(w - l->region->words) * WORD;
}

/* -- log -- */

static void push(struct fl_share *s, struct fl_share_undo u)
{
	unsigned long limit = s->limit_undo ? 2 * s->limit_undo : 1024;
	struct fl_share_undo *more;

	if (s->nr_undo == s->limit_undo) {
		more = realloc(s->undo, limit * sizeof(*more));
		if (!more) {
			s->error = -ENOMEM;
			return;
		}
		s->undo = more;
		s->limit_undo = limit;
	}
	u.moment = s->moment;
	s->undo[s->nr_undo++] = u;
}

/* Between two steps only one thread runs, so logging once is enough. */
static void keep_word(struct look *l, struct word *w)
{
	struct fl_share *s = l->share;

	if (w->stretch == s->stretch)
		return;
	w->stretch = s->stretch;
	push(s, (struct fl_share_undo){
			.word = w,
			.wrote = w->wrote,
			.write_pc = w->write_pc,
			.read_pc = w->read_pc,
			.readers = w->readers,
			.read = w->read[l->thread],
			.writer = w->writer,
			.write_class = w->write_class,
			.read_class = w->read_class,
			.thread = l->thread,
		});
}

static void keep_page(struct look *l, struct page *p)
{
	push(l->share, (struct fl_share_undo){
			       .page = p,
			       .wrote = p->wrote,
			       .readers = p->threads,
			       .writer = p->writer,
			       .write_class = p->write_class,
		       });
}

/* -- one access -- */

static struct page *page_at(const struct look *l, unsigned long offset)
{
	struct page *p = &l->region->pages[offset / PAGE];

	if (p->epoch != l->share->epoch) {
		p->epoch = l->share->epoch;
		p->threads = 0;
		p->writer = 0;
	}
	return p;
}

static struct word *word_at(const struct look *l, unsigned long offset)
{
	struct word *w = &l->region->words[offset / WORD];

	if (w->epoch != l->share->epoch) {
		w->epoch = l->share->epoch;
		w->writer = 0;
		w->readers = 0;
		w->found = 0;
	}
	return w;
}

static void note(struct look *l, struct word *w)
{
	keep_word(l, w);
	if (l->writes) {
		w->writer = l->thread;
		w->wrote = l->clock[l->thread];
		w->write_class = l->class;
		w->write_pc = l->pc;
		return;
	}
	w->readers |= 1u << l->thread;
	w->read[l->thread] = l->clock[l->thread];
	w->read_class = l->class;
	w->read_pc = l->pc;
}

/* Return: whether the word is visible. */
static int look_at_word(struct look *l, struct page *p, unsigned long offset)
{
	struct word *w = word_at(l, offset);
	unsigned int left;

	if (w->step)
		return 1;
	if (unordered(l, p->writer, p->wrote))
		find(l, w, p->write_class, 0);
	if (unordered(l, w->writer, w->wrote))
		find(l, w, w->write_class, w->write_pc);
	for (left = l->writes ? w->readers : 0; left; left &= left - 1) {
		unsigned int other = __builtin_ctz(left);

		if (unordered(l, other, w->read[other]))
			find(l, w, w->read_class, w->read_pc);
	}
	note(l, w);
	return 0;
}

static int is_write(const struct fl_op *op)
{
	return fl_op_effect(op, 1) == FL_EFFECT_WRITE ||
	       op->kind == FL_OP_RCU_SYNC;
}

/* Grace periods that are waited for are always steps. */
static int is_awaited(const struct fl_op *op)
{
	return op->kind == FL_OP_RCU_SYNC || op->kind == FL_OP_RCU_CALL;
}

static void add_step(unsigned long offset, unsigned long *first,
		     unsigned long *last)
{
	if (*first == ~0UL)
		*first = offset;
	*last = offset;
}

/* Check the words of one page from @offset to @end, and find the first and last
 * visible one. */
static void look_at_part(struct look *l, unsigned long offset,
			 unsigned long end, unsigned long *first,
			 unsigned long *last)
{
	struct page *p = page_at(l, offset);

	/* A write to a whole page that no other thread has accessed. */
	if (end - offset == PAGE && l->writes && !p->steps &&
	    !(p->threads & ~(1u << l->thread)) &&
	    !unordered(l, p->writer, p->wrote)) {
		keep_page(l, p);
		p->threads |= 1u << l->thread;
		p->writer = l->thread;
		p->wrote = l->clock[l->thread];
		p->write_class = l->class;
		return;
	}
	if (!(p->threads >> l->thread & 1)) {
		keep_page(l, p);
		p->threads |= 1u << l->thread;
	}
	for (offset &= ~(WORD - 1); offset < end; offset += WORD)
		if (look_at_word(l, p, offset))
			add_step(offset, first, last);
}

/* The same for a part of the run that was recorded earlier. */
static void look_again(struct look *l, unsigned long offset, unsigned long end,
		       unsigned long *first, unsigned long *last)
{
	if (!l->region->pages[offset / PAGE].steps)
		return;
	for (offset &= ~(WORD - 1); offset < end; offset += WORD)
		if (l->region->words[offset / WORD].step)
			add_step(offset, first, last);
}

/* Return: whether the run is still in the part that was recorded earlier.
 * @moment: its number of steps. */
static _Bool is_again(struct fl_share *s, unsigned int moment)
{
	if (s->moment != moment) {
		s->moment = moment;
		s->stretch++;
	}
	return s->again && moment <= s->again;
}

int fl_share_look(struct fl_share *s, const struct fl_trace *trace,
		  unsigned int thread, struct fl_op *op)
{
	struct look l = {
		.share = s,
		.region = region_of(s, op->addr),
		.clock = fl_trace_now(trace, thread),
		.thread = thread,
		.class = class_of(op),
		.pc = op->pc,
		.writes = is_write(op),
	};
	unsigned long offset, end, stop, first = ~0UL, last = 0,
					 size = op->size;
	_Bool again;

	if (op->kind == FL_OP_RELAX)
		return 1;
	/* Memory outside the machine: a lock in it is a step, other accesses
	 * are the thread's own. */
	if (!l.region)
		return l.class == FL_SHARE_SYNC;
	if (l.class == FL_SHARE_SYNC)
		size = 1;
	offset = op->addr - l.region->start;
	end = offset + size;
	again = is_again(s, trace->nr);
	while (offset < end) {
		stop = (offset & ~(PAGE - 1)) + PAGE;
		if (stop > end)
			stop = end;
		(again ? look_again : look_at_part)(&l, offset, stop, &first,
						    &last);
		offset = stop;
	}
	if (first == ~0UL)
		return is_awaited(op);
	if (size > WORD) {
		op->addr = l.region->start + first;
		op->size = last - first + WORD;
	}
	return 1;
}

int fl_share_add(struct fl_share *s, unsigned long addr)
{
	struct fl_share_region *r = region_of(s, addr);

	if (!r)
		return -EINVAL;
	if (r->words[(addr - r->start) / WORD].step)
		return 0;
	r->words[(addr - r->start) / WORD].step = 1;
	r->pages[(addr - r->start) / PAGE].steps++;
	return 0;
}

void fl_share_each(struct fl_share *s,
		   void (*fn)(void *arg, unsigned long addr), void *arg)
{
	unsigned long page, i, words = PAGE / WORD;
	unsigned int n;

	for (n = 0; n < s->nr_regions; n++) {
		const struct fl_share_region *r = &s->regions[n];

		for (page = 0; page <= r->len / PAGE; page++) {
			unsigned int left = r->pages[page].steps;

			for (i = page * words; left; i++)
				if (r->words[i].step) {
					fn(arg, r->start + i * WORD);
					left--;
				}
		}
	}
}

static unsigned int settle_class(struct fl_share *s, enum fl_share_class class)
{
	unsigned int i;

	for (i = 0; i < s->nr_found[class]; i++)
		fl_share_add(s, s->found[class][i]);
	s->words[class] += s->nr_found[class];
	return s->nr_found[class];
}

/* As long as not all locks are known, accesses that they order appear to
 * race. */
static void settle_races(struct fl_share *s)
{
	if (s->nr_found[FL_SHARE_SYNC] || s->nr_found[FL_SHARE_MARKED])
		s->nr_races = s->nr_settled;
	s->nr_settled = s->nr_races;
}

unsigned int fl_share_settle(struct fl_share *s)
{
	unsigned int class, n = 0;

	settle_races(s);
	for (class = 0; class < FL_SHARE_CLASSES && !n; ++class)
		n = settle_class(s, class);
	return n;
}
