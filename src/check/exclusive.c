/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exclusive.c - C1, C2: only the device can reach a page that it may write
 *
 * While a device's table has a writable entry for a frame, no page-table entry
 * of any process maps it, no CPU's TLB holds it, and no other device maps it.
 * Checked whenever one of these is set up.  C2 (a PTE must not become present
 * before the device's right is revoked) is the same rule, seen from the PTE.
 */
#include "check/check.h"
#include "device/internal.h"

/* A step: reads the device's entry as hardware would. */
static const struct fl_device_pte *read_entry(struct fl_device *d,
					      unsigned long addr)
{
	const struct fl_device_pte *entry = fl_device_entry(d, addr);

	if (entry)
		fl_hw_access(FL_HW_LOAD, entry, sizeof(*entry));
	return entry;
}

/* Return: whether @c->place may be the entry for @addr, by its table index. */
static _Bool may_be_entry_of(const struct fl_change *c, unsigned long addr)
{
	const unsigned long entries = 1UL << FL_PT_SHIFT;

	return (unsigned long)c->place / sizeof(c->now) % entries ==
	       addr / FL_PAGE % entries;
}

static void compare(const struct fl_change *c, struct fl_device *d,
		    unsigned long addr)
{
	const struct fl_device_pte *entry = may_be_entry_of(c, addr) ?
						    read_entry(d, addr) :
						    fl_device_entry(d, addr);

	if (entry->writable && fl_entry_maps(c->now, entry->pfn, 1))
		fl_machine_violate("C1 exclusive: a page-table entry maps "
				   "frame %#lx, which device %s may write at "
				   "%#lx (C2: it was not notified before)",
				   entry->pfn, d->name, addr);
}

static void changed(struct fl_checks *checks, const struct fl_change *c)
{
	struct fl_device *d;
	unsigned long addr;

	if (!(c->now & (FL_PTE_PRESENT | FL_PTE_PROT_NONE)))
		return;
	for (d = checks->world->devices; d; d = d->next)
		for (addr = d->start; d->process && addr < d->start + d->len;
		     addr += FL_PAGE)
			compare(c, d, addr);
}

static void compare_process(const struct fl_device *d, struct fl_process *p,
			    unsigned long addr, unsigned long pfn)
{
	unsigned long *place = fl_check_place(p, addr);
	struct fl_tlb_entry tlb;
	unsigned int cpu;

	if (!place)
		return;
	fl_hw_access(FL_HW_LOAD, place, sizeof(*place));
	if (fl_entry_maps(*place, pfn, 1))
		fl_machine_violate("C1 exclusive: device %s gets the right to "
				   "write frame %#lx at %#lx, which a "
				   "page-table entry maps",
				   d->name, pfn, addr);
	for (cpu = 0; cpu < fl_hw.nr_cpus; cpu++)
		if (fl_tlb_lookup(cpu, p->world->kernel->view->asid(p->mm),
				  addr, &tlb) &&
		    tlb.pfn == pfn)
			fl_machine_violate("C1 exclusive: device %s gets the "
					   "right to write frame %#lx at "
					   "%#lx, which the "
					   "TLB of CPU %u holds",
					   d->name, pfn, addr, cpu);
}

static void compare_device(const struct fl_device *d,
			   const struct fl_device_pte *mine,
			   struct fl_device *other, unsigned long addr)
{
	const struct fl_device_pte *its = read_entry(other, addr);

	if (its && its->mapped && its->pfn == mine->pfn &&
	    (its->writable || mine->writable))
		fl_machine_violate("C1 exclusive: device %s maps frame %#lx "
				   "at %#lx, which device %s maps too, and "
				   "one of them may write it",
				   d->name, mine->pfn, addr, other->name);
}

static void programmed(struct fl_checks *checks, struct fl_device *d,
		       unsigned long addr)
{
	const struct fl_device_pte mine = *fl_device_entry(d, addr);
	struct fl_process *p;
	struct fl_device *other;

	for (p = checks->world->processes; mine.writable && p; p = p->next)
		compare_process(d, p, addr, mine.pfn);
	for (other = checks->world->devices; other; other = other->next)
		if (other != d && other->process)
			compare_device(d, &mine, other, addr);
}

const struct fl_checker fl_check_exclusive = {
	.rule = "C1 exclusive",
	.changed = changed,
	.programmed = programmed,
};
