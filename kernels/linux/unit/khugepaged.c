/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * khugepaged.c - the tree's mm/khugepaged.c, for collapse on request
 *
 *  - madvise_collapse()  MADV_COLLAPSE
 *
 * custom: the functions that register a process with the daemon are renamed, so
 * that those of the port are used (space.c, stub/misc.c).  Hides: the daemon.
 */
#define khugepaged_enter_vma unused_khugepaged_enter_vma
#define hugepage_madvise     unused_hugepage_madvise
#include "mm/khugepaged.c"
