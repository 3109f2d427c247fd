/* SPDX-License-Identifier: GPL-2.0-only */
/* page.h - pages of 4 KiB and the direct map, whose base is a register */
#ifndef _ASM_PAGE_H
#define _ASM_PAGE_H
#include <linux/const.h>
#include <asm/hw.h>

#ifdef FL_HAVE_VDSO_PAGE
#include <vdso/page.h>
#else
#define PAGE_SHIFT 12
#define PAGE_SIZE  (_AC(1, UL) << PAGE_SHIFT)
#define PAGE_MASK  (~(PAGE_SIZE - 1))
#endif

#define HPAGE_SHIFT 21
#define HPAGE_SIZE  (_AC(1, UL) << HPAGE_SHIFT)
#define HPAGE_MASK  (~(HPAGE_SIZE - 1))

#ifndef __ASSEMBLY__
#include <linux/types.h>

#define PAGE_OFFSET (fl_hw.direct_map)

typedef struct {
	unsigned long pte;
} pte_t;
typedef struct {
	unsigned long pmd;
} pmd_t;
typedef struct {
	unsigned long pud;
} pud_t;
typedef struct {
	unsigned long pgd;
} pgd_t;
typedef struct {
	unsigned long pgprot;
} pgprot_t;
typedef struct page *pgtable_t;

#define pte_val(x)    ((x).pte)
#define pmd_val(x)    ((x).pmd)
#define pud_val(x)    ((x).pud)
#define pgd_val(x)    ((x).pgd)
#define pgprot_val(x) ((x).pgprot)
#define __pte(x)      ((pte_t){ (x) })
#define __pmd(x)      ((pmd_t){ (x) })
#define __pud(x)      ((pud_t){ (x) })
#define __pgd(x)      ((pgd_t){ (x) })
#define __pgprot(x)   ((pgprot_t){ (x) })

/* clang-format off */
#define __pa(x)		((unsigned long)(x) - PAGE_OFFSET)
#define __va(x)		((void *)((unsigned long)(x) + PAGE_OFFSET))
#define virt_to_pfn(x)	(__pa(x) >> PAGE_SHIFT)
#define pfn_to_virt(x)	__va((unsigned long)(x) << PAGE_SHIFT)
#define virt_to_page(x)	pfn_to_page(virt_to_pfn(x))
#define page_to_virt(p)	__va(page_to_pfn(p) << PAGE_SHIFT)
#define virt_addr_valid(x) pfn_valid(virt_to_pfn(x))
/* clang-format on */

extern void *memset(void *, int, unsigned long);
extern void *memcpy(void *, const void *, unsigned long);
#define clear_page(p)			    memset((p), 0, PAGE_SIZE)
#define copy_page(to, from)		    memcpy((to), (from), PAGE_SIZE)
#define clear_user_page(p, vaddr, pg)	    clear_page(p)
#define copy_user_page(to, from, vaddr, pg) copy_page(to, from)

/* Device frames follow the frames of RAM.  The memory map covers both. */
#define FL_NR_PFNS	      (fl_hw.nr_frames + fl_hw.nr_device_frames)
#define pfn_valid(pfn)	      ((pfn) < FL_NR_PFNS)
#define VM_DATA_DEFAULT_FLAGS VM_DATA_FLAGS_EXEC
#endif
#include <asm-generic/memory_model.h>
/* An inline function for memory hotplug needs it.  It is never called. */
#ifndef pfn_to_section_nr
#include <asm/sparsemem.h>
#define pfn_to_section_nr(pfn) ((pfn) >> (SECTION_SIZE_BITS - PAGE_SHIFT))
#endif
#ifndef page_to_phys
#define page_to_phys(page) ((unsigned long)page_to_pfn(page) << PAGE_SHIFT)
#endif
#include <asm-generic/getorder.h>
#endif
