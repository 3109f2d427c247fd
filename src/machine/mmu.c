/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mmu.c - address translation of a CPU: one TLB per CPU, and the table walker
 *
 *  - fl_mmu_access()   with all side effects of hardware
 *  - fl_mmu_pte(), fl_tlb_lookup()  without side effects
 *  - fl_hw_asid_alloc(), fl_hw_tlb_flush()
 *
 * Invariants: an entry lives until it is flushed, evicted by another entry for
 * its slot, or walked again; only the walker writes table entries.
 */
#include <errno.h>

#include "internal.h"
#include "order.h"

#define ENTRIES	   (1UL << FL_PT_SHIFT)
#define PFN(entry) ((FL_PTE_PFN_MASK & (entry)) >> FL_PTE_PFN_SHIFT)

/* No swap entry may look like an entry in use. */
#define SWP_FIELDS                                               \
	(FL_SWP_UFFD_WP | FL_SWP_SOFT_DIRTY | FL_SWP_EXCLUSIVE | \
	 ((1UL << FL_SWP_TYPE_BITS) - 1) << FL_SWP_TYPE_SHIFT |  \
	 ((1UL << FL_SWP_OFFSET_BITS) - 1) << FL_SWP_OFFSET_SHIFT)
_Static_assert(!(SWP_FIELDS &
		 (FL_PTE_PRESENT | FL_PTE_PROT_NONE | FL_PTE_HUGE)),
	       "swap entries overlap");

void fl_mmu_init(struct fl_machine *m)
{
	m->tlbs.next_asid = 1;
}

static struct fl_tlb_slot *tlb_slot(unsigned cpu, unsigned asid,
				    unsigned long va)
{
	if (cpu >= fl_hw.nr_cpus)
		fl_internal("CPU %u does not exist", cpu);
	return &fl_machine_current->tlbs
			.slots[cpu]
			      [((va >> FL_PAGE_SHIFT) + asid) % FL_TLB_ENTRIES];
}

static int hits(const struct fl_tlb_slot *slot, unsigned asid, unsigned long va)
{
	return slot->entry.valid && slot->entry.asid == asid &&
	       slot->entry.vpn == va >> FL_PAGE_SHIFT;
}

unsigned int fl_hw_asid_alloc(void)
{
	FL_HOLD();
	return fl_machine_current->tlbs.next_asid++;
}

void fl_hw_tlb_flush(unsigned int asid, unsigned long start, unsigned long end)
{
	struct fl_machine *m = fl_machine_current;
	unsigned int cpu, i;

	FL_HOLD();
	for (cpu = 0; cpu < fl_hw.nr_cpus; cpu++) {
		/* It waits for the instruction that the CPU is in. */
		fl_machine_hold(&m->tlbs.busy[cpu]);
		for (i = 0; i < FL_TLB_ENTRIES; i++) {
			struct fl_tlb_entry *e = &m->tlbs.slots[cpu][i].entry;
			unsigned long va = e->vpn << FL_PAGE_SHIFT;

			if (e->valid && e->asid == asid && va < end &&
			    va + FL_PAGE_SIZE > start)
				e->valid = 0;
		}
		fl_machine_release(&m->tlbs.busy[cpu]);
	}
	if (m->user)
		m->user->flushed(asid, start, end);
}

unsigned long *fl_mmu_busy(unsigned cpu)
{
	return &fl_machine_current->tlbs.busy[cpu];
}

int fl_tlb_lookup(unsigned cpu, unsigned asid, unsigned long va,
		  struct fl_tlb_entry *out)
{
	struct fl_tlb_slot *slot = tlb_slot(cpu, asid, va);

	if (!hits(slot, asid, va))
		return 0;
	*out = slot->entry;
	return 1;
}

static unsigned long *entry_at(unsigned long table, unsigned long va, int level)
{
	unsigned int shift = FL_PAGE_SHIFT + FL_PT_SHIFT * (level - 1);

	return (unsigned long *)fl_frame_address(table) +
	       ((va >> shift) & (ENTRIES - 1));
}

static int is_leaf(unsigned long entry, int level)
{
	return level == 1 || (level == 2 && (entry & FL_PTE_HUGE));
}

unsigned long *fl_mmu_pte(unsigned long pgd_pfn, unsigned long va, int *level)
{
	unsigned long table = pgd_pfn, *p, entry;

	*level = FL_PT_LEVELS;
	if (!fl_hw_frame_allocated(table) || va >> FL_VA_BITS)
		return NULL;
	for (;; --*level) {
		p = entry_at(table, va, *level);
		entry = __atomic_load_n(p, __ATOMIC_ACQUIRE);
		if (!(entry & FL_PTE_PRESENT) || is_leaf(entry, *level) ||
		    !fl_hw_frame_allocated(PFN(entry)))
			return p;
		table = PFN(entry);
	}
}

/* Return: the leaf entry as loaded, its place and level; 0 if not present. */
static unsigned long walk(unsigned long table, unsigned long va,
			  unsigned long **place, int *level)
{
	unsigned long entry;

	for (*level = FL_PT_LEVELS;; --*level) {
		if (!fl_hw_frame_allocated(table))
			fl_violate("C8 lifetime: the walk to %#lx reaches a "
				   "table of level %d in frame %#lx, which is "
				   "not allocated",
				   va, *level, table);
		*place = entry_at(table, va, *level);
		fl_hw_access(FL_HW_LOAD, *place, sizeof(entry));
		entry = __atomic_load_n(*place, __ATOMIC_ACQUIRE);
		fl_order_acquire(*place);
		if (!(entry & FL_PTE_PRESENT))
			return 0;
		if (is_leaf(entry, *level))
			return entry;
		table = PFN(entry);
	}
}

int fl_mmu_access(unsigned cpu, unsigned asid, unsigned long pgd_pfn,
		  unsigned long va, int write, unsigned long *pa)
{
	struct fl_tlb_slot *slot = tlb_slot(cpu, asid, va);
	unsigned long offset = va & (FL_PAGE_SIZE - 1);
	unsigned long need = FL_PTE_USER | (write ? FL_PTE_WRITE : 0);
	unsigned long mark = FL_PTE_ACCESSED |
			     (write ? FL_PTE_DIRTY | FL_PTE_SOFT_DIRTY : 0);
	unsigned long *place, entry, pfn;
	int level;

	FL_HOLD();
	if (va >> FL_VA_BITS)
		return -EFAULT;
	if (fl_choice_is_open(FL_CHOOSE_TLB) && hits(slot, asid, va) &&
	    fl_hw_choose(2, "the TLB evicts the page"))
		slot->entry.valid = 0;
	if (hits(slot, asid, va)) {
		if (!write || (slot->entry.writable && slot->dirty)) {
			fl_sched_translated(cpu, va, slot->entry.pfn);
			*pa = (slot->entry.pfn << FL_PAGE_SHIFT) + offset;
			return 0;
		}
		slot->entry.valid = 0;
	}
	do {
		entry = walk(pgd_pfn, va, &place, &level);
		if (!entry || (entry & need) != need)
			return -EFAULT;
		if ((entry & mark) == mark)
			break;
		fl_hw_access(FL_HW_RMW, place, sizeof(entry));
		fl_order_release(place, __ATOMIC_RELEASE);
	} while (!__atomic_compare_exchange_n(place, &entry, entry | mark, 0,
					      __ATOMIC_ACQ_REL,
					      __ATOMIC_ACQUIRE));
	pfn = PFN(entry);
	if (level == 2)
		pfn = (pfn & ~(ENTRIES - 1)) |
		      ((va >> FL_PAGE_SHIFT) & (ENTRIES - 1));
	if (pfn >= fl_hw.nr_frames + fl_hw.nr_device_frames)
		fl_violate("C8 lifetime: the entry of %#lx names frame %#lx, "
			   "which does not exist",
			   va, pfn);
	slot->entry = (struct fl_tlb_entry){ 1, asid, va >> FL_PAGE_SHIFT, pfn,
					     !!(entry & FL_PTE_WRITE) };
	slot->dirty = write ||
		      (entry & FL_PTE_DIRTY && entry & FL_PTE_SOFT_DIRTY);
	fl_sched_translated(cpu, va, pfn);
	*pa = (pfn << FL_PAGE_SHIFT) + offset;
	return 0;
}
