/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * protect.c - a page is write-protected while a device has it or marks it
 *
 * mprotect() excludes `mirror` by the mmap lock.  userfaultfd, like a zap, only
 * takes that lock for reading, so `mirror` may program the device after the
 * notification.
 */
#include "program.h"

/* Never inlined, so that stories name the same function at any level of
 * optimisation. */
static __attribute__((noinline)) void read_only_from_now_on(void)
{
	HOLD(!p->ret[1]);
	HOLD(fl_store(p->process, PAGE(0), 9) == -EFAULT);
	HOLD(!right_at(0, PAGE(0)).writable);
}

static void read_and_protected(void)
{
	HOLD(!p->ret[0] && p->value[0] == 5);
	HOLD(value_at(PAGE(0)) == 5);
	read_only_from_now_on();
}

static void fault_and_protect(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, protect_page_0);
	p->check = read_and_protected;
}

PROGRAM_MIRROR(mprotect_while_faulted, fault_and_protect,
	       "mprotect() makes a page read-only while a CPU faults it: is "
	       "it still writable?")
PROGRAM_SEQ(mprotect_while_faulted, fault_and_protect,
	    "mprotect() makes a page read-only while a CPU faults it: is it "
	    "still writable, with `seq`?")

/* Register in advance: then the thread only write-protects. */
static void register_page_0(void)
{
	HOLD(!fl_uffd_wp(p->process, PAGE(0), FL_PAGE, 0));
}

static void fault_and_uffd_wp(void)
{
	register_page_0();
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, uffd_wp_page_0);
	p->check = read_and_protected;
}

PROGRAM_MIRROR(uffd_wp_while_faulted, fault_and_uffd_wp,
	       "userfaultfd protects a page while a CPU faults it: is it "
	       "still writable?")
PROGRAM_SEQ(uffd_wp_while_faulted, fault_and_uffd_wp,
	    "userfaultfd protects a page while a CPU faults it: is it still "
	    "writable, with `seq`?")

static void stored_or_refused(void)
{
	HOLD(p->ret[0] == 0 || p->ret[0] == -EFAULT);
	read_only_from_now_on();
	HOLD(value_at(PAGE(0)) == (p->ret[0] ? 5 : 10));
}

static void store_and_protect(void)
{
	mark(PAGE(0), 5);
	cpu(0, store_page_0);
	cpu(1, protect_page_0);
	p->check = stored_or_refused;
}

PROGRAM_MIRROR(mprotect_while_stored, store_and_protect,
	       "mprotect() makes a page read-only while a CPU stores to it: "
	       "is the store either kept or refused?")
PROGRAM_SEQ(mprotect_while_stored, store_and_protect,
	    "mprotect() makes a page read-only while a CPU stores to it: is "
	    "the store either kept or refused, with `seq`?")

static void added_and_protected(void)
{
	HOLD(p->ret[0] == 0 || p->ret[0] == 1 || p->ret[0] == -EFAULT);
	HOLD(!right_at(0, PAGE(0)).writable);
	HOLD(value_at(PAGE(0)) == 5 + p->value[0]);
	read_only_from_now_on();
}

static void mark_and_protect(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, protect_page_0);
	p->check = added_and_protected;
}

PROGRAM_MIRROR(mprotect_while_marked, mark_and_protect,
	       "mprotect() makes a page read-only while `mirror` marks it: "
	       "can the device write to it?")
PROGRAM_SEQ(mprotect_while_marked, mark_and_protect,
	    "mprotect() makes a page read-only while `seq` marks it: can the "
	    "device write to it?")

static void mark_and_uffd_wp(void)
{
	register_page_0();
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, uffd_wp_page_0);
	p->check = added_and_protected;
}

PROGRAM_MIRROR(uffd_wp_while_marked, mark_and_uffd_wp,
	       "userfaultfd protects a page while `mirror` marks it: can the "
	       "device write to it?",
	       .breaks = "right_at(0, PAGE(0)).writable")
PROGRAM_SEQ(uffd_wp_while_marked, mark_and_uffd_wp,
	    "userfaultfd protects a page while `seq` marks it: can the device "
	    "write to it?")

static void value_and_mapping(void)
{
	HOLD(!p->ret[0] && p->value[0] == 5 && !p->ret[1]);
	HOLD(pte_at(PAGE(0)).pfn == p->pfn);
}

static void fault_and_clear(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, clear_soft_dirty_page_0);
	p->check = value_and_mapping;
}

PROGRAM_MIRROR(soft_dirty_while_faulted, fault_and_clear,
	       "Soft-dirty bits are cleared while a CPU faults a page that is "
	       "exclusive to a device: is the page kept?")
PROGRAM_SEQ(soft_dirty_while_faulted, fault_and_clear,
	    "Soft-dirty bits are cleared while a CPU faults a page that is "
	    "exclusive to a device with `seq`: is the page kept?")
