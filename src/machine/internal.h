/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * internal.h - declarations shared by the files of the machine
 *
 * struct fl_machine lies at the start of the arena:
 *
 *   | fl_machine, frame table | boot memory | frame 0 | frame 1 | ...
 */
#ifndef FL_MACHINE_INTERNAL_H
#define FL_MACHINE_INTERNAL_H

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/fiber.h"
#include "machine/machine.h"
#include "machine/port.h"
#include "machine/sched.h"

#define FL_LIMIT_THREADS	64
#define FL_LIMIT_HELD_LOCKS	256	/* per thread */
/* Locks of one thread beyond those; a process has at most 65530 mappings. */
#define FL_LIMIT_MORE_LOCKS	(1U << 17)
#define FL_LIMIT_CACHES		512
#define FL_LIMIT_SRCU_SECTIONS	256
#define FL_LIMIT_STATES		64
/* Most objects per frame: none is smaller than 48 bytes, with its slot. */
#define FL_OBJECTS_PER_FRAME	(FL_PAGE_SIZE / 48 + 1)
/*
 * Under a scheduler, each thread allocates from its own zone, as CPUs do from
 * their lists: what it gets does not depend on what other threads did before.
 * Without a scheduler, all threads use zone 0.
 */
#define FL_ZONES		16
#define FL_CONSOLE_SIZE		8192
#define FL_TLB_ENTRIES		64
#define FL_STACK_SIZE		(256UL << 10)

enum fl_thread_state {
	FL_THREAD_UNUSED,
	FL_THREAD_RUNNABLE,
	FL_THREAD_BLOCKED,	/* until fl_hw_wake() */
	FL_THREAD_WAITING,	/* until fl_thread_wake_all() of @what */
	FL_THREAD_JOINING,	/* thread 0 in fl_machine_run() */
	FL_THREAD_DONE,
};

struct fl_held {
	unsigned long *word;	/* NULL: an annotation */
	const void *key;
	const char *name;
	enum fl_hw_lock_kind kind;
	int shared;
	unsigned int seq;	/* number among the thread's acquisitions */
	unsigned long when;	/* number among all threads' acquisitions */
};

struct fl_thread {
	struct fl_hw_thread hw;	/* first: fl_hw_current points here */
	enum fl_thread_state state;
	const char *name;
	int wake_pending;
	const char *why;	/* what the thread waits for */
	const char *why_name;
	const void *what;
	struct fl_fiber fiber;
	struct fl_op op;	/* next operation, under a scheduler */
	struct fl_position position;
	struct fl_position go_to;	/* does not ask the scheduler before */
	/* For the observer: the place that the thread is storing to, its
	 * previous contents, and whether it is in a page table. */
	unsigned long *stored;
	unsigned long was;
	int sure;
	unsigned int chose;	/* last outcome of fl_hw_choose() */
	unsigned int chosen;	/* FL_CHOOSE_* already chosen once */
	unsigned int relaxed;	/* start of its loop's turn, in steps */
	struct fl_attempt attempt;
	unsigned long rcu_seq;	/* the grace period it waits for */
	const void *rcu_domain;

	unsigned int nr_held;
	unsigned int acquisitions;
	unsigned int held_base;	/* callbacks see only locks above */
	unsigned int rcu_nesting;
	struct fl_hw_thread *behalf;	/* owner of the folio locks it takes */
	unsigned int in_callback;	/* must not wait */
	unsigned int quiet;		/* must not wait, and takes no steps */
	unsigned long rcu_start;

	char *stack;		/* with its guard page; NULL: thread 0 */
	const void *asan_bottom;
	size_t asan_size;
	void *asan_fake;
	unsigned int valgrind_id;	/* if valgrind_knows */
	int valgrind_knows;
	void (*fn)(void *arg);
	void *arg;

	sigjmp_buf native;	/* exit of its pthread */
};

enum fl_frame_state {
	FL_FRAME_FREE_TAIL,	/* or frame 0, never allocated */
	FL_FRAME_FREE,		/* head of a free block */
	FL_FRAME_HEAD,		/* head of a live block */
	FL_FRAME_TAIL,
};

struct fl_frame {
	unsigned long next, prev;	/* free list; 0 terminates it */
	unsigned long head;		/* of a live block: first frame */
	struct fl_hw_cache *cache;	/* the cache whose objects it backs */
	unsigned short folio_owner;	/* thread id + 1, 0: unlocked */
	unsigned long folio_when;	/* time of the lock, as fl_held.when */
	unsigned char state;
	unsigned char order;
	unsigned char zone;		/* of a free block: zone of its list */
};

struct fl_slot;

struct fl_hw_cache {
	const char *name;
	unsigned long size, stride, offset;
	unsigned int order;
	void (*ctor)(void *object);
	struct fl_slot *free[FL_ZONES];
};

struct fl_rcu_callback {
	struct fl_hw_rcu_head *head;
	void (*func)(struct fl_hw_rcu_head *head);
	const void *domain;		/* NULL: RCU */
	unsigned long seq;
	/* Step at which its grace period began; 0: run the callback late. */
	unsigned int moment;
};

struct fl_srcu_section {
	int open;
	const void *domain;
	unsigned int thread;
	unsigned long start;
};

struct fl_tlb_slot {
	struct fl_tlb_entry entry;
	int dirty;			/* the PTE is known to be dirty */
};

struct fl_state {
	void *start;
	void *copy;
	unsigned long len;
};

struct fl_machine {
	unsigned long arena_size;
	int memory;			/* backs the arena; -1: no file */
	/* NULL: no user code runs in this process itself. */
	const struct fl_user *user;
	char *boot_next, *boot_end;
	char *host_next, *host_end;	/* fl_machine_alloc() */
	void *host_free[48];
	char *stacks;			/* each with a guard page */

	/* end of the world */
	int guarded, dead, running;
	int native;		/* pthreads are running */
	struct fl_scheduler *scheduler;	/* or NULL */
	const struct fl_observer *observer;
	unsigned int moment;		/* steps in the run so far */
	unsigned long acquisitions;	/* of locks, by all threads */
	/* Threads run up to their first operation. */
	int starting;
	sigjmp_buf unwind;
	struct fl_end end;
	_Bool print_warnings;
	unsigned long warnings;
	struct sigaction old_segv, old_bus;
	stack_t old_stack;
	char *signal_stack;
	struct fl_state states[FL_LIMIT_STATES];
	unsigned int nr_states;
	char console[FL_CONSOLE_SIZE];
	unsigned long console_len;	/* total bytes written */
	const char *source[2];		/* fl_hw_source(), latest first */
	const char *leaves;		/* fl_hw_name_leaves() */
	unsigned long leaves_len;
	char console_text[FL_CONSOLE_SIZE + 1];

	struct fl_thread threads[FL_LIMIT_THREADS];
	/* The first locks of all threads come first: a run changes few
	 * pages. */
	struct fl_held held[FL_LIMIT_HELD_LOCKS][FL_LIMIT_THREADS];
	/* More locks, for one thread at a time: mm_take_all_locks() takes one
	 * lock for each mapping. */
	struct fl_held *more_held;
	const struct fl_thread *more_held_by;
	unsigned int nr_threads;	/* numbers from here on are unused */
	char waits_text[80];	/* fl_machine_thread_waits() */
	unsigned int nr_waiting;	/* threads in FL_THREAD_WAITING */

	/* frames and objects */
	struct fl_frame *frames;
	unsigned long free[FL_ZONES][FL_MAX_ORDER + 1];
	unsigned long nr_live_frames, nr_live_objects;
	unsigned long allocs, fail_at;
	unsigned int choices;	/* FL_CHOOSE_* */
	struct fl_hw_cache caches[FL_LIMIT_CACHES];
	unsigned int nr_caches;
	struct fl_hw_cache *sizes[32];
	unsigned long nr_folio_locks;

	/* RCU */
	unsigned long rcu_seq;
	struct fl_rcu_callback *callbacks;	/* the first one queued */
	unsigned int nr_callbacks;
	/* One entry for each object that the frames can hold. */
	struct fl_rcu_callback *callbacks_start, *callbacks_end;
	unsigned int rcu_actor;	/* thread that runs them early, or 0 */
	struct fl_srcu_section srcu[FL_LIMIT_SRCU_SECTIONS];

	/* translation */
	unsigned int next_asid;
	unsigned long tlb_busy[FL_MAX_CPUS];	/* fl_machine_hold() */
	struct fl_tlb_slot tlb[FL_MAX_CPUS][FL_TLB_ENTRIES];
};

extern struct fl_machine *fl_machine_current;

/* Return: lock number @i that @t holds. */
static inline struct fl_held *fl_held(const struct fl_thread *t, unsigned int i)
{
	struct fl_machine *m = fl_machine_current;

	return i < FL_LIMIT_HELD_LOCKS ? &m->held[i][t->hw.id] :
					 &m->more_held[i - FL_LIMIT_HELD_LOCKS];
}

/* arena.c */
struct fl_machine *fl_arena_map(const struct fl_machine_config *config);
void fl_arena_unmap(struct fl_machine *m);

/* frame.c */
void fl_frame_init(struct fl_machine *m);
/* As fl_hw_frame_alloc(), without junk fill, counting or failure injection. */
unsigned long __fl_frame_take(struct fl_machine *m, unsigned int order);
/* Free the block at @pfn. */
void __fl_frame_give(struct fl_machine *m, unsigned long pfn);
/* Give each thread that will run a zone with memory. */
void fl_frame_fill_zones(struct fl_machine *m);
/* Return: the zone that the current thread allocates from. */
unsigned int fl_zone(void);
/* Return: 1 if this failable allocation must fail. */
int fl_alloc_fails(struct fl_machine *m, unsigned int flags);
void *fl_frame_address(unsigned long pfn);

/* object.c: free frames that contain only free objects, unless a reader may
 * have a pointer to one.  Return: whether there were any. */
int fl_object_shrink(struct fl_machine *m);

/* thread.c */
struct fl_thread *fl_thread_self(void);
void fl_thread_init(struct fl_machine *m);
void fl_thread_exit(struct fl_machine *m);
/* Block until fl_thread_wake_all(@what), without consuming kernel wake-ups; may
 * return early: callers loop.  No sleep check. */
void fl_thread_wait(const char *why, const char *name, const void *what);
void fl_thread_wake_all(const void *what);
/* Leave the current stack for the outermost guard. */
void fl_thread_unwind(struct fl_machine *m) __attribute__((noreturn));
void fl_thread_switch(struct fl_thread *to);
void fl_thread_prepare(struct fl_thread *t);
/* Report a violation: no thread can continue. */
void fl_thread_deadlock(struct fl_machine *m) __attribute__((noreturn));

/* Body of a thread: its function, and the checks at its end. */
void fl_thread_main(struct fl_thread *t);

/* native.c */
void __fl_hold(void);
void __fl_release(void);
/* Wait until another thread makes @t, the current thread, runnable. */
void fl_native_schedule(struct fl_thread *t);
void fl_native_wake(struct fl_thread *t);
void fl_native_unwind(struct fl_thread *t) __attribute__((noreturn));

/*
 * Until the end of the block, no other thread changes the machine's own state.
 * Nests; costs nothing if threads take turns.  A wait inside releases the hold.
 */
static inline int fl_hold_begin(void)
{
	if (!fl_machine_current || !fl_machine_current->native)
		return 0;
	__fl_hold();
	return 1;
}

static inline void fl_hold_end(const int *held)
{
	if (*held)
		__fl_release();
}

#define FL_HOLD() \
	__attribute__((cleanup(fl_hold_end), unused)) const int fl_held_ = fl_hold_begin()

/* choice.c */
/* Return: whether an open choice @which has its unusual outcome here, which it
 * may have once per thread if the program leaves it open.  @what, @name:
 * describe that outcome. */
int fl_choose_once(unsigned int which, const char *what, const char *name);

/* sched.c: under a scheduler */
/* Return: whether operations of @t are steps.  Accesses of the host and of
 * callbacks are not; those of callbacks that have a thread of their own are. */
int fl_takes_steps(const struct fl_machine *m, const struct fl_thread *t);
void fl_sched_start(struct fl_machine *m);
void fl_sched_next(struct fl_machine *m);
void fl_sched_op(enum fl_op_kind kind, const volatile void *addr,
		 unsigned int size);
void fl_sched_step(const struct fl_op *op);
/* Wait for the current thread's op, which is set, or which other threads will
 * set. */
void fl_sched_await(struct fl_machine *m);
/* Announce a plain access of kernel code. */
void fl_sched_plain(enum fl_op_kind kind, const volatile void *addr,
		    unsigned long size, unsigned long pc);
/* plain.c: called by kernel code instead of the C library's functions of these
 * names. */
void *fl_hw_memcpy(void *to, const void *from, unsigned long n);
void *fl_hw_memmove(void *to, const void *from, unsigned long n);
void *fl_hw_memset(void *to, int byte, unsigned long n);
int fl_hw_memcmp(const void *a, const void *b, unsigned long n);
void fl_sched_freed(const void *p, unsigned long size);

/* rcu.c */
/* Return: whether the grace period that began as @seq has ended. */
int fl_rcu_ready(struct fl_machine *m, const void *domain, unsigned long seq);
/* Return: the number of callbacks run. */
unsigned int fl_rcu_run_ready(struct fl_machine *m);
/* Give callbacks a thread of their own from now on. */
void fl_rcu_spawn_actor(struct fl_machine *m);

/* snapshot.c: Return: 1 if the write at @address can be retried. */
int fl_snapshot_touched(void *address);
/* Return: page number @i of those written since the snapshot, with its contents
 * at the snapshot in *@was; NULL: there are fewer. */
const char *fl_snapshot_page(unsigned long i, const char **was);

/* symbol.c */
/* Write the calls that led to @pc to @end->backtrace, by name, innermost first;
 * @frame: the frame record of the function that contains @pc. */
void fl_backtrace(struct fl_end *end, unsigned long pc, unsigned long frame);
const char *fl_short_path(const char *path);

/* report.c: both end the world.  @where: location in the kernel, or NULL: the
 * thread. */
void fl_end_world(int kind, const char *where, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
/* @locks: the locks that threads hold and wait for, in columns. */
void fl_end_deadlock(const char *what, const char *text, const char *locks)
	__attribute__((noreturn));
#define fl_violate(fmt, ...) \
	fl_end_world(FL_END_VIOLATION, NULL, fmt, ##__VA_ARGS__)
#define fl_internal(fmt, ...) \
	fl_end_world(FL_END_INTERNAL, NULL, fmt, ##__VA_ARGS__)
#define fl_limit(name) \
	fl_internal("limit %s = %lu reached: a leak, or raise it in " \
		    "machine/internal.h", #name, (unsigned long)(name))
/* Catch bad accesses; those outside a guard go to the previous handler. */
void fl_report_install(struct fl_machine *m);
void fl_report_remove(struct fl_machine *m);
/* Reinstall the SIGSEGV handler if it was replaced meanwhile (test frameworks
 * do so). */
void fl_report_arm(struct fl_machine *m);

#endif /* FL_MACHINE_INTERNAL_H */
