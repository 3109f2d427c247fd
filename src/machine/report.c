/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.c - the end of a world, and warnings
 *
 *  - fl_end_world()     every end except a bad access
 *  - fl_machine_abort() end of the process, which user code cannot prevent
 *  - fl_hw_bug(), fl_hw_warn(), fl_hw_panic(), fl_hw_name_stubs()
 *  - fl_machine_warnings()
 *  - a signal handler that reports bad accesses of kernel code
 *
 * Without a guard the report goes to standard error and the process aborts.
 * Reports are written to the
 * descriptor: the lock of stderr may belong to a thread that waits for the
 * reporting one.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "snapshot.h"
#include "symbol.h"

#define __no_sanitize_address __attribute__((no_sanitize("address")))

static const char *prefix(int kind)
{
	return kind == FL_END_INTERNAL || kind == FL_END_MISSING_STUB ?
		       "faultlab: internal bug: " :
		       "violation: ";
}

void fl_machine_abort(void)
{
	const struct sigaction by_default = { .sa_handler = SIG_DFL };

	if (fl_machine_current && fl_machine_current->user)
		sigaction(SIGABRT, &by_default, NULL);
	abort();
}

static void finish(struct fl_end *v) __attribute__((noreturn));

static void finish(struct fl_end *v)
{
	struct fl_machine *m = fl_machine_current;

	if (m)
		fl_guard_end(m, v);
	dprintf(STDERR_FILENO, "%s\nwhere: %s\n", v->text, v->where);
	fl_machine_abort();
}

static void name_place(struct fl_end *v, const char *where)
{
	struct fl_thread *t = fl_machine_current ? fl_thread_self() : NULL;

	snprintf(v->where, sizeof(v->where), "%.100s%sthread %u (%.40s)",
		 where ? where : "", where ? ", " : "", t ? t->hw.id : 0,
		 t ? t->name : "no machine");
}

/* Return: the innermost function of the backtrace, without indentation. */
static const char *innermost(const struct fl_end *v, char *buf, size_t size)
{
	size_t len = strcspn(v->backtrace, "\n");

	if (len < 2)
		return NULL;
	snprintf(buf, size, "%.*s", (int)(len - 2), v->backtrace + 2);
	return buf;
}

/* End the world for @v, whose text is set, at @pc in the function with
 * @frame. */
static void end_at(struct fl_end *v, const char *where, unsigned long pc,
		   unsigned long frame) __attribute__((noreturn));

static void end_at(struct fl_end *v, const char *where, unsigned long pc,
		   unsigned long frame)
{
	char place[sizeof(v->where)];

	/* The first of several threads ends the world.  The hold is released
	 * when the thread leaves. */
	if (fl_machine_current && fl_machine_current->native)
		__fl_hold();
	if (fl_machine_current && !(fl_machine_current->scheduler &&
				    fl_machine_current->scheduler->quiet))
		fl_backtrace(v, pc, frame);
	name_place(v, where ? where : innermost(v, place, sizeof(place)));
	finish(v);
}

void fl_end_world(int kind, const char *where, const char *fmt, ...)
{
	struct fl_end v = { .kind = kind };
	int n = snprintf(v.text, sizeof(v.text), "%s", prefix(kind));
	va_list args;

	va_start(args, fmt);
	vsnprintf(v.text + n, sizeof(v.text) - n, fmt, args);
	va_end(args);
	/* A call of a noreturn function may be the last instruction of its
	 * caller. */
	end_at(&v, where, (unsigned long)__builtin_return_address(0) - 1,
	       *(unsigned long *)__builtin_frame_address(0));
}

void fl_end_deadlock(const char *what, const char *text, const char *locks)
{
	struct fl_end v = { .kind = FL_END_VIOLATION };

	snprintf(v.text, sizeof(v.text), "%sC14 %s: %s",
		 prefix(FL_END_VIOLATION), what, text);
	snprintf(v.locks, sizeof(v.locks), "%s", locks);
	end_at(&v, NULL, (unsigned long)__builtin_return_address(0) - 1,
	       *(unsigned long *)__builtin_frame_address(0));
}

/*
 * An assertion about a page prints the page and the failed condition, then
 * stops with a bare BUG().  Return: that condition from the console, or "".
 */
static const char *dumped_because(char *buf, size_t size)
{
	static const char key[] = "page dumped because: ";
	const char *at, *found = NULL;

	for (at = fl_machine_console(fl_machine_current);
	     (at = strstr(at, key)); at++)
		found = at + sizeof(key) - 1;
	if (!found)
		return "";
	snprintf(buf, size, ": %.*s", (int)strcspn(found, "\n"), found);
	return buf;
}

static void name_line(char *where, size_t size, const char *file, int line,
		      const char *func)
{
	snprintf(where, size, "%s() %s:%d", func && *func ? func : "?",
		 file ? fl_short_path(file) : "?", line);
}

void fl_machine_violate(const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fl_violate("%s", text);
}

void fl_hw_bug(const char *file, int line, const char *func, const char *text)
{
	char where[120], because[300] = "";

	name_line(where, sizeof(where), file, line, func);
	if (fl_machine_current && text && !strcmp(text, "BUG()"))
		dumped_because(because, sizeof(because));
	fl_end_world(FL_END_KERNEL_BUG, where, "kernel bug: %s%s",
		     text ? text : "?", because);
}

void fl_hw_warn(const char *file, int line, const char *func, const char *text,
		char *warned)
{
	struct fl_machine *m = fl_machine_current;
	struct fl_end v = { 0 };
	char where[120];

	if (!m || !m->report.print_warnings)
		fl_hw_bug(file, line, func, text);
	FL_HOLD();
	if (warned && *warned)
		return;
	if (warned)
		*warned = 1;
	m->report.warnings++;
	if (m->scheduler && m->scheduler->quiet)
		return;
	fl_backtrace(&v, (unsigned long)__builtin_return_address(0) - 1,
		     *(unsigned long *)__builtin_frame_address(0));
	name_line(where, sizeof(where), file, line, func);
	name_place(&v, where);
	dprintf(STDERR_FILENO,
		"%skernel warning (continuing): %s\nwhere: %s\n%s",
		prefix(FL_END_KERNEL_BUG), text, v.where, v.backtrace);
}

unsigned long fl_machine_warnings(struct fl_machine *m)
{
	return m->report.warnings;
}

void fl_hw_panic(const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fl_end_world(FL_END_KERNEL_BUG, NULL, "kernel panic: %s", text);
}

void fl_hw_name_stubs(const char *text, unsigned long len)
{
	fl_machine_current->report.stubs = text;
	fl_machine_current->report.stubs_len = len;
}

/* Return: 1 with the name of the missing stub at @address, or 0. */
static int stub_at(unsigned long address, char name[64])
{
	const char *at = fl_machine_current->report.stubs;
	const char *end = at + fl_machine_current->report.stubs_len;
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

/* Location at which a signal interrupted the program: @pc in the function with
 * @frame; stack pointer. */
struct spot {
	unsigned long pc, frame, sp;
};

static struct spot spot_of(const ucontext_t *uc)
{
#if defined(__x86_64__)
	return (struct spot){ uc->uc_mcontext.gregs[REG_RIP],
			      uc->uc_mcontext.gregs[REG_RBP],
			      uc->uc_mcontext.gregs[REG_RSP] };
#elif defined(__aarch64__)
	return (struct spot){ uc->uc_mcontext.pc, uc->uc_mcontext.regs[29],
			      uc->uc_mcontext.sp };
#else
	(void)uc;
	return (struct spot){ 0 };
#endif
}

/* Return: the call that jumped to an address without code. */
static __no_sanitize_address unsigned long call_to_nowhere(const ucontext_t *uc)
{
#if defined(__x86_64__)
	return *(unsigned long *)uc->uc_mcontext.gregs[REG_RSP] - 1;
#elif defined(__aarch64__)
	return uc->uc_mcontext.regs[30] - 1;
#else
	(void)uc;
	return 0;
#endif
}

/* Return: the kind of access that trapped; if unknown, a store, which includes
 * the others. */
static enum fl_access access_of(const ucontext_t *uc)
{
#if defined(__x86_64__)
	unsigned long error = uc->uc_mcontext.gregs[REG_ERR];

	return error & 16 ? FL_ACCESS_FETCH :
	       error & 2  ? FL_ACCESS_STORE :
			    FL_ACCESS_LOAD;
#else
	(void)uc;
	return FL_ACCESS_STORE;
#endif
}

/* Kernel code runs on the user code's stack here, which the program may have
 * made small. */
static int user_stack_is_used_up(const struct spot *spot, unsigned long at)
{
	return fl_machine_current->user && at < spot->sp + FL_PAGE_SIZE &&
	       at + FL_STACK_SIZE > spot->sp;
}

/* A function of its own, since its frame is large and stacks of user code are
 * not. */
static __attribute__((noinline)) void end_by_fault(siginfo_t *info,
						   void *context)
{
	unsigned long at = (unsigned long)info->si_addr;
	struct fl_end v = { .kind = FL_END_OOPS };
	struct spot spot = spot_of(context);
	char name[64];

	if (stub_at(at, name)) {
		v.kind = FL_END_MISSING_STUB;
		snprintf(v.text, sizeof(v.text), "%smissing stub: %s",
			 prefix(v.kind), name);
	} else if (user_stack_is_used_up(&spot, at)) {
		v.kind = FL_END_INTERNAL;
		snprintf(v.text, sizeof(v.text),
			 "faultlab: the stack of this thread overflowed at "
			 "%#lx: kernel code needs 64 KiB of it; see "
			 "pthread_attr_setstacksize(3)",
			 at);
	} else {
		snprintf(v.text, sizeof(v.text),
			 "%skernel oops: bad access at %#lx%s", prefix(v.kind),
			 at,
			 fl_stack_guards(fl_thread_self(), info->si_addr) ?
				 " (stack overflow)" :
				 "");
	}
	end_at(&v, NULL, spot.pc == at ? call_to_nowhere(context) : spot.pc,
	       spot.frame);
}

/* Inside a guard, the fault is the kernel's; otherwise it is repeated without
 * this handler. */
static void on_fault(int sig, siginfo_t *info, void *context)
{
	struct fl_machine *m = fl_machine_current;
	enum fl_trap user = FL_TRAP_KERNEL;

	if (sig == SIGSEGV && fl_snapshot_touched(info->si_addr))
		return;
	if (sig == SIGSEGV && m->user)
		user = info->si_code <= 0 ?
			       FL_TRAP_USER :
			       m->user->trapped((unsigned long)info->si_addr,
						access_of(context));
	if (user == FL_TRAP_DONE)
		return;
	if (user == FL_TRAP_USER) {
		m->user->refused(sig, info, context);
		return;
	}
	if (!fl_guard_is_entered(m)) {
		sigaction(sig,
			  sig == SIGBUS ? &m->report.old_bus :
					  &m->report.old_segv,
			  NULL);
		return;
	}
	end_by_fault(info, context);
}

static const struct sigaction fault_action = {
	.sa_sigaction = on_fault,
	.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
};

void fl_report_arm(struct fl_machine *m)
{
	struct sigaction old;

	sigaction(SIGSEGV, &fault_action, &old);
	if (old.sa_sigaction != on_fault)
		m->report.old_segv = old;
}

int fl_report_init(struct fl_machine *m, const struct fl_machine_config *config)
{
	m->report.print_warnings = config->print_warnings;
	m->report.signal_stack = malloc(FL_STACK_SIZE);
	return m->report.signal_stack ? 0 : -1;
}

void fl_report_install(struct fl_machine *m)
{
	stack_t stack = {
		.ss_sp = m->report.signal_stack,
		.ss_size = FL_STACK_SIZE,
	};

	sigaltstack(&stack, &m->report.old_stack);
	sigaction(SIGBUS, &fault_action, &m->report.old_bus);
	fl_report_arm(m);
}

static void restore_handler(int sig, const struct sigaction *before)
{
	struct sigaction now;

	sigaction(sig, NULL, &now);
	if (now.sa_sigaction == on_fault)
		sigaction(sig, before, NULL);
}

void fl_report_remove(struct fl_machine *m)
{
	restore_handler(SIGSEGV, &m->report.old_segv);
	restore_handler(SIGBUS, &m->report.old_bus);
	sigaltstack(&m->report.old_stack, NULL);
	free(m->report.signal_stack);
}
