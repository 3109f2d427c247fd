/* SPDX-License-Identifier: GPL-2.0-only */
/* swapfile.c - the tree's mm/swapfile.c: its static state comes up,
 * swapon(2) */
#include "mm/swapfile.c"
#include "../port.h"

/* custom: of what mm/swap_state.c does when it comes up, the flags only.
 * Hides: readahead, which is zero pages without it. */
static void cache_init(void)
{
#ifdef FL_HAVE_SWAP_SPACE
	mapping_set_no_writeback_tags(&swap_space);
#endif
}

int fl_swap_init(void)
{
	int ret = swapfile_init();

	cache_init();
	return ret ? ret : sys_swapon("the swap file", 0);
}

/* Every page that is somewhere in the file, or may come to be. */
unsigned long fl_swap_used(void)
{
	return total_swap_pages - get_nr_swap_pages();
}
