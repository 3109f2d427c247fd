/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unmap_while_marked.c
 *
 * munmap() waits for the mmap lock, which `mirror` holds until the device is
 * programmed.  `seq` does not hold it, and checks its sequence.
 */
#include "program.h"

static void nothing_is_left(void)
{
	HOLD(!p->ret[1]);
	HOLD(!pte_at(PAGE(0)).raw && freed(p->pfn));
	HOLD(!right_at(0, PAGE(0)).mapped);
}

static void mark_and_unmap(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, unmap_page_0);
	p->check = nothing_is_left;
}

PROGRAM_MIRROR(unmap_while_marked, mark_and_unmap,
	       "A page is unmapped while `mirror` marks it: does the device "
	       "keep it?")
PROGRAM_SEQ(unmap_while_marked, mark_and_unmap,
	    "A page is unmapped while `seq` marks it: does the device keep it?")
