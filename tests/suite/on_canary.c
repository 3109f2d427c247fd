/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_canary.c - the suite detects errors: each of these tests must fail
 *
 * CMakeLists.txt runs them, and has the message that each must print.
 */
#include "suite.h"

CANARY(failed_expectation)
{
	EXPECT_EQ(1, 2);
}

static void end_the_world(void)
{
	unsigned long pfn;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	pfn = pte_at(PAGE(0)).pfn;
	EXPECT_EQ(fl_folio_get(t.world, pfn), 0);
	EXPECT_EQ(fl_folio_unlock(t.world, pfn), -ENOTRECOVERABLE);
}

/* Once a tree has the fix, the world continues. */
CANARY(known_bug_is_fixed)
{
	suite_known_bug("ends the world", FL_END_KERNEL_BUG, "");
}

/* The world ends, but not with that bug. */
CANARY(known_bug_shows_differently)
{
	suite_known_bug("self-deadlock", FL_END_VIOLATION, "C14 deadlock");
	end_the_world();
}

CANARY(known_wrong_result_is_right)
{
	int right = 1;

	KNOWN_WRONG(1, "0123456789ab", right);
}

CANARY(wrong_result_is_not_known)
{
	int right = 0;

	KNOWN_WRONG(0, "0123456789ab", right);
}

CANARY(unexpected_end_of_the_world)
{
	end_the_world();
	EXPECT_EQ(load(PAGE(0)), 1); /* not printed: it follows from the end */
}

CANARY(expectation_after_an_expected_end)
{
	end_the_world();
	EXPECT_EQ(1, -ENOTRECOVERABLE);
	suite_expect_end(FL_END_KERNEL_BUG, "");
}

CANARY(leaked_frame)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 1), 0);
	EXPECT_EQ(fl_folio_get(t.world, pte_at(PAGE(0)).pfn), 0);
}
