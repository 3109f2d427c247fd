/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sched.h - let a scheduler decide which thread takes the next step
 *
 *  - fl_machine_schedule()   set or remove the scheduler
 *  - struct fl_op            the next operation of a thread
 *  - fl_thread_op(), fl_op_enabled(), fl_op_takes()
 *  - fl_thread_go_to()       run to a position without stopping
 *
 * Under a scheduler, a thread stops before each operation that other threads
 * can observe, publishes the operation, and continues when it is picked.
 * Nothing waits inside the machine: acquiring a held lock, a sleep without a
 * wake-up and a grace period with readers are operations that are not enabled.
 *
 *   thread                               scheduler
 *   t->op = LOCK of this word
 *   pick()                               reads the ops of all threads
 *                                        picks one that is enabled
 *   takes the lock, which is free
 *
 * Invariant: from the pick until the picked thread's next operation, no other
 * thread runs.
 */
#ifndef FL_MACHINE_SCHED_H
#define FL_MACHINE_SCHED_H

struct fl_machine;

enum fl_op_kind {
	FL_OP_NONE, /* thread has ended, or has none yet */
	FL_OP_LOAD,
	FL_OP_STORE,
	FL_OP_RMW,
	FL_OP_CAS,	   /* stores only if the word equals op.value */
	FL_OP_UNLESS,	   /* stores only if the word differs */
	FL_OP_LOCK,	   /* waits until the lock is free */
	FL_OP_LOCK_SHARED, /* waits until there is no writer */
	FL_OP_TRYLOCK,
	FL_OP_TRYLOCK_SHARED,
	FL_OP_UNLOCK,
	FL_OP_UNLOCK_SHARED,
	FL_OP_DOWNGRADE,
	FL_OP_WAIT, /* sleeps until a wake-up */
	FL_OP_WAKE,
	FL_OP_RCU_READ, /* begins a read-side section */
	FL_OP_RCU_DONE, /* ends a read-side section */
	FL_OP_RCU_SYNC, /* begins a grace period */
	FL_OP_RCU_CALL, /* begins a grace period before a callback */
	FL_OP_RCU_WAIT, /* waits for a grace period, see op.value */
	FL_OP_RELAX,	/* waits for a change, see op.value */
	FL_OP_CHOOSE,	/* a choice that the program leaves open */
};

#define FL_OP_PLAIN    0x1u /* access: by the compiler, not READ_ONCE() */
#define FL_OP_KILLABLE 0x2u /* lock: a fatal signal ends the wait */
#define FL_OP_GUESSED  0x4u /* FL_OP_RELAX: guessed by spins() */

struct fl_op {
	unsigned long addr;  /* object; of a lock, its word */
	unsigned int size;   /* bytes at @addr; of a choice: alternatives */
	unsigned char kind;  /* enum fl_op_kind */
	unsigned char flags; /* FL_OP_* */
	/* FL_OP_CAS, FL_OP_UNLESS: the value to compare with.  FL_OP_RELAX: a
	 * number of steps of the run: the operation waits until another thread
	 * stores to anything that this thread has used since then.
	 * FL_OP_RCU_WAIT: the number of its FL_OP_RCU_SYNC or _CALL step, from
	 * 1. */
	unsigned long value;
	unsigned long pc; /* address of the code, or 0 */
};

struct fl_scheduler {
	/* Make no backtraces, which take as long as a thousand runs, and print
	 * no warnings. */
	_Bool quiet;
	/* Return: whether the running thread must stop before @op.  May reduce
	 * @op to the part that matters. */
	int (*visible)(struct fl_scheduler *scheduler, unsigned int thread,
		       struct fl_op *op);
	/*
	 * Return: number of steps before the last turn of a loop, if the thread
	 * has repeatedly done what it is about to do, without effect: a
	 * FL_OP_RELAX with this value precedes @op; otherwise ~0u.
	 */
	unsigned int (*spins)(struct fl_scheduler *scheduler,
			      unsigned int thread, const struct fl_op *op);
	/* Return: the thread to continue, whose operation is enabled; 0: the
	 * run is over, because all threads have ended or the scheduler ends
	 * it. */
	unsigned int (*pick)(struct fl_scheduler *scheduler);
	/* Return: one of op.size alternatives, for the last picked thread. */
	unsigned int (*choose)(struct fl_scheduler *scheduler);
	/* NULL, or called on the running thread's own stack when it makes @op;
	 * the previous operation is complete. */
	void (*go)(struct fl_scheduler *scheduler, unsigned int thread,
		   const struct fl_op *op);
};

/* fl_machine_schedule - make fl_machine_run() ask @scheduler from now on; NULL:
 * the machine decides again.  Context: no thread has started. */
void fl_machine_schedule(struct fl_machine *machine,
			 struct fl_scheduler *scheduler);

/* Return: the upper bound of thread numbers, exclusive; they start at 1. */
unsigned int fl_machine_threads(struct fl_machine *machine);

/* Return: the thread's next operation; FL_OP_NONE: it has ended, or does not
 * exist. */
const struct fl_op *fl_thread_op(struct fl_machine *machine, unsigned int id);

/*
 * Position of a thread: the number of operations (of locks, atomics,
 * READ_ONCE() and the like) it has reached, and of plain accesses since the
 * last of those.  The first number does not depend on the compiler.
 */
struct fl_position {
	unsigned int ops, plain;
};

/* Return: the outcome of the thread's last FL_OP_CHOOSE. */
unsigned int fl_thread_chose(struct fl_machine *machine, unsigned int id);

/* Return: position of the operation that the thread is about to take. */
struct fl_position fl_thread_position(struct fl_machine *machine,
				      unsigned int id);

/*
 * fl_thread_go_to - run the thread to @position without an earlier stop
 *
 * For a scheduler that knows, as from an earlier run, that it need not be
 * asked.
 * Context: fl_scheduler.pick, or before fl_machine_run().
 */
void fl_thread_go_to(struct fl_machine *machine, unsigned int id,
		     struct fl_position position);

/* Return: whether the thread can continue.  Always true for operations that do
 * not wait; the scheduler decides about FL_OP_RELAX. */
int fl_op_enabled(struct fl_machine *machine, unsigned int id);

/* Return: whether the thread's operation would take effect now: a trylock gets
 * the lock, a conditional store stores, a wake-up finds one pending. */
int fl_op_takes(struct fl_machine *machine, unsigned int id);

/* An operation that the kernel or its user repeats until it takes effect. */
struct fl_attempt {
	unsigned int number; /* attempts before this one */
	_Bool vain;	     /* the last attempt changed nothing */
	_Bool pending;	     /* the thread took no step of it yet */
};

/* Return: the current or last attempt of thread @id. */
const struct fl_attempt *fl_thread_attempt(struct fl_machine *machine,
					   unsigned int id);

/*
 * FL_LOOK - evaluate @call, which reads the machine's state, without taking
 * steps; @call as in FL_GUARDED()
 * Context: under a scheduler, a thread on its own stack, as in fl_scheduler.go;
 * or the host, even if the world has ended.
 * Return: the value of @call; -ENOTRECOVERABLE: it would have ended the world.
 */
#define FL_LOOK(machine, call)                                          \
	({                                                              \
		struct fl_machine *const looked_at_ = (machine);        \
		const struct fl_looking looking_ = fl_looking_begin(    \
			looked_at_);                                    \
		const __auto_type seen_ = FL_GUARDED(looked_at_, call); \
		fl_looking_end(looked_at_, looking_);                   \
		seen_;                                                  \
	})

/* For FL_LOOK() only. */
struct fl_looking {
	int inside; /* a guard was entered already */
	int dead;   /* the world had ended */
};

struct fl_looking fl_looking_begin(struct fl_machine *machine);
void fl_looking_end(struct fl_machine *machine, struct fl_looking looking);

/* Return: what the thread waits for or would wait for, such as "lock
 * mmap_lock", valid until the next call; the name of the thread. */
const char *fl_thread_why(struct fl_machine *machine, unsigned int id);
const char *fl_thread_name(struct fl_machine *machine, unsigned int id);

/*
 * fl_machine_name - name the object at an address, if the machine knows it
 * Return: 1 with a name; 0: unknown.
 */
int fl_machine_name(struct fl_machine *machine, unsigned long addr, char *text,
		    unsigned long size);

/* fl_machine_deadlock - end the world; the report lists each waiting thread and
 * what it waits for.  Does not return. */
void fl_machine_deadlock(struct fl_machine *machine) __attribute__((noreturn));

/* fl_machine_livelock - end the world; @text lists the threads that run without
 * progress
 * @unfair: another thread could run, but does not.  Does not return. */
void fl_machine_livelock(_Bool unfair, const char *text)
	__attribute__((noreturn));

#endif /* FL_MACHINE_SCHED_H */
