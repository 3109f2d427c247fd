/* SPDX-License-Identifier: GPL-2.0-only */
/* walk.c - walk all pages of a process, in its tables as hardware reads them */
#include "check/check.h"

#define ENTRIES	   (1UL << FL_PT_SHIFT)
#define PFN(entry) ((FL_PTE_PFN_MASK & (entry)) >> FL_PTE_PFN_SHIFT)

struct walk {
	struct fl_process *process;
	void (*fn)(void *arg, unsigned long addr, const struct fl_pte *pte);
	void *arg;
};

_Bool fl_entry_maps(unsigned long entry, unsigned long pfn, unsigned long pages)
{
	unsigned long n = entry & FL_PTE_HUGE ? ENTRIES : 1;

	return entry & (FL_PTE_PRESENT | FL_PTE_PROT_NONE) &&
	       PFN(entry) < pfn + pages && pfn < PFN(entry) + n;
}

static void visit(const struct walk *w, unsigned long addr)
{
	struct fl_pte pte;

	w->process->world->kernel->view->pte(w->process->mm, addr, &pte);
	if (pte.raw)
		w->fn(w->arg, addr, &pte);
}

static void walk(const struct walk *w, unsigned long table, unsigned long addr,
		 int level)
{
	const unsigned long *entries = (unsigned long *)(fl_hw.direct_map +
							 table * FL_PAGE);
	unsigned int shift = FL_PAGE_SHIFT + FL_PT_SHIFT * (level - 1), i;
	/* The upper half of the top table belongs to the kernel. */
	unsigned int n = level == FL_PT_LEVELS ? ENTRIES / 2 : ENTRIES;

	for (i = 0; i < n; i++) {
		if (!entries[i])
			continue;
		if (level == 1 || (level == 2 && entries[i] & FL_PTE_HUGE))
			visit(w, addr + ((unsigned long)i << shift));
		else if (entries[i] & FL_PTE_PRESENT)
			walk(w, PFN(entries[i]),
			     addr + ((unsigned long)i << shift), level - 1);
	}
}

void fl_check_walk(struct fl_process *process,
		   void (*fn)(void *arg, unsigned long addr,
			      const struct fl_pte *pte),
		   void *arg)
{
	const struct walk w = { process, fn, arg };

	if (process->mm)
		walk(&w, process->world->kernel->view->pgd(process->mm), 0,
		     FL_PT_LEVELS);
}
