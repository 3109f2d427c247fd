/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.c - files, as used by system calls
 *
 *  - fl_file_create()   a tmpfs file of the largest size, for a mapping
 *  - fl_file_new()      an empty tmpfs file
 *  - fl_file_read_at(), _write_at(), _truncate(), _size(), _poll(), _ioctl()
 *  - fput()             drop a reference; after the last one, the file is
 *                       released when the thread leaves the kernel
 *
 * same: tmpfs files, by mm/shmem.c.  Hides: file systems on disks.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/poll.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/xarray.h>
#include <asm/hw.h>
#include "../port.h"
#include "vfs.h"

/* -- nodes of lib/xarray.c; a free node is always in its initial state -- */

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
	radix_tree_node_cachep = (void *)fl_hw_cache_create(
		"radix_tree_node", sizeof(struct xa_node),
		__alignof__(struct xa_node), clean_node);
}

/* -- creation -- */

/* Like open(O_TMPFILE), but reserve no memory for the size. */
static struct file *tmpfile_create(loff_t size)
{
#ifdef FL_HAVE_VMA_FLAGS_TYPE
	return shmem_file_setup("tmpfile", size,
				mk_vma_flags(VMA_NORESERVE_BIT));
#else
	return shmem_file_setup("tmpfile", size, VM_NORESERVE);
#endif
}

struct file *fl_file_create(void)
{
	struct file *file = tmpfile_create(MAX_LFS_FILESIZE);

	return IS_ERR(file) ? NULL : file;
}

static int fl_file_new(struct fl_file **out)
{
	struct file *file = tmpfile_create(0);

	if (IS_ERR(file))
		return PTR_ERR(file);
	*out = (struct fl_file *)file;
	return 0;
}

/* -- read(2), write(2), ftruncate(2), fstat(2) -- */

static struct kiocb call_at(struct file *file, loff_t at)
{
	return (struct kiocb){ .ki_filp = file, .ki_pos = at };
}

static long fl_file_read_at(struct fl_file *f, unsigned long offset,
			    void *memory, unsigned long len)
{
	struct file *file = (struct file *)f;
	struct kvec part = { memory, len };
	struct kiocb call = call_at(file, offset);
	struct iov_iter to;

	if (fl_proc_is(file))
		return fl_proc_read(file, offset, memory, len);
	if (!file->f_op->read_iter || (loff_t)offset < 0)
		return -EINVAL;
	iov_iter_kvec(&to, READ, &part, 1, len);
	return file->f_op->read_iter(&call, &to);
}

static long fl_file_write_at(struct fl_file *f, unsigned long offset,
			     const void *memory, unsigned long len)
{
	struct file *file = (struct file *)f;
	struct kvec part = { (void *)memory, len };
	struct kiocb call = call_at(file, offset);
	struct iov_iter from;

	if (fl_proc_is(file))
		return fl_proc_write(file, offset, memory, len);
	if (!file->f_op->write_iter || (loff_t)offset < 0)
		return -EINVAL;
	iov_iter_kvec(&from, WRITE, &part, 1, len);
	return file->f_op->write_iter(&call, &from);
}

static int fl_file_truncate(struct fl_file *f, unsigned long size)
{
	return fl_vfs_truncate((struct file *)f, size);
}

static unsigned long fl_file_size(struct fl_file *f)
{
	return i_size_read(file_inode((struct file *)f));
}

/* -- poll(2), ioctl(2) -- */

/* A file without a poll operation is always readable and writable. */
static unsigned int fl_file_poll(struct fl_file *f)
{
	struct file *file = (struct file *)f;

	return file->f_op->poll ?
		       (__force unsigned int)file->f_op->poll(file, NULL) :
		       (__force unsigned int)(EPOLLIN | EPOLLOUT);
}

static long fl_file_ioctl(struct fl_mm *mm, struct fl_file *f,
			  unsigned int command, unsigned long arg)
{
	struct file *file = (struct file *)f;
	long ret = -ENOTTY;

	fl_use_mm(mm);
	if (file->f_op->unlocked_ioctl)
		ret = file->f_op->unlocked_ioctl(file, command, arg);
	fl_task_work();
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}

/* -- references -- */

static void fl_file_get(struct fl_file *file)
{
	get_file((struct file *)file);
}

static void fl_file_put(struct fl_mm *mm, struct fl_file *file)
{
	if (mm)
		fl_use_mm(mm);
	fput((struct file *)file);
	fl_task_work();
}

static bool last_reference(struct file *file)
{
#ifdef FL_HAVE_FILE_REF
	return file_ref_put(&file->f_ref); /* calls __file_ref_put() */
#else
	return atomic_long_dec_and_test(&file->f_count);
#endif
}

#ifdef FL_HAVE_FILE_REF
/* Called when the count may have dropped to zero.  Files are not looked up
 * under RCU, so the last reference cannot be regained. */
bool __file_ref_put(file_ref_t *ref, unsigned long cnt)
{
	if (cnt != FILE_REF_NOREF)
		fl_hw_panic("unexpected reference count %#lx of a file", cnt);
	return true;
}
#endif

static void end_file(struct callback_head *work)
{
	struct fl_open_file *f = container_of(work, struct fl_open_file, work);
	struct inode *inode = f->file.f_inode;

	if (f->file.f_op->release)
		f->file.f_op->release(inode, &f->file);
	if (!S_ISREG(inode->i_mode)) {
		fl_chrdev_free(&f->file);
		return;
	}
	iput(inode);
	fl_hw_free(f);
}

/* Defer the release until the thread leaves the kernel, without locks. */
void fput(struct file *file)
{
	struct fl_open_file *f = fl_open_file(file);

	if (!last_reference(file))
		return;
	if (fl_proc_is(file)) {
		fl_proc_release(file);
		return;
	}
	f->work.func = end_file;
	f->work.next = current->task_works;
	current->task_works = &f->work;
}

/* Not a scheduling point: only the thread itself adds work. */
static noinline __attribute__((no_sanitize("thread"))) bool has_work(void)
{
	return current->task_works;
}

void fl_task_work(void)
{
	while (has_work()) {
		struct callback_head *work = current->task_works;

		current->task_works = work->next;
		work->func(work);
	}
}

const struct fl_file_ops fl_file_ops = {
	.open = fl_chrdev_open, /* chrdev.c has the names */
	.create = fl_file_new,
	.get = fl_file_get,
	.put = fl_file_put,
	.poll = fl_file_poll,
	.ioctl = fl_file_ioctl,
	.read = fl_file_read_at,
	.write = fl_file_write_at,
	.truncate = fl_file_truncate,
	.size = fl_file_size,
};
