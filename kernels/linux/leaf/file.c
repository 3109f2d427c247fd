/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.c - a file in memory that can be mapped, read and written
 *
 *  - fl_file_create()   one without a size: every page of it can be had
 *  - fl_file_new(), ... one with a size, as tmpfs has them
 *  - shmem_zero_setup() what backs shared memory without a file
 *  - fput()             the last reference, to a device's file as well (chrdev.c)
 *
 * custom: one inode a file, pages made by the first fault, no writeback, no LRU list.
 * Hides: every file system, and that such pages are reclaimed and moved.  It exists so
 * that the path meets pages that are not anonymous.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/backing-dev.h>
#include <linux/sched/mm.h>
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

#ifdef FL_HAVE_VMA_IS_SHMEM
bool vma_is_shmem(const struct vm_area_struct *vma) { return false; }
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

/* Return: a page of the file, which is made where there is none; NULL: no memory. */
static struct folio *get_page_of(struct address_space *mapping, pgoff_t index)
{
	struct folio *folio = xa_load(&mapping->i_pages, index);

	if (folio)
		return folio;
	folio = folio_alloc(GFP_KERNEL | __GFP_ZERO, 0);
	if (!folio)
		return NULL;
	folio->mapping = mapping;
	folio->index = index;
	folio_mark_uptodate(folio);
	if (xa_err(xa_store(&mapping->i_pages, index, folio, GFP_KERNEL))) {
		folio->mapping = NULL;
		folio_put(folio);
		return NULL;
	}
	return folio;
}

static vm_fault_t file_fault(struct vm_fault *vmf)
{
	struct folio *folio = get_page_of(vmf->vma->vm_file->f_mapping,
					  vmf->pgoff);

	if (!folio)
		return VM_FAULT_OOM;
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

/* -- the same with a size -- */

static struct inode *inode_of(struct file *file)
{
	return file->f_inode;
}

/* As filemap_fault(): the size is looked at again once the page is locked, since who
 * truncates the file takes each page's lock. */
static vm_fault_t sized_fault(struct vm_fault *vmf)
{
	struct inode *inode = inode_of(vmf->vma->vm_file);
	vm_fault_t ret;

	if (vmf->pgoff >= DIV_ROUND_UP(i_size_read(inode), PAGE_SIZE))
		return VM_FAULT_SIGBUS;
	ret = file_fault(vmf);
	if (ret != VM_FAULT_LOCKED ||
	    vmf->pgoff < DIV_ROUND_UP(i_size_read(inode), PAGE_SIZE))
		return ret;
	unlock_page(vmf->page);
	put_page(vmf->page);
	vmf->page = NULL;
	return VM_FAULT_SIGBUS;
}

static const struct vm_operations_struct sized_vm_ops = {
	.fault = sized_fault,
};

static int sized_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &sized_vm_ops;
	return 0;
}

static const struct file_operations sized_ops = {
	.mmap = sized_mmap,
};

/* -- made -- */

void fl_file_set_up(struct file *file, struct inode *inode,
		    struct address_space *mapping,
		    const struct file_operations *ops)
{
	xa_init_flags(&mapping->i_pages, XA_FLAGS_LOCK_IRQ);
	init_rwsem(&mapping->i_mmap_rwsem);
	mapping->i_mmap = RB_ROOT_CACHED;
	mapping->a_ops = &mapping_ops;
	mapping->host = inode;
	inode->i_mapping = mapping;
	file->f_inode = inode;
	file->f_mapping = mapping;
	file->f_mode = FMODE_READ | FMODE_WRITE;
	file->f_op = ops;
#ifdef FL_HAVE_FILE_REF
	file_ref_init(&file->f_ref, 1);
#else
	atomic_long_set(&file->f_count, 1);
#endif
}

static struct file *create(const struct file_operations *ops)
{
	struct memory_file *f = fl_hw_alloc(sizeof(*f), FL_ALLOC_ZERO);

	if (!f)
		return NULL;
	fl_file_set_up(&f->file, &f->inode, &f->mapping, ops);
	return &f->file;
}

struct file *fl_file_create(void) { return create(&file_ops); }

int fl_file_new(struct fl_file **out)
{
	struct file *file = create(&sized_ops);

	*out = (struct fl_file *)file;
	return file ? 0 : -ENOMEM;
}

/* Shared memory without a file has one that nobody else knows. */
int shmem_zero_setup(struct vm_area_struct *vma)
{
	struct file *file = create(&sized_ops);

	if (!file)
		return -ENOMEM;
	i_size_write(inode_of(file), vma->vm_end - vma->vm_start);
	if (vma->vm_file)
		fput(vma->vm_file);
	vma->vm_file = file;
	vma->vm_ops = &sized_vm_ops;
	return 0;
}

/* custom: where any mapping may be.  Hides: that one for huge pages is aligned. */
unsigned long shmem_get_unmapped_area(struct file *file, unsigned long addr,
				      unsigned long len, unsigned long pgoff,
				      unsigned long flags)
{
#if defined(FL_HAVE_MM_GET_AREA)
	return current->mm->get_unmapped_area(file, addr, len, pgoff, flags);
#elif defined(FL_HAVE_AREA_OF_MM)
	return mm_get_unmapped_area(current->mm, file, addr, len, pgoff, flags);
#else
	return mm_get_unmapped_area(file, addr, len, pgoff, flags);
#endif
}

/* -- reached by read(2), write(2) and their like -- */

static struct file *memory_file(struct fl_file *f)
{
	struct file *file = (struct file *)f;

	return file->f_op == &sized_ops ? file : NULL;
}

/* A part of a page is copied under the page's lock.  Return: 0; -ENOMEM; -ENODATA: it
 * is a hole, and to be read. */
static int copy_part(struct address_space *mapping, unsigned long at, void *memory,
		     unsigned long n, bool write)
{
	struct folio *folio = write ?
		get_page_of(mapping, at >> PAGE_SHIFT) :
		xa_load(&mapping->i_pages, at >> PAGE_SHIFT);
	char *part;

	if (!folio)
		return write ? -ENOMEM : -ENODATA;
	folio_get(folio);
	folio_lock(folio);
	part = (char *)folio_address(folio) + offset_in_page(at);
	memcpy(write ? part : memory, write ? memory : part, n);
	if (write)
		folio_mark_dirty(folio);
	folio_unlock(folio);
	folio_put(folio);
	return 0;
}

static unsigned long part_of_page(unsigned long at, unsigned long len)
{
	return min(len, PAGE_SIZE - offset_in_page(at));
}

long fl_file_read(struct fl_file *f, unsigned long offset, void *memory,
		  unsigned long len)
{
	struct file *file = memory_file(f);
	unsigned long size, done, n;

	if (fl_proc_is((struct file *)f))
		return fl_proc_read((struct file *)f, offset, memory, len);
	if (!file)
		return fl_chrdev_read((struct file *)f, memory, len);
	size = i_size_read(inode_of(file));
	len = offset < size ? min(len, size - offset) : 0;
	for (done = 0; done < len; done += n) {
		n = part_of_page(offset + done, len - done);
		if (copy_part(file->f_mapping, offset + done, memory + done, n,
			      false))
			memset(memory + done, 0, n);
	}
	return len;
}

long fl_file_write(struct fl_file *f, unsigned long offset, const void *memory,
		   unsigned long len)
{
	struct file *file = memory_file(f);
	unsigned long done, n;

	if (fl_proc_is((struct file *)f))
		return fl_proc_write((struct file *)f, offset, memory, len);
	if (!file)
		return -EINVAL;
	if (offset + len < offset || offset + len > MAX_LFS_FILESIZE)
		return -EFBIG;
	for (done = 0; done < len; done += n) {
		n = part_of_page(offset + done, len - done);
		if (copy_part(file->f_mapping, offset + done,
			      (void *)memory + done, n, true))
			break;
		if (offset + done + n > i_size_read(inode_of(file)))
			i_size_write(inode_of(file), offset + done + n);
	}
	return done ?: len ? -ENOMEM : 0;
}

/* A page leaves the file. */
static void drop_page(struct address_space *mapping, struct folio *folio)
{
	folio_get(folio);
	folio_lock(folio);
	/* By a fault that saw the size as it was before. */
	if (folio_mapped(folio))
		unmap_mapping_folio(folio);
	xa_erase(&mapping->i_pages, folio->index);
	folio->mapping = NULL;
	folio_clear_dirty(folio);
	folio_unlock(folio);
	folio_put(folio);
	folio_put(folio);
}

int fl_file_truncate(struct fl_file *f, unsigned long size)
{
	struct file *file = memory_file(f);
	struct address_space *mapping;
	struct folio *folio;
	unsigned long index;

	if (!file || size > MAX_LFS_FILESIZE)
		return -EINVAL;
	mapping = file->f_mapping;
	i_size_write(inode_of(file), size);
	unmap_mapping_range(mapping, round_up(size, PAGE_SIZE), 0, 1);
	xa_for_each_start(&mapping->i_pages, index, folio,
			  DIV_ROUND_UP(size, PAGE_SIZE))
		drop_page(mapping, folio);
	folio = offset_in_page(size) ?
		xa_load(&mapping->i_pages, size >> PAGE_SHIFT) : NULL;
	if (folio)
		memset((char *)folio_address(folio) + offset_in_page(size), 0,
		       PAGE_SIZE - offset_in_page(size));
	return 0;
}

unsigned long fl_file_size(struct fl_file *f)
{
	struct file *file = memory_file(f);

	return file ? i_size_read(inode_of(file)) : 0;
}

/* -- references -- */

void fl_file_get(struct fl_file *file) { get_file((struct file *)file); }

void fl_file_put(struct fl_mm *mm, struct fl_file *file)
{
	if (mm)
		fl_use_mm(mm);
	fput((struct file *)file);
	fl_task_work();
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

/* Not a step: it stays as it is while there is a file. */
static noinline __attribute__((no_sanitize("thread"))) bool
is_memory(const struct file *file)
{
	return file->f_op == &file_ops || file->f_op == &sized_ops;
}

void fput(struct file *file)
{
	struct memory_file *f = container_of(file, struct memory_file, file);
	struct folio *folio;
	unsigned long index;

	if (!last_reference(file))
		return;
	if (!is_memory(file)) {
		if (fl_proc_is(file))
			fl_proc_release(file);
		else
			fl_file_release(file);
		return;
	}
	xa_for_each(&f->mapping.i_pages, index, folio) {
		VM_BUG_ON_FOLIO(folio_mapped(folio), folio);
		folio->mapping = NULL;
		folio_clear_dirty(folio);
		folio_put(folio);
	}
	xa_destroy(&f->mapping.i_pages);
	fl_hw_free(f);
}
