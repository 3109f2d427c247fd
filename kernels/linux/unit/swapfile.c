/* SPDX-License-Identifier: GPL-2.0-only */
/* swapfile.c - the tree's mm/swapfile.c: initialisation and swapon(2) */
#include "mm/swapfile.c"
#include "../port.h"

/* custom: only the flags of the initialisation in mm/swap_state.c.
 * Hides: readahead, which is zero pages without that initialisation. */
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
