/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * image.c - map a kernel that is a file of its own
 *
 *  - fl_image_load()
 *  - __jit_debug_descriptor   the images, for gdb
 *
 * The build made the file for this program (kernels/linux/image.sh), so the
 * loader checks that it is the right one, but not that each offset is sane.
 *
 * libdw and Valgrind find an image among the mapped files of the process.
 * gdb does not look there: it reads __jit_debug_descriptor.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/hardware.h"
#include "world/image.h"

/* The addresses of images (kernels/linux/layout.sh). */
#define LOWEST	0x08000000UL
#define HIGHEST 0x20000000UL

#define PAGE	    FL_PAGE_SIZE
#define START(s)    ((s)->p_vaddr & ~(PAGE - 1))
#define END(s)	    (((s)->p_vaddr + (s)->p_filesz + PAGE - 1) & ~(PAGE - 1))
#define AT(address) ((void *)(uintptr_t)(address))

struct loading {
	const char *file; /* mapped for reading, for the debugger */
	size_t length;
	int descriptor;
	unsigned int nr_mapped; /* of the program headers */
	const struct fl_kernel *kernel;
	char *why;
	unsigned int size;
};

/* Return: -1 */
__attribute__((format(printf, 2, 3))) static int refuse(struct loading *l,
							const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(l->why, l->size, fmt, ap);
	va_end(ap);
	return -1;
}

static const Elf64_Ehdr *header(const struct loading *l)
{
	return (const Elf64_Ehdr *)l->file;
}

static const Elf64_Phdr *segment(const struct loading *l, unsigned int i)
{
	return (const Elf64_Phdr *)(l->file + header(l)->e_phoff) + i;
}

/* -- gdb -- */

struct jit_code_entry {
	struct jit_code_entry *next, *previous;
	const char *symbols;
	uint64_t symbols_size;
};

struct jit_descriptor {
	uint32_t version, action;
	struct jit_code_entry *relevant, *first;
};

#define JIT_REGISTER 1

/* gdb finds both by these names, and stops at the function. */
extern struct jit_descriptor __jit_debug_descriptor;
struct jit_descriptor __jit_debug_descriptor = { .version = 1 };

void __jit_debug_register_code(void);
__attribute__((noinline)) void __jit_debug_register_code(void)
{
	__asm__ volatile("" ::: "memory");
}

/* Without memory for the entry, gdb does not know the image. */
static void show_debugger(const struct loading *l)
{
	struct jit_descriptor *d = &__jit_debug_descriptor;
	struct jit_code_entry *e = calloc(1, sizeof(*e));

	if (!e)
		return;
	e->symbols = l->file;
	e->symbols_size = l->length;
	e->next = d->first;
	if (e->next)
		e->next->previous = e;
	d->first = d->relevant = e;
	d->action = JIT_REGISTER;
	__jit_debug_register_code();
}

/* -- imports -- */

static int compare(const void *name, const void *export)
{
	return strcmp(name, ((const struct fl_image_export *)export)->name);
}

static const void *exported(const char *name)
{
	const struct fl_image_export *e = bsearch(name, fl_image_exports,
						  fl_image_nr_exports,
						  sizeof(*fl_image_exports),
						  compare);

	return e ? e->address : NULL;
}

/* Return: distance of @object, which is one of each thread, from the thread's
 * control block; the same in all threads. */
static unsigned long thread_offset(const void *object)
{
	char *control_block;

	__asm__("mov %%fs:0, %0" : "=r"(control_block));
	return (const char *)object - control_block;
}

static int import(struct loading *l, const Elf64_Rela *r, const char *name)
{
	unsigned long *word = AT(r->r_offset);

	switch (ELF64_R_TYPE(r->r_info)) {
	case R_X86_64_JUMP_SLOT:
	case R_X86_64_GLOB_DAT:
		*word = (unsigned long)exported(name);
		break;
	case R_X86_64_TPOFF64:
		*word = strcmp(name, "fl_hw_current") ?
				0 :
				thread_offset(&fl_hw_current);
		break;
	default:
		*word = 0;
	}
	return *word ? 0 :
		       refuse(l, "this program does not have its '%s'", name);
}

static int import_all(struct loading *l, const Elf64_Dyn *d)
{
	unsigned long value[DT_NUM] = { 0 };
	const Elf64_Rela *tables[2];
	unsigned long sizes[2], i;
	const Elf64_Sym *symbols;
	int table, bad = 0;

	for (; d->d_tag != DT_NULL; d++)
		if (d->d_tag > 0 && d->d_tag < DT_NUM)
			value[d->d_tag] = d->d_un.d_val;
	symbols = AT(value[DT_SYMTAB]);
	tables[0] = AT(value[DT_RELA]);
	sizes[0] = value[DT_RELASZ] / sizeof(Elf64_Rela);
	tables[1] = AT(value[DT_JMPREL]);
	sizes[1] = value[DT_PLTRELSZ] / sizeof(Elf64_Rela);
	for (table = 0; table < 2; table++)
		for (i = 0; i < sizes[table] && !bad; i++) {
			const Elf64_Rela *r = &tables[table][i];
			const Elf64_Sym *s = symbols + ELF64_R_SYM(r->r_info);

			bad = import(l, r,
				     (char *)AT(value[DT_STRTAB]) + s->st_name);
		}
	return bad;
}

/* -- segments -- */

static int map_segment(struct loading *l, const Elf64_Phdr *s)
{
	unsigned long length = END(s) - START(s);
	int prot = (s->p_flags & PF_R ? PROT_READ : 0) |
		   (s->p_flags & PF_W ? PROT_WRITE : 0) |
		   (s->p_flags & PF_X ? PROT_EXEC : 0);
	void *start = AT(START(s)), *p;

	if (s->p_filesz != s->p_memsz || START(s) < LOWEST || END(s) > HIGHEST)
		return refuse(l, "expected an image of a kernel");
	p = mmap(start, length, prot, MAP_PRIVATE | MAP_FIXED_NOREPLACE,
		 l->descriptor, s->p_offset & ~(PAGE - 1));
	if (p == start)
		return 0;
	/* Hosts before Linux 4.17 choose another address. */
	if (p != MAP_FAILED) {
		munmap(p, length);
		errno = EEXIST;
	}
	return refuse(l, "cannot be mapped at %p: %s", start, strerror(errno));
}

static int map_segments(struct loading *l)
{
	unsigned int i;
	int bad = 0;

	for (i = 0; i < header(l)->e_phnum && !bad; i++) {
		if (segment(l, i)->p_type == PT_LOAD)
			bad = map_segment(l, segment(l, i));
		l->nr_mapped = bad ? i : i + 1;
	}
	return bad;
}

static void unmap_all(struct loading *l)
{
	unsigned int i;

	for (i = 0; i < l->nr_mapped; i++)
		if (segment(l, i)->p_type == PT_LOAD)
			munmap(AT(START(segment(l, i))),
			       END(segment(l, i)) - START(segment(l, i)));
	munmap((void *)l->file, l->length);
	l->kernel = NULL;
}

/* The imports do not change any more. */
static int protect(struct loading *l, const Elf64_Phdr *s)
{
	unsigned long end = (s->p_vaddr + s->p_memsz) & ~(PAGE - 1);

	if (!mprotect(AT(START(s)), end - START(s), PROT_READ))
		return 0;
	return refuse(l, "mprotect: %s", strerror(errno));
}

static int link_segments(struct loading *l)
{
	unsigned int i;
	int bad = 0;

	for (i = 0; i < header(l)->e_phnum && !bad; i++)
		if (segment(l, i)->p_type == PT_DYNAMIC)
			bad = import_all(l, AT(segment(l, i)->p_vaddr));
	for (i = 0; i < header(l)->e_phnum && !bad; i++)
		if (segment(l, i)->p_type == PT_GNU_RELRO)
			bad = protect(l, segment(l, i));
	return bad;
}

/* -- files -- */

static int check_file(struct loading *l)
{
	const Elf64_Ehdr *e = header(l);

	if (l->length < sizeof(*e) || memcmp(e->e_ident, ELFMAG, SELFMAG) ||
	    e->e_ident[EI_CLASS] != ELFCLASS64 || e->e_type != ET_EXEC ||
	    e->e_machine != EM_X86_64 || e->e_phoff > l->length ||
	    e->e_phnum * sizeof(Elf64_Phdr) > l->length - e->e_phoff)
		return refuse(l, "expected an image of a kernel");
	return 0;
}

static int check_image(struct loading *l)
{
	const struct fl_image *image = AT(header(l)->e_entry);
	unsigned int i;

	for (i = 0; i < header(l)->e_phnum; i++)
		if (segment(l, i)->p_type == PT_LOAD &&
		    START(segment(l, i)) <= (unsigned long)image &&
		    END(segment(l, i)) >= (unsigned long)(image + 1))
			break;
	if (i == header(l)->e_phnum ||
	    memcmp(image->magic, FL_IMAGE_MAGIC, sizeof(image->magic)))
		return refuse(l, "expected an image of a kernel");
	if (image->registers != &fl_hw ||
	    memcmp(image->interface, fl_image_interface, FL_IMAGE_INTERFACE))
		return refuse(l, "was built for another version of faultlab: "
				 "build both again");
	l->kernel = image->kernel;
	return 0;
}

static int map_file(struct loading *l)
{
	struct stat st;
	void *p;

	if (fstat(l->descriptor, &st))
		return refuse(l, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode) || !st.st_size)
		return refuse(l, "expected an image of a kernel");
	p = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, l->descriptor, 0);
	if (p == MAP_FAILED)
		return refuse(l, "%s", strerror(errno));
	l->file = p;
	l->length = st.st_size;
	return 0;
}

const struct fl_kernel *fl_image_load(const char *path, char *why,
				      unsigned int size)
{
	struct loading l = { .why = why, .size = size };

	l.descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (l.descriptor < 0) {
		refuse(&l, "%s", strerror(errno));
		return NULL;
	}
	if (map_file(&l))
		;
	else if (check_file(&l) || map_segments(&l) || check_image(&l) ||
		 link_segments(&l))
		unmap_all(&l);
	else
		show_debugger(&l);
	close(l.descriptor);
	return l.kernel;
}
