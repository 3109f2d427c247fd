/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * test_hmm.c - a device driven by the kernel's test driver, lib/test_hmm.c
 *
 * The driver does not check its sequence between marking and programming, and
 * on an invalidation drops one page too many: see docs/findings/test-hmm.md.
 */
#include "program.h"

#define OF_TEST_HMM                                                            \
	.applies = has_test_driver, .needs = "the test driver lib/test_hmm.c", \
	.device_frames = 2 * 65536

static _Bool has_test_driver(const struct fl_kernel_info *kernel)
{
	return kernel->has_test_driver;
}

/* 5, plus 1 if the device added it. */
static void nothing_is_lost(void)
{
	HOLD(value_at(PAGE(0)) == (p->ret[1] == 1 && p->value[1] ? 6 : 5));
	REACH(p->ret[1] == 1 && p->value[1]);
}

PROGRAM(test_hmm_fault,
	"A CPU loads a page while `test_hmm` marks it and adds 1: is "
	"anything lost?",
	OF_TEST_HMM)
{
	attach(0, FL_DRIVER_TEST_HMM, 0);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, load_page_0);
	cpu(1, mark_and_add);
	p->check = nothing_is_lost;
}

PROGRAM(test_hmm_zap,
	"A page is zapped while `test_hmm` marks it: does the device keep it?",
	OF_TEST_HMM, .breaks = "C8 lifetime: device")
{
	attach(0, FL_DRIVER_TEST_HMM, 0);
	HOLD(!fl_store(p->process, PAGE(0), 5));
	cpu(0, mark_and_add);
	cpu(1, zap_page_0);
}

static void device_keeps_page_1(void)
{
	HOLD(pte_at(PAGE(1)).exclusive);
	HOLD(right_at(0, PAGE(1)).mapped);
}

PROGRAM(test_hmm_neighbour,
	"A CPU takes page 0 back from `test_hmm`: does the device keep page 1?",
	OF_TEST_HMM, .breaks = "right_at(0, PAGE(1)).mapped")
{
	attach(0, FL_DRIVER_TEST_HMM, 0);
	mark(PAGE(0), 5);
	mark(PAGE(1), 6);
	cpu(0, load_page_0);
	p->check = device_keeps_page_1;
}

/* Eight pages, then one without neighbours: the array on the driver's stack
 * still has the pages of the first call. */
#define WIDE   8UL
#define TAKEN  PAGE(64)
#define LONELY PAGE(64 + WIDE)

static void take_all_then_more(unsigned long number)
{
	HOLD(fl_device_make_exclusive(p->device[0], TAKEN, WIDE * FL_PAGE) ==
	     (long)WIDE);
	p->ret[number] = fl_device_make_exclusive(p->device[0], LONELY,
						  WIDE * FL_PAGE);
}

static void nothing_is_in_the_hole(void)
{
	unsigned long i;

	HOLD(p->ret[0] < 0);
	for (i = 1; i < WIDE; i++)
		HOLD(!right_at(0, LONELY + i * FL_PAGE).mapped);
}

PROGRAM(test_hmm_hole,
	"`test_hmm` marks a range, then a page and a hole: does it map "
	"anything in the hole?",
	OF_TEST_HMM)
{
	unsigned long i;

	HOLD(!fl_mmap(p->process, TAKEN, (WIDE + 1) * FL_PAGE, RW,
		      FL_MAP_ANON));
	for (i = 0; i <= WIDE; i++)
		HOLD(!fl_store(p->process, TAKEN + i * FL_PAGE, i));
	HOLD(!fl_device_set_driver(p->device[0], FL_DRIVER_TEST_HMM, 0));
	HOLD(!fl_device_attach(p->device[0], p->process, TAKEN,
			       2 * WIDE * FL_PAGE));
	cpu(0, take_all_then_more);
	p->check = nothing_is_in_the_hole;
}
