/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.c - complaints: how a world ends, and the kernel's console
 *
 *  - fl_world_end()     every end but a bad access comes through here
 *  - fl_hw_bug(), fl_hw_panic(), fl_hw_name_leaves(), fl_hw_console()
 *  - the handler that makes a bad access of kernel code a report
 *
 * Invariant: the first reason is kept.  Without a guard the report goes to
 * standard error and the process aborts.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static const char *prefix(int kind)
{
	return kind == FL_END_INTERNAL || kind == FL_END_MISSING_LEAF ?
		"faultlab: internal bug: " : "violation: ";
}

static void finish(struct fl_violation *v) __attribute__((noreturn));

static void finish(struct fl_violation *v)
{
	struct fl_machine *m = fl_machine_current;

	if (m) {
		if (!m->dead)
			m->violation = *v;
		m->dead = 1;
		if (m->guarded)
			fl_thread_unwind(m);
	}
	fprintf(stderr, "%s\nwhere: %s\n", v->text, v->where);
	abort();
}

static void name_place(struct fl_violation *v, const char *where)
{
	struct fl_thread *t = fl_machine_current ? fl_thread_self() : NULL;

	snprintf(v->where, sizeof(v->where), "%s%sthread %u (%s)",
		 where ? where : "", where ? ", " : "",
		 t ? t->hw.id : 0, t ? t->name : "no machine");
}

void fl_world_end(int kind, const char *where, const char *fmt, ...)
{
	struct fl_violation v = { .kind = kind };
	int n = snprintf(v.text, sizeof(v.text), "%s", prefix(kind));
	va_list args;

	va_start(args, fmt);
	vsnprintf(v.text + n, sizeof(v.text) - n, fmt, args);
	va_end(args);
	name_place(&v, where);
	finish(&v);
}

void fl_hw_bug(const char *file, int line, const char *func, const char *text)
{
	char where[120];

	snprintf(where, sizeof(where), "%s() %s:%d", func ? func : "?",
		 file ? file : "?", line);
	fl_world_end(FL_END_KERNEL_BUG, where, "kernel bug: %s",
		     text ? text : "?");
}

void fl_hw_panic(const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fl_world_end(FL_END_KERNEL_BUG, NULL, "kernel panic: %s", text);
}

/* Return: @buf, with the function that holds @address if it can be found. */
static const char *place(const void *address, char *buf, size_t size)
{
	Dl_info info;

	if (dladdr(address, &info) && info.dli_sname)
		snprintf(buf, size, "%s+%#lx", info.dli_sname,
			 (unsigned long)address -
			 (unsigned long)info.dli_saddr);
	else
		snprintf(buf, size, "%p", address);
	return buf;
}

void fl_hw_name_leaves(const char *text, unsigned long len)
{
	fl_machine_current->leaves = text;
	fl_machine_current->leaves_len = len;
}

/* Return: 1 with the name of the unwritten leaf at @address, or 0. */
static int leaf_at(unsigned long address, char name[64])
{
	const char *at = fl_machine_current->leaves;
	const char *end = at + fl_machine_current->leaves_len;
	unsigned long start;

	while (at && at < end) {
		if (sscanf(at, "%lx %63s", &start, name) == 2 &&
		    address >= start && address < start + 16)
			return 1;
		at = memchr(at, '\n', end - at);
		if (at)
			at++;
	}
	return 0;
}

void fl_hw_console(const char *text, unsigned long len)
{
	struct fl_machine *m = fl_machine_current;

	while (len--)
		m->console[m->console_len++ % FL_CONSOLE_SIZE] = *text++;
}

const char *fl_machine_console(struct fl_machine *m)
{
	unsigned long n = 0, at = 0;

	if (m->console_len > FL_CONSOLE_SIZE)
		at = m->console_len - FL_CONSOLE_SIZE;
	while (at < m->console_len)
		m->console_text[n++] = m->console[at++ % FL_CONSOLE_SIZE];
	m->console_text[n] = '\0';
	return m->console_text;
}

static unsigned long program_counter(void *context)
{
	ucontext_t *uc = context;

#if defined(__x86_64__)
	return uc->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return uc->uc_mcontext.pc;
#else
	(void)uc;
	return 0;
#endif
}

/* Where a call to an address that holds no code came from. */
static unsigned long caller_of_nowhere(void *context)
{
	ucontext_t *uc = context;

#if defined(__x86_64__)
	return *(unsigned long *)uc->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
	return uc->uc_mcontext.regs[30];
#else
	(void)uc;
	return 0;
#endif
}

/* Installed inside a guard only, so the fault is the kernel's. */
static void on_fault(int sig, siginfo_t *info, void *context)
{
	struct fl_thread *t = fl_thread_self();
	unsigned long pc = program_counter(context);
	char buf[120], name[64];

	(void)sig;
	if (leaf_at((unsigned long)info->si_addr, name)) {
		if (pc == (unsigned long)info->si_addr)
			pc = caller_of_nowhere(context);
		fl_world_end(FL_END_MISSING_LEAF,
			     place((void *)pc, buf, sizeof(buf)),
			     "leaf not written: %s", name);
	}
	fl_world_end(FL_END_OOPS,
		     place((void *)pc, buf, sizeof(buf)),
		     "kernel oops: bad access at %p%s", info->si_addr,
		     t->stack && (char *)info->si_addr >= t->stack &&
		     (char *)info->si_addr < t->stack + FL_PAGE_SIZE ?
		     " (stack overflow)" : "");
}

void fl_report_install(struct fl_machine *m)
{
	stack_t stack = { .ss_sp = m->signal_stack, .ss_size = FL_STACK_SIZE };
	struct sigaction action = {
		.sa_sigaction = on_fault,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};

	sigemptyset(&action.sa_mask);
	sigaltstack(&stack, &m->old_stack);
	sigaction(SIGSEGV, &action, &m->old_segv);
	sigaction(SIGBUS, &action, &m->old_bus);
}

void fl_report_remove(struct fl_machine *m)
{
	sigaction(SIGSEGV, &m->old_segv, NULL);
	sigaction(SIGBUS, &m->old_bus, NULL);
	sigaltstack(&m->old_stack, NULL);
}
