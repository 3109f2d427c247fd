/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * thread.h - simulated threads
 *
 *  - fl_thread_spawn(), fl_threads_run(), fl_thread_yield()
 *  - fl_threads_run_native()  run them on real threads
 *  - fl_thread_retry()        announce a repeated operation
 *  - fl_thread_kill()         send a fatal signal
 *
 * Threads take turns: one runs until it blocks, yields or ends, then the
 * runnable thread with the lowest number.  So a test orders events by blocking
 * and by fl_thread_yield(), and each run is the same.
 */
#ifndef FAULTLAB_THREAD_H
#define FAULTLAB_THREAD_H

struct fl_world;

typedef void fl_thread_fn(void *arg);

/*
 * fl_thread_spawn - create a thread that will run @fn(@arg)
 * @cpu: the CPU it stays on
 * @name: for reports; must outlive the thread
 *
 * The thread starts in fl_threads_run().
 * Return: its number, from 1; -EINVAL: no such CPU, or no @fn or @name;
 * -EAGAIN: too many threads; -ENOMEM; -ENOTRECOVERABLE.
 */
int fl_thread_spawn(struct fl_world *world, unsigned int cpu, const char *name,
		    fl_thread_fn *fn, void *arg);

/*
 * fl_threads_run - run all threads to their ends
 * Context: not a simulated thread.  Return: 0; -ENOTRECOVERABLE: the world
 * ended, for example by a deadlock.
 */
int fl_threads_run(struct fl_world *world);

/*
 * fl_threads_run_native - run all threads at once, on a real thread each
 *
 * Each thread needs a CPU of its own, whose per-CPU data no other thread may
 * use.  No two runs are the same; this is for ThreadSanitizer, Helgrind and
 * DRD, and for throughput.
 * Context: as fl_threads_run(); no views while the threads run.
 * Return: 0; -EBUSY: two threads share a CPU; -EAGAIN: the host cannot create a
 * thread; -ENOTRECOVERABLE.
 */
int fl_threads_run_native(struct fl_world *world);

/* fl_thread_yield - let every other runnable thread run first.  Does nothing
 * outside a simulated thread. */
void fl_thread_yield(void);

/*
 * fl_thread_retry - announce that the calling thread starts or repeats an
 * operation
 * @number: attempts before this one, from 0
 *
 * For a program's own loops that repeat an operation until it takes effect, as
 * drivers have them. fl_explore() makes only a few attempts in each run, and
 * reports a livelock if threads can repeat theirs without end.  Repeated faults
 * are announced by themselves.
 * Does nothing outside a simulated thread.
 */
void fl_thread_retry(unsigned int number);

/*
 * fl_thread_kill - send a fatal signal to a thread
 * Ends its killable wait.  Return: 0; -ESRCH: no live thread of that number.
 */
int fl_thread_kill(struct fl_world *world, int thread);

/*
 * fl_thread_waits - query whether a thread waits
 * Return: what it waits for, as reports name it ("folio lock", "lock mmap_lock"
 * and the like); NULL if it runs, has ended, or does not exist.
 */
const char *fl_thread_waits(struct fl_world *world, int thread);

#endif /* FAULTLAB_THREAD_H */
