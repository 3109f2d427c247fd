/* SPDX-License-Identifier: GPL-2.0-only */
/* columns.c - the state of a world that a recording shows; see columns.h */
#include <stdio.h>
#include <string.h>

#include "device/internal.h"
#include "machine/sched.h"
#include "story/columns.h"

/* -- columns -- */

static void add(struct fl_columns *l, enum fl_column_kind kind, void *subject,
		unsigned long addr, const char *name)
{
	struct fl_recording *r = l->recording;
	unsigned long page = (addr - l->addr) / FL_PAGE;
	char text[24];

	if (r->nr_columns == FL_RECORD_COLUMNS)
		return;
	snprintf(text, sizeof(text), page ? "%.12s+%lu" : "%.12s", name, page);
	l->columns[r->nr_columns] = (struct fl_column){ kind, subject, addr };
	r->columns[r->nr_columns] = fl_recording_string(r, text);
	r->of_folio[r->nr_columns] = kind >= FL_COLUMN_REFS;
	r->of_device[r->nr_columns] = kind == FL_COLUMN_DEVICE;
	r->first[r->nr_columns++] = "none";
}

static int has_process(const struct fl_columns *l, const struct fl_process *p)
{
	unsigned int i;

	for (i = 0; i < l->recording->nr_columns; i++)
		if (l->columns[i].subject == p)
			return 1;
	return 0;
}

/* The list starts with the youngest process.  The oldest one is named "pte",
 * its children "child". */
static void add_processes(struct fl_columns *l)
{
	struct fl_process *p, *oldest;
	unsigned long i;

	for (;;) {
		oldest = NULL;
		for (p = l->world->processes; p; p = p->next)
			if (!has_process(l, p))
				oldest = p;
		if (!oldest || l->recording->nr_columns == FL_RECORD_COLUMNS)
			return;
		for (i = 0; i < l->pages; i++)
			add(l, FL_COLUMN_PTE, oldest, l->addr + i * FL_PAGE,
			    oldest->next ? "child" : "pte");
	}
}

static void add_devices(struct fl_columns *l)
{
	struct fl_device *d;
	unsigned long i;

	for (d = l->world->devices; d; d = d->next)
		for (i = 0; d->process && i < l->pages; i++)
			add(l, FL_COLUMN_DEVICE, d, l->addr + i * FL_PAGE,
			    d->name);
}

/* -- state -- */

static const char *pte_text(const struct fl_pte *pte)
{
	if (pte->present)
		return pte->writable ? "rw" : "ro";
	if (pte->exclusive)
		return "excl";
	if (pte->migration)
		return "migr";
	if (pte->swap)
		return "swap";
	return pte->raw ? "other" : "none";
}

static const char *pte_state(struct fl_columns *l, const struct fl_column *c)
{
	const struct fl_process *p = c->subject;
	struct fl_pte pte = { 0 };

	if (p->mm)
		l->world->kernel->view->pte(p->mm, c->addr, &pte);
	return pte_text(&pte);
}

static const char *device_state(const struct fl_column *c)
{
	const struct fl_device_pte *e = fl_device_entry(c->subject, c->addr);

	if (!e || !e->mapped)
		return "none";
	return e->writable ? "map,w" : "map";
}

static const char *folio_state(struct fl_columns *l, const struct fl_column *c)
{
	struct fl_folio folio;
	char text[16];

	l->world->kernel->view->folio(l->pfn, &folio);
	if (c->kind == FL_COLUMN_LOCK)
		return folio.locked ? "held" : "free";
	snprintf(text, sizeof(text), "%d", folio.refcount);
	return fl_recording_string(l->recording, text);
}

static void set_states(struct fl_columns *l)
{
	unsigned int i;

	add_processes(l);
	for (i = 0; i < l->recording->nr_columns; i++) {
		const struct fl_column *c = &l->columns[i];

		if (c->kind == FL_COLUMN_PTE)
			l->state[i] = pte_state(l, c);
		else if (c->kind == FL_COLUMN_DEVICE)
			l->state[i] = device_state(c);
		else
			l->state[i] = folio_state(l, c);
	}
}

void fl_columns_state(struct fl_columns *l, const char **state)
{
	l->state = state;
	FL_LOOK(l->world->machine, (set_states(l), 0));
}

static void find_pfn(struct fl_columns *l)
{
	const struct fl_process *p = l->columns[0].subject;
	struct fl_pte pte = { 0 };

	if (p->mm)
		l->world->kernel->view->pte(p->mm, l->addr, &pte);
	l->pfn = pte.present || pte.exclusive ? pte.pfn : 0;
}

void fl_columns_begin(struct fl_columns *l, const char **state)
{
	l->recording->nr_columns = 0;
	l->pfn = 0;
	add_processes(l);
	add_devices(l);
	if (l->recording->nr_columns && l->columns[0].kind == FL_COLUMN_PTE)
		FL_LOOK(l->world->machine, (find_pfn(l), 0));
	if (l->pfn) {
		add(l, FL_COLUMN_REFS, NULL, l->addr, "refs");
		add(l, FL_COLUMN_LOCK, NULL, l->addr, "lock");
	}
	fl_columns_state(l, state);
}

/* -- names -- */

static const void *place_of(const struct fl_columns *l,
			    const struct fl_column *c)
{
	const struct fl_process *p = c->subject;
	int level;
	unsigned long *entry;

	switch (c->kind) {
	case FL_COLUMN_PTE:
		if (!p->mm)
			return NULL;
		entry = fl_mmu_pte(l->world->kernel->view->pgd(p->mm), c->addr,
				   &level);
		return level == 1 ? entry : NULL;
	case FL_COLUMN_DEVICE:
		return fl_device_entry(c->subject, c->addr);
	default:
		return NULL;
	}
}

static int column_of(const struct fl_columns *l, enum fl_column_kind kind)
{
	unsigned int i;

	for (i = 0; i < l->recording->nr_columns; i++)
		if (l->columns[i].kind == kind)
			return i;
	return -1;
}

int fl_columns_lock(const struct fl_columns *l)
{
	return column_of(l, FL_COLUMN_LOCK);
}

struct question {
	struct fl_columns *columns;
	unsigned long addr, pfn;
	int column;
	const char *field;
	unsigned long data; /* user address of the memory, or 0 */
};

/* Return: the user address of watched memory at @addr; 0: not watched. */
static unsigned long user_address(struct fl_columns *l, unsigned long addr)
{
	unsigned long pfn = (addr - fl_hw.direct_map) / FL_PAGE, i;

	if (addr < fl_hw.direct_map || pfn >= fl_hw.nr_frames)
		return 0;
	if (pfn == l->pfn)
		return l->addr + addr % FL_PAGE;
	for (i = 0; i < l->recording->nr_columns; i++) {
		const struct fl_column *c = &l->columns[i];
		const struct fl_process *p = c->subject;
		struct fl_pte pte = { 0 };

		if (c->kind == FL_COLUMN_PTE && p->mm)
			l->world->kernel->view->pte(p->mm, c->addr, &pte);
		if ((pte.present || pte.exclusive) && pte.pfn == pfn)
			return c->addr + addr % FL_PAGE;
	}
	return 0;
}

static void find_column(struct question *q)
{
	unsigned int i;

	q->column = -1;
	q->field = q->columns->world->kernel->view->field(q->addr, &q->pfn);
	q->data = user_address(q->columns, q->addr);
	for (i = 0; i < q->columns->recording->nr_columns; i++)
		if ((unsigned long)place_of(q->columns,
					    &q->columns->columns[i]) == q->addr)
			q->column = i;
}

/* Name a device's own word: busy flag or driver mutex. */
static int in_device(const struct fl_columns *l, unsigned long addr, char *text,
		     size_t size)
{
	const struct fl_device *d;

	for (d = l->world->devices; d; d = d->next) {
		if (addr == (unsigned long)&d->busy)
			snprintf(text, size, "%s busy", d->name);
		else if (addr == (unsigned long)&d->lock)
			snprintf(text, size, "%s mutex", d->name);
		else
			continue;
		return 1;
	}
	return 0;
}

int fl_columns_name(struct fl_columns *l, unsigned long addr, char *text,
		    size_t size)
{
	const struct fl_kernel *k = l->world->kernel;
	unsigned long pfn = ~0UL;

	if (fl_machine_name(l->world->machine, addr, text, size))
		return 1;
	FL_LOOK(l->world->machine, (k->view->field(addr, &pfn), 0));
	if (pfn >= fl_hw.nr_frames)
		return 0;
	snprintf(text, size, "page %#lx", pfn);
	return 1;
}

const char *fl_columns_object(struct fl_columns *l, const struct fl_op *op,
			      int *column, _Bool *data)
{
	struct question q = { .columns = l, .addr = op->addr };
	char text[80];

	*column = -1;
	*data = 0;
	if (!op->addr)
		return "";
	FL_LOOK(l->world->machine, (find_column(&q), 0));
	*data = q.data != 0;
	if (q.field && q.pfn == l->pfn && !strcmp(q.field, "refcount"))
		q.column = column_of(l, FL_COLUMN_REFS);
	*column = q.column;
	if (q.column >= 0)
		return l->recording->columns[q.column];
	if (q.data)
		snprintf(text, sizeof(text), "[%#lx]", q.data);
	else if (q.field)
		snprintf(text, sizeof(text), "%s %#lx",
			 strcmp(q.field, "refcount") ? q.field : "refs", q.pfn);
	else if (!in_device(l, op->addr, text, sizeof(text)) &&
		 !fl_machine_name(l->world->machine, op->addr, text,
				  sizeof(text)))
		return NULL;
	return fl_recording_string(l->recording, text);
}
