/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * internal.h - what the files of the machine share
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
#define FL_LIMIT_HELD_LOCKS	256	/* of each thread */
#define FL_LIMIT_MORE_LOCKS	(1U << 17)	/* ... of one; a process has at most 65530 mappings */
#define FL_LIMIT_CACHES		512
#define FL_LIMIT_SRCU_SECTIONS	256
#define FL_LIMIT_STATES		64
/* Objects that one frame can hold: none with its slot is smaller than 48 bytes. */
#define FL_OBJECTS_PER_FRAME	(FL_PAGE_SIZE / 48 + 1)
/*
 * Under a scheduler each thread allocates from a zone of its own, as CPUs do from their
 * lists: what it gets does not depend on what the others did before.  Else all use
 * zone 0.
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
	unsigned int seq;	/* the thread's how-manieth acquisition */
	unsigned long when;	/* ... of all threads' */
};

struct fl_thread {
	struct fl_hw_thread hw;	/* first: fl_hw_current points here */
	enum fl_thread_state state;
	const char *name;
	int wake_pending;
	const char *why;	/* what it waits for */
	const char *why_name;
	const void *what;
	struct fl_fiber fiber;
	struct fl_op op;	/* what it is about to do, under a scheduler */
	struct fl_position position;
	struct fl_position go_to;	/* the scheduler is not asked before it */
	unsigned long *stored;	/* for the observer: it is storing here, */
	unsigned long was;	/* ... where this was before, */
	int sure;		/* ... and it is a page table */
	unsigned int chose;	/* last, of what fl_hw_choose() asked */
	unsigned int chosen;	/* FL_CHOOSE_* that went the other way once */
	unsigned int relaxed;	/* the moment when a loop of it began its turn */
	struct fl_attempt attempt;
	unsigned long rcu_seq;	/* ... or which grace period it waits for */
	const void *rcu_domain;

	unsigned int nr_held;
	unsigned int acquisitions;
	unsigned int held_base;	/* callbacks see only what is above */
	unsigned int rcu_nesting;
	struct fl_hw_thread *behalf;	/* who gets the folio locks it takes */
	unsigned int in_callback;	/* may not wait */
	unsigned int quiet;		/* nor that, and takes no steps */
	unsigned long rcu_start;

	char *stack;		/* with its guard page; NULL for thread 0 */
	const void *asan_bottom;
	size_t asan_size;
	void *asan_fake;
	unsigned int valgrind_id;	/* if it knows the stack */
	int valgrind_knows;
	void (*fn)(void *arg);
	void *arg;

	sigjmp_buf native;	/* where a pthread ends it */
};

enum fl_frame_state {
	FL_FRAME_FREE_TAIL,	/* or frame 0, which is nobody's */
	FL_FRAME_FREE,		/* head of a free block */
	FL_FRAME_HEAD,		/* head of a live block */
	FL_FRAME_TAIL,
};

struct fl_frame {
	unsigned long next, prev;	/* free list; 0 ends it */
	unsigned long head;		/* live blocks: first frame */
	struct fl_hw_cache *cache;	/* backs objects of this cache */
	unsigned short folio_owner;	/* thread id + 1, 0: unlocked */
	unsigned long folio_when;	/* it was locked, as in struct fl_held */
	unsigned char state;
	unsigned char order;
	unsigned char zone;		/* of a free one: whose list has it */
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
	unsigned int moment;		/* when its grace period began; 0: run it late */
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
	int memory;			/* the file that the arena is; -1: it is none */
	const struct fl_user *user;	/* NULL: none runs in this process itself */
	char *boot_next, *boot_end;
	char *host_next, *host_end;	/* fl_machine_alloc() */
	void *host_free[48];
	char *stacks;			/* FL_LIMIT_THREADS of them, each with a guard */

	/* ends of the world */
	int guarded, dead, running;
	int native;		/* pthreads run now */
	struct fl_scheduler *scheduler;	/* who says whose turn it is, or NULL */
	const struct fl_observer *observer;
	unsigned int moment;		/* steps of the run so far */
	unsigned long acquisitions;	/* of locks, by all threads */
	int starting;			/* threads are run up to their first operation */
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
	unsigned long console_len;	/* ever written */
	const char *source[2];		/* fl_hw_source(), last first */
	const char *leaves;		/* fl_hw_name_leaves() */
	unsigned long leaves_len;
	char console_text[FL_CONSOLE_SIZE + 1];

	struct fl_thread threads[FL_LIMIT_THREADS];
	/* First those that each thread took first: a run changes few pages. */
	struct fl_held held[FL_LIMIT_HELD_LOCKS][FL_LIMIT_THREADS];
	/* More, of one thread at a time: mm_take_all_locks() takes one lock for each mapping. */
	struct fl_held *more_held;
	const struct fl_thread *more_held_by;
	unsigned int nr_threads;	/* numbers from here on were never used */
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
	struct fl_rcu_callback *callbacks;	/* the first that waits */
	unsigned int nr_callbacks;
	/* Room for a callback of every object that the frames can hold. */
	struct fl_rcu_callback *callbacks_start, *callbacks_end;
	unsigned int rcu_actor;	/* the thread that runs them early, or 0 */
	struct fl_srcu_section srcu[FL_LIMIT_SRCU_SECTIONS];

	/* translation */
	unsigned int next_asid;
	unsigned long tlb_busy[FL_MAX_CPUS];	/* fl_machine_hold() */
	struct fl_tlb_slot tlb[FL_MAX_CPUS][FL_TLB_ENTRIES];
};

extern struct fl_machine *fl_machine_current;

/* Return: lock number @i of those that @t holds. */
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
/* As fl_hw_frame_alloc(), without junk, count or failure injection. */
unsigned long __fl_frame_take(struct fl_machine *m, unsigned int order);
/* ... and the opposite, for the block at @pfn */
void __fl_frame_give(struct fl_machine *m, unsigned long pfn);
/* Give each thread that will run a zone with memory in it. */
void fl_frame_fill_zones(struct fl_machine *m);
/* Return: the zone that the current thread allocates from. */
unsigned int fl_zone(void);
/* Return: 1 where this failable allocation is to fail. */
int fl_alloc_fails(struct fl_machine *m, unsigned int flags);
void *fl_frame_address(unsigned long pfn);

/* object.c: give back the frames that only free objects are in, unless a reader may have a pointer
 * to one.  Return: whether there were any. */
int fl_object_shrink(struct fl_machine *m);

/* thread.c */
struct fl_thread *fl_thread_self(void);
void fl_thread_init(struct fl_machine *m);
void fl_thread_exit(struct fl_machine *m);
/* Block until fl_thread_wake_all(@what), leaving kernel wake-ups alone; may
 * return early: callers loop.  No sleep check. */
void fl_thread_wait(const char *why, const char *name, const void *what);
void fl_thread_wake_all(const void *what);
/* Leave the current stack for the outermost guard. */
void fl_thread_unwind(struct fl_machine *m) __attribute__((noreturn));
void fl_thread_switch(struct fl_thread *to);
void fl_thread_prepare(struct fl_thread *t);
/* A violation: nobody can go on. */
void fl_thread_deadlock(struct fl_machine *m) __attribute__((noreturn));

/* The body of a thread: its function, and what must be so at its end. */
void fl_thread_main(struct fl_thread *t);

/* native.c */
void __fl_hold(void);
void __fl_release(void);
/* Wait until another thread makes @t, the current one, runnable. */
void fl_native_schedule(struct fl_thread *t);
void fl_native_wake(struct fl_thread *t);
void fl_native_unwind(struct fl_thread *t) __attribute__((noreturn));

/*
 * Up to the end of the block no other thread changes what is the machine's own.
 * Nests; costs nothing where threads take turns.  A wait inside gives it up.
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
/* Does what nobody determines go the other way, here?  In each thread it may do so once,
 * where the program leaves @which open; @what, @name: in words, where it does. */
int fl_choose_once(unsigned int which, const char *what, const char *name);

/* sched.c: under a scheduler */
/* The host's own accesses, and those of callbacks, are no steps; those of callbacks that
 * have a thread of their own are. */
int fl_takes_steps(const struct fl_machine *m, const struct fl_thread *t);
void fl_sched_start(struct fl_machine *m);
void fl_sched_next(struct fl_machine *m);
void fl_sched_op(enum fl_op_kind kind, const volatile void *addr,
		 unsigned int size);
void fl_sched_step(const struct fl_op *op);
/* What the current thread waits for is in its op, or others will put it there. */
void fl_sched_await(struct fl_machine *m);
/* A plain access of kernel code. */
void fl_sched_plain(enum fl_op_kind kind, const volatile void *addr,
		    unsigned long size, unsigned long pc);
/* plain.c: what kernel code calls for the C library's functions of these names. */
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
/* From now on callbacks have a thread of their own. */
void fl_rcu_spawn_actor(struct fl_machine *m);

/* snapshot.c: Return: 1 where the write at @address may be made again. */
int fl_snapshot_touched(void *address);
/* Return: page number @i of those written since the snapshot was taken, and in *@was its
 * contents then; NULL: there are fewer. */
const char *fl_snapshot_page(unsigned long i, const char **was);

/* symbol.c */
/* Name the functions from @pc outwards in @end->backtrace; @frame: the frame
 * record of the function that @pc is in. */
void fl_backtrace(struct fl_end *end, unsigned long pc, unsigned long frame);
const char *fl_short_path(const char *path);

/* report.c: both end the world.  Kernel's place in @where, or NULL: the thread. */
void fl_end_world(int kind, const char *where, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
/* ... @locks: who took what, in columns */
void fl_end_deadlock(const char *what, const char *text, const char *locks)
	__attribute__((noreturn));
#define fl_violate(fmt, ...) \
	fl_end_world(FL_END_VIOLATION, NULL, fmt, ##__VA_ARGS__)
#define fl_internal(fmt, ...) \
	fl_end_world(FL_END_INTERNAL, NULL, fmt, ##__VA_ARGS__)
#define fl_limit(name) \
	fl_internal("limit %s = %lu reached: a leak, or raise it in " \
		    "machine/internal.h", #name, (unsigned long)(name))
/* Catch bad accesses; those outside a guard go where they went before. */
void fl_report_install(struct fl_machine *m);
void fl_report_remove(struct fl_machine *m);
/* Take SIGSEGV back from a handler that was set meanwhile (test frameworks do). */
void fl_report_arm(struct fl_machine *m);

#endif /* FL_MACHINE_INTERNAL_H */
