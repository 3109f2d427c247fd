/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.h - the machine as its owner, the host, sees it
 *
 *  - life            fl_machine_create(), _destroy(), _guard(), _add_state()
 *  - going back      fl_machine_snapshot(), _restore(), fl_machine_alloc()
 *  - threads         fl_machine_thread(), _spawn(), _run()
 *  - failure points  fl_machine_fail_alloc(), _allocs()
 *  - warnings        fl_machine_warnings()
 *  - leaks           fl_machine_audit(), _quiesce()
 *  - CPU accesses    fl_mmu_access(), fl_mmu_pte(), fl_tlb_lookup()
 *
 * Invariants: at most one machine exists at a time; a machine whose world ended
 * runs no kernel code again.  Context: the OS thread that made the machine.
 */
#ifndef FL_MACHINE_MACHINE_H
#define FL_MACHINE_MACHINE_H

#include "faultlab/types.h"

struct fl_machine;
struct fl_hw_thread;

struct fl_machine_config {
	unsigned long nr_frames;
	unsigned long nr_device_frames;
	unsigned long nr_swap_pages;
	unsigned int nr_cpus;
	/* Child processes of the host use the same machine, not a copy.  Who uses it
	 * takes care that it is one at a time. */
	_Bool shared;
	/* A warning of the kernel's is printed to standard error, and the kernel goes on;
	 * else it ends the world. */
	_Bool print_warnings;
};

/* Return: the machine, now current; NULL with errno EINVAL, EBUSY (one exists
 * already) or ENOMEM.  The caller destroys it. */
struct fl_machine *fl_machine_create(const struct fl_machine_config *config);

/* Return: bytes of address space that the machine's memory takes. */
unsigned long fl_machine_size(const struct fl_machine_config *config);

/* Also writes registered kernel state back.  NULL is ignored.  Not from inside
 * a guard. */
void fl_machine_destroy(struct fl_machine *machine);

/*
 * Run kernel code on thread 0.  A guard within a guard just calls @fn.
 * Return: what @fn returned, or -ENOTRECOVERABLE if the world ended in it or
 * before it.
 */
int fl_machine_guard(struct fl_machine *machine, int (*fn)(void *), void *arg);

/* Return: why the world ended, or NULL while it has not. */
const struct fl_end *fl_machine_end(struct fl_machine *machine);

/* fl_machine_warnings - Return: how many were printed.  A restore takes back what was
 * counted since the snapshot.  A search counts those that it does not print. */
unsigned long fl_machine_warnings(struct fl_machine *machine);

/* fl_machine_violate - end the world: the code under test broke a rule.
 * Context: inside a guard.  Does not return. */
void fl_machine_violate(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* fl_machine_abort - end the process by SIGABRT, after a message; user code that runs in
 * this process cannot handle it */
void fl_machine_abort(void) __attribute__((noreturn));

/* Static data of a kernel: copied now, written back by fl_machine_destroy().  In a
 * shared machine it must lie on pages of its own, which are shared from now on. */
void fl_machine_add_state(struct fl_machine *machine, void *start,
			  unsigned long len);

/*
 * Memory of the host's that goes with the machine's state: what it keeps of a world.
 * Zeroed.  Return: NULL: it is used up.  @size of the free: as it was
 * asked for.
 */
void *fl_machine_alloc(struct fl_machine *machine, unsigned long size);
void fl_machine_free(struct fl_machine *machine, void *p, unsigned long size);

/*
 * From now on fl_machine_restore() brings back the machine, the kernel's data and the
 * host's memory as they are now: only pages that were ever written since are copied.
 * One at a time.  Context: no thread has begun.  Return: 0, -EBUSY, -ENOMEM.
 */
int fl_machine_snapshot(struct fl_machine *machine);
void fl_machine_restore(struct fl_machine *machine);
/* The state stays as it is, and may be restored no more. */
void fl_machine_forget(struct fl_machine *machine);
/* Return: pages that a restore copies. */
unsigned long fl_machine_dirty(struct fl_machine *machine);

/*
 * Does the kernel's memory come back to what it was, again and again?
 *
 * fl_recurrence_begin() - Return: what to compare with from now on; NULL: no memory.
 * fl_recurrence_turn() - a turn of a loop is over.  @learn: words that have changed since
 *	the last turn vary, and are left out from now on.  Return: 1: a word has changed
 *	that did not vary; 0: none has; -ENOMEM.
 * fl_recurrence_end() - free it; NULL is allowed.
 */
struct fl_recurrence *fl_recurrence_begin(struct fl_machine *machine);
int fl_recurrence_turn(struct fl_recurrence *recurrence, _Bool learn);
void fl_recurrence_end(struct fl_recurrence *recurrence);

/* The memory that a run may change: the arena, and each kernel's static data. */
unsigned int fl_machine_regions(struct fl_machine *machine);
void fl_machine_region(struct fl_machine *machine, unsigned int i,
		       unsigned long *start, unsigned long *len);

/* Return: the thread, its task pointer the caller's to set; NULL if none. */
struct fl_hw_thread *fl_machine_thread(struct fl_machine *machine, unsigned id);

/* Return: what the thread waits for, until the next call; NULL: it does not. */
const char *fl_machine_thread_waits(struct fl_machine *machine, unsigned id);

/* A new fiber, runnable.  @name must outlive it.  Between runs the numbers of
 * finished threads are used again.  Return: its id, -EINVAL, -EAGAIN (limit
 * FL_LIMIT_THREADS), -ENOMEM, or -ENOTRECOVERABLE in a dead machine. */
int fl_machine_spawn(struct fl_machine *machine, unsigned cpu, const char *name,
		     void (*fn)(void *), void *arg);

/* Run all fibers to their ends, the lowest runnable first; switches happen where
 * a thread blocks, yields or ends.  Context: thread 0.  Return: 0, or
 * -ENOTRECOVERABLE where the world ended (a deadlock ends it). */
int fl_machine_run(struct fl_machine *machine);

/*
 * The same on real threads, all at once; each on a CPU of its own.  It is not the same
 * in every run.  Return: also -EBUSY: two threads share a CPU; -EAGAIN: no pthread.
 */
int fl_machine_run_native(struct fl_machine *machine);

/*
 * Between the two no thread changes what is the machine's own: a TLB entry that was
 * looked up is still right.  Nothing where threads take turns; under a scheduler, it is
 * a lock: @busy is its word, one for each CPU (fl_mmu_busy()) and each device, or NULL:
 * what is done is nobody else's to see.
 */
void fl_machine_hold(unsigned long *busy);
void fl_machine_release(unsigned long *busy);

/*
 * fl_machine_attempt - the running thread begins an operation, or repeats it
 * @number: attempts before this one
 * @vain: the last attempt changed nothing, so only another thread can help
 *
 * A scheduler takes this into account before the next step of the thread; without one,
 * another thread runs first if @vain.
 */
void fl_machine_attempt(unsigned int number, _Bool vain);
/* Return: now, in steps of the run. */
unsigned int fl_machine_moment(struct fl_machine *machine);

/*
 * Somebody who watches while a scheduler says who runs; NULL: nobody.  Called by the
 * thread that did it, before any other can do anything.
 */
struct fl_observer {
	/* *@place has changed: a page-table entry, or, where not @sure, anything of 8
	 * bytes in a frame.  May take steps. */
	void (*stored)(unsigned long *place, unsigned long was, int sure);
	/* A CPU is about to use frame @pfn for @va. */
	void (*translated)(unsigned int cpu, unsigned long va,
			   unsigned long pfn);
};

void fl_machine_observe(struct fl_machine *machine,
			const struct fl_observer *observer);

/* fl_machine_quiet - what the current thread does from now on is no step, and must not
 * wait: @on; nests */
void fl_machine_quiet(int on);

/* What fl_hw_choose() is asked for: FL_CHOOSE_* of explore.h. */
void fl_machine_choices(struct fl_machine *machine, unsigned int what);

/* Let the @nth failable allocation from now (1-based) fail, once; 0: none. */
void fl_machine_fail_alloc(struct fl_machine *machine, unsigned long nth);
/* Return: failable allocations so far, frames and objects. */
unsigned long fl_machine_allocs(struct fl_machine *machine);

/* What is live now.  Frames that back the object allocator do not count. */
void fl_machine_audit(struct fl_machine *machine, struct fl_audit *audit);

/* Return: a frame whose folio is locked, and the thread that has it; FL_NO_FRAME. */
unsigned long fl_machine_locked_folio(struct fl_machine *machine,
				      unsigned int *thread);

/* Run the RCU and SRCU callbacks whose readers are gone, and those that they
 * queue.  Does nothing in a dead machine. */
void fl_machine_quiesce(struct fl_machine *machine);

/* Return: the last 8 KiB of the kernel's console; valid until the next call. */
const char *fl_machine_console(struct fl_machine *machine);

/*
 * User code that runs in this process itself: its loads and stores are the host CPU's,
 * and what the host has mapped for them is a TLB that src/host/ fills.
 */
enum fl_trap {
	FL_TRAP_DONE,		/* the access may be made again */
	FL_TRAP_USER,		/* user code had no right to it */
	FL_TRAP_KERNEL,		/* it was not user code's */
};

enum fl_access {
	FL_ACCESS_LOAD,
	FL_ACCESS_STORE,
	FL_ACCESS_FETCH,	/* of an instruction */
};

struct fl_user {
	/* An access at @addr has trapped. */
	enum fl_trap (*trapped)(unsigned long addr, enum fl_access how);
	/* ... FL_TRAP_USER, or a signal that somebody sent: what user code gets, as a signal handler does.  Where this
	 * returns, the access is made again. */
	void (*refused)(int sig, void *siginfo, void *context);
	/* As fl_hw_tlb_flush(), which is over when this returns. */
	void (*flushed)(unsigned int asid, unsigned long start, unsigned long end);
	/* The current thread waits in the kernel: let others come in for a moment.
	 * Return: 0: there is nobody who could. */
	_Bool (*idle)(void);
};

void fl_machine_user(struct fl_machine *machine, const struct fl_user *user);

/*
 * fl_machine_adopt - thread @id is whoever calls, on a stack of its own, while thread 0 waits
 * fl_machine_disown - it is no more
 * Return: the thread, now current; NULL: the number is taken, or beyond FL_LIMIT_THREADS.
 */
struct fl_hw_thread *fl_machine_adopt(struct fl_machine *machine, unsigned id);
void fl_machine_disown(struct fl_machine *machine, unsigned id);

/* Return: the file that a shared machine's memory is, to be mapped; *@offset: where in it
 * frame 0 is.  -1: it is not shared. */
int fl_machine_memory(struct fl_machine *machine, unsigned long *offset);

struct fl_tlb_entry {
	int valid;
	unsigned asid;
	unsigned long vpn, pfn;
	int writable;
};

/*
 * An access by user code: TLB, then walk.  Return: 0 and the physical address
 * in *@pa, or -EFAULT where the kernel must handle a fault.
 */
int fl_mmu_access(unsigned cpu, unsigned asid, unsigned long pgd_pfn,
		  unsigned long va, int write, unsigned long *pa);

/* Return: what a CPU holds while it translates and uses what it found. */
unsigned long *fl_mmu_busy(unsigned cpu);

/* Return: 1 and the entry, or 0.  No side effect. */
int fl_tlb_lookup(unsigned cpu, unsigned asid, unsigned long va,
		  struct fl_tlb_entry *out);

/* The lowest entry on the way to @va, present or not; *@level: 1 PTE, 2 PMD, 3
 * PUD, 4 PGD.  No side effect.  Return: NULL where @pgd_pfn is no live frame,
 * or @va no user address. */
unsigned long *fl_mmu_pte(unsigned long pgd_pfn, unsigned long va, int *level);

#endif /* FL_MACHINE_MACHINE_H */
