/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pgtable.h - page-table entries in the machine's encoding
 *
 * Four levels of 512 entries.  The bits are those of the hardware manual
 * (port.h); a PMD that maps 2 MiB has the same bits and _PAGE_HUGE.
 */
#ifndef _ASM_PGTABLE_H
#define _ASM_PGTABLE_H
#include <asm/page.h>

#define PMD_SHIFT	  21
#define PUD_SHIFT	  30
#define PGDIR_SHIFT	  39
#define PMD_SIZE	  (1UL << PMD_SHIFT)
#define PUD_SIZE	  (1UL << PUD_SHIFT)
#define PGDIR_SIZE	  (1UL << PGDIR_SHIFT)
#define PMD_MASK	  (~(PMD_SIZE - 1))
#define PUD_MASK	  (~(PUD_SIZE - 1))
#define PGDIR_MASK	  (~(PGDIR_SIZE - 1))
#define PTRS_PER_PTE	  512
#define PTRS_PER_PMD	  512
#define PTRS_PER_PUD	  512
#define PTRS_PER_PGD	  512
#define USER_PTRS_PER_PGD 256

/* Swap entries keep accessed and dirty bits above this (swapops.h). */
#define MAX_PHYSMEM_BITS	  40
#define MAX_POSSIBLE_PHYSMEM_BITS 40

#include <asm-generic/pgtable-nop4d.h>

/* The address range of vmalloc() is empty. */
#define VMALLOC_START (~0UL)
#define VMALLOC_END   (~0UL)

#define _PAGE_PRESENT	 FL_PTE_PRESENT
#define _PAGE_WRITE	 FL_PTE_WRITE
#define _PAGE_USER	 FL_PTE_USER
#define _PAGE_ACCESSED	 FL_PTE_ACCESSED
#define _PAGE_DIRTY	 FL_PTE_DIRTY
#define _PAGE_HUGE	 FL_PTE_HUGE
#define _PAGE_SPECIAL	 FL_PTE_SPECIAL
#define _PAGE_SOFT_DIRTY FL_PTE_SOFT_DIRTY
#define _PAGE_UFFD_WP	 FL_PTE_UFFD_WP
#define _PAGE_PROTNONE	 FL_PTE_PROT_NONE
#define _PAGE_EXEC	 FL_PTE_EXEC
/* clang-format off */
#define _PAGE_TABLE \
	(_PAGE_PRESENT | _PAGE_WRITE | _PAGE_USER | _PAGE_ACCESSED)
/* clang-format on */
#define _PAGE_CHG_MASK                                                    \
	(FL_PTE_PFN_MASK | _PAGE_ACCESSED | _PAGE_DIRTY | _PAGE_SPECIAL | \
	 _PAGE_SOFT_DIRTY | _PAGE_UFFD_WP | _PAGE_HUGE)

#define __FL_PROT(bits)	   __pgprot(_PAGE_ACCESSED | (bits))
#define PAGE_NONE	   __FL_PROT(_PAGE_PROTNONE)
#define PAGE_READONLY	   __FL_PROT(_PAGE_PRESENT | _PAGE_USER)
#define PAGE_COPY	   PAGE_READONLY
#define PAGE_SHARED	   __FL_PROT(_PAGE_PRESENT | _PAGE_USER | _PAGE_WRITE)
#define PAGE_READONLY_EXEC __FL_PROT(_PAGE_PRESENT | _PAGE_USER | _PAGE_EXEC)
#define PAGE_COPY_EXEC	   PAGE_READONLY_EXEC
#define PAGE_SHARED_EXEC \
	__FL_PROT(_PAGE_PRESENT | _PAGE_USER | _PAGE_WRITE | _PAGE_EXEC)
#define PAGE_KERNEL __FL_PROT(_PAGE_PRESENT | _PAGE_WRITE | _PAGE_DIRTY)

#ifndef __ASSEMBLY__
struct mm_struct;
struct vm_area_struct;
struct vm_fault;

extern pgd_t swapper_pg_dir[PTRS_PER_PGD];
#ifndef FL_HAVE_ZERO_PAGE
extern struct page *fl_zero_page;
#define ZERO_PAGE(vaddr) (fl_zero_page)
#endif

/* -- stores: one step each -- */
#define __FL_SET(ptr, field, val)                                         \
	do {                                                              \
		fl_hw_access(FL_HW_PT_STORE, (ptr), sizeof(*(ptr)));      \
		__atomic_store_n(&(ptr)->field, (val), __ATOMIC_RELEASE); \
	} while (0)

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	__FL_SET(ptep, pte, pte.pte);
}

static inline void set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	__FL_SET(pmdp, pmd, pmd.pmd);
}

static inline void set_pud(pud_t *pudp, pud_t pud)
{
	__FL_SET(pudp, pud, pud.pud);
}

static inline void set_p4d(p4d_t *p4dp, p4d_t p4d)
{
	__FL_SET(p4dp, pgd.pgd, p4d.pgd.pgd);
}
#define set_p4d set_p4d

#define set_pmd_at(mm, addr, pmdp, pmd) set_pmd(pmdp, pmd)
#define pte_clear(mm, addr, ptep)	set_pte(ptep, __pte(0))
#define pmd_clear(pmdp)			set_pmd(pmdp, __pmd(0))
#define pud_clear(pudp)			set_pud(pudp, __pud(0))
#define p4d_clear(p4dp)			set_p4d(p4dp, (p4d_t){ __pgd(0) })

/* -- predicates and changes, the same for a PTE and for a huge PMD -- */
#define __FL_TEST(t, name, bit)               \
	static inline int t##_##name(t##_t e) \
	{                                     \
		return (e.t & (bit)) != 0;    \
	}
#define __FL_CHANGE(t, name, clear, set)        \
	static inline t##_t t##_##name(t##_t e) \
	{                                       \
		e.t = (e.t & ~(clear)) | (set); \
		return e;                       \
	}
#define __FL_UFFD(t, uffd)                                   \
	__FL_TEST(t, uffd, _PAGE_UFFD_WP)                    \
	__FL_CHANGE(t, mk##uffd, _PAGE_WRITE, _PAGE_UFFD_WP) \
	__FL_CHANGE(t, clear_##uffd, _PAGE_UFFD_WP, 0)       \
	__FL_TEST(t, swp_##uffd, FL_SWP_UFFD_WP)             \
	__FL_CHANGE(t, swp_mk##uffd, 0, FL_SWP_UFFD_WP)      \
	__FL_CHANGE(t, swp_clear_##uffd, FL_SWP_UFFD_WP, 0)
#define __FL_ENTRY(t)                                               \
	__FL_TEST(t, write, _PAGE_WRITE)                            \
	__FL_TEST(t, dirty, _PAGE_DIRTY)                            \
	__FL_TEST(t, young, _PAGE_ACCESSED)                         \
	__FL_TEST(t, soft_dirty, _PAGE_SOFT_DIRTY)                  \
	__FL_CHANGE(t, wrprotect, _PAGE_WRITE, 0)                   \
	__FL_CHANGE(t, mkclean, _PAGE_DIRTY, 0)                     \
	__FL_CHANGE(t, mkold, _PAGE_ACCESSED, 0)                    \
	__FL_CHANGE(t, mkwrite_novma, 0, _PAGE_WRITE)               \
	__FL_CHANGE(t, mkdirty, 0, _PAGE_DIRTY | _PAGE_SOFT_DIRTY)  \
	__FL_CHANGE(t, mkyoung, 0, _PAGE_ACCESSED)                  \
	__FL_CHANGE(t, mksoft_dirty, 0, _PAGE_SOFT_DIRTY)           \
	__FL_CHANGE(t, clear_soft_dirty, _PAGE_SOFT_DIRTY, 0)       \
	__FL_TEST(t, swp_soft_dirty, FL_SWP_SOFT_DIRTY)             \
	__FL_CHANGE(t, swp_mksoft_dirty, 0, FL_SWP_SOFT_DIRTY)      \
	__FL_CHANGE(t, swp_clear_soft_dirty, FL_SWP_SOFT_DIRTY, 0)  \
	__FL_TEST(t, swp_exclusive, FL_SWP_EXCLUSIVE)               \
	__FL_CHANGE(t, swp_mkexclusive, 0, FL_SWP_EXCLUSIVE)        \
	__FL_CHANGE(t, swp_clear_exclusive, FL_SWP_EXCLUSIVE, 0)    \
	static inline unsigned long t##_pfn(t##_t e)                \
	{                                                           \
		return (e.t & FL_PTE_PFN_MASK) >> FL_PTE_PFN_SHIFT; \
	}                                                           \
	static inline t##_t t##_modify(t##_t e, pgprot_t prot)      \
	{                                                           \
		e.t = (e.t & _PAGE_CHG_MASK) |                      \
		      (prot.pgprot & ~_PAGE_CHG_MASK);              \
		if (e.t & _PAGE_UFFD_WP)                            \
			e.t &= ~_PAGE_WRITE;                        \
		return e;                                           \
	}

__FL_ENTRY(pte)
__FL_ENTRY(pmd)
#ifdef FL_HAVE_PTE_UFFD
__FL_UFFD(pte, uffd)
__FL_UFFD(pmd, uffd)
#else
__FL_UFFD(pte, uffd_wp)
__FL_UFFD(pmd, uffd_wp)
#endif
__FL_TEST(pte, special, _PAGE_SPECIAL)
__FL_CHANGE(pte, mkspecial, 0, _PAGE_SPECIAL)

#define pte_young   pte_young
#define pmd_young   pmd_young
#define pmd_dirty   pmd_dirty
#define pmd_write   pmd_write
#define pmd_pfn	    pmd_pfn
#define pte_exec(e) ((e).pte & _PAGE_EXEC)
#define __HAVE_ARCH_PTE_SWP_EXCLUSIVE

/* Releases before 6.7 have only the one-argument form. */
#ifndef FL_HAVE_PTE_MKWRITE_VMA
#define pte_mkwrite(e) pte_mkwrite_novma(e)
#define pmd_mkwrite(e) pmd_mkwrite_novma(e)
#endif

static inline int pte_none(pte_t e)
{
	return !e.pte;
}
static inline int pte_present(pte_t e)
{
	return (e.pte & (_PAGE_PRESENT | _PAGE_PROTNONE)) != 0;
}
#define pte_present pte_present

static inline int pmd_none(pmd_t e)
{
	return !e.pmd;
}
static inline int pmd_present(pmd_t e)
{
	return (e.pmd & (_PAGE_PRESENT | _PAGE_PROTNONE | _PAGE_HUGE)) != 0;
}
static inline int pmd_bad(pmd_t e)
{
	return (e.pmd & ~FL_PTE_PFN_MASK & ~_PAGE_DIRTY) != _PAGE_TABLE;
}
static inline int pmd_trans_huge(pmd_t e)
{
	return (e.pmd & _PAGE_HUGE) != 0;
}
#define pmd_leaf(e)   ((e).pmd & _PAGE_HUGE)
#define pmd_mkhuge(e) __pmd((e).pmd | _PAGE_HUGE)
static inline pmd_t pmd_mkinvalid(pmd_t e)
{
	e.pmd &= ~(_PAGE_PRESENT | _PAGE_PROTNONE);
	return e;
}

static inline int pud_none(pud_t e)
{
	return !e.pud;
}
static inline int pud_present(pud_t e)
{
	return e.pud & _PAGE_PRESENT;
}
static inline int pud_bad(pud_t e)
{
	return (e.pud & ~FL_PTE_PFN_MASK) != _PAGE_TABLE;
}
#define pud_leaf(e) 0
static inline int pud_write(pud_t e)
{
	return (e.pud & _PAGE_WRITE) != 0;
}
static inline unsigned long pud_pfn(pud_t e)
{
	return (e.pud & FL_PTE_PFN_MASK) >> FL_PTE_PFN_SHIFT;
}
#define pud_write			pud_write
#define pud_pfn				pud_pfn
#define __HAVE_ARCH_FLUSH_PMD_TLB_RANGE /* asm/tlbflush.h */

static inline int p4d_none(p4d_t e)
{
	return !e.pgd.pgd;
}
static inline int p4d_present(p4d_t e)
{
	return e.pgd.pgd & _PAGE_PRESENT;
}
static inline int p4d_bad(p4d_t e)
{
	return (e.pgd.pgd & ~FL_PTE_PFN_MASK) != _PAGE_TABLE;
}
static inline pud_t *p4d_pgtable(p4d_t e)
{
	return __va(e.pgd.pgd & FL_PTE_PFN_MASK);
}
#define p4d_page(e) pfn_to_page((p4d_val(e) & FL_PTE_PFN_MASK) >> PAGE_SHIFT)
#define pud_page(e) pfn_to_page(pud_pfn(e))
static inline pmd_t *pud_pgtable(pud_t e)
{
	return __va(e.pud & FL_PTE_PFN_MASK);
}
#define pmd_page(e)	  pfn_to_page(pmd_pfn(e))
#define pmd_page_vaddr(e) ((unsigned long)__va((e).pmd & FL_PTE_PFN_MASK))
#define pte_page(e)	  pfn_to_page(pte_pfn(e))

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return __pte((pfn << FL_PTE_PFN_SHIFT) | prot.pgprot);
}
static inline pmd_t pfn_pmd(unsigned long pfn, pgprot_t prot)
{
	return __pmd((pfn << FL_PTE_PFN_SHIFT) | prot.pgprot);
}
#ifndef FL_HAVE_MK_PTE
#define mk_pte(page, prot) pfn_pte(page_to_pfn(page), prot)
#define mk_pmd(page, prot) pfn_pmd(page_to_pfn(page), prot)
#endif

#define pte_pgprot(e)	    __pgprot((e).pte & ~FL_PTE_PFN_MASK)
#define pmd_pgprot(e)	    __pgprot((e).pmd & ~FL_PTE_PFN_MASK)
#define pgprot_noncached(p) (p)

/* -- atomic changes -- */
#define __HAVE_ARCH_PTEP_GET_AND_CLEAR
static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr,
				       pte_t *ptep)
{
	fl_hw_access(FL_HW_RMW, ptep, sizeof(*ptep));
	return __pte(__atomic_exchange_n(&ptep->pte, 0, __ATOMIC_SEQ_CST));
}

#define __HAVE_ARCH_PMDP_HUGE_GET_AND_CLEAR
static inline pmd_t pmdp_huge_get_and_clear(struct mm_struct *mm,
					    unsigned long addr, pmd_t *pmdp)
{
	fl_hw_access(FL_HW_RMW, pmdp, sizeof(*pmdp));
	return __pmd(__atomic_exchange_n(&pmdp->pmd, 0, __ATOMIC_SEQ_CST));
}

#define pmdp_establish pmdp_establish
static inline pmd_t pmdp_establish(struct vm_area_struct *vma,
				   unsigned long addr, pmd_t *pmdp, pmd_t pmd)
{
	fl_hw_access(FL_HW_RMW, pmdp, sizeof(*pmdp));
	return __pmd(
		__atomic_exchange_n(&pmdp->pmd, pmd.pmd, __ATOMIC_SEQ_CST));
}

#define __HAVE_ARCH_PTEP_SET_WRPROTECT
static inline void ptep_set_wrprotect(struct mm_struct *mm, unsigned long addr,
				      pte_t *ptep)
{
	fl_hw_access(FL_HW_RMW, ptep, sizeof(*ptep));
	__atomic_fetch_and(&ptep->pte, ~_PAGE_WRITE, __ATOMIC_SEQ_CST);
}

/* -- swap entries -- */
#define __swp_type(x) \
	(((x).val >> FL_SWP_TYPE_SHIFT) & ((1UL << FL_SWP_TYPE_BITS) - 1))
#define __swp_offset(x)		  FL_SWP_OFFSET((x).val)
#define __swp_entry(type, offset) ((swp_entry_t){ FL_SWP_ENTRY(type, offset) })
#define __pte_to_swp_entry(e)	  ((swp_entry_t){ pte_val(e) })
#define __swp_entry_to_pte(x)	  __pte((x).val)
#define __pmd_to_swp_entry(e)	  ((swp_entry_t){ pmd_val(e) })
#define __swp_entry_to_pmd(x)	  __pmd((x).val)

/* -- noop: nothing to preload, since the walker fills the TLB -- */
/* clang-format off */
#define update_mmu_cache(vma, addr, ptep)			do { } while (0)
#define update_mmu_cache_range(vmf, vma, addr, ptep, nr)	do { } while (0)
#define update_mmu_cache_pmd(vma, addr, pmdp)			do { } while (0)
/* clang-format on */

#define pte_ERROR(e) \
	fl_hw_panic("bad pte %lx at %s:%d", pte_val(e), __FILE__, __LINE__)
#define pmd_ERROR(e) \
	fl_hw_panic("bad pmd %lx at %s:%d", pmd_val(e), __FILE__, __LINE__)
#define pud_ERROR(e) \
	fl_hw_panic("bad pud %lx at %s:%d", pud_val(e), __FILE__, __LINE__)
#define pgd_ERROR(e) \
	fl_hw_panic("bad pgd %lx at %s:%d", pgd_val(e), __FILE__, __LINE__)

#ifndef FL_HAVE_SET_PTES
#define set_pte_at(mm, addr, ptep, pte) set_pte(ptep, pte)
#else
#define PFN_PTE_SHIFT FL_PTE_PFN_SHIFT
#endif
#endif /* !__ASSEMBLY__ */
#endif
