/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * projection.c - page tables become mappings of the host, traps become faults
 *
 *   user code                host                     world
 *   load or store   ------>  trap (no such right)
 *                            the address             walk; fault; walk again
 *                            map one page   <------   frame, rights
 *   retry           ------>  the host's own CPU does it
 *                            unmap          <------   flush of the TLB
 *
 * The host's mappings act as a TLB: traps fill it, and flushes empty it, or all
 * of it is dropped when it is full.  So a missing flush shows as it would on
 * hardware.  Physical memory is a file; a page of user code is a second mapping
 * of a page of that file.  A page that is writable but clean is mapped
 * read-only, so the first store traps and sets the dirty bit (as in Flux, and
 * in hypervisors with shadow page tables).
 *
 * All mappings are recorded.  At the end of each system call they are compared
 * with the page tables, which must contain every translation (C15).
 *
 * A process that flushes translations of another one sends it a signal, and
 * waits until it has dropped them: this is the inter-processor interrupt.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "user/user.h"
#include "user/real.h"
#include "machine/poison.h"

#define PATIENCE 10 /* seconds, times fl_user_patience() */

struct sigaction fl_user_on_segv;

static void give_up(const char *what)
{
	dprintf(STDERR_FILENO, "faultlab: %s: %s\n", what, strerror(errno));
	fl_machine_abort();
}

/* -- the recorded mappings -- */

/* For each user page, the host's mapping: its frame and rights.  For each large
 * page, how many of its pages are mapped. */
#define MAPPED	     1UL
#define MAPPED_RW    2UL
#define MAPPED_SHIFT 2
#define CHUNKS	     ((FL_USER_END - FL_USER_START) / FL_HUGE_PAGE)
#define CHUNK_PAGES  (FL_HUGE_PAGE / FL_PAGE_SIZE)
static unsigned long *mapped;
static unsigned short used[CHUNKS];
static unsigned long nr_mapped;

/* Limit of translations.  Each one is a mapping of the host, and a process has
 * at most 65530 (vm.max_map_count).  The program needs some of them itself. */
#define TLB_SIZE 49152

static unsigned long page_of(unsigned long addr)
{
	return (addr - FL_USER_START) / FL_PAGE_SIZE;
}

static void record_mapping(unsigned long addr, unsigned long what)
{
	unsigned long page = page_of(addr);

	if (!mapped[page]) {
		used[page / CHUNK_PAGES]++;
		nr_mapped++;
	}
	mapped[page] = what;
}

/* Remove the records of pages from @page to @end, all in one large page. */
static void remove_records_of(unsigned long page, unsigned long end)
{
	unsigned short *left = &used[page / CHUNK_PAGES];

	for (; page < end && *left; page++) {
		if (!mapped[page])
			continue;
		mapped[page] = 0;
		--*left;
		nr_mapped--;
	}
}

static void remove_records(unsigned long start, unsigned long end)
{
	unsigned long page = page_of(start), last = page_of(end), next;

	for (; page < last; page = next) {
		next = (page / CHUNK_PAGES + 1) * CHUNK_PAGES;
		if (next > last)
			next = last;
		remove_records_of(page, next);
	}
}

/* Remove all rights to the part of [start, end) that belongs to user code. */
static void forget(unsigned long start, unsigned long end)
{
	if (start < FL_USER_START)
		start = FL_USER_START;
	if (end > FL_USER_END)
		end = FL_USER_END;
	if (start >= end)
		return;
	if (__real_mmap((void *)start, end - start, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
			-1, 0) == MAP_FAILED)
		give_up("the host cannot take a mapping back");
	remove_records(start, end);
	/* Memory checkers do not know the addresses above. */
	if (end > fl_user_self->top)
		end = fl_user_self->top;
	if (start < end)
		fl_user_usable(start, end - start);
}

void fl_user_usable(unsigned long addr, unsigned long len)
{
	fl_defined((void *)addr, len);
}

void fl_user_forget_all(void)
{
	forget(FL_USER_START, FL_USER_END);
}

/* Return: the page tables' translation of @addr, in the format of mapped;
 * *@exec: may it be executed?  User code may write without a trap only if the
 * page is dirty. */
static unsigned long translation(const struct fl_kernel *k, struct fl_mm *mm,
				 unsigned long addr, int *exec)
{
	unsigned long *place, entry, pfn;
	int level;

	place = fl_mmu_pte(k->view->pgd(mm), addr, &level);
	entry = place ? *place : 0;
	*exec = !!(entry & FL_PTE_EXEC);
	if (!(entry & FL_PTE_PRESENT))
		return 0;
	pfn = (entry & FL_PTE_PFN_MASK) >> FL_PTE_PFN_SHIFT;
	if (level == 2)
		pfn += addr % FL_HUGE_PAGE / FL_PAGE_SIZE;
	return pfn << MAPPED_SHIFT | MAPPED |
	       (entry & FL_PTE_WRITE && entry & FL_PTE_DIRTY ? MAPPED_RW : 0);
}

static void compare(const struct fl_kernel *k, struct fl_mm *mm)
{
	unsigned long page, addr, has, may;
	int exec;

	for (page = 0; page < page_of(fl_user_self->top); page++) {
		if (!used[page / CHUNK_PAGES]) {
			page |= CHUNK_PAGES - 1;
			continue;
		}
		has = mapped[page];
		if (!has)
			continue;
		addr = FL_USER_START + page * FL_PAGE_SIZE;
		may = translation(k, mm, addr, &exec);
		if (!may || (has ^ may) >> MAPPED_SHIFT)
			fl_machine_violate("C15 stale: user code still has "
					   "frame %#lx at %#lx, but the page "
					   "table has %s: a flush is missing",
					   has >> MAPPED_SHIFT, addr,
					   may ? "another" : "none");
		if (has & MAPPED_RW & ~may)
			fl_machine_violate("C15 stale: user code may still "
					   "write to frame %#lx at %#lx, but "
					   "the page table does not allow it: "
					   "a flush is missing",
					   has >> MAPPED_SHIFT, addr);
	}
}

void fl_user_compare(void)
{
	struct fl_process *self = fl_user_self->process;

	if (self)
		FL_IN_PROCESS(self,
			      (compare(self->world->kernel, self->mm), 0));
}

/* -- a trap -- */

/* Return: 0; -EFAULT: an instruction fetch without the right to execute. */
static int map(struct fl_process *self, unsigned long addr, unsigned long pa,
	       enum fl_access how)
{
	const struct fl_kernel *k = self->world->kernel;
	unsigned long offset, page = addr & -FL_PAGE_SIZE, rw;
	int memory = fl_machine_memory(self->world->machine, &offset), exec;

	rw = translation(k, self->mm, page, &exec) & MAPPED_RW;
	if (how == FL_ACCESS_FETCH && !exec)
		return -EFAULT;
	if (nr_mapped >= TLB_SIZE)
		fl_user_forget_all();
	record_mapping(page, pa / FL_PAGE_SIZE << MAPPED_SHIFT | MAPPED | rw);
	if (__real_mmap((void *)page, FL_PAGE_SIZE,
			PROT_READ | (rw ? PROT_WRITE : 0) |
				(exec ? PROT_EXEC : 0),
			MAP_SHARED | MAP_FIXED | MAP_POPULATE, memory,
			offset + (pa & -FL_PAGE_SIZE)) == MAP_FAILED)
		give_up("the host cannot map a page");
	/* A child of a fork() that bypasses the world must not share it. */
	__real_madvise((void *)page, FL_PAGE_SIZE, MADV_DONTFORK);
	fl_user_usable(page, FL_PAGE_SIZE);
	return 0;
}

/* As in world/access.c, without the access. */
static int touch(struct fl_process *self, unsigned long addr,
		 enum fl_access how)
{
	const struct fl_kernel *k = self->world->kernel;
	const _Bool write = how == FL_ACCESS_STORE;
	struct fl_mm *mm = self->mm;
	unsigned int faults;
	unsigned long pa;
	int ret;

	for (faults = 0; faults < FL_LIMIT_FAULTS; faults++) {
		if (!fl_mmu_access(fl_hw_current->cpu, k->view->asid(mm),
				   k->view->pgd(mm), addr, write, &pa))
			return map(self, addr, pa, how);
		ret = k->fault->handle(mm, addr, write);
		if (ret)
			return ret;
	}
	fl_machine_violate("C14 livelock: FL_LIMIT_FAULTS = %d faults at "
			   "%#lx and no access: the handler succeeds, but the "
			   "page table does not allow the access",
			   FL_LIMIT_FAULTS, addr);
}

static int touch_inside(unsigned long addr, enum fl_access how)
{
	struct fl_process *self = fl_user_self->process;

	return FL_IN_PROCESS(self, touch(self, addr, how));
}

int fl_user_touch(unsigned long addr, _Bool write)
{
	return touch_inside(addr, write ? FL_ACCESS_STORE : FL_ACCESS_LOAD);
}

/* Context: a signal handler of user code. */
static enum fl_trap trapped(unsigned long addr, enum fl_access how)
{
	int ret, error = errno;

	if (fl_user_inside)
		return FL_TRAP_KERNEL;
	fl_user_stop_if_leaving();
	if (!fl_user || !fl_user_address(addr))
		return FL_TRAP_USER;
	fl_user_enter();
	fl_user_may_interrupt(1);
	ret = touch_inside(addr, how);
	fl_user_may_interrupt(0);
	fl_user_leave();
	errno = error;
	/* A signal ended a wait; it was handled when the thread left. */
	if (ret == -EINTR)
		return FL_TRAP_DONE;
	if (ret == -ENOMEM) {
		dprintf(STDERR_FILENO,
			"faultlab: the world's %lu MiB of RAM are used up; "
			"FAULTLAB_MEMORY=MIB sets the size\n",
			fl_hw.nr_frames * FL_PAGE_SIZE >> 20);
		fl_machine_abort();
	}
	return ret ? FL_TRAP_USER : FL_TRAP_DONE;
}

void fl_user_handler(int sig, void *siginfo, void *context,
		     struct sigaction *users)
{
	const siginfo_t *info = siginfo;
	struct sigaction theirs = *users;

	if (theirs.sa_flags & SA_RESETHAND)
		*users = (struct sigaction){ .sa_handler = SIG_DFL };
	if (theirs.sa_flags & SA_SIGINFO ||
	    (theirs.sa_handler != SIG_DFL && theirs.sa_handler != SIG_IGN))
		__real_pthread_sigmask(SIG_BLOCK, &theirs.sa_mask, NULL);
	if (theirs.sa_flags & SA_SIGINFO) {
		theirs.sa_sigaction(sig, siginfo, context);
	} else if (theirs.sa_handler == SIG_DFL ||
		   theirs.sa_handler == SIG_IGN) {
		__real_sigaction(sig, &theirs, NULL);
		/* If another process sent the signal, or it is SIGSYS, no
		 * access will trap again, so raise it. */
		if (info->si_code <= 0 || sig == SIGSYS)
			raise(sig);
	} else {
		theirs.sa_handler(sig);
	}
}

static void refused(int sig, void *siginfo, void *context)
{
	if (fl_user_defer(sig, siginfo))
		return;
	fl_user_handler(sig, siginfo, context, &fl_user_on_segv);
}

/* -- a flush -- */

/* Context: a signal handler that interrupts the process anywhere. */
static void interrupted(int sig)
{
	struct fl_user_process *self = fl_user_self;
	unsigned int asked;
	int error = errno;

	(void)sig;
	if (!fl_user)
		return;
	asked = __atomic_load_n(&self->asked, __ATOMIC_ACQUIRE);
	forget(self->start, self->end);
	__atomic_store_n(&self->done, asked, __ATOMIC_RELEASE);
	errno = error;
}

/* Return: the state of a thread from its /proc file; 0: no such thread. */
static char state_of(const char *path)
{
	char text[256];
	const char *state;
	ssize_t n;
	int fd = __real_open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	n = __real_read(fd, text, sizeof(text) - 1);
	__real_close(fd);
	text[n > 0 ? n : 0] = '\0';
	/* The name is in parentheses, and may contain any character. */
	state = strrchr(text, ')');
	return state ? state[2] : 0;
}

/* Return: whether some thread of @pid is in none of @states. */
static _Bool has_thread_that_runs(pid_t pid, const char *states)
{
	const struct dirent *thread;
	char path[300], state;
	_Bool runs = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	folder = opendir(path);
	while (folder && !runs && (thread = readdir(folder))) {
		snprintf(path, sizeof(path), "/proc/%d/task/%s/stat", (int)pid,
			 thread->d_name);
		state = *thread->d_name == '.' ? 0 : state_of(path);
		runs = state && !strchr(states, state);
	}
	if (folder)
		closedir(folder);
	return runs;
}

/* The first thread may have ended by pthread_exit(), or may be the only one
 * that a debugger has stopped. */
int fl_user_stands_still(pid_t pid, _Bool stopped_too)
{
	const char *states = stopped_too ? "ZXTt" : "ZX";
	char path[40], state;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	state = state_of(path);
	return !state ||
	       (strchr(states, state) && !has_thread_that_runs(pid, states));
}

/* Ask process @p to drop translations, and wait.  A process that has
 * ended or is stopped uses none; a stopped one takes the signal first
 * when it continues. */
static void interrupt(struct fl_user_process *p, unsigned long start,
		      unsigned long end)
{
	const struct timespec pause = { .tv_nsec = 20000 };
	unsigned int rounds, patience = fl_user_patience();
	time_t since = time(NULL);

	p->start = start;
	p->end = end;
	__atomic_store_n(&p->asked, p->asked + 1, __ATOMIC_RELEASE);
	if (__real_kill(p->pid, FL_USER_INTERRUPT))
		return;
	for (rounds = 1;
	     __atomic_load_n(&p->done, __ATOMIC_ACQUIRE) != p->asked;
	     rounds++) {
		nanosleep(&pause, NULL);
		if (rounds % 64)
			continue;
		if (fl_user_stands_still(p->pid, 1))
			return;
		if (time(NULL) - since > PATIENCE * (time_t)patience) {
			dprintf(STDERR_FILENO,
				"faultlab: process %d does not handle signal "
				"%d; expected it not to be blocked\n",
				(int)p->pid, FL_USER_INTERRUPT);
			fl_machine_abort();
		}
	}
}

/* Context: inside. */
static void flushed(unsigned int asid, unsigned long start, unsigned long end)
{
	struct fl_user_process *p;

	if (!fl_user) /* shutting down */
		return;
	for (p = fl_user->processes; p < fl_user->processes + FL_USER_PROCESSES;
	     p++) {
		if (!p->process || p->asid != asid)
			continue;
		if (start < FL_USER_START)
			start = FL_USER_START;
		if (end > p->top)
			end = p->top;
		start &= -FL_PAGE_SIZE;
		end = (end + FL_PAGE_SIZE - 1) & -FL_PAGE_SIZE;
		if (start >= end)
			return;
		if (p == fl_user_self)
			forget(start, end);
		else if (p->pid && !p->executing)
			interrupt(p, start, end);
		return;
	}
}

int fl_user_project(struct fl_world *world)
{
	static const struct fl_user user = {
		.trapped = trapped,
		.refused = refused,
		.flushed = flushed,
		.idle = fl_user_idle,
	};
	struct sigaction action = {
		.sa_handler = interrupted,
		.sa_flags = SA_RESTART,
	};
	void *p = __real_mmap((void *)FL_USER_START,
			      FL_USER_END - FL_USER_START, PROT_NONE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				      MAP_FIXED_NOREPLACE,
			      -1, 0);

	if (p != (void *)FL_USER_START)
		return p == MAP_FAILED ? -errno : -EEXIST;
	mapped = __real_mmap(NULL, page_of(FL_USER_END) * sizeof(*mapped),
			     PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			     0);
	if (mapped == MAP_FAILED)
		return -errno;
	if (__real_sigaction(FL_USER_INTERRUPT, &action, NULL))
		return -errno;
	fl_machine_user(world->machine, &user);
	return 0;
}
