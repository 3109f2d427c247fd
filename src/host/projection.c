/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * projection.c - page tables become mappings of the host, traps become faults
 *
 *   user code                host                     world
 *   load or store   ------>  trap (no such right)
 *                            the address             walk; fault; walk again
 *                            map one page   <------   frame, rights
 *   again           ------>  the host's own CPU does it
 *                            unmap          <------   flush of the TLB
 *
 * What is mapped is a TLB: filled by a trap, emptied by nothing but a flush, so that a
 * flush that is missing shows as it would on hardware.  Physical memory is a file, and a
 * page of user code is a second mapping of a page of it.  A page that may be written but
 * is clean is mapped to be read only, so that the first store traps and sets the dirty bit
 * (as Flux did, and every hypervisor with shadow page tables does).
 *
 * What is mapped is written down, and compared with the page tables when a system call is
 * over: no translation may be left that they do not give (C15).
 *
 * Whoever flushes translations of another process sends it a signal, and waits until it
 * has forgotten them: an inter-processor interrupt.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "host/host.h"
#include "machine/poison.h"

#define INTERRUPT	(SIGRTMIN + 7)
#define PATIENCE	10	/* seconds until a process is taken for dead */

/* The wrapped functions are user code's; these are the host's. */
extern void *__real_mmap(void *addr, size_t len, int prot, int flags, int fd,
			 off_t offset);

extern int __real_sigaction(int sig, const struct sigaction *action,
			    struct sigaction *old);

struct sigaction fl_host_on_segv;

static void give_up(const char *what)
{
	fprintf(stderr, "faultlab: %s: %s\n", what, strerror(errno));
	abort();
}

/* For each page of user addresses what the host has mapped there: its frame, and rights. */
#define MAPPED		1UL
#define MAPPED_RW	2UL
#define MAPPED_SHIFT	2
static unsigned long *mapped;

static unsigned long *mapped_at(unsigned long addr)
{
	return &mapped[(addr - FL_HOST_START) / FL_PAGE_SIZE];
}

/* No rights to [start, end), of what is user code's. */
static void forget(unsigned long start, unsigned long end)
{
	if (start < FL_HOST_START)
		start = FL_HOST_START;
	if (end > FL_HOST_END)
		end = FL_HOST_END;
	if (start >= end)
		return;
	if (__real_mmap((void *)start, end - start, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
			-1, 0) == MAP_FAILED)
		give_up("the host cannot take a mapping back");
	memset(mapped_at(start), 0, (end - start) / FL_PAGE_SIZE * sizeof(*mapped));
}

void fl_host_usable(unsigned long addr, unsigned long len)
{
	fl_defined((void *)addr, len);
}

void fl_host_forget_all(void)
{
	forget(FL_HOST_START, fl_host_self->next);
	fl_host_usable(FL_HOST_START, fl_host_self->next - FL_HOST_START);
}

/* -- a trap -- */

/* Return: what the page tables say of @addr, as in mapped.  User code may write to a page
 * without a trap once it is dirty. */
static unsigned long translation(struct fl_call *c, unsigned long addr)
{
	unsigned long *place, entry, pfn;
	int level;

	place = fl_mmu_pte(c->kernel->mm_pgd(c->mm), addr, &level);
	entry = place ? *place : 0;
	if (!(entry & FL_PTE_PRESENT))
		return 0;
	pfn = (entry & FL_PTE_PFN_MASK) >> FL_PTE_PFN_SHIFT;
	if (level == 2)
		pfn += addr % FL_HUGE_PAGE / FL_PAGE_SIZE;
	return pfn << MAPPED_SHIFT | MAPPED |
	       (entry & FL_PTE_WRITE && entry & FL_PTE_DIRTY ? MAPPED_RW : 0);
}

static void map(struct fl_call *c, unsigned long pa)
{
	unsigned long offset, page = c->addr & -FL_PAGE_SIZE;
	int memory = fl_machine_memory(c->process->world->machine, &offset);
	unsigned long rw = translation(c, page) & MAPPED_RW;

	*mapped_at(page) = pa / FL_PAGE_SIZE << MAPPED_SHIFT | MAPPED | rw;
	if (__real_mmap((void *)page, FL_PAGE_SIZE,
			PROT_READ | (rw ? PROT_WRITE : 0),
			MAP_SHARED | MAP_FIXED, memory,
			offset + (pa & -FL_PAGE_SIZE)) == MAP_FAILED)
		give_up("the host cannot map a page");
	fl_host_usable(page, FL_PAGE_SIZE);
}

static int touch(void *arg)
{
	struct fl_call *c = arg;
	unsigned int faults;
	unsigned long pa;
	int ret;

	for (faults = 0; faults < FL_LIMIT_FAULTS; faults++) {
		if (!fl_mmu_access(fl_hw_current->cpu, c->kernel->mm_asid(c->mm),
				   c->kernel->mm_pgd(c->mm), c->addr, c->on,
				   &pa)) {
			map(c, pa);
			return 0;
		}
		ret = c->kernel->fault(c->mm, c->addr, c->on);
		if (ret)
			return ret;
	}
	fl_machine_violate("C14 livelock: FL_LIMIT_FAULTS = %d faults at %#lx and no access: "
			   "the handler says that all is well, and the walker finds no right",
			   FL_LIMIT_FAULTS, c->addr);
}

/* Context: a signal handler of user code. */
static enum fl_trap trapped(unsigned long addr, int write)
{
	struct fl_call call = { .addr = addr, .on = write };
	int ret, error = errno;

	if (fl_host_inside)
		return FL_TRAP_KERNEL;
	if (!fl_host || !fl_host_address(addr))
		return FL_TRAP_USER;
	fl_host_enter();
	ret = fl_host_call(&call, touch);
	fl_host_leave();
	errno = error;
	return ret ? FL_TRAP_USER : FL_TRAP_DONE;
}

/*
 * User code's own handler for an access that it has no right to, or the end of it.  It runs
 * as it would with SA_NODEFER: it may leave by siglongjmp().
 */
static void refused(int sig, void *info, void *context)
{
	const struct sigaction *theirs = &fl_host_on_segv;

	if (theirs->sa_flags & SA_SIGINFO)
		theirs->sa_sigaction(sig, info, context);
	else if (theirs->sa_handler == SIG_DFL || theirs->sa_handler == SIG_IGN)
		__real_sigaction(sig, theirs, NULL);
	else
		theirs->sa_handler(sig);
}

/* -- a flush -- */

/* Context: a signal handler of the process that is interrupted, anywhere. */
static void interrupted(int sig)
{
	struct fl_host_process *self = fl_host_self;
	unsigned int asked;
	int error = errno;

	(void)sig;
	if (!fl_host)
		return;
	asked = __atomic_load_n(&self->asked, __ATOMIC_ACQUIRE);
	forget(self->start, self->end);
	__atomic_store_n(&self->done, asked, __ATOMIC_RELEASE);
	errno = error;
}

/* It has ended, and its parent has not asked for it yet: what it had mapped is gone. */
static int has_ended(pid_t pid)
{
	char path[40], text[256] = "";
	const char *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (!file)
		return 1;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	state = strrchr(text, ')');
	return !state || strchr("ZX", state[2]);
}

static void interrupt(struct fl_host_process *p, unsigned long start,
		      unsigned long end)
{
	const struct timespec pause = { .tv_nsec = 20000 };
	time_t since = time(NULL);

	p->start = start;
	p->end = end;
	__atomic_store_n(&p->asked, p->asked + 1, __ATOMIC_RELEASE);
	if (kill(p->pid, INTERRUPT))
		return;
	while (__atomic_load_n(&p->done, __ATOMIC_ACQUIRE) != p->asked) {
		nanosleep(&pause, NULL);
		if (time(NULL) - since <= 1)
			continue;
		if (has_ended(p->pid))
			return;
		if (time(NULL) - since > PATIENCE) {
			fprintf(stderr, "faultlab: process %d does not take signal %d: does it block it?\n",
				(int)p->pid, INTERRUPT);
			abort();
		}
	}
}

/* Context: inside. */
static void flushed(unsigned int asid, unsigned long start, unsigned long end)
{
	struct fl_host_process *p = fl_host->processes;

	if (end < ~0UL - FL_PAGE_SIZE)
		end = (end + FL_PAGE_SIZE - 1) & -FL_PAGE_SIZE;
	for (; p < fl_host->processes + FL_HOST_PROCESSES; p++) {
		if (!p->process || p->asid != asid)
			continue;
		if (p == fl_host_self) {
			unsigned long from = start < FL_HOST_START ?
					     FL_HOST_START : start & -FL_PAGE_SIZE;
			unsigned long to = end > p->next ? p->next : end;

			if (from >= to)
				return;
			forget(from, to);
			fl_host_usable(from, to - from);
		} else if (p->pid) {
			interrupt(p, start & -FL_PAGE_SIZE,
				  end > p->next ? p->next : end);
		}
		return;
	}
}

static int compare(void *arg)
{
	struct fl_call *c = arg;
	unsigned long addr, has, may;

	for (addr = FL_HOST_START; addr < fl_host_self->next;
	     addr += FL_PAGE_SIZE) {
		has = *mapped_at(addr);
		if (!has)
			continue;
		may = translation(c, addr);
		if (has & ~MAPPED_RW & ~may || (has ^ may) >> MAPPED_SHIFT)
			fl_machine_violate("C15 stale: user code still has frame %#lx at %#lx, where the page table has %s: a flush is missing",
					   has >> MAPPED_SHIFT, addr,
					   may ? "another" : "none");
		if (has & MAPPED_RW & ~may)
			fl_machine_violate("C15 stale: user code may still write to frame %#lx at %#lx, and the page table says no: a flush is missing",
					   has >> MAPPED_SHIFT, addr);
	}
	return 0;
}

void fl_host_compare(void)
{
	struct fl_call call = { 0 };

	if (fl_host_self->process)
		fl_host_call(&call, compare);
}

int fl_host_project(void)
{
	static const struct fl_user user = {
		.trapped = trapped,
		.refused = refused,
		.flushed = flushed,
	};
	struct sigaction action = {
		.sa_handler = interrupted,
		.sa_flags = SA_RESTART,
	};
	void *p = __real_mmap((void *)FL_HOST_START, FL_HOST_END - FL_HOST_START,
			      PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS |
			      MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	if (p != (void *)FL_HOST_START)
		return p == MAP_FAILED ? -errno : -EEXIST;
	mapped = __real_mmap(NULL, (FL_HOST_END - FL_HOST_START) /
			     FL_PAGE_SIZE * sizeof(*mapped),
			     PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (mapped == MAP_FAILED)
		return -errno;
	if (__real_sigaction(INTERRUPT, &action, NULL))
		return -errno;
	fl_machine_user(fl_host->world->machine, &user);
	return 0;
}
