/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gup_test.c - the tree's mm/gup_test.c, with which user code looks pages up as
 * drivers do
 *
 * custom: the file is registered among the devices, instead of in debugfs.
 */
#include "mm/gup_test.c"
#include "../port.h"

int fl_gup_test(void)
{
	return fl_chrdev_add("gup_test", &gup_test_fops);
}
