/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * symbol.c - the call stack of a simulated thread, by name
 *
 *  - fl_backtrace()   one line per function, innermost first, with inlined
 *                     ones: "restore_exclusive_pte() mm/memory.c:745"
 *  - symbol.h         the same for the recorder
 *
 * Frames are found by frame pointers, which kernels and our own code keep.
 * Names and lines come from the DWARF of the program and of mapped files, such
 * as images of kernels, including static functions.  The DWARF is read only
 * when a world ends or a run is printed.
 */
#define _GNU_SOURCE
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "internal.h"
#include "symbol.h"

#define MAX_FRAMES 64

struct trace {
	struct fl_end *end;
	size_t used;
	int finished; /* reached the frame of fiber_main() or main() */
};

struct fl_symbols {
	Dwfl *dwfl;
	fl_symbol_fn *fn;
	void *arg;
	int enough; /* @fn has returned true */
};

/* -- printing -- */

/* The machine's own reporting functions are left out. */
static int is_reporting(const char *name)
{
	return !strcmp(name, "fl_hw_bug") || !strcmp(name, "fl_hw_warn") ||
	       !strcmp(name, "fl_hw_panic") || !strcmp(name, "fl_end_world") ||
	       !strcmp(name, "finish") || !strcmp(name, "fl_machine_violate") ||
	       !strcmp(name, "fl_world_violate");
}

static int is_bottom(const char *name)
{
	return !strcmp(name, "fiber_main") || !strcmp(name, "main");
}

static int print(void *arg, const char *name, const char *file, int line)
{
	struct trace *t = arg;
	size_t size = sizeof(t->end->backtrace);
	int n;

	if (is_bottom(name)) {
		t->finished = 1;
		return 1;
	}
	if (is_reporting(name) || t->used >= size)
		return 0;
	n = snprintf(t->end->backtrace + t->used, size - t->used,
		     file ? "  %s() %s:%d\n" : "  %s()\n", name,
		     file ? file : "", line);
	t->used += n;
	return 0;
}

static void emit(struct fl_symbols *s, const char *name, const char *file,
		 int line)
{
	s->enough = s->fn(s->arg, name, file ? fl_short_path(file) : NULL,
			  line);
}

/* -- names -- */

static int attribute(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	if (!dwarf_attr(die, name, &attr) || dwarf_formudata(&attr, &value))
		return 0;
	return value;
}

/* Return: the file from which @inlined was called. */
static const char *call_file(Dwarf_Die *cu, Dwarf_Die *inlined)
{
	Dwarf_Files *files;
	size_t n;

	if (dwarf_getsrcfiles(cu, &files, &n))
		return NULL;
	return dwarf_filesrc(files, attribute(inlined, DW_AT_call_file), NULL,
			     NULL);
}

/* Find the scopes around @pc, from the innermost to the real function and
 * beyond.  The first lookup alone would continue from an inlined function to
 * the scope in which it was written.  Return: number of scopes; the caller
 * frees *@scopes. */
static int scopes_around(Dwarf_Die *cu, Dwarf_Addr pc, Dwarf_Die **scopes)
{
	Dwarf_Die *inner = NULL;
	int n = dwarf_getscopes(cu, pc, &inner);

	*scopes = NULL;
	if (n > 0)
		n = dwarf_getscopes_die(&inner[0], scopes);
	free(inner);
	return n;
}

/* Return: number of functions named, inlined ones and the real one. */
static int emit_scopes(struct fl_symbols *t, Dwarf_Die *cu, Dwarf_Addr pc,
		       const char *file, int line)
{
	Dwarf_Die *scopes;
	int n = scopes_around(cu, pc, &scopes), i, named = 0;

	for (i = 0; i < n && !t->enough; i++) {
		int tag = dwarf_tag(&scopes[i]);
		const char *name = dwarf_diename(&scopes[i]);

		if (!name || (tag != DW_TAG_inlined_subroutine &&
			      tag != DW_TAG_subprogram))
			continue;
		emit(t, name, file, line);
		named++;
		if (tag == DW_TAG_subprogram)
			break;
		file = call_file(cu, &scopes[i]);
		line = attribute(&scopes[i], DW_AT_call_line);
	}
	free(scopes);
	return named;
}

static void emit_address(struct fl_symbols *t, unsigned long address)
{
	Dwfl_Module *module = dwfl_addrmodule(t->dwfl, address);
	const char *name = NULL, *file = NULL;
	Dwarf_Addr bias = 0;
	Dwarf_Die *cu;
	Dwfl_Line *at;
	char hex[32];
	int line = 0;

	if (module) {
		at = dwfl_module_getsrc(module, address);
		if (at)
			file = dwfl_lineinfo(at, NULL, &line, NULL, NULL, NULL);
		cu = dwfl_module_addrdie(module, address, &bias);
		if (cu && emit_scopes(t, cu, address - bias, file, line))
			return;
		name = dwfl_module_addrname(module, address);
	}
	if (!name) {
		snprintf(hex, sizeof(hex), "%#lx", address);
		name = hex;
	}
	emit(t, name, file, line);
}

static Dwfl *open_self(void)
{
	static char *no_path;
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.debuginfo_path = &no_path,
	};
	Dwfl *dwfl = dwfl_begin(&callbacks);

	if (dwfl && (dwfl_linux_proc_report(dwfl, getpid()) ||
		     dwfl_report_end(dwfl, NULL, NULL))) {
		dwfl_end(dwfl);
		dwfl = NULL;
	}
	return dwfl;
}

/* -- frames -- */

/*
 * Read the frame record at @frame, on the stack of the current thread.  Stacks
 * of user code belong to the host, and may be alternate ones: the host's kernel
 * makes the copy.  Return: whether there is a record.
 */
static int read_record(unsigned long frame, unsigned long record[2])
{
	const struct fl_thread *thread = fl_thread_self();
	const unsigned long size = 2 * sizeof(*record);

	if (frame % sizeof(long))
		return 0;
	if (fl_machine_current->user)
		return !fl_hw_host_read(record, frame, size);
	if (!fl_stack_spans(thread, frame, size))
		return 0;
	memcpy(record, (void *)frame, size);
	return 1;
}

unsigned int fl_stack(unsigned long pc, unsigned long frame, unsigned long *pcs,
		      unsigned int most)
{
	const unsigned long last = fl_guard_frame(fl_machine_current);
	unsigned long record[2];
	unsigned int depth;

	/* A return address follows its call. */
	for (depth = 0; depth < most && pc; depth++) {
		pcs[depth] = depth ? pc - 1 : pc;
		if (frame == last || !read_record(frame, record) ||
		    record[0] <= frame)
			record[0] = record[1] = 0;
		pc = record[1];
		frame = record[0];
	}
	return depth;
}

/* -- interface of symbol.h -- */

struct fl_symbols *fl_symbols_open(void)
{
	struct fl_symbols *s = calloc(1, sizeof(*s));

	if (s)
		s->dwfl = open_self();
	if (s && s->dwfl)
		return s;
	free(s);
	return NULL;
}

void fl_symbols_close(struct fl_symbols *s)
{
	if (!s)
		return;
	dwfl_end(s->dwfl);
	free(s);
}

int fl_symbols_at(struct fl_symbols *s, unsigned long address, fl_symbol_fn *fn,
		  void *arg)
{
	s->fn = fn;
	s->arg = arg;
	s->enough = 0;
	emit_address(s, address);
	return s->enough;
}

const char *fl_symbols_object(struct fl_symbols *s, unsigned long address,
			      unsigned long *offset)
{
	Dwfl_Module *module = dwfl_addrmodule(s->dwfl, address);
	GElf_Sym symbol;
	GElf_Off at;
	const char *name;

	if (!module)
		return NULL;
	name = dwfl_module_addrinfo(module, address, &at, &symbol, NULL, NULL,
				    NULL);
	*offset = at;
	return name;
}

void fl_symbols_build(struct fl_symbols *s, const void *address, char *text,
		      unsigned long size)
{
	Dwfl_Module *file = dwfl_addrmodule(s->dwfl, (unsigned long)address);
	const unsigned char *bits;
	GElf_Addr at;
	int i, n = 0;

	if (file && dwfl_module_getelf(file, &at))
		n = dwfl_module_build_id(file, &bits, &at);
	*text = '\0';
	for (i = 0; i < n && 2 * i + 3UL <= size; i++)
		sprintf(text + 2 * i, "%02x", bits[i]);
}

#define LARGE_STACK (1UL << 20)

static __thread struct {
	void (*fn)(void *arg);
	void *arg;
} on_large_stack;

static void start_on_large_stack(void)
{
	on_large_stack.fn(on_large_stack.arg);
}

void fl_large_stack(void (*fn)(void *arg), void *arg)
{
	ucontext_t here, there;
	/* A mmap() here would be one of the program's world. */
	void *stack = malloc(LARGE_STACK);

	if (!stack || getcontext(&there)) {
		free(stack);
		fn(arg);
		return;
	}
	on_large_stack.fn = fn;
	on_large_stack.arg = arg;
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = LARGE_STACK;
	there.uc_link = &here;
	makecontext(&there, start_on_large_stack, 0);
	swapcontext(&here, &there);
	free(stack);
}

struct backtrace {
	struct fl_end *end;
	unsigned long pc, frame;
};

static void name_frames(void *arg)
{
	const struct backtrace *b = arg;
	struct trace t = { .end = b->end };
	unsigned long pcs[MAX_FRAMES];
	unsigned int i, n = fl_stack(b->pc, b->frame, pcs, MAX_FRAMES);
	struct fl_symbols *s = fl_symbols_open();

	for (i = 0; s && i < n && !t.finished; i++)
		fl_symbols_at(s, pcs[i], print, &t);
	fl_symbols_close(s);
}

void fl_backtrace(struct fl_end *end, unsigned long pc, unsigned long frame)
{
	struct backtrace b = { end, pc, frame };

	if (fl_machine_current && fl_machine_current->user)
		fl_large_stack(name_frames, &b);
	else
		name_frames(&b);
}
