/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bits.c - C3, C4, C5: what an entry keeps of a PTE, and what a restore returns
 *
 * Marking clears a PTE and then stores the entry.  In between the thread
 * owns the PTE, because it holds the page-table lock.  A restore
 * overwrites the entry.
 */
#include "check/check.h"

static struct fl_pte view(const struct fl_change *c)
{
	struct fl_pte pte;

	c->process->world->kernel->view->pte(c->process->mm, c->addr, &pte);
	return pte;
}

static struct fl_folio folio_of(const struct fl_change *c, unsigned long pfn)
{
	struct fl_folio folio;

	c->process->world->kernel->view->folio(pfn, &folio);
	return folio;
}

/* The thread that restores holds the lock of the VMA, so prot
 * is still valid. */
static unsigned int prot_of(const struct fl_change *c)
{
	return c->process->world->kernel->view->prot(c->process->mm, c->addr);
}

/* An entry was replaced by a mapping: a restore. */
static void restored(const struct fl_change *c, const struct fl_pte *now)
{
	struct fl_folio folio = folio_of(c, now->pfn);
	struct fl_pte was = fl_check_was(c);

	if (was.exclusive && was.pfn != now->pfn)
		fl_machine_violate("C3 subpage: the PTE restored at %#lx maps "
				   "frame %#lx, but its entry named frame %#lx",
				   c->addr, now->pfn, was.pfn);
	if (now->writable && now->uffd_wp)
		fl_machine_violate("C4 writable: the PTE restored at %#lx is "
				   "writable in spite of uffd-wp",
				   c->addr);
	if (now->writable && folio.anon && !folio.anon_exclusive)
		fl_machine_violate("C4 writable: the PTE restored at %#lx is "
				   "writable, although frame "
				   "%#lx may be shared",
				   c->addr, now->pfn);
	if (now->writable && !(prot_of(c) & FL_PROT_WRITE))
		fl_machine_violate("C4 writable: the PTE restored at %#lx is "
				   "writable, but its mapping is not",
				   c->addr);
	if (folio.anon && !folio.mapcount)
		fl_machine_violate("C6 counts: the PTE restored at %#lx is "
				   "present before frame %#lx is "
				   "in the reverse map",
				   c->addr, now->pfn);
	if (was.soft_dirty && !now->soft_dirty)
		fl_machine_violate("C5 bits: the PTE restored at %#lx is no "
				   "longer soft-dirty",
				   c->addr);
	if (was.uffd_wp && !now->uffd_wp)
		fl_machine_violate("C5 bits: the PTE restored at %#lx is no "
				   "longer protected by uffd-wp",
				   c->addr);
}

/* A mapping was replaced by an entry; @before: the change that cleared it. */
static void marked(const struct fl_change *c, const struct fl_change *before,
		   const struct fl_pte *now)
{
	const unsigned long old = before->was;
	struct fl_folio folio = folio_of(c, now->pfn);

	if (old & FL_PTE_SOFT_DIRTY && !now->soft_dirty)
		fl_machine_violate("C5 bits: the entry of %#lx is not "
				   "soft-dirty, although its page was",
				   c->addr);
	if (old & FL_PTE_UFFD_WP && !now->uffd_wp)
		fl_machine_violate("C5 bits: the entry of %#lx lost the "
				   "protection by uffd-wp",
				   c->addr);
	if (old & FL_PTE_DIRTY && !folio.dirty)
		fl_machine_violate("C5 bits: the page marked at %#lx was "
				   "dirty, but its folio is not dirty now",
				   c->addr);
}

static void check_change(const struct fl_checks *checks,
			 const struct fl_change *c)
{
	const struct fl_change *before = fl_check_store(checks, c->thread, 1);
	struct fl_pte now = view(c);

	if (now.present && c->was &&
	    !(c->was & (FL_PTE_PRESENT | FL_PTE_PROT_NONE | FL_PTE_HUGE)))
		restored(c, &now);
	else if (now.exclusive && !c->was && before &&
		 before->place == c->place && before->was & FL_PTE_PRESENT)
		marked(c, before, &now);
}

static void changed(struct fl_checks *checks, const struct fl_change *c)
{
	if (!c->process)
		return;
	fl_machine_untraced(1);
	check_change(checks, c);
	fl_machine_untraced(0);
}

const struct fl_checker fl_check_bits = {
	.rule = "C3 subpage, C4 writable, C5 bits",
	.changed = changed,
};
