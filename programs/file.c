/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.c - a page of a file, and the private copy of a process
 *
 *   CPU (store)                         zap
 *   finds the page of the file
 *   copies it
 *                                       clears the entry
 *   reads the entry again
 *   maps the copy
 */
#include "program.h"

#define FILE_PAGE 0x48000000UL

static void store_to_copy(unsigned long number)
{
	p->ret[number] = fl_store(p->process, FILE_PAGE, 11);
}

static void zap_file_page(unsigned long number)
{
	p->ret[number] = fl_zap(p->process, FILE_PAGE, FL_PAGE);
}

/* The copy is zapped, or made after the zap; the file still contains zeroes. */
static void copy_or_file(void)
{
	unsigned long value = value_at(FILE_PAGE);

	HOLD(!p->ret[0] && !p->ret[1]);
	HOLD(value == 11 || value == 0);
	REACH(value == 11);
	REACH(value == 0);
	HOLD(!fl_zap(p->process, FILE_PAGE, FL_PAGE));
	HOLD(value_at(FILE_PAGE) == 0);
}

static _Bool has_private_files(const struct fl_kernel_info *kernel)
{
	return kernel->nr_files; /* of a tree; 0 for the model */
}

PROGRAM(copied_while_zapped,
	"A CPU stores to a page of a private file mapping while it is zapped: "
	"does the file keep its value?",
	.applies = has_private_files, .needs = "private mappings of files")
{
	unsigned long value;

	HOLD(!fl_mmap(p->process, FILE_PAGE, FL_PAGE, RW,
		      FL_MAP_FILE | FL_MAP_PRIVATE));
	HOLD(!fl_load(p->process, FILE_PAGE, &value) && value == 0);
	p->watched = FILE_PAGE;
	cpu(0, store_to_copy);
	cpu(1, zap_file_page);
	p->check = copy_or_file;
}
