/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zap.c - a page that a device has is zapped while a CPU faults it
 *
 *   CPU (fault)                         zap
 *   reads the entry
 *                                       clears it, drops the last reference
 *   waits for the folio lock, or
 *   has it; reads the entry again
 *
 * "take a page reference when removing device exclusive entries": without the
 * reference, the page may be free by then, and reused.
 */
#include "program.h"

static void old_value_or_none(void)
{
	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(p->value[0] == 5 || p->value[0] == 0);
	HOLD(pte_at(PAGE(0)).pfn == p->pfn || freed(p->pfn) ||
	     pte_at(PAGE(1)).pfn == p->pfn);
	HOLD(!right_at(0, PAGE(0)).mapped);
}

static void fault_and_zap(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, zap_page_0);
	p->check = old_value_or_none;
}

PROGRAM_MIRROR(zap_while_faulted, fault_and_zap,
	       "A page that is exclusive to a device is zapped while a CPU "
	       "faults it: is it restored after it was freed?",
	       .v8 = "FOLIO_LOCKED")
PROGRAM_SEQ(zap_while_faulted, fault_and_zap,
	    "A page that is exclusive to a device with `seq` is zapped while "
	    "a CPU faults it: is it restored after it was freed?",
	    .v8 = "FOLIO_LOCKED")

static void zap_and_reuse(unsigned long number)
{
	p->ret[number] = fl_zap(p->process, PAGE(0), FL_PAGE);
	if (!p->ret[number])
		p->ret[number] = fl_store(p->process, PAGE(1), 7);
}

static void other_page_is_left_alone(void)
{
	old_value_or_none();
	HOLD(value_at(PAGE(1)) == 7);
}

static _Bool has_tree(const struct fl_kernel_info *kernel)
{
	return kernel->nr_files;
}

/*
 *   CPU (fault)                         zap, and a store to another page
 *   reads the entry
 *                                       frees the page, allocates it again
 *   takes a reference to the new page
 *                                       reads the page flags, to set a flag
 *   locks the page: sets a flag
 *                                       writes the flags: the lock is lost
 *   unlocks the page
 *
 * The flags of a newly allocated page are set without atomic operations, as no
 * other thread can know it.  The reference of 7c7b962938dd keeps a page from
 * being freed, but it may be the wrong page: the fault rechecks the entry only
 * under the lock.  A known bug of 6.1 to 7.3; in the model flags are atomic.
 */
static void fault_zap_and_reuse(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, zap_and_reuse);
	p->check = other_page_is_left_alone;
}

PROGRAM(freed_and_reused,
	"A page is zapped and its frame reused while a CPU faults it: is the "
	"new page left alone?",
	.breaks = "folio_test_locked(folio)", .breaks_on = has_tree,
	.v8 = "FOLIO_LOCKED")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	fault_zap_and_reuse();
}
PROGRAM_SEQ(freed_and_reused, fault_zap_and_reuse,
	    "A page is zapped and its frame reused while a CPU faults it: is "
	    "the new page left alone, with `seq`?",
	    .breaks = "folio_test_locked(folio)", .breaks_on = has_tree,
	    .v8 = "FOLIO_LOCKED")

static void two_faults_and_zap(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, zap_page_0);
	cpu(2, load_page_0);
	p->check = old_value_or_none;
}

PROGRAM(two_cpus_and_zap,
	"Two CPUs fault a page while it is zapped: is it freed while one of "
	"them uses it?",
	.v8 = "FOLIO_LOCKED", .bound = 10000)
{
	attach(0, FL_DRIVER_MIRROR, 0);
	two_faults_and_zap();
}
PROGRAM_SEQ(two_cpus_and_zap, two_faults_and_zap,
	    "Two CPUs fault a page while it is zapped: is it freed while one "
	    "of them uses it, with `seq`?",
	    .v8 = "FOLIO_LOCKED", .bound = 10000)

static void zap_table(unsigned long number)
{
	p->ret[number] = fl_zap(p->process, PAGE(0), FL_HUGE_PAGE);
}

/* By now the frame may be a page table, so pfn is not checked. */
static void old_value_or_none_of_table(void)
{
	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(p->value[0] == 5 || p->value[0] == 0);
	HOLD(value_at(PAGE(0)) == 0);
	HOLD(!right_at(0, PAGE(0)).mapped);
	REACH(p->value[0] == 5);
	REACH(p->value[0] == 0);
}

/*
 *   CPU (fault)                         zap
 *   reads the entry
 *   has the folio lock
 *                                       clears all entries of the table
 *                                       removes the table (since 6.14)
 *   reads the entry again: there is
 *   no table any more
 */
static void fault_and_zap_table(void)
{
	HOLD(!fl_mmap(p->process, PAGE(PAGES), FL_HUGE_PAGE - PAGES * FL_PAGE,
		      RW, FL_MAP_ANON));
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, zap_table);
	p->check = old_value_or_none_of_table;
}

PROGRAM_MIRROR(table_zapped_while_faulted, fault_and_zap_table,
	       "All pages of a page table are zapped while a CPU faults one "
	       "that is exclusive to a device: does the fault handle a "
	       "removed table?",
	       .v8 = "FOLIO_LOCKED")
PROGRAM_SEQ(table_zapped_while_faulted, fault_and_zap_table,
	    "All pages of a page table are zapped while a CPU faults one that "
	    "is exclusive to a device with `seq`: does the fault handle a "
	    "removed table?",
	    .v8 = "FOLIO_LOCKED")

PROGRAM(table_freed_while_faulted,
	"All pages of a page table are zapped while a CPU faults one that is "
	"exclusive to a device, and RCU frees the table as soon as it can: "
	"does the fault still read the table?",
	.v8 = "FOLIO_LOCKED")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	fault_and_zap_table();
	fl_world_choices(p->world, FL_CHOOSE_RCU);
}

static void nothing_or_5(void)
{
	HOLD(!p->ret[1]);
	HOLD(p->ret[0] == -EFAULT || (!p->ret[0] && p->value[0] == 5));
	HOLD(!pte_at(PAGE(0)).raw && freed(p->pfn));
	HOLD(!right_at(0, PAGE(0)).mapped);
}

static void fault_and_unmap(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, unmap_page_0);
	p->check = nothing_or_5;
}

PROGRAM(unmap_while_faulted,
	"A page that is exclusive to a device is unmapped while a CPU faults "
	"it: is anything left behind?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	fault_and_unmap();
}
PROGRAM_SEQ(unmap_while_faulted, fault_and_unmap,
	    "A page that is exclusive to a device with `seq` is unmapped "
	    "while a CPU faults it: is anything left behind?")

/*
 *   CPU (fault)                         unmap                  RCU
 *   finds the VMA, or page tables
 *                                       removes them
 *   waits for the page
 *                                                              frees them
 *   continues with what it found
 *
 * A fault under a VMA lock is such a reader, and so is a page-table walk.  A
 * read-side section, a lock or a reference count holds the callback off.
 */
PROGRAM(unmap_and_free_while_faulted,
	"A page that is exclusive to a device is unmapped while a CPU faults "
	"it, and RCU frees the remains as soon as it can: does the fault "
	"still read them?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	fault_and_unmap();
	fl_world_choices(p->world, FL_CHOOSE_RCU);
}
