/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.c - a file in memory that can be mapped, and nothing else
 *
 * custom: one inode a mapping, pages made by the first fault, no writeback.
 * Hides: every file system.  It exists so that the path meets pages that are not
 * anonymous.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/backing-dev.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <asm/hw.h>
#include "../port.h"
#include "mm/internal.h"

struct memory_file {
	struct file file;
	struct inode inode;
	struct address_space mapping;
};

static struct backing_dev_info no_writeback;

/* -- leaves of fs/ -- */

struct backing_dev_info *inode_to_bdi(struct inode *inode)
{
	return &no_writeback;
}
bool path_noexec(const struct path *path) { return false; }
int file_update_time(struct file *file) { return 0; }

/* custom: says nothing of it.  Hides: its file's name in the dump of a page. */
void dump_mapping(const struct address_space *mapping) { }

bool shmem_mapping(struct address_space *mapping) { return false; }
#ifdef FL_HAVE_CONST_VMA
bool vma_is_anon_shmem(const struct vm_area_struct *vma) { return false; }
#else
bool vma_is_anon_shmem(struct vm_area_struct *vma) { return false; }
#endif

/* -- nodes of lib/xarray.c: a node is clean from the first use to the last -- */

struct kmem_cache *radix_tree_node_cachep;

static void clean_node(void *object)
{
	struct xa_node *node = object;

	memset(node, 0, sizeof(*node));
	INIT_LIST_HEAD(&node->private_list);
}

void radix_tree_node_rcu_free(struct rcu_head *head)
{
	struct xa_node *node = container_of(head, struct xa_node, rcu_head);

	clean_node(node);
	kmem_cache_free(radix_tree_node_cachep, node);
}

void fl_file_init(void)
{
	radix_tree_node_cachep = (void *)fl_hw_cache_create("radix_tree_node",
		sizeof(struct xa_node), __alignof__(struct xa_node), clean_node);
}

/* -- pages: in the page cache from the first fault to the last close -- */

static vm_fault_t file_fault(struct vm_fault *vmf)
{
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;
	struct folio *folio = xa_load(&mapping->i_pages, vmf->pgoff);

	if (!folio) {
		folio = folio_alloc(GFP_KERNEL | __GFP_ZERO, 0);
		if (!folio)
			return VM_FAULT_OOM;
		folio->mapping = mapping;
		folio->index = vmf->pgoff;
		folio_mark_uptodate(folio);
		if (xa_err(xa_store(&mapping->i_pages, vmf->pgoff, folio,
				    GFP_KERNEL))) {
			folio->mapping = NULL;
			folio_put(folio);
			return VM_FAULT_OOM;
		}
	}
	folio_get(folio);
	folio_lock(folio);
	vmf->page = &folio->page;
	return VM_FAULT_LOCKED;
}

static const struct vm_operations_struct file_vm_ops = {
	.fault = file_fault,
};

static int file_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &file_vm_ops;
	return 0;
}

static const struct file_operations file_ops = {
	.mmap = file_mmap,
};

static const struct address_space_operations mapping_ops = {
	.dirty_folio = noop_dirty_folio,
};

/* Return: a file with one reference, or NULL. */
struct file *fl_file_create(void)
{
	struct memory_file *f = fl_hw_alloc(sizeof(*f), FL_ALLOC_ZERO);

	if (!f)
		return NULL;
	xa_init_flags(&f->mapping.i_pages, XA_FLAGS_LOCK_IRQ);
	init_rwsem(&f->mapping.i_mmap_rwsem);
	f->mapping.i_mmap = RB_ROOT_CACHED;
	f->mapping.a_ops = &mapping_ops;
	f->mapping.host = &f->inode;
	f->inode.i_mapping = &f->mapping;
	f->file.f_inode = &f->inode;
	f->file.f_mapping = &f->mapping;
	f->file.f_mode = FMODE_READ | FMODE_WRITE;
	f->file.f_op = &file_ops;
#ifdef FL_HAVE_FILE_REF
	file_ref_init(&f->file.f_ref, 1);
#else
	atomic_long_set(&f->file.f_count, 1);
#endif
	return &f->file;
}

static bool last_reference(struct file *file)
{
#ifdef FL_HAVE_FILE_REF
	return file_ref_put(&file->f_ref);	/* below */
#else
	return atomic_long_dec_and_test(&file->f_count);
#endif
}

#ifdef FL_HAVE_FILE_REF
/* Called when the count may have dropped to none.  Nobody looks files up, so none
 * comes back. */
bool __file_ref_put(file_ref_t *ref, unsigned long cnt)
{
	if (cnt != FILE_REF_NOREF)
		fl_hw_panic("a file's reference count is %lx", cnt);
	return true;
}
#endif

void fput(struct file *file)
{
	struct memory_file *f = container_of(file, struct memory_file, file);
	struct folio *folio;
	unsigned long index;

	if (!last_reference(file))
		return;
	xa_for_each(&f->mapping.i_pages, index, folio) {
		VM_BUG_ON_FOLIO(folio_mapped(folio), folio);
		folio->mapping = NULL;
		folio_clear_dirty(folio);
		folio_put(folio);
	}
	xa_destroy(&f->mapping.i_pages);
	fl_hw_free(f);
}
