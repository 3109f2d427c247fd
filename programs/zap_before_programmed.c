/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zap_before_programmed.c
 *
 * A zap takes neither the folio lock, nor the mmap lock for writing.  A driver
 * that does not check its sequence, like the kernel's test driver, may be
 * notified before it programs the device, and then programs it with a freed
 * page.
 */
#include "program.h"

static void mark_and_zap(void)
{
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, zap_page_0);
}

PROGRAM_MIRROR(zap_before_programmed, mark_and_zap,
	       "A page is zapped while `mirror` marks it: does the device "
	       "keep it?",
	       .breaks = "C8 lifetime: device")
PROGRAM_SEQ(zap_before_programmed, mark_and_zap,
	    "A page is zapped while `seq` marks it: does the device keep it?",
	    .v8 = "FOLIO_LOCKED")

PROGRAM(zap_before_programmed_unchecked,
	"A page is zapped while `seq` marks it without checking its sequence: "
	"does the device keep it?",
	.breaks = "C8 lifetime: device")
{
	attach(0, FL_DRIVER_SEQ, FL_FLAW_NO_SEQ_CHECK);
	mark_and_zap();
}

/* The result of the check is stale when the device is programmed. */
PROGRAM(zap_before_programmed_checked_early,
	"`seq` checks its sequence before it takes its mutex: does the device "
	"keep a page that is zapped?",
	.breaks = "C8 lifetime: device")
{
	attach(0, FL_DRIVER_SEQ, FL_FLAW_CHECK_SEQ_BEFORE_LOCK);
	mark_and_zap();
}

/* The driver never drops the lock and the reference, or waits for its own
 * lock. */
PROGRAM(zap_before_programmed_kept_locked,
	"`seq` retries with the folio locked: does it finish?",
	.breaks = "is left locked by thread 1 (CPU0)")
{
	attach(0, FL_DRIVER_SEQ, FL_FLAW_KEEP_LOCKED);
	mark_and_zap();
}
