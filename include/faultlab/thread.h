/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * thread.h - simulated threads
 *
 *  - fl_thread_spawn(), fl_threads_run(), fl_thread_yield()
 *  - fl_threads_run_native()  on real threads
 *  - fl_thread_retry()  an operation that a thread repeats
 *  - fl_thread_kill()  a fatal signal
 *
 * Threads take turns: one runs until it blocks, yields or ends, then the
 * runnable one with the lowest number.  So a test orders events by blocking and
 * by fl_thread_yield(), and a run is the same each time.
 */
#ifndef FAULTLAB_THREAD_H
#define FAULTLAB_THREAD_H

struct fl_world;

typedef void fl_thread_fn(void *arg);

/*
 * fl_thread_spawn - a thread that will run @fn(@arg)
 * @cpu: the CPU it stays on; @name: for reports, must outlive the thread
 *
 * It starts in fl_threads_run().  Return: its number, from 1; -EINVAL: no such
 * CPU, or no @fn; -EAGAIN: too many threads; -ENOMEM; -ENOTRECOVERABLE.
 */
int fl_thread_spawn(struct fl_world *world, unsigned int cpu, const char *name,
		    fl_thread_fn *fn, void *arg);

/*
 * fl_threads_run - run all threads to their ends
 * Context: not a simulated thread.  Return: 0; -ENOTRECOVERABLE: the world
 * ended, be it by a deadlock.
 */
int fl_threads_run(struct fl_world *world);

/*
 * fl_threads_run_native - the same on a real thread each, all at once
 *
 * Each on a CPU of its own, whose per-CPU data nobody else may use.  No two runs are the
 * same; it is there for ThreadSanitizer, Helgrind and DRD, and for throughput.
 * Context: as fl_threads_run(); no views while it runs.
 * Return: 0; -EBUSY: two threads share a CPU; -EAGAIN: the host gives no thread;
 * -ENOTRECOVERABLE.
 */
int fl_threads_run_native(struct fl_world *world);

/* fl_thread_yield - let every other runnable thread go first.  Does nothing
 * outside a simulated thread. */
void fl_thread_yield(void);

/*
 * fl_thread_retry - the calling thread begins an operation, or repeats it
 * @number: attempts before this one, from 0
 *
 * For a loop that repeats an operation of its own until that has an effect, as drivers do.
 * fl_explore() makes only a few attempts in each run, and reports a livelock if threads can
 * repeat theirs without end.  Faults that are repeated announce themselves.
 * Does nothing outside a simulated thread.
 */
void fl_thread_retry(unsigned int number);

/*
 * fl_thread_kill - send a fatal signal to a thread
 * A killable wait of it ends.  Return: 0; -ESRCH: no live thread of that number.
 */
int fl_thread_kill(struct fl_world *world, int thread);

/*
 * fl_thread_waits - is a thread waiting?
 * Return: what it waits for, as reports name it ("folio lock", "lock mmap_lock"
 * and the like), or NULL where it runs, is done, or does not exist.
 */
const char *fl_thread_waits(struct fl_world *world, int thread);

#endif /* FAULTLAB_THREAD_H */
