/* SPDX-License-Identifier: GPL-2.0-only */
/* tlbflush.h - a flush reaches every CPU before it returns */
#ifndef _ASM_TLBFLUSH_H
#define _ASM_TLBFLUSH_H
#include <linux/mm_types.h>
#include <asm/hw.h>

#define flush_tlb_mm(mm) fl_hw_tlb_flush((mm)->context.asid, 0, ~0UL)
#define flush_tlb_range(vma, start, end) \
	fl_hw_tlb_flush((vma)->vm_mm->context.asid, (start), (end))
#define flush_tlb_page(vma, addr)                                      \
	fl_hw_tlb_flush((vma)->vm_mm->context.asid, PAGE_MASK &(addr), \
			(PAGE_MASK & (addr)) + PAGE_SIZE)
#define flush_pmd_tlb_range(vma, start, end) flush_tlb_range(vma, start, end)
/* clang-format off */
#define flush_tlb_all()				do { } while (0)
#define flush_tlb_kernel_range(start, end)	do { } while (0)
/* clang-format on */
#endif
