/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.c - a file in memory: pages that are not anonymous
 *
 * It exists so that the fault path meets pages that must not be marked.  The
 * first fault on a page allocates it; it belongs to the file until the last
 * reference to the file is dropped.
 */
#include "fault/fault.h"
#include "rmap/rmap.h"
#include "pte/table.h"

struct file {
	int refcount; /* atomic */
	struct spinlock i_pages;
	struct folio *folios; /* by next_in_file, under i_pages */
};

struct file *file_create(void)
{
	struct file *file = fl_hw_alloc(sizeof(*file),
					FL_ALLOC_ZERO | FL_ALLOC_SLEEP);

	if (!file)
		return NULL;
	file->refcount = 1;
	spin_lock_init(&file->i_pages, "i_pages");
	return file;
}

void file_get(struct file *file)
{
	atomic_add_return(&file->refcount, 1);
}

void file_put(struct file *file)
{
	struct folio *folio, *next;

	if (atomic_add_return(&file->refcount, -1))
		return;
	for (folio = file->folios; folio; folio = next) {
		next = folio->next_in_file;
		folio->file = NULL;
		folio_put(folio);
	}
	fl_hw_free(file);
}

/* Context: i_pages locked. */
static struct folio *lookup(struct file *file, unsigned long index)
{
	struct folio *folio = file->folios;

	while (folio && folio->index != index)
		folio = folio->next_in_file;
	return folio;
}

/* Return: the file's folio at @index, referenced: @fresh if there was none. */
static struct folio *add_folio(struct file *file, struct folio *fresh,
			       unsigned long index)
{
	struct folio *folio;

	spin_lock(&file->i_pages);
	folio = lookup(file, index);
	if (!folio && fresh) {
		folio = fresh;
		folio->file = file;
		folio->index = index;
		folio->next_in_file = file->folios;
		file->folios = folio;
	}
	if (folio)
		folio_get(folio);
	spin_unlock(&file->i_pages);
	return folio;
}

static struct folio *get_folio(struct file *file, unsigned long index)
{
	struct folio *folio = add_folio(file, NULL, index), *fresh;

	if (folio)
		return folio;
	fresh = folio_alloc(0);
	if (!fresh)
		return NULL;
	folio = add_folio(file, fresh, index);
	if (folio != fresh)
		folio_put(fresh); /* else the file owns its reference */
	return folio;
}

unsigned int do_file_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	unsigned long index = linear_page_index(vma, vmf->address);
	struct folio *folio = get_folio(vma->file, index);
	pte_t pte;

	if (!folio)
		return FL_VM_FAULT_OOM;
	if (!lock_pte(vmf)) {
		folio_put(folio);
		return 0;
	}
	pte = pte_mkyoung(pfn_pte(folio_pfn(folio), vma->page_prot));
	if (fault_is_write(vmf))
		pte = maybe_mkwrite(pte_mkdirty(pte), vma);
	folio_add_file_rmap_pte(folio, folio_page(folio, 0));
	add_mm_counter(vma->mm, MM_FILEPAGES, 1);
	set_pte(vmf->pte, pte);
	unlock_pte(vmf);
	return 0;
}
