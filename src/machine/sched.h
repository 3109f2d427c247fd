/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sched.h - somebody else says which thread takes the next step
 *
 *  - fl_machine_schedule()   from now on, or no more
 *  - struct fl_op            what a thread is about to do
 *  - fl_thread_op(), fl_op_enabled(), fl_op_takes()
 *  - fl_thread_go_to()       ... without a stop
 *
 * Under a scheduler a thread stops before each operation that others can notice, says
 * which, and goes on when it is picked.  Nothing waits inside the machine: a lock that
 * is held, a sleep that nobody has ended and a grace period with readers are
 * operations that are not enabled.
 *
 *   thread                               scheduler
 *   t->op = LOCK of this word
 *   pick()                               looks at the ops of all threads
 *                                        picks one that is enabled
 *   takes the lock, which is free
 *
 * Invariant: between the pick and the next operation of the thread picked nobody
 * else runs.
 */
#ifndef FL_MACHINE_SCHED_H
#define FL_MACHINE_SCHED_H

struct fl_machine;

enum fl_op_kind {
	FL_OP_NONE,		/* a thread that has ended, or has no point yet */
	FL_OP_LOAD,
	FL_OP_STORE,
	FL_OP_RMW,
	FL_OP_CAS,		/* stores only where it finds op.value */
	FL_OP_UNLESS,		/* ... where it finds anything else */
	FL_OP_LOCK,		/* waits until nobody holds it */
	FL_OP_LOCK_SHARED,	/* ... until no writer does */
	FL_OP_TRYLOCK,
	FL_OP_TRYLOCK_SHARED,
	FL_OP_UNLOCK,
	FL_OP_UNLOCK_SHARED,
	FL_OP_DOWNGRADE,
	FL_OP_WAIT,		/* sleeps until there was a wake-up */
	FL_OP_WAKE,
	FL_OP_RCU_READ,		/* a read-side section begins */
	FL_OP_RCU_DONE,		/* ... and ends */
	FL_OP_RCU_SYNC,		/* a grace period begins */
	FL_OP_RCU_CALL,		/* ... and a callback comes after it */
	FL_OP_RCU_WAIT,		/* ... and has ended, see op.value */
	FL_OP_RELAX,		/* waits until something has changed, see op.value */
	FL_OP_CHOOSE,		/* something that the program does not determine */
};

#define FL_OP_PLAIN	0x1u	/* of an access: the compiler's, not READ_ONCE() */
#define FL_OP_KILLABLE	0x2u	/* of a lock: a fatal signal ends the wait */
#define FL_OP_GUESSED	0x4u	/* of a FL_OP_RELAX: spins() told so, not the kernel */

struct fl_op {
	unsigned long addr;	/* what it is about; of a lock, its word */
	unsigned int size;	/* bytes from there; of a choice: how many */
	unsigned char kind;	/* enum fl_op_kind */
	unsigned char flags;	/* FL_OP_* */
	/* Of FL_OP_CAS and FL_OP_UNLESS, what is compared with.  Of FL_OP_RELAX, a number
	 * of steps of the run: it waits for a store of another thread to anything that this
	 * thread has used since then.  Of FL_OP_RCU_WAIT, the number of the step that was its
	 * FL_OP_RCU_SYNC or _CALL, from 1. */
	unsigned long value;
	unsigned long pc;	/* where in the code, or 0 */
};

struct fl_scheduler {
	_Bool quiet;	/* a world's end has no backtrace, which takes a thousand runs' time */
	/* Is the running thread to stop before @op, which it could go on with?  The
	 * part of @op that matters may be cut out. */
	int (*visible)(struct fl_scheduler *scheduler, unsigned int thread,
		       struct fl_op *op);
	/*
	 * Has the thread done just what it is about to do, to no effect, again and
	 * again?  Return: the steps of the run before the last turn, for a FL_OP_RELAX
	 * that comes first; ~0u: it has not.
	 */
	unsigned int (*spins)(struct fl_scheduler *scheduler, unsigned int thread,
			      const struct fl_op *op);
	/* Return: the thread that goes on, whose operation is enabled; 0: the run is
	 * over, as all threads have ended or as the scheduler wants it. */
	unsigned int (*pick)(struct fl_scheduler *scheduler);
	/* Return: one of op.size alternatives, for the thread picked last. */
	unsigned int (*choose)(struct fl_scheduler *scheduler);
	/* NULL, or: the running thread makes @op now, on its own stack; whoever went
	 * before has made the one before. */
	void (*go)(struct fl_scheduler *scheduler, unsigned int thread,
		   const struct fl_op *op);
};

/* fl_machine_schedule - fl_machine_run() asks @scheduler from now on; NULL: the
 * machine decides again.  Context: no thread has begun. */
void fl_machine_schedule(struct fl_machine *machine,
			 struct fl_scheduler *scheduler);

/* Return: the threads of a machine are numbers 1 up to and without this. */
unsigned int fl_machine_threads(struct fl_machine *machine);

/* Return: what the thread is about to do; FL_OP_NONE: it has ended, or is none. */
const struct fl_op *fl_thread_op(struct fl_machine *machine, unsigned int id);

/*
 * Where a thread is: how many operations of locks, atomics, READ_ONCE() and their like
 * it has come to, and how many plain accesses since the last of those.  The first
 * number is the same with every compiler.
 */
struct fl_position {
	unsigned int ops, plain;
};

/* Return: which way the last FL_OP_CHOOSE of the thread went. */
unsigned int fl_thread_chose(struct fl_machine *machine, unsigned int id);

/* Return: of the operation that the thread is about to take. */
struct fl_position fl_thread_position(struct fl_machine *machine, unsigned int id);

/*
 * fl_thread_go_to - the thread stops at no operation before @position
 *
 * The scheduler knows that it would not want to be asked, as from an earlier run.
 * Context: fl_scheduler.pick, or before fl_machine_run().
 */
void fl_thread_go_to(struct fl_machine *machine, unsigned int id,
		     struct fl_position position);

/* Return: can the thread go on?  Always for what does not wait; a FL_OP_RELAX is
 * the scheduler's to judge. */
int fl_op_enabled(struct fl_machine *machine, unsigned int id);

/* Return: would a trylock of the thread get the lock now, a conditional store store,
 * a wake-up meet one that is pending? */
int fl_op_takes(struct fl_machine *machine, unsigned int id);

/* An operation that the kernel or its user repeats until it has an effect. */
struct fl_attempt {
	unsigned int number;	/* attempts before this one */
	_Bool vain;		/* the last one changed nothing */
	_Bool pending;		/* the thread has taken no step of this one */
};

/* Return: the attempt that thread @id is in, or was in last. */
const struct fl_attempt *fl_thread_attempt(struct fl_machine *machine,
					   unsigned int id);

/*
 * fl_machine_look - @fn(@arg) looks at the machine: what it does is no step
 * Context: under a scheduler a thread of its own, as in fl_scheduler.go; or the host,
 * also where the world has ended.
 * Return: 0; -ENOTRECOVERABLE: the world would have ended in it.
 */
int fl_machine_look(struct fl_machine *machine, void (*fn)(void *arg), void *arg);

/* Return: what the thread is waiting for, or would wait for: "lock mmap_lock", until
 * the next call; its name. */
const char *fl_thread_why(struct fl_machine *machine, unsigned int id);
const char *fl_thread_name(struct fl_machine *machine, unsigned int id);

/*
 * fl_machine_name - what lies at an address, as far as the machine knows
 * Return: 1 with a name; 0: it does not know.
 */
int fl_machine_name(struct fl_machine *machine, unsigned long addr, char *text,
		    unsigned long size);

/* fl_machine_deadlock - end the world: who waits for what.  Does not return. */
void fl_machine_deadlock(struct fl_machine *machine) __attribute__((noreturn));

/* fl_machine_livelock - end the world: @text says which threads run without progress.
 * @unfair: another thread could run, and does not.  Does not return. */
void fl_machine_livelock(_Bool unfair, const char *text)
	__attribute__((noreturn));

#endif /* FL_MACHINE_SCHED_H */
