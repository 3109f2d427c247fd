/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.h - the machine as seen by its owner, the host
 *
 *  - life            fl_machine_create(), _destroy(), _add_state()
 *  - calls           FL_GUARDED()
 *  - snapshots       fl_machine_snapshot(), _restore(), fl_machine_alloc()
 *  - threads         fl_machine_thread(), _spawn(), _run()
 *  - failure points  fl_machine_fail_alloc(), _allocs()
 *  - warnings        fl_machine_warnings()
 *  - leaks           fl_machine_audit(), _quiesce()
 *  - CPU accesses    fl_mmu_access(), fl_mmu_pte(), fl_tlb_lookup()
 *
 * Invariants: at most one machine exists at a time; a machine whose world has
 * ended never runs kernel code again.  Context: the OS thread that created the
 * machine.
 */
#ifndef FL_MACHINE_MACHINE_H
#define FL_MACHINE_MACHINE_H

#include <errno.h>
#include <setjmp.h>

#include "faultlab/types.h"

struct fl_machine;
struct fl_hw_thread;

#define FL_LIMIT_THREADS 64

struct fl_machine_config {
	unsigned long nr_frames;
	unsigned long nr_device_frames;
	unsigned long nr_swap_pages;
	unsigned int nr_cpus;
	/* Child processes of the host share the machine instead of copying it.
	 * The host must ensure that one process at a time uses it. */
	_Bool shared;
	/* Print a kernel warning to standard error and continue; otherwise a
	 * warning ends the world. */
	_Bool print_warnings;
};

/* Return: the new current machine, which the caller destroys; NULL with errno
 * EINVAL, EBUSY (a machine exists already) or ENOMEM. */
struct fl_machine *fl_machine_create(const struct fl_machine_config *config);

/* Return: size of the machine's address range, in bytes. */
unsigned long fl_machine_size(const struct fl_machine_config *config);

/* Also restores registered kernel state.  NULL is ignored.  Must not be called
 * inside a guard. */
void fl_machine_destroy(struct fl_machine *machine);

/*
 * FL_GUARDED - evaluate @call, which runs kernel code, in the machine's guard
 * @call: an expression of type int, long or _Bool, evaluated at most once; a
 *        call without a result is written (call, 0).  It must not assign to
 *        local variables, but may pass their addresses.
 *
 * If the world ends during the call, the function that contains the bracket
 * continues after it; what the call has stored is unspecified.  A nested
 * bracket only evaluates @call.
 * Context: thread 0; a nested one: any thread.
 * Return: the value of @call, with its type, or -ENOTRECOVERABLE if the world
 * ended during the call or before.
 */
/* clang-format off */
#define FL_GUARDED(machine, call) ({					\
	struct fl_machine *const m_ = (machine);			\
	const struct fl_entry entry_ =					\
		fl_guard_open(m_, __builtin_frame_address(0));		\
	/* The signal mask need not be restored: the handler does not	\
	 * block any signal. */						\
	const __auto_type ret_ = entry_.dead ||				\
		(entry_.unwind && sigsetjmp(*entry_.unwind, 0)) ?	\
			-ENOTRECOVERABLE : (call);			\
	fl_guard_close(m_, entry_);					\
	ret_; })
/* clang-format on */

/* For FL_GUARDED() only.  sigsetjmp() must be called in the frame that
 * siglongjmp() returns to, so the macro calls it. */
struct fl_entry {
	_Bool dead;	    /* the call must not be made */
	sigjmp_buf *unwind; /* set this point; NULL: nested */
};

struct fl_entry fl_guard_open(struct fl_machine *machine, const void *frame);
void fl_guard_close(struct fl_machine *machine, struct fl_entry entry);

/* Return: why the world ended, or NULL if it did not end. */
const struct fl_end *fl_machine_end(struct fl_machine *machine);

/* fl_machine_warnings - Return: number of kernel warnings.  A restore resets it
 * to its value at the snapshot.  Warnings that a search does not print count,
 * too. */
unsigned long fl_machine_warnings(struct fl_machine *machine);

/* fl_machine_violate - end the world for a rule that the code under test
 * violated
 * Context: inside a guard.  Does not return. */
void fl_machine_violate(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* fl_machine_abort - end the process with SIGABRT, after a message; user code
 * in this process cannot handle the signal */
void fl_machine_abort(void) __attribute__((noreturn));

/* Register static data of a kernel: copied now, restored by
 * fl_machine_destroy().  In a shared machine, the data must fill whole pages,
 * which are shared from now on. */
void fl_machine_add_state(struct fl_machine *machine, void *start,
			  unsigned long len);

/*
 * Allocate and free zeroed memory for data that the host keeps of a world, as
 * part of the machine's state.  @size of the free must be that of the
 * allocation.  Return: NULL if the memory is used up.
 */
void *fl_machine_alloc(struct fl_machine *machine, unsigned long size);
void fl_machine_free(struct fl_machine *machine, void *p, unsigned long size);

/*
 * fl_machine_restore() returns the machine, the kernel's data and the host's
 * memory to their state at the snapshot.  It copies only pages written since.
 * Only one snapshot can exist.  Context: no thread has started.  Return: 0,
 * -EBUSY, -ENOMEM.
 */
int fl_machine_snapshot(struct fl_machine *machine);
void fl_machine_restore(struct fl_machine *machine);
/* Drop the snapshot; the current state stays. */
void fl_machine_forget(struct fl_machine *machine);

/*
 * Check whether the kernel's memory returns to the same contents in each turn
 * of a loop.
 *
 * fl_recurrence_begin() - Return: what to compare with from now on; NULL: no
 * memory.
 * fl_recurrence_turn() - end a turn of the loop.  @learn: words that have
 * changed since the last turn vary, and are ignored from now on.  Return: 1: a
 * word has changed that does not vary; 0: none has; -ENOMEM.
 * fl_recurrence_end() - free it; NULL is allowed.
 */
struct fl_recurrence *fl_recurrence_begin(struct fl_machine *machine);
int fl_recurrence_turn(struct fl_recurrence *recurrence, _Bool learn);
void fl_recurrence_end(struct fl_recurrence *recurrence);

/* Memory that a run may change: the arena, and the static data of each
 * kernel. */
unsigned int fl_machine_regions(struct fl_machine *machine);
void fl_machine_region(struct fl_machine *machine, unsigned int i,
		       unsigned long *start, unsigned long *len);

/* Return: the thread, whose task pointer the caller sets; NULL if none. */
struct fl_hw_thread *fl_machine_thread(struct fl_machine *machine, unsigned id);

/* Return: what the thread waits for, valid until the next call; NULL if it does
 * not wait. */
const char *fl_machine_thread_waits(struct fl_machine *machine, unsigned id);

/* Create a runnable fiber.  @name must outlive it.  Between runs, numbers of
 * finished threads are reused.  Return: its id, -EINVAL, -EAGAIN (limit
 * FL_LIMIT_THREADS), -ENOMEM, or -ENOTRECOVERABLE in a dead machine. */
int fl_machine_spawn(struct fl_machine *machine, unsigned cpu, const char *name,
		     void (*fn)(void *), void *arg);

/* Run all fibers to their ends, the lowest runnable one first; switches happen
 * when a thread blocks, yields or ends.  Context: thread 0.  Return: 0, or
 * -ENOTRECOVERABLE if the world ended (a deadlock ends it). */
int fl_machine_run(struct fl_machine *machine);

/*
 * Run all threads at once, each on a pthread and a CPU of its own.  Runs are
 * not reproducible.  Return: as fl_machine_run(); -EBUSY: two threads share a
 * CPU; -EAGAIN: no pthread could be created.
 */
int fl_machine_run_native(struct fl_machine *machine);

/*
 * Between fl_machine_hold() and fl_machine_release(), no other thread changes
 * the machine's own state: a TLB entry that was looked up stays valid.  Does
 * nothing if threads take turns.  Under a scheduler it is a lock whose word is
 * @busy, one for each CPU (fl_mmu_busy()) and each device; NULL: no lock, since
 * no other thread can observe what is done.
 */
void fl_machine_hold(unsigned long *busy);
void fl_machine_release(unsigned long *busy);

/*
 * fl_machine_attempt - announce that the running thread starts or repeats an
 * operation
 * @number: attempts before this one
 * @vain: the last attempt changed nothing, so only another thread can help
 *
 * A scheduler considers this before the thread's next step; without a
 * scheduler, another thread runs first if @vain.
 */
void fl_machine_attempt(unsigned int number, _Bool vain);
/* Return: number of steps in the run so far. */
unsigned int fl_machine_moment(struct fl_machine *machine);

/*
 * Observer of a run under a scheduler; NULL removes it.  The thread that made
 * the access calls it, before any other thread can do anything.
 */
struct fl_observer {
	/* *@place has changed: a page-table entry, or, if not @sure, any 8
	 * bytes in a frame.  May take steps. */
	void (*stored)(void *arg, unsigned long *place, unsigned long was,
		       int sure);
	/* A CPU is about to use frame @pfn for @va. */
	void (*translated)(void *arg, unsigned int cpu, unsigned long va,
			   unsigned long pfn);
	void *arg;
};

void fl_machine_observe(struct fl_machine *machine,
			const struct fl_observer *observer);

/* fl_machine_untraced - if @on, the current thread takes no steps and must not
 * wait from now on; nests */
void fl_machine_untraced(int on);

/* Set the choices that fl_hw_choose() leaves to the scheduler: FL_CHOOSE_* of
 * types.h. */
void fl_machine_choices(struct fl_machine *machine, unsigned int what);

/* Make the @nth failable allocation from now (1-based) fail, once; 0: none. */
void fl_machine_fail_alloc(struct fl_machine *machine, unsigned long nth);
/* Return: number of failable allocations so far, of frames and objects. */
unsigned long fl_machine_allocs(struct fl_machine *machine);

/* Count what is live now.  Frames of the object allocator do not count. */
void fl_machine_audit(struct fl_machine *machine, struct fl_audit *audit);

/* Return: a frame whose folio is locked, with the owner in *@thread; or
 * FL_NO_FRAME. */
unsigned long fl_machine_locked_folio(struct fl_machine *machine,
				      unsigned int *thread);

/* Run the RCU and SRCU callbacks whose readers have left, and those that they
 * queue.  Does nothing in a dead machine. */
void fl_machine_quiesce(struct fl_machine *machine);

/* Return: the last 8 KiB of the kernel's console, valid until the next call. */
const char *fl_machine_console(struct fl_machine *machine);

/*
 * User code that runs in this process itself: the host CPU makes its loads and
 * stores, and the host mappings they use are a TLB that src/user/ fills.
 */
enum fl_trap {
	FL_TRAP_DONE,	/* the access can be retried */
	FL_TRAP_USER,	/* user code had no right to it */
	FL_TRAP_KERNEL, /* user code did not make it */
};

enum fl_access {
	FL_ACCESS_LOAD,
	FL_ACCESS_STORE,
	FL_ACCESS_FETCH, /* of an instruction */
};

struct fl_user {
	/* Called when an access at @addr has trapped. */
	enum fl_trap (*trapped)(unsigned long addr, enum fl_access how);
	/* Called for FL_TRAP_USER, or for a signal that was sent: handles the
	 * signal for user code; arguments of a signal handler.  If this
	 * returns, the access is retried. */
	void (*refused)(int sig, void *siginfo, void *context);
	/* As fl_hw_tlb_flush(), complete when this returns. */
	void (*flushed)(unsigned int asid, unsigned long start,
			unsigned long end);
	/* The current thread waits in the kernel: let other threads enter for a
	 * moment.  Return: 0: there is no thread that could. */
	_Bool (*idle)(void);
};

void fl_machine_user(struct fl_machine *machine, const struct fl_user *user);

/*
 * fl_machine_adopt - the caller, on its own stack, becomes thread @id, while
 * thread 0 waits
 * fl_machine_disown - thread @id ends
 * Return: the thread, now current; NULL: the number is in use, or at least
 * FL_LIMIT_THREADS.
 */
struct fl_hw_thread *fl_machine_adopt(struct fl_machine *machine, unsigned id);
void fl_machine_disown(struct fl_machine *machine, unsigned id);

/* Return: descriptor of the file that backs a shared machine's memory, for
 * mmap(), with the offset of frame 0 in *@offset; -1: not shared. */
int fl_machine_memory(struct fl_machine *machine, unsigned long *offset);

struct fl_tlb_entry {
	int valid;
	unsigned asid;
	unsigned long vpn, pfn;
	int writable;
};

/*
 * Translate an access by user code: TLB, then walk.  Return: 0 with the
 * physical address in *@pa, or -EFAULT if the kernel must handle a fault.
 */
int fl_mmu_access(unsigned cpu, unsigned asid, unsigned long pgd_pfn,
		  unsigned long va, int write, unsigned long *pa);

/* Return: lock word that a CPU holds while it translates and makes the
 * access. */
unsigned long *fl_mmu_busy(unsigned cpu);

/* Return: 1 and the entry, or 0.  No side effects. */
int fl_tlb_lookup(unsigned cpu, unsigned asid, unsigned long va,
		  struct fl_tlb_entry *out);

/* Find the lowest entry on the walk to @va, present or not; *@level: 1 PTE, 2
 * PMD, 3 PUD, 4 PGD.  No side effects.  Return: NULL if @pgd_pfn is not a live
 * frame, or @va not a user address. */
unsigned long *fl_mmu_pte(unsigned long pgd_pfn, unsigned long va, int *level);

#endif /* FL_MACHINE_MACHINE_H */
