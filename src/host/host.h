/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host.h - a program of the host's, as user code of a world
 *
 *   host.c        the world that the processes of a program share: boot, fork, exit
 *   start.c       a world at the start of a program, or none
 *   settings.c    what the environment says of it
 *   projection.c  page tables become mappings of the host, traps become faults
 *   file.c        file descriptors of the world's files
 *   proc.c        /proc/PID/pagemap and /proc/PID/clear_refs
 *   sleep.c       threads that wait in the kernel while others are in it
 *   poll.c        poll() of the world's files and the host's
 *   limit.c       setrlimit() of a process's address space
 *   time.c        alarm() and poll(), where all takes longer
 *   pidfd.c       pidfd_open(), where the host has none
 *   wrap.c        the C library's functions that such a program calls
 *   signal.c      ... for signals, and the signals that the world needs
 *   kill.c        SIGKILL and SIGSTOP of a process of the world
 *   cancel.c      cancellation of threads, which must not end one inside the kernel
 *   number.c      all system calls by number: served, refused, or the host's
 *   served.c      those that are served, as the functions of wrap.c
 *   libc.c        the C library's functions whose calls may be refused
 *   descriptor.c  ... of descriptors, and of names that may be those of descriptors
 *   exec.c        exec() and its like
 *   lookup.c      the C library's functions that are looked up by dlsym()
 *   dispatch.c    system calls that are made without the C library
 *   path.c        files by name: served, refused, or the host's
 *   refuse.c      what is refused is reported
 *
 * A program is linked with these and with -Wl,--wrap for each function of wrap.c; it is not
 * changed, and what it does to memory is done by the host's CPU.  A world is booted when it
 * first opens a device that the kernel has.  From then on its mappings are the world's;
 * those that it has already stay the host's.
 *
 * The machine is shared memory, and a child process has the same one.  One lock lets one
 * thread of one process in at a time, so what user code asks for is done in one piece, up to
 * where it waits in the kernel for others.
 * Hides: races between system calls, which are the explorer's.
 */
#ifndef FL_HOST_HOST_H
#define FL_HOST_HOST_H

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/types.h>

#include "world/internal.h"

/* User addresses of the world: nothing of the host's is there, nor of the sanitizers'. */
#define FL_HOST_START	0x200000000000UL
#define FL_HOST_END	(FL_HOST_START + (64UL << 30))

#define FL_HOST_PROCESSES	64
#define FL_HOST_FILES		1024	/* file descriptors below this */
#define FL_HOST_THREADS		32	/* threads of all processes that are in the kernel at once */

/* Kinds of calls that are refused, each reported once in a world: first those of number.c by
 * their places in its table, then those of path.c. */
enum {
	FL_HOST_REFUSED_FILES = 192,
	FL_HOST_REFUSED_STREAM = 320,
	FL_HOST_REFUSED_CLONE,
	FL_HOST_REFUSED_STACK,
	FL_HOST_REFUSED_HANDLER,
	FL_HOST_REFUSED_USERFAULTFD,
	FL_HOST_REFUSED_MMAP_FILE,
	FL_HOST_REFUSED_MMAP_ADDRESS,
	FL_HOST_REFUSED_RANGE,
	FL_HOST_REFUSED_AIO,
	FL_HOST_REFUSED_DESCRIPTOR,
	FL_HOST_REFUSED_ABI,
	FL_HOST_REFUSED_FIGURES,
	FL_HOST_REFUSED_LIMIT,
	FL_HOST_REFUSED_KINDS
};

/* An open file; its processes share where they are in it. */
struct fl_host_file {
	struct fl_file *file;
	_Bool proc;			/* one of /proc */
	unsigned long position;
	unsigned int references;
};

struct fl_host_process {
	pid_t pid;			/* 0: a child that has not begun */
	pid_t number;			/* the same, known to the parent once fork() returns */
	struct fl_process *process;	/* NULL: the place is free */
	unsigned int asid;
	unsigned long next;		/* where its next mapping goes */
	unsigned long top;		/* above, it never had any */
	_Bool executing;		/* maybe it runs another program (exec.c) */
	struct fl_host_file *files[FL_HOST_FILES];
	/* What another process wants it to forget, and how often it did; not under the
	 * lock, which that one has. */
	unsigned long start, end;
	unsigned int asked, done;
};

/* Lies in the machine. */
struct fl_host {
	pthread_mutex_t lock;
	struct fl_world *world;
	uid_t root;			/* the effective user ID that has all capabilities */
	struct fl_host_process processes[FL_HOST_PROCESSES];
	unsigned int live;
	/* By their numbers in the machine, those that wait in the kernel: whose are they? */
	struct fl_host_process *asleep[FL_HOST_THREADS];
	unsigned char refused[FL_HOST_REFUSED_KINDS];	/* reported? */
};

extern struct fl_host *fl_host;			/* NULL: no world is booted */
extern struct fl_host_process *fl_host_self;	/* this process */
/* Is this thread inside?  Then what traps is the kernel's. */
extern __thread int fl_host_inside;
/* The signals that this thread, which is inside, had blocked outside. */
extern __thread sigset_t fl_host_blocked;

/*
 * Return: whether user code of a world calls.  The linker sends all calls to the wrappers, ours
 * among them: what is done inside, before there is a world and after it, is the host's.
 */
static inline _Bool fl_host_user_calls(void)
{
	return fl_host && !fl_host_inside;
}

/* -- host.c -- */

/* Return: 0, or -errno with a message on stderr. */
int fl_host_boot(void);
/* fl_host_enter - wait until nobody else is inside; nothing else may be waited for then,
 * and signals have to wait */
void fl_host_enter(void);
void fl_host_leave(void);
/* ... the lock alone */
void fl_host_lock(void);
void fl_host_unlock(void);
/* ... at the end of a system call */
void fl_host_return(void);
/* fl_host_call - run @fn(@call) for this process.  Context: inside. */
int fl_host_call(struct fl_call *call, int (*fn)(void *));
/* fl_host_fork - as fork(), of the world's process as well */
pid_t fl_host_fork(void);
/* fl_host_exit - this process goes; the last one looks for leaks.
 * Return: the status to exit with: @status, or 1 where it was 0 and something leaked. */
int fl_host_exit(int status);
/* Does not return, in a thread of a process that is about to end. */
void fl_host_stop_if_leaving(void);
/* fl_host_reaped - process @pid of the host is no more: if it could not say so itself */
void fl_host_reaped(pid_t pid);

/* -- start.c -- */

/* fl_host_booted - a process of this program has booted a world */
void fl_host_booted(void);
/* fl_host_note_no_world - before the program ends: print a message if none has */
void fl_host_note_no_world(void);

/* -- settings.c -- */

/* Return: 0, or -EINVAL with a message on stderr. */
int fl_host_settings(struct fl_world_config *config);
/* Return: how many times as long as on the host anything may take; 0: what the environment
 * says is no such number. */
unsigned int fl_host_patience(void);

/* -- limit.c -- */

/* fl_host_limits_lift - before a world is booted: the host's limits do not end it */
void fl_host_limits_lift(void);
/* fl_host_limits_begin - the first process of the world has the program's limits.
 * Context: inside.  Return: 0, -errno. */
int fl_host_limits_begin(void);

/* -- projection.c -- */

/* What user code does about an access that it has no right to. */
extern struct sigaction fl_host_on_segv;

/*
 * fl_host_users_handler - user code's own handler @theirs for a signal, or the end of it
 *
 * It runs as it would with SA_NODEFER: it may leave by siglongjmp().
 */
void fl_host_users_handler(int sig, void *siginfo, void *context, struct sigaction *theirs);

#define FL_HOST_INTERRUPT	(SIGRTMIN + 7)	/* "forget what the page tables do not have" */

/* Return: 0, -errno. */
int fl_host_project(struct fl_world *world);
/* Let user code's next access to @addr not trap.  Context: inside.  Return: 0, -errno. */
int fl_host_touch(unsigned long addr, _Bool write);
/* Return: 1 where process @pid runs no code any more, or is stopped. */
int fl_host_stands_still(pid_t pid, _Bool stopped_too);
/* Forget all that is mapped, as a process does that has just begun. */
void fl_host_forget_all(void);
/* fl_host_compare - end the world where the host has mapped what the page tables do not give
 * Context: inside, at the end of a system call. */
void fl_host_compare(void);
/* Let memory checkers know that accesses are fine. */
void fl_host_usable(unsigned long addr, unsigned long len);
static inline int fl_host_address(unsigned long addr)
{
	return addr >= FL_HOST_START && addr < FL_HOST_END;
}

/* -- signal.c -- */

/* What user code does about a SIGBUS of the host's. */
extern struct sigaction fl_host_on_bus;

/* fl_host_cannot_block - remove from @set the signals that the world needs */
void fl_host_cannot_block(sigset_t *set);
/* fl_host_needs - set *@set to them */
void fl_host_needs(sigset_t *set);
/* fl_host_allowed - Return: @set, or if user code of a world asks for it, *@allowed: @set without
 * those */
const sigset_t *fl_host_allowed(const sigset_t *set, sigset_t *allowed);
/* fl_host_call_with_set - as fl_host_call_host(), without the world's signals in a set of them */
long fl_host_call_with_set(long number, const unsigned long arg[6]);
/* fl_host_defer - keep a signal that was sent, and no trap, until this thread leaves the kernel
 * Context: its handler.  Return: 0: it is not inside, or the signal is a trap. */
_Bool fl_host_defer(int sig, const void *siginfo);
/* fl_host_raise_deferred - raise those that were kept.  Context: not inside. */
void fl_host_raise_deferred(void);
/* fl_host_called_away - Return: whether a signal that user code can take waits for this thread to
 * leave; *@restart: a call may be made again after it.  Context: inside. */
_Bool fl_host_called_away(_Bool *restart);
/* fl_host_watch_signals - SIGBUS is the projection's first.  Context: a world is booted. */
void fl_host_watch_signals(void);
/* fl_host_alternate_stack - give this thread an alternate signal stack, unless it has one */
void fl_host_alternate_stack(void);
/* fl_host_return_to_stack - set *@to to the alternate stack of this thread */
void fl_host_return_to_stack(stack_t *to);

/* -- cancel.c -- */

/* fl_host_defer_cancel - this thread is not cancelled until fl_host_allow_cancel() */
void fl_host_defer_cancel(void);
void fl_host_allow_cancel(void);
/* fl_host_is_cancelled - Return: whether this thread will be cancelled by a cancellation point
 * outside; it is said once for each request.  Context: inside. */
_Bool fl_host_is_cancelled(void);

/* -- sleep.c; all of them inside -- */

/* fl_host_take_thread - be a thread of the machine's, one that does not wait
 * fl_host_give_thread - ... no longer */
void fl_host_take_thread(void);
void fl_host_give_thread(void);
/* fl_host_idle - what a thread that waits does: others come in for a moment.
 * Return: 0: there are none. */
_Bool fl_host_idle(void);
/* fl_host_may_interrupt - from now on, may a wait of this thread end as one with a signal does?
 * Return: whether it could before. */
_Bool fl_host_may_interrupt(_Bool may);
/* fl_host_restarts - Return: whether a call that was interrupted is to be made again, as all the
 * handlers that ran have SA_RESTART; may be asked from outside */
_Bool fl_host_restarts(void);
/* fl_host_end_sleep - let all threads of this process's that wait leave the kernel, as a
 * fatal signal does */
void fl_host_end_sleep(void);
/* Return: whether a thread of @p's waits. */
_Bool fl_host_sleeps(const struct fl_host_process *p);

/* -- number.c; system calls of user code -- */

/*
 * fl_host_number - carry out system call @number, or refuse it
 * @caller: where it returns to, for the message
 * Return: as the C library's syscall().
 */
long fl_host_number(long number, const unsigned long arg[6], const void *caller);
/* fl_host_refuses - Return: whether the call is refused; then errno is set, and it is reported */
_Bool fl_host_refuses(long number, const unsigned long arg[6], const void *caller);
/* fl_host_call_host - the call itself, by the C library's syscall() */
long fl_host_call_host(long number, const unsigned long arg[6]);
/* Return: an address in the C library's code. */
const void *fl_host_libc(void);
/* Return: whether one of @len bytes from @start on is an address of the world; 0 is as 1. */
_Bool fl_host_in_world(unsigned long start, unsigned long len);
/* Copy memory of user code, which may be the world's.  Return: 0, -EFAULT. */
int fl_host_copy_in(void *to, unsigned long from, unsigned long n);
int fl_host_copy_out(unsigned long to, const void *from, unsigned long n);
/* Return: what the C library returns for what a kernel does, with errno. */
long fl_host_result(long ret);
void fl_host_print_calls(FILE *to);

/* -- refuse.c -- */

/* Where user code called, while its call is carried out by number; else NULL. */
extern __thread const void *fl_host_caller;

/*
 * fl_host_refuse - report, once for each @kind, that a call is not carried out
 * @error: what errno is set to
 * Return: -1.
 */
long fl_host_refuse(unsigned int kind, int error, const void *caller, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* -- path.c -- */

/*
 * fl_host_open - open a file of the world's, or refuse it
 * Return: 0: it is the host's; else *@fd is what open() returns, with errno.
 */
_Bool fl_host_open(int folder, const char *name, int flags, const void *caller, long *fd);
/* fl_host_open_stream - Return: whether the host's file may be opened; else errno is set */
_Bool fl_host_open_stream(const char *name, const char *mode, const void *caller);
/*
 * fl_host_names_file - Return: whether @name in @folder is one of a descriptor of the world's
 * @name: of user code; NULL or empty: the descriptor is @folder
 */
_Bool fl_host_names_file(int folder, const char *name, int flags);
/* fl_host_is_file_of - Return: whether @fd of the process behind @pidfd is one of the world's */
_Bool fl_host_is_file_of(int pidfd, int fd);
void fl_host_print_files(FILE *to);

/* -- dispatch.c -- */

/* What user code does about a SIGSYS of its own. */
extern struct sigaction fl_host_on_sys;

/* fl_host_watch_calls - from now on, calls of this thread without the C library come here
 * fl_host_watch_anew - ... in a child of fork() */
void fl_host_watch_calls(void);
void fl_host_watch_anew(void);

/* -- time.c -- */

/* Return: @time of the program's, at most @most, in the host's. */
unsigned int fl_host_longer(unsigned int time, unsigned int most);

/* -- file.c; all of them inside -- */

/* The name of the host's file that stands for one of the world, as memfd_create() has it. */
#define FL_HOST_STAND_IN	"faultlab-file"


/* Return: the file behind @fd, or NULL: it is the host's.  May be asked from outside. */
struct fl_host_file *fl_host_file(int fd);
int fl_host_file_open(const char *device);
int fl_host_file_create(void);
/* fl_host_file_install - a descriptor for @file, whose reference it takes
 * @proc: it is one of /proc.  Return: the descriptor; -EMFILE, -ENOMEM: @file is put. */
int fl_host_file_install(struct fl_file *file, _Bool proc);
int fl_host_file_userfaultfd(unsigned int flags);
/* fl_host_memory - Return: the descriptor of the world's memory, which user code cannot close */
int fl_host_memory(void);
/* Return: whether @fd may be one of a file of the world's; else errno is EMFILE, which is
 * reported once. */
_Bool fl_host_file_fits(int fd);
/* As dup() and dup2() of a file of the world's; @to is a descriptor of the host's that is
 * ours now.  Return: it, or -EMFILE. */
int fl_host_file_dup(int fd, int to);
/* @p's own end; fl_host_file_close() is close() but for the host's part of it. */
void fl_host_file_close(struct fl_host_process *p, int fd);
/* ... of a reference: a file stays while a call that may wait uses it */
void fl_host_file_put(struct fl_host_process *p, struct fl_host_file *f);
void fl_host_files_inherit(struct fl_host_process *child);
void fl_host_files_close(struct fl_host_process *p);

/* -- pidfd.c -- */

/* Return: a descriptor that can be read once @pid has ended, or -errno. */
int fl_host_pidfd(pid_t pid);

/* -- proc.c -- */

/* fl_host_file_proc - open file @name of /proc/@pid with @flags of open()
 * Context: inside.  Return: a descriptor; -ENOENT: @pid is no process of the world, its
 * files are the host's; -errno. */
int fl_host_file_proc(const char *name, pid_t pid, unsigned int flags);

#endif /* FL_HOST_HOST_H */
