/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * choices.c - events outside the program: a failed allocation, a TLB eviction,
 * a fatal signal, a lock held elsewhere
 *
 * The explorer tries both outcomes of each choice, in every schedule.
 */
#include "program.h"

static void add_to_page_1(unsigned long number)
{
	p->ret[number] = fl_store(p->process, PAGE(1), 7);
}

/* Either CPU may run out of memory, without effect on the other. */
static void each_may_fail(void)
{
	struct fl_pte pte;

	HOLD(!p->ret[0] || p->ret[0] == -ENOMEM);
	HOLD(!p->ret[1] || p->ret[1] == -ENOMEM);
	REACH(!p->ret[0] && p->ret[1]);
	REACH(!p->ret[0] && !p->ret[1]);
	HOLD(!fl_pte_view(p->process, PAGE(1), &pte));
	HOLD(pte.present == !p->ret[1]);
	if (!p->ret[0])
		HOLD(p->value[0] == 5);
}

PROGRAM(fault_while_alloc_fails,
	"One CPU faults a page that is exclusive to a device, another CPU a "
	"new page, and an allocation fails: is anything lost?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, add_to_page_1);
	fl_world_choices(p->world, FL_CHOOSE_ALLOC);
	p->check = each_may_fail;
}

static void load_twice(unsigned long number)
{
	load_page_0(number);
	HOLD(!fl_load(p->process, PAGE(0), &p->value[2]));
}

/* After a load has read 0, a later load does not read 5. */
static void old_value_never_returns(void)
{
	HOLD(p->value[0] == 5 || p->value[0] == 0);
	HOLD(p->value[2] == 5 || p->value[2] == 0);
	HOLD(p->value[0] || !p->value[2]);
}

PROGRAM(tlb_evicts_while_zapped,
	"A TLB may evict a page while it is zapped: does a load read the old "
	"value again?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, load_twice);
	cpu(1, zap_page_0);
	fl_world_choices(p->world, FL_CHOOSE_TLB);
	p->check = old_value_never_returns;
}

/* -- a folio lock is held outside the program -- */

static void forked_or_not(void)
{
	REACH(!p->ret[0]);
	REACH(p->ret[0] == -ENOMEM);
	HOLD(!p->ret[0] || p->ret[0] == -ENOMEM);
	HOLD(!p->ret[0] == !!p->child);
	HOLD(value_at(PAGE(0)) == 5);
}

static void fork_busy(void)
{
	mark(PAGE(0), 5);
	cpu(0, fork_process);
	fl_world_choices(p->world, FL_CHOOSE_BUSY);
	p->check = forked_or_not;
}

PROGRAM(fork_while_busy,
	"A process forks while another user has locked a page that is "
	"exclusive to a device: does the fork fail without losing anything?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	fork_busy();
}
PROGRAM_SEQ(fork_while_busy, fork_busy,
	    "A process forks while another user has locked a page that is "
	    "exclusive to a device with `seq`: does the fork fail without "
	    "losing anything?")

/*
 *   fork                                hardware
 *   finds page 0 pinned
 *   unlocks the page tables
 *   allocates a copy for the child
 *                                       unpins page 0
 *   shares page 0: needs no copy
 *   cannot lock page 1: fails
 */
static void unpin_page_0(unsigned long number)
{
	p->ret[number] = fl_folio_unpin(p->world, p->pfn);
}

static void unpinned_and_forked_or_not(void)
{
	HOLD(!p->ret[1] && pte_at(PAGE(0)).pfn == p->pfn);
	HOLD(value_at(PAGE(1)) == 6);
	forked_or_not();
}

PROGRAM(fork_while_unpinned,
	"A process forks while hardware unpins a page, and another user has "
	"locked the next page: is the unused copy freed?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	HOLD(!fl_folio_pin(p->process, PAGE(0), &p->pfn));
	mark(PAGE(1), 6);
	cpu(0, fork_process);
	cpu(1, unpin_page_0);
	fl_world_choices(p->world, FL_CHOOSE_BUSY);
	p->check = unpinned_and_forked_or_not;
}

/* A fault that finds the page locked drops its locks, waits, and retries. */
static void zapped_or_5(void)
{
	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(p->value[0] == 5 || p->value[0] == 0);
	REACH(p->value[0] == 5);
	REACH(p->value[0] == 0);
	HOLD(!right_at(0, PAGE(0)).mapped);
}

static void zap_busy(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, zap_page_0);
	fl_world_choices(p->world, FL_CHOOSE_BUSY);
	p->check = zapped_or_5;
}

PROGRAM(zap_while_busy,
	"A CPU faults a page that another user has locked, and the page is "
	"zapped meanwhile: which value does the CPU read?",
	.v8 = "FOLIO_LOCKED")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	zap_busy();
}
PROGRAM_SEQ(zap_while_busy, zap_busy,
	    "A CPU faults a page that another user has locked, and the page "
	    "is zapped meanwhile: which value does the CPU read, with `seq`?",
	    .v8 = "FOLIO_LOCKED")

/* Until 6.14 marking does not wait for a folio lock, but skips the page. */
static void marked_or_not(void)
{
	HOLD(p->ret[0] == 0 || p->ret[0] == 1);
	HOLD(value_at(PAGE(0)) == 5 + p->value[0]);
	REACH(p->ret[0] == 1);
}

static void mark_busy(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	fl_world_choices(p->world, FL_CHOOSE_BUSY);
	p->check = marked_or_not;
}

PROGRAM_MIRROR(mark_while_busy, mark_busy,
	       "`mirror` marks a page that another user has locked: does it "
	       "release everything?")
PROGRAM_SEQ(mark_while_busy, mark_busy,
	    "`seq` marks a page that another user has locked: does it release "
	    "everything?")

/* -- a fatal signal arrives -- */

static void have_folio_0(unsigned long number)
{
	p->ret[number] = fl_folio_lock(p->world, p->pfn);
	fl_folio_unlock(p->world, p->pfn);
}

/* A killed fault leaves no lock and no reference behind. */
static void killed_or_5(void)
{
	HOLD(!p->ret[0] || p->ret[0] == -EINTR);
	HOLD(p->ret[0] || p->value[0] == 5);
	REACH(!p->ret[0]);
	REACH(p->ret[0] == -EINTR);
	HOLD(value_at(PAGE(0)) == 5);
}

static void fault_and_signal(void)
{
	mark(PAGE(0), 5);
	cpu(0, load_page_0);
	cpu(1, have_folio_0);
	fl_world_choices(p->world, FL_CHOOSE_SIGNAL);
	p->check = killed_or_5;
}

PROGRAM_MIRROR(fault_while_killed, fault_and_signal,
	       "A fatal signal arrives at a CPU that waits for a page: is "
	       "anything left behind?")
PROGRAM_SEQ(fault_while_killed, fault_and_signal,
	    "A fatal signal arrives at a CPU that waits for a page: is "
	    "anything left behind, with `seq`?")

/* From 6.15 marking waits for the folio lock, until a signal arrives. */
static void killed_or_marked(void)
{
	HOLD(p->ret[0] == 0 || p->ret[0] == 1 || p->ret[0] == -EINTR);
	REACH(p->ret[0] == 1);
	HOLD(value_at(PAGE(0)) == 5 + p->value[0]);
}

static void mark_and_signal(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, have_folio_0);
	fl_world_choices(p->world, FL_CHOOSE_SIGNAL);
	p->check = killed_or_marked;
}

PROGRAM_MIRROR(mark_while_killed, mark_and_signal,
	       "A fatal signal arrives while `mirror` marks a page: does it "
	       "release everything?")
PROGRAM_SEQ(mark_while_killed, mark_and_signal,
	    "A fatal signal arrives while `seq` marks a page: does it release "
	    "everything?")

/* Both threads need the mmap lock for writing.  A signal may kill the one that
 * waits for it, or a fork that is half done. */
static void protected_or_killed(void)
{
	HOLD(!p->ret[0] || p->ret[0] == -EINTR);
	HOLD(!p->ret[1] || p->ret[1] == -EINTR);
	REACH(p->ret[0] == -EINTR);
	REACH(p->ret[1] == -EINTR);
	HOLD(!p->ret[1] == !!p->child);
}

PROGRAM(fork_while_killed,
	"A process forks while a CPU calls mprotect(), and a fatal signal "
	"arrives: is half a child left behind?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	mark(PAGE(0), 5);
	cpu(0, protect_page_0);
	cpu(1, fork_process);
	fl_world_choices(p->world, FL_CHOOSE_SIGNAL);
	p->check = protected_or_killed;
}
