/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * khugepaged.c - the tree's mm/khugepaged.c: pages become a huge one, when it
 * is asked for
 *
 *  - madvise_collapse()  MADV_COLLAPSE
 *
 * custom: what would make a process known to the daemon has other names here,
 * so that the port's stand-ins for it stay (space.c, leaf/misc.c).  Hides: the
 * daemon.
 */
#define khugepaged_enter_vma	unused_khugepaged_enter_vma
#define hugepage_madvise	unused_hugepage_madvise
#include "mm/khugepaged.c"
