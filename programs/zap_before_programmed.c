/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zap_before_programmed.c
 *
 * A zap takes neither the folio lock nor the mmap lock for writing.  A driver that does
 * not look at its sequence, as the kernel's test driver, may be told before it has
 * programmed the device, and then program it with a page that is gone.
 */
#include "program.h"

PROGRAM(zap_before_programmed_mirror, "A page is zapped while `mirror` marks it: may the device keep it?")
{
	attach(0, FL_DRIVER_MIRROR, 0);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, zap_page_0);
}

PROGRAM(zap_before_programmed_seq, "A page is zapped while `seq` marks it: may the device keep it?")
{
	attach(0, FL_DRIVER_SEQ, 0);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, zap_page_0);
}
