/* SPDX-License-Identifier: GPL-2.0-only */
/* on_protect.c - mprotect() of a page that a device has */
#include "suite.h"

TEST(protect, fault_restores_a_read_only_mapping)
{
	store_and_mark(PAGE(0), 5);
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), FL_PAGE, FL_PROT_READ), 0);
	EXPECT_EQ(load(PAGE(0)), 5);
	EXPECT(!pte_at(PAGE(0)).writable);
	EXPECT(!device_at(PAGE(0)).mapped);
}
