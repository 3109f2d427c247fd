/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gup_test.c - the tree's mm/gup_test.c: user code that looks pages up as
 * drivers do
 *
 * custom: its file has a name among the devices', which debugfs would give it.
 */
#include "mm/gup_test.c"
#include "../port.h"

int fl_gup_test(void)
{
	return fl_chrdev_add("gup_test", &gup_test_fops);
}
