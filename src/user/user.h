/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * user.h - run a program of the host as user code of a world
 *
 *   user.c        the world that a program's processes share: boot, fork, exit
 *   start.c       boot a world at the start, or report that none was
 *   settings.c    settings from the environment
 *   projection.c  page tables become mappings of the host, traps become faults
 *   file.c        file descriptors of the world's files
 *   proc.c        /proc/PID/pagemap and /proc/PID/clear_refs
 *   sleep.c       threads that wait in the kernel while others enter it
 *   poll.c        poll() of the world's files and the host's
 *   limit.c       setrlimit() of a process's address space
 *   time.c        longer timeouts for alarm() and poll()
 *   pidfd.c       pidfd_open() for hosts that do not have it
 *   wrap.c        wrappers of C library functions that such a program calls
 *   signal.c      wrappers for signals, and the signals that the world needs
 *   kill.c        SIGKILL and SIGSTOP of a process of the world
 *   cancel.c      thread cancellation, which must not happen in the kernel
 *   number.c      all system calls by number: served, refused, or the host's
 *   served.c      calls by number that are served, as the functions of wrap.c
 *   libc.c        C library functions whose calls may be refused
 *   descriptor.c  C library functions on descriptors, or on names that may be
 *                 those of descriptors
 *   exec.c        exec() and similar functions
 *   lookup.c      C library functions that are looked up with dlsym()
 *   dispatch.c    system calls that bypass the C library
 *   path.c        files by name: served, refused, or the host's
 *   refuse.c      reports of refused calls
 *
 * A program is linked with these files and with -Wl,--wrap for each function
 * of wrap.c.  The program is not changed, and the host's CPU makes its
 * memory accesses.  A world is booted when the program first opens a device
 * of the kernel.  From then on new mappings are the world's; existing ones
 * stay the host's.
 *
 * The machine is in shared memory, which child processes share.  One lock lets
 * one thread of one process in at a time, so each request of user code runs as
 * a unit until it waits in the kernel for another thread.
 * Hides: races between system calls; the explorer finds those.
 */
#ifndef FL_USER_USER_H
#define FL_USER_USER_H

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/types.h>

#include "world/internal.h"

/* User addresses of the world; not used by the host or by sanitizers. */
#define FL_USER_START 0x200000000000UL
#define FL_USER_END   (FL_USER_START + (64UL << 30))

#define FL_USER_PROCESSES 64
#define FL_USER_FILES	  1024 /* descriptors below this */
#define FL_USER_THREADS	  32   /* of all processes, in the kernel */

/* Kinds of refused calls; each is reported once per world.  First those of
 * number.c, by their index in its table, then those of path.c. */
enum {
	FL_USER_REFUSED_FILES = 192,
	FL_USER_REFUSED_STREAM = 320,
	FL_USER_REFUSED_CLONE,
	FL_USER_REFUSED_STACK,
	FL_USER_REFUSED_HANDLER,
	FL_USER_REFUSED_USERFAULTFD,
	FL_USER_REFUSED_MMAP_FILE,
	FL_USER_REFUSED_MMAP_ADDRESS,
	FL_USER_REFUSED_RANGE,
	FL_USER_REFUSED_AIO,
	FL_USER_REFUSED_DESCRIPTOR,
	FL_USER_REFUSED_ABI,
	FL_USER_REFUSED_FIGURES,
	FL_USER_REFUSED_LIMIT,
	FL_USER_REFUSED_KINDS
};

/* An open file.  The processes that have it share its position. */
struct fl_user_file {
	struct fl_file *file;
	_Bool proc; /* a file of /proc */
	unsigned long position;
	unsigned int references;
};

struct fl_user_process {
	pid_t pid;		    /* 0: child has not started yet */
	pid_t number;		    /* same; parent sets it after fork() */
	struct fl_process *process; /* NULL: the slot is free */
	unsigned int asid;
	unsigned long next; /* address of its next mapping */
	unsigned long top;  /* it has never mapped above */
	_Bool executing;    /* may run another program (exec.c) */
	struct fl_user_file *files[FL_USER_FILES];
	/* The range that another process requests to unmap, and
	 * request counters.  The lock does not guard these: the other
	 * process holds it. */
	unsigned long start, end;
	unsigned int asked, done;
};

/* Part of the machine. */
struct fl_user_shared {
	pthread_mutex_t lock;
	struct fl_world *world;
	uid_t root; /* effective UID with capabilities */
	struct fl_user_process processes[FL_USER_PROCESSES];
	unsigned int live;
	/* The process of each thread that waits in the kernel, indexed by the
	 * thread's number in the machine. */
	struct fl_user_process *asleep[FL_USER_THREADS];
	unsigned char refused[FL_USER_REFUSED_KINDS]; /* already reported */
};

extern struct fl_user_shared *fl_user;	     /* NULL: no world is booted */
extern struct fl_user_process *fl_user_self; /* this process */
/* Whether this thread is inside the kernel: its traps are then the kernel's. */
extern __thread int fl_user_inside;
/* The signals that this thread had blocked before it came inside. */
extern __thread sigset_t fl_user_blocked;

/*
 * Return: whether the caller is user code of a world.  The linker redirects all
 * calls to the wrappers, our own too.  Calls made inside, before a world
 * exists, or after it has ended are the host's.
 */
static inline _Bool fl_user_is_caller(void)
{
	return fl_user && !fl_user_inside;
}

/* -- user.c -- */

/* Return: 0, or -errno with a message on stderr. */
int fl_user_boot(void);
/* fl_user_enter - come inside, after waiting until no other thread is inside
 * The caller must not wait for anything else inside.  Signals are deferred. */
void fl_user_enter(void);
void fl_user_leave(void);
/* fl_user_lock - take only the lock */
void fl_user_lock(void);
void fl_user_unlock(void);
/* fl_user_return - fl_user_leave() at the end of a system call */
void fl_user_return(void);
/* fl_user_fork - as fork(), and forks the world's process too */
pid_t fl_user_fork(void);
/* fl_user_exit - end this process; the last one checks for leaks
 * Return: the exit status to use: @status, or 1 if it was 0 and
 * something leaked. */
int fl_user_exit(int status);
/* Does not return if this process is ending and another thread ends it. */
void fl_user_stop_if_leaving(void);
/* fl_user_reaped - process @pid of the host has ended: clean up after it */
void fl_user_reaped(pid_t pid);

/* -- start.c -- */

/* fl_user_booted - record that a process of this program has booted a world */
void fl_user_booted(void);
/* fl_user_note_no_world - before the program ends: print a message if it has
 * booted no world */
void fl_user_note_no_world(void);

/* -- settings.c -- */

/* Return: 0, or -EINVAL with a message on stderr. */
int fl_user_settings(struct fl_world_config *config);
/* Return: by which factor everything may take longer than on the host; 0: the
 * environment does not contain a valid number. */
unsigned int fl_user_patience(void);

/* -- limit.c -- */

/* fl_user_limits_lift - before a world is booted: raise the host's limits, so
 * that they do not limit the world */
void fl_user_limits_lift(void);
/* fl_user_limits_begin - give the world's first process the program's limits
 * Context: inside.  Return: 0, -errno. */
int fl_user_limits_begin(void);

/* -- projection.c -- */

/* User code's action for an access that it has no right to. */
extern struct sigaction fl_user_on_segv;

/*
 * fl_user_handler - run user code's own handler @theirs for a signal, or
 * its default action
 *
 * The handler runs as with SA_NODEFER: it may leave by siglongjmp().
 */
void fl_user_handler(int sig, void *siginfo, void *context,
		     struct sigaction *theirs);

#define FL_USER_INTERRUPT (SIGRTMIN + 7) /* "unmap what was flushed" */

/* Return: 0, -errno. */
int fl_user_project(struct fl_world *world);
/* Map @addr, so that user code's next access to it does not trap.
 * Context: inside.  Return: 0, -errno. */
int fl_user_touch(unsigned long addr, _Bool write);
/* Return: 1 if process @pid has ended or, if @stopped_too, is stopped. */
int fl_user_stands_still(pid_t pid, _Bool stopped_too);
/* Unmap everything, for a process that has just started. */
void fl_user_forget_all(void);
/* fl_user_compare - end the world if the host has a mapping that the page
 * tables do not have
 * Context: inside, at the end of a system call. */
void fl_user_compare(void);
/* Mark the range as accessible for memory checkers. */
void fl_user_usable(unsigned long addr, unsigned long len);
static inline int fl_user_address(unsigned long addr)
{
	return addr >= FL_USER_START && addr < FL_USER_END;
}

/* -- signal.c -- */

/* User code's action for a SIGBUS of the host. */
extern struct sigaction fl_user_on_bus;

/* fl_user_cannot_block - remove from @set the signals that the world needs */
void fl_user_cannot_block(sigset_t *set);
/* fl_user_needs - set *@set to the signals that the world needs */
void fl_user_needs(sigset_t *set);
/* fl_user_allowed - Return: @set; or, if user code of a world calls, *@allowed:
 * @set without the signals that the world needs */
const sigset_t *fl_user_allowed(const sigset_t *set, sigset_t *allowed);
/* fl_user_call_with_set - as fl_user_call_host(), but removes the world's
 * signals from a signal set among the arguments */
long fl_user_call_with_set(long number, const unsigned long arg[6]);
/* fl_user_defer - keep a signal until this thread leaves the kernel
 * Context: the signal's handler.  Return: 0: not kept, because the thread is
 * not inside, or the signal is a trap rather than sent. */
_Bool fl_user_defer(int sig, const void *siginfo);
/* fl_user_raise_deferred - raise the signals that were kept.
 * Context: not inside. */
void fl_user_raise_deferred(void);
/* fl_user_called_away - Return: whether a signal that user code can take is
 * waiting for this thread to leave; *@restart is cleared if the call must not
 * be restarted after it.  Context: inside. */
_Bool fl_user_called_away(_Bool *restart);
/* fl_user_watch_signals - handle SIGBUS first.  Context: a world is booted. */
void fl_user_watch_signals(void);
/* fl_user_alternate_stack - give this thread an alternate signal stack
 * if it has none */
void fl_user_alternate_stack(void);
/* fl_user_return_to_stack - set *@to to this thread's alternate stack */
void fl_user_return_to_stack(stack_t *to);

/* -- cancel.c -- */

/* fl_user_defer_cancel - defer cancellation of this thread until
 * fl_user_allow_cancel() */
void fl_user_defer_cancel(void);
void fl_user_allow_cancel(void);
/* fl_user_is_cancelled - Return: whether this thread will be cancelled at its
 * next cancellation point outside; true once per request.  Context: inside. */
_Bool fl_user_is_cancelled(void);

/* -- sleep.c; call all of these inside -- */

/* fl_user_take_thread - become a thread of the machine that does not wait
 * fl_user_give_thread - stop being that thread */
void fl_user_take_thread(void);
void fl_user_give_thread(void);
/* fl_user_idle - while waiting, let other threads in for a moment
 * Return: 0: there are none. */
_Bool fl_user_idle(void);
/* fl_user_may_interrupt - set whether a signal may end a wait of this thread
 * Return: the previous setting. */
_Bool fl_user_may_interrupt(_Bool may);
/* fl_user_restarts - Return: whether an interrupted call must be restarted,
 * because all handlers that ran have SA_RESTART.  May be called outside. */
_Bool fl_user_restarts(void);
/* fl_user_end_sleep - end the waits of all threads of this process, as a
 * fatal signal does */
void fl_user_end_sleep(void);
/* Return: whether a thread of @p waits. */
_Bool fl_user_sleeps(const struct fl_user_process *p);

/* -- number.c; system calls of user code -- */

/*
 * fl_user_number - carry out system call @number, or refuse it
 * @caller: its return address, for the message
 * Return: as the C library's syscall().
 */
long fl_user_number(long number, const unsigned long arg[6],
		    const void *caller);
/* fl_user_refuses - Return: whether the call is refused; if so, it is reported
 * and errno is set */
_Bool fl_user_refuses(long number, const unsigned long arg[6],
		      const void *caller);
/* fl_user_call_host - make the call on the host, by libc's syscall() */
long fl_user_call_host(long number, const unsigned long arg[6]);
/* Return: an address in the C library's code. */
const void *fl_user_libc(void);
/* Return: whether any of @len bytes from @start on is an address of the world.
 * @len 0 is the same as 1. */
_Bool fl_user_in_world(unsigned long start, unsigned long len);
/* Copy memory of user code, which may be in the world.  Return: 0, -EFAULT. */
int fl_user_copy_in(void *to, unsigned long from, unsigned long n);
int fl_user_copy_out(unsigned long to, const void *from, unsigned long n);
/* Return: a kernel's result as the C library returns it, with errno. */
long fl_user_result(long ret);
void fl_user_print_calls(FILE *to);

/* -- refuse.c -- */

/* The return address in user code, while its call is carried out by
 * number; else NULL. */
extern __thread const void *fl_user_caller;

/*
 * fl_user_refuse - report, once per @kind, that a call is not carried out
 * @error: value for errno
 * Return: -1.
 */
long fl_user_refuse(unsigned int kind, int error, const void *caller,
		    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* -- path.c -- */

/*
 * fl_user_open - open a file of the world, or refuse to
 * Return: 0: it is the host's; 1: *@fd is the result of open(), with errno.
 */
_Bool fl_user_open(int folder, const char *name, int flags, const void *caller,
		   long *fd);
/* fl_user_open_stream - Return: whether the host's file may be opened; if
 * not, errno is set */
_Bool fl_user_open_stream(const char *name, const char *mode,
			  const void *caller);
/*
 * fl_user_names_file - Return: whether @name in @folder names a
 * descriptor of the world
 * @name: in user memory; NULL or empty: @folder itself is the descriptor
 */
_Bool fl_user_names_file(int folder, const char *name, int flags);
/* fl_user_is_file_of - Return: whether @fd of the process behind @pidfd is a
 * file of the world */
_Bool fl_user_is_file_of(int pidfd, int fd);
void fl_user_print_files(FILE *to);

/* -- dispatch.c -- */

/* User code's action for a SIGSYS of its own. */
extern struct sigaction fl_user_on_sys;

/* fl_user_watch_calls - from now on, handle calls of this thread that
 * bypass the C library
 * fl_user_watch_anew - the same in a child of fork() */
void fl_user_watch_calls(void);
void fl_user_watch_anew(void);

/* -- time.c -- */

/* Return: the program's @time, limited to @most, in time of the host. */
unsigned int fl_user_longer(unsigned int time, unsigned int most);

/* -- file.c; call all of these inside -- */

/* The memfd_create() name of the host's file behind a world's descriptor. */
#define FL_USER_STAND_IN "faultlab-file"

/* Return: the file behind @fd; NULL: the host's.  May be called outside. */
struct fl_user_file *fl_user_file(int fd);
int fl_user_file_open(const char *device);
int fl_user_file_create(void);
/* fl_user_file_install - create a descriptor for @file; takes its reference
 * @proc: it is a file of /proc.  Return: the descriptor; -EMFILE, -ENOMEM:
 *        @file was put. */
int fl_user_file_install(struct fl_file *file, _Bool proc);
int fl_user_file_userfaultfd(unsigned int flags);
/* fl_user_memory - Return: the descriptor of the world's memory, which user
 * code cannot close */
int fl_user_memory(void);
/* Return: whether @fd may be a descriptor of the world's file; if not, errno is
 * EMFILE, which is reported once. */
_Bool fl_user_file_fits(int fd);
/* As dup() and dup2() of a file of the world; @to is a descriptor of the host
 * that now belongs to the world.  Return: @to, or -EMFILE. */
int fl_user_file_dup(int fd, int to);
/* Close @p's descriptor @fd, except the host's part of it. */
void fl_user_file_close(struct fl_user_process *p, int fd);
/* fl_user_file_put - drop a reference; a call that waits holds one */
void fl_user_file_put(struct fl_user_process *p, struct fl_user_file *f);
void fl_user_files_inherit(struct fl_user_process *child);
void fl_user_files_close(struct fl_user_process *p);

/* -- pidfd.c -- */

/* Return: a descriptor that becomes readable when @pid has ended, or -errno. */
int fl_user_pidfd(pid_t pid);

/* -- proc.c -- */

/* fl_user_file_proc - open file @name of /proc/@pid with open()'s @flags
 * Context: inside.  Return: a descriptor; -ENOENT: @pid is not a process of the
 * world, so its files are the host's; -errno. */
int fl_user_file_proc(const char *name, pid_t pid, unsigned int flags);

#endif /* FL_USER_USER_H */
