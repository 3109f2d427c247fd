/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counts.c - C6, C7: the counts of pages and processes match the tables
 *
 * An entry owns one reference, and as much mapcount as the kernel's traits say.
 * For pages of files only mappings are compared: their other references, by a
 * file system or a cache, differ between kernels.  A program that takes
 * references itself drops them before its threads end.  At the end nothing is
 * locked, no section is open, no page is being migrated; and once all processes
 * have exited nothing is left.
 */
#include <string.h>

#include "check/check.h"
#include "device/internal.h"
#include "machine/sched.h"

#define MOST_PAGES 2048 /* mapped by all processes together */

/* The counts of one page according to the tables. */
struct page {
	unsigned long pfn;
	unsigned int mappings, entries;
	_Bool file;
};

struct tally {
	struct fl_world *world;
	struct fl_rss rss; /* of the process being walked */
	struct page pages[MOST_PAGES];
	unsigned int nr;
};

/* Not in the world: it is host data, used only between runs. */
static struct tally tally;

static struct page *page_of(struct tally *t, unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < t->nr; i++)
		if (t->pages[i].pfn == pfn)
			return &t->pages[i];
	if (t->nr == MOST_PAGES)
		fl_machine_violate("C7 counts: more than %u pages are mapped, "
				   "the limit of this check",
				   MOST_PAGES);
	t->pages[t->nr] = (struct page){ .pfn = pfn };
	return &t->pages[t->nr++];
}

static void count_one(struct tally *t, const struct fl_pte *pte,
		      unsigned long pfn)
{
	struct fl_folio folio;

	/* The zero page is not counted. */
	if (pte->present && pte->raw & FL_PTE_SPECIAL)
		return;
	t->world->kernel->view->folio(pfn, &folio);
	if (folio.huge_zero)
		return;
	page_of(t, pfn)->file = !folio.anon;
	if (folio.anon)
		t->rss.anon++;
	else
		t->rss.file++;
	if (pte->exclusive)
		page_of(t, pfn)->entries++;
	else
		page_of(t, pfn)->mappings++;
}

static void count(void *arg, unsigned long addr, const struct fl_pte *pte)
{
	unsigned long i, n = pte->huge ? FL_HUGE_PAGE / FL_PAGE : 1;
	struct tally *t = arg;

	if (pte->migration)
		fl_machine_violate("C7 counts: a migration "
				   "entry is left at %#lx",
				   addr);
	if (pte->swap)
		t->rss.swap++;
	if (pte->present || pte->exclusive)
		for (i = 0; i < n; i++)
			count_one(t, pte, pte->pfn + i);
}

static void compare_rss(const struct tally *t, struct fl_process *p)
{
	struct fl_rss rss;

	p->world->kernel->view->rss(p->mm, &rss);
	if (rss.anon != t->rss.anon || rss.file != t->rss.file ||
	    rss.swap != t->rss.swap)
		fl_machine_violate("C7 counts: rss of a process has %ld "
				   "anonymous pages, %ld of files and %ld "
				   "swapped, but its page tables "
				   "have %ld, %ld and %ld",
				   rss.anon, rss.file, rss.swap, t->rss.anon,
				   t->rss.file, t->rss.swap);
}

static void compare_mapcount(const struct tally *t, const struct page *page,
			     const struct fl_folio *folio)
{
	int own = t->world->kernel->traits.entry_mapcount;
	int expected = page->mappings + page->entries * own;

	if (folio->mapcount != expected)
		fl_machine_violate("%s counts: mapcount of frame %#lx is %d, "
				   "expected %d for %u mappings and %u entries",
				   page->entries ? "C6, C7" : "C7", page->pfn,
				   folio->mapcount, expected, page->mappings,
				   page->entries);
}

/* A huge mapping counts once for all its pages, so for large folios only
 * mapcounts are compared. */
static void compare_refcount(const struct page *page,
			     const struct fl_folio *folio)
{
	int expected = page->mappings + page->entries + folio->swap_cache;

	if (!folio->order && !page->file && folio->refcount != expected)
		fl_machine_violate("%s counts: refcount of frame %#lx is %d, "
				   "expected %d for %u mappings, %u entries "
				   "and %d of the swap cache",
				   page->entries ? "C6, C7" : "C7", page->pfn,
				   folio->refcount, expected, page->mappings,
				   page->entries, folio->swap_cache);
}

static void compare_page(const struct tally *t, const struct page *page)
{
	struct fl_folio folio;

	t->world->kernel->view->folio(page->pfn, &folio);
	compare_mapcount(t, page, &folio);
	compare_refcount(page, &folio);
	if (folio.locked)
		fl_machine_violate("C7 counts: the folio of frame "
				   "%#lx is left locked",
				   page->pfn);
}

static void compare_machine(struct fl_world *world)
{
	struct fl_machine *m = world->machine;
	struct fl_audit now;
	unsigned int thread;
	unsigned long pfn;

	fl_machine_audit(m, &now);
	pfn = now.locks > world->after_boot.locks ?
		      fl_machine_locked_folio(m, &thread) :
		      FL_NO_FRAME;
	if (pfn != FL_NO_FRAME)
		fl_machine_violate("C7 counts: the folio of frame %#lx is "
				   "left locked by thread %u (%s)",
				   pfn, thread, fl_thread_name(m, thread));
	if (now.locks > world->after_boot.locks)
		fl_machine_violate("C7 counts: locks left held: %lu",
				   now.locks - world->after_boot.locks);
	if (now.rcu_sections > world->after_boot.rcu_sections)
		fl_machine_violate("C7 counts: RCU sections left open: %lu",
				   now.rcu_sections -
					   world->after_boot.rcu_sections);
}

static void ended(struct fl_checks *checks)
{
	struct fl_world *world = checks->world;
	struct fl_process *p;
	unsigned int i;

	tally.world = world;
	tally.nr = 0;
	for (p = world->processes; p; p = p->next) {
		if (!p->mm)
			continue;
		memset(&tally.rss, 0, sizeof(tally.rss));
		fl_check_walk(p, count, &tally);
		compare_rss(&tally, p);
	}
	for (i = 0; i < tally.nr; i++)
		compare_page(&tally, &tally.pages[i]);
	compare_machine(world);
}

const struct fl_checker fl_check_counts = {
	.rule = "C6, C7 counts",
	.ended = ended,
};

void fl_checks_at_teardown(struct fl_checks *checks)
{
	struct fl_world *world = checks->world;
	const struct fl_audit none = { 0 };
	struct fl_audit left;
	struct fl_process *p;

	for (p = world->processes; p; p = p->next)
		if (p->mm)
			fl_process_exit(p);
	if (!fl_world_audit(world, &left) && memcmp(&left, &none, sizeof(none)))
		fl_machine_violate("C7 counts: left after all processes "
				   "exited: %lu frames, %lu objects, %lu "
				   "pages of swap, %lu locks, %lu RCU sections",
				   left.frames, left.objects, left.swap,
				   left.locks, left.rcu_sections);
}
