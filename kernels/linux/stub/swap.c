/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * swap.c - a small swap file, below the tree's own swapfile.c and page_io.c
 *
 * custom: the file is an array of pages in memory.  The first page is the
 * header that mkswap(8) would write.  Reads and writes are synchronous.
 * Hides: the block layer, disks that are slow or fail, readahead.
 *
 * A kernel swaps out large folios without splitting them only to a solid-state
 * disk, in clusters of as many pages as a huge page has.  A file with room for
 * such a cluster presents itself as a solid-state disk.
 */
#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/uio.h>
#include <linux/bvec.h>
#include <linux/xarray.h>
#ifdef FL_HAVE_PAGEVEC_TAG
#include <linux/pagevec.h>
#endif
#include <linux/cpuhotplug.h>
#include <linux/workqueue.h>
#include <asm/hw.h>
#if __has_include(<linux/swap_ops.h>)
#include <linux/swap_ops.h>
#endif

/* Number of pages of the file, including the header. */
#define SLOTS (fl_hw.nr_swap_pages)

struct swap_store {
	struct file file;
	struct inode inode;
	struct super_block sb;
	struct dentry dentry;
	struct address_space mapping;
	struct block_device bdev;
	struct gendisk disk;
	struct block_device_operations fops;
	struct request_queue queue;
	char *data;
};

static struct swap_store store;
static struct filename no_name;

/* noop: no readahead beyond the requested page. */
int page_cluster;
const int page_cluster_max = 31;

/* -- the file -- */

/* The header occupies a page of the first cluster, so two are needed. */
static bool has_whole_cluster(void)
{
	return SLOTS >= 2 * HPAGE_PMD_NR;
}

static void make_solid_state(void)
{
#ifdef QUEUE_FLAG_NONROT /* replaced by BLK_FEAT_ROTATIONAL in 6.11 */
	__set_bit(QUEUE_FLAG_NONROT, &store.queue.queue_flags);
#endif
	store.disk.fops = &store.fops;
	store.disk.queue = &store.queue;
	store.bdev.bd_disk = &store.disk;
	store.bdev.bd_queue = &store.queue;
	store.sb.s_bdev = &store.bdev;
}

static int read_folio(struct file *file, struct folio *folio)
{
	union swap_header *header = folio_address(folio);

	memset(header, 0, PAGE_SIZE);
	header->info.version = 1;
	header->info.last_page = SLOTS - 1;
	memcpy(header->magic.magic, "SWAPSPACE2", 10);
	folio_mark_uptodate(folio);
	folio_unlock(folio);
	return 0;
}

static void transfer_pages(loff_t at, const struct bio_vec *vec,
			   unsigned long n, bool write)
{
	for (; n--; vec++) {
		char *memory = page_address(vec->bv_page) + vec->bv_offset;
		char *disk = store.data + at;

		if (at + vec->bv_len > SLOTS * PAGE_SIZE)
			fl_hw_panic("swap: byte %lld is beyond "
				    "the file's %lu bytes",
				    at, SLOTS * PAGE_SIZE);
		memcpy(write ? disk : memory, write ? memory : disk,
		       vec->bv_len);
		at += vec->bv_len;
	}
}

#ifdef FL_HAVE_SWAP_OPS
static void submit(struct swap_io_ctx *ctx, int rw)
{
	struct swap_iocb *sio = ctx->sio;
	struct iov_iter iter;

	swap_fs_prepare_rw(ctx, rw, &iter);
	transfer_pages(sio->iocb.ki_pos, sio->bvecs, sio->nr_bvecs,
		       rw == WRITE);
	sio->iocb.ki_complete(&sio->iocb, sio->len);
}

static void submit_write(struct swap_io_ctx *ctx)
{
	submit(ctx, WRITE);
}
static void submit_read(struct swap_io_ctx *ctx)
{
	submit(ctx, READ);
}

static const struct swap_ops swap_file_ops = {
	.can_merge = swap_fs_can_merge,
	.submit_write = submit_write,
	.submit_read = submit_read,
};
#else
static int swap_rw(struct kiocb *iocb, struct iov_iter *iter)
{
	size_t count = iov_iter_count(iter);

	transfer_pages(iocb->ki_pos, iter->bvec, iter->nr_segs,
		       iov_iter_rw(iter) == WRITE);
	return count;
}
#endif

static int swap_activate(struct swap_info_struct *sis, struct file *file,
			 sector_t *span)
{
	*span = sis->pages;
	if (has_whole_cluster())
		sis->flags |= SWP_BLKDEV;
#ifdef FL_HAVE_SWAP_OPS
	return swap_fs_activate(sis, &swap_file_ops);
#else
	sis->flags |= SWP_FS_OPS;
	return add_swap_extent(sis, 0, sis->max, 0);
#endif
}

static const struct address_space_operations swap_file_aops = {
	.read_folio = read_folio,
	.swap_activate = swap_activate,
#ifndef FL_HAVE_SWAP_OPS
	.swap_rw = swap_rw,
#endif
};

/* Called by swapon().  The name is ignored. */
struct file *file_open_name(struct filename *name, int flags, umode_t mode)
{
	store.data = fl_hw_boot_alloc(SLOTS * PAGE_SIZE, PAGE_SIZE);
	xa_init_flags(&store.mapping.i_pages, XA_FLAGS_LOCK_IRQ);
	init_rwsem(&store.mapping.i_mmap_rwsem);
	init_rwsem(&store.mapping.invalidate_lock);
	init_rwsem(&store.inode.i_rwsem);
	store.mapping.a_ops = &swap_file_aops;
	store.mapping.host = &store.inode;
	store.inode.i_mapping = &store.mapping;
	store.inode.i_mode = S_IFREG;
	store.inode.i_sb = &store.sb;
	i_size_write(&store.inode, SLOTS * PAGE_SIZE);
	store.dentry.d_parent = &store.dentry;
	store.file.f_inode = &store.inode;
	store.file.f_mapping = &store.mapping;
	/* In 7.2 this field is const outside the VFS. */
	((struct path *)&store.file.f_path)->dentry = &store.dentry;
	if (has_whole_cluster())
		make_solid_state();
	return &store.file;
}

#ifdef FL_HAVE_GETNAME_INLINE
struct filename *getname_flags(const char __user *name, int flags)
#else
struct filename *getname(const char __user *name)
#endif
{
	return &no_name;
}
void putname(struct filename *name)
{
}
void inode_dio_wait(struct inode *inode)
{
}

#ifdef FL_HAVE_PAGEVEC_TAG
/* noop: no page of a file is being written. */
unsigned pagevec_lookup_range_tag(struct pagevec *pvec,
				  struct address_space *mapping, pgoff_t *index,
				  pgoff_t end, xa_mark_t tag)
{
	return 0;
}
#endif

/* -- stubs of lib/ and kernel/ that swap files need -- */

/* noop: no worker reclaims clusters of a nearly full swap file. */
struct workqueue_struct *system_percpu_wq, *system_wq;
bool queue_work_on(int cpu, struct workqueue_struct *wq,
		   struct work_struct *work)
{
	return false;
}

/* noop: swap slot caches are never enabled, since they need more slots than
 * this swap file has. */
int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool invoke,
			int (*startup)(unsigned int cpu),
			int (*teardown)(unsigned int cpu), bool multi_instance)
{
	return 0;
}
