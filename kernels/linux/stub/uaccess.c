/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uaccess.c - copy from and to user memory
 *
 *  - raw_copy_from_user(), raw_copy_to_user(), clear_user()
 *  - fl_get_user(), fl_put_user()
 *
 * An address in a mapping of the process is translated as by a CPU, including
 * page faults.  Any other address is a host address if user code runs on the
 * host, else it is invalid.
 *
 * same: faults, and the accessed and dirty bits.
 * custom: the page table is locked while a piece is copied, and every piece
 * walks the page table.  Hides: overlap of a CPU's access and a change of its
 * entry; the TLB.
 */
#include <linux/uaccess.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sched/mm.h>
#include <asm/hw.h>
#include "../port.h"

enum how { FROM, TO, CLEAR };

static const char zeroes[PAGE_SIZE];

static void move(void *user, void *kernel, unsigned long n, enum how how)
{
	if (how == CLEAR)
		memset(user, 0, n);
	else
		memcpy(how == TO ? user : kernel, how == TO ? kernel : user, n);
}

static bool allows(unsigned long entry, bool write)
{
	return (entry & _PAGE_PRESENT) && (!write || (entry & _PAGE_WRITE));
}

static pmd_t *pmd_of(struct mm_struct *mm, unsigned long addr)
{
	p4d_t *p4d = p4d_offset(pgd_offset(mm, addr), addr);
	pud_t *pud;

	if (p4d_none(*p4d))
		return NULL;
	pud = pud_offset(p4d, addr);
	return pud_none(*pud) ? NULL : pmd_offset(pud, addr);
}

/* Return: true if the bytes were moved; false if a CPU would fault. */
static bool move_huge(struct mm_struct *mm, pmd_t *pmdp, unsigned long addr,
		      void *kernel, unsigned long n, enum how how)
{
	spinlock_t *ptl = pmd_lock(mm, pmdp);
	pmd_t pmd = *pmdp;
	bool done = pmd_trans_huge(pmd) && allows(pmd_val(pmd), how != FROM);

	if (done) {
		move(pfn_to_virt(pmd_pfn(pmd)) + (addr & ~PMD_MASK), kernel, n,
		     how);
		pmd = pmd_mkyoung(pmd);
		if (how != FROM)
			pmd = pmd_mkdirty(pmd);
		if (pmd_val(pmd) != pmd_val(*pmdp))
			set_pmd(pmdp, pmd);
	}
	spin_unlock(ptl);
	return done;
}

static bool move_small(struct mm_struct *mm, pmd_t *pmdp, unsigned long addr,
		       void *kernel, unsigned long n, enum how how)
{
	spinlock_t *ptl;
	pte_t *ptep = pte_offset_map_lock(mm, pmdp, addr, &ptl);
	bool done;
	pte_t pte;

	if (!ptep)
		return false;
	pte = *ptep;
	done = allows(pte_val(pte), how != FROM);
	if (done) {
		move(pfn_to_virt(pte_pfn(pte)) + offset_in_page(addr), kernel,
		     n, how);
		pte = pte_mkyoung(pte);
		if (how != FROM)
			pte = pte_mkdirty(pte);
		if (pte_val(pte) != pte_val(*ptep))
			set_pte(ptep, pte);
	}
	pte_unmap_unlock(ptep, ptl);
	return done;
}

static bool move_once(struct mm_struct *mm, unsigned long addr, void *kernel,
		      unsigned long n, enum how how)
{
	pmd_t *pmd = pmd_of(mm, addr);

	if (!pmd || pmd_none(*pmd))
		return false;
	if (pmd_trans_huge(*pmd))
		return move_huge(mm, pmd, addr, kernel, n, how);
	return pmd_present(*pmd) && move_small(mm, pmd, addr, kernel, n, how);
}

enum place { ELSEWHERE, MAPPED, BELOW_STACK };

/* Return: MAPPED; BELOW_STACK: not mapped, but the mapping above @addr may grow
 * down to it; else ELSEWHERE. */
static enum place user_place(struct mm_struct *mm, unsigned long addr)
{
	enum place place = ELSEWHERE;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (vma && addr >= vma->vm_start)
		place = MAPPED;
	else if (vma && vma->vm_flags & VM_GROWSDOWN)
		place = BELOW_STACK;
	mmap_read_unlock(mm);
	return place;
}

static unsigned long move_host(unsigned long addr, void *kernel,
			       unsigned long n, enum how how)
{
	if (!fl_hw.user_is_host)
		return n;
	if (how == FROM)
		return fl_hw_host_read(kernel, addr, n);
	return fl_hw_host_write(addr, how == CLEAR ? zeroes : kernel, n);
}

/* Move bytes within one page.  Return: bytes that were not moved. */
static unsigned long move_piece(unsigned long addr, void *kernel,
				unsigned long n, enum how how)
{
	struct mm_struct *mm = current->mm;

	while (mm && !move_once(mm, addr, kernel, n, how)) {
		enum place place;

		if (pagefault_disabled())
			return n;
		place = user_place(mm, addr);
		if (place != MAPPED) {
			unsigned long left = move_host(addr, kernel, n, how);

			if (!left || place == ELSEWHERE)
				return left;
		}
		if (fl_fault_full((struct fl_mm *)mm, addr, how != FROM))
			return n;
	}
	return mm ? 0 : move_host(addr, kernel, n, how);
}

/* Move bytes up to the first failure.  Return: bytes that were not moved. */
static unsigned long move_all(unsigned long addr, void *kernel, unsigned long n,
			      enum how how)
{
	while (n) {
		unsigned long piece = min(n, PAGE_SIZE - offset_in_page(addr));
		unsigned long left = move_piece(addr, kernel, piece, how);

		n -= piece - left;
		if (left)
			break;
		addr += piece;
		if (how != CLEAR)
			kernel += piece;
	}
	return n;
}

unsigned long raw_copy_from_user(void *to, const void __user *from,
				 unsigned long n)
{
	return move_all((unsigned long)from, to, n, FROM);
}

unsigned long raw_copy_to_user(void __user *to, const void *from,
			       unsigned long n)
{
	return move_all((unsigned long)to, (void *)from, n, TO);
}

unsigned long clear_user(void __user *to, unsigned long n)
{
	return access_ok(to, n) ? move_all((unsigned long)to, NULL, n, CLEAR) :
				  n;
}

int fl_get_user(void *to, const void __user *from, unsigned long n)
{
	return access_ok(from, n) && !raw_copy_from_user(to, from, n) ? 0 :
									-EFAULT;
}

int fl_put_user(const void *from, void __user *to, unsigned long n)
{
	return access_ok(to, n) && !raw_copy_to_user(to, from, n) ? 0 : -EFAULT;
}
