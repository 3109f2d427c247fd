/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vfs.c - the inodes, files and the single mount that mm/shmem.c needs from fs/
 *
 *  - kern_mount(), get_tree_nodev()	the tmpfs mount
 *  - new_inode(), igrab(), iput()	inodes
 *  - alloc_file_pseudo()		an open file without a name
 *  - vfs_fallocate(), fl_vfs_truncate(), generic_write_checks()
 *  - times, names, owners, extended attributes: not stored
 *
 * same: the life cycle of an inode, and size checks.  Hides: path lookup, inode
 * and dentry caches, owners and permissions, quotas, time stamps, writeback.
 */
#include <linux/backing-dev.h>
#include <linux/cred.h>
#include <linux/falloc.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/iversion.h>
#include <linux/kobject.h>
#include <linux/mount.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/uio.h>
#include <linux/user_namespace.h>
#include <linux/uuid.h>
#include <linux/xattr.h>
#include <asm/hw.h>
#include "vfs.h"

/* -- the tmpfs mount, and one for inodes that belong to no file system -- */

#ifdef FL_HAVE_MNT_IDMAP
struct mnt_idmap {
	unsigned int unused;
};
struct mnt_idmap nop_mnt_idmap;
#define SAME_OWNERS .mnt_idmap = &nop_mnt_idmap
#else
struct user_namespace init_user_ns;
#define SAME_OWNERS .mnt_userns = &init_user_ns
#endif

struct backing_dev_info noop_backing_dev_info;

static const struct super_operations no_super_ops;
static struct super_block tmpfs_super;
static struct super_block bare_super = {
	.s_op = &no_super_ops,
	.s_bdi = &noop_backing_dev_info,
	.s_maxbytes = MAX_LFS_FILESIZE,
	.s_blocksize = PAGE_SIZE,
	.s_blocksize_bits = PAGE_SHIFT,
};
static struct vfsmount tmpfs_mount = { SAME_OWNERS };
static struct vfsmount bare_mount = { .mnt_sb = &bare_super, SAME_OWNERS };

/* custom: no device has writeback.  Hides: throttling of tasks that dirty
 * pages. */
struct backing_dev_info *inode_to_bdi(struct inode *inode)
{
	return &noop_backing_dev_info;
}

/* noop: file systems are not looked up by name. */
int register_filesystem(struct file_system_type *type)
{
	return 0;
}

int get_tree_nodev(struct fs_context *fc,
		   int (*fill_super)(struct super_block *sb,
				     struct fs_context *fc))
{
	int ret;

	tmpfs_super.s_type = fc->fs_type;
	tmpfs_super.s_flags = fc->sb_flags;
	tmpfs_super.s_bdi = &noop_backing_dev_info;
	ret = fill_super(&tmpfs_super, fc);
	fc->root = ret ? NULL : tmpfs_super.s_root;
	return ret;
}

/* Called once, at boot. */
struct vfsmount *kern_mount(struct file_system_type *type)
{
	struct fs_context fc = { .fs_type = type, .sb_flags = SB_KERNMOUNT };
	int ret = type->init_fs_context(&fc);

	if (ret)
		return ERR_PTR(ret);
	ret = fc.ops->get_tree(&fc);
	fc.ops->free(&fc);
	if (ret)
		return ERR_PTR(ret);
	tmpfs_mount.mnt_root = fc.root;
	tmpfs_mount.mnt_sb = &tmpfs_super;
	return &tmpfs_mount;
}

static void dentry_init(struct dentry *dentry, struct inode *inode)
{
	dentry->d_parent = dentry;
	dentry->d_inode = inode;
	dentry->d_sb = inode->i_sb;
}

struct dentry *d_make_root(struct inode *inode)
{
	static struct dentry root;

	dentry_init(&root, inode);
	return &root;
}

/* -- inodes -- */

static const struct inode_operations no_inode_ops;
static const struct file_operations no_file_ops;
static const struct address_space_operations no_mapping_ops = {
	.dirty_folio = noop_dirty_folio,
};

void inode_init_once(struct inode *inode)
{
	struct address_space *mapping = &inode->i_data;

	memset(inode, 0, sizeof(*inode));
	INIT_LIST_HEAD(&inode->i_lru);
	INIT_LIST_HEAD(&inode->i_io_list);
	INIT_LIST_HEAD(&inode->i_sb_list);
	i_size_ordered_init(inode);
	xa_init_flags(&mapping->i_pages, XA_FLAGS_LOCK_IRQ);
	init_rwsem(&mapping->i_mmap_rwsem);
	mapping->i_mmap = RB_ROOT_CACHED;
}

void fl_inode_init(struct super_block *sb, struct inode *inode)
{
	struct address_space *mapping = &inode->i_data;

	inode_init_once(inode);
	spin_lock_init(&inode->i_lock);
	init_rwsem(&inode->i_rwsem);
	init_rwsem(&mapping->invalidate_lock);
	inode->i_sb = sb;
	inode->i_blkbits = sb->s_blocksize_bits;
	atomic_set(&inode->i_count, 1);
	inode->__i_nlink = 1;
	inode->i_op = &no_inode_ops;
	inode->i_fop = &no_file_ops;
	inode->i_mapping = mapping;
	mapping->host = inode;
	mapping->a_ops = &no_mapping_ops;
	mapping_set_gfp_mask(mapping, GFP_HIGHUSER_MOVABLE);
}

void fl_inode_init_bare(struct inode *inode)
{
	fl_inode_init(&bare_super, inode);
}

struct inode *new_inode(struct super_block *sb)
{
	struct inode *inode = sb->s_op->alloc_inode(sb);

	if (inode)
		fl_inode_init(sb, inode);
	return inode;
}

void ihold(struct inode *inode)
{
	atomic_inc(&inode->i_count);
}

struct inode *igrab(struct inode *inode)
{
	return atomic_inc_not_zero(&inode->i_count) ? inode : NULL;
}

static void free_after_readers(struct rcu_head *head)
{
	struct inode *inode = container_of(head, struct inode, i_rcu);

	inode->i_sb->s_op->free_inode(inode);
}

void iput(struct inode *inode)
{
	const struct super_operations *ops;

	if (!inode || !atomic_dec_and_test(&inode->i_count))
		return;
	ops = inode->i_sb->s_op;
	ops->evict_inode(inode);
	if (ops->destroy_inode)
		ops->destroy_inode(inode);
	call_rcu(&inode->i_rcu, free_after_readers);
}

/* same: an evicted inode has no pages, but may have nodes that MADV_COLLAPSE
 * added. */
void clear_inode(struct inode *inode)
{
	xa_destroy(&inode->i_data.i_pages);
	BUG_ON(inode->i_data.nrpages);
}

void inc_nlink(struct inode *inode)
{
	inode->__i_nlink++;
}
void clear_nlink(struct inode *inode)
{
	inode->__i_nlink = 0;
}

/* The first argument was another one until 6.2. */
#ifdef FL_HAVE_MNT_IDMAP
void inode_init_owner(struct mnt_idmap *idmap, struct inode *inode,
		      const struct inode *dir, umode_t mode)
#else
void inode_init_owner(struct user_namespace *ns, struct inode *inode,
		      const struct inode *dir, umode_t mode)
#endif
{
	inode->i_mode = mode;
}

void inode_add_bytes(struct inode *inode, loff_t bytes)
{
	inode->i_blocks += bytes >> SECTOR_SHIFT;
}

void inode_sub_bytes(struct inode *inode, loff_t bytes)
{
	inode->i_blocks -= bytes >> SECTOR_SHIFT;
}

/* noop: no inode is reclaimed or written. */
void inode_add_lru(struct inode *inode)
{
}
void inode_lru_list_add(struct inode *inode)
{
}
void __mark_inode_dirty(struct inode *inode, int flags)
{
}

/* -- open files -- */

void fl_open_file_init(struct fl_open_file *f, struct inode *inode,
		       struct vfsmount *mount,
		       const struct file_operations *ops)
{
	/* In 7.2 this field is const outside the VFS. */
	struct path *path = (struct path *)&f->file.f_path;

	dentry_init(&f->dentry, inode);
	path->mnt = mount ?: &bare_mount;
	path->dentry = &f->dentry;
	f->file.f_inode = inode;
	f->file.f_mapping = inode->i_mapping;
	f->file.f_mode = FMODE_READ | FMODE_WRITE | FMODE_CAN_READ |
			 FMODE_CAN_WRITE;
	f->file.f_flags = O_RDWR;
	f->file.f_op = ops;
	spin_lock_init(&f->file.f_lock);
#ifdef FL_HAVE_FILE_REF
	file_ref_init(&f->file.f_ref, 1);
#else
	atomic_long_set(&f->file.f_count, 1);
#endif
}

struct file *alloc_file_pseudo(struct inode *inode, struct vfsmount *mount,
			       const char *name, int flags,
			       const struct file_operations *ops)
{
	struct fl_open_file *f = fl_hw_alloc(sizeof(*f),
					     FL_ALLOC_ZERO | FL_ALLOC_SLEEP);

	if (!f)
		return ERR_PTR(-ENOMEM);
	fl_open_file_init(f, inode, mount, ops);
	return &f->file;
}

bool path_noexec(const struct path *path)
{
	return false;
}

/* custom: prints nothing.  Hides: the file's name in the dump of a page. */
void dump_mapping(const struct address_space *mapping)
{
}

/* -- sizes -- */

int inode_newsize_ok(const struct inode *inode, loff_t size)
{
	if (size < 0)
		return -EINVAL;
	return size > inode->i_size && size > inode->i_sb->s_maxbytes ? -EFBIG :
									0;
}

#ifdef FL_HAVE_MNT_IDMAP
int setattr_prepare(struct mnt_idmap *idmap, struct dentry *dentry,
		    struct iattr *attr)
#else
int setattr_prepare(struct user_namespace *ns, struct dentry *dentry,
		    struct iattr *attr)
#endif
{
	return attr->ia_valid & ATTR_SIZE ?
		       inode_newsize_ok(d_inode(dentry), attr->ia_size) :
		       0;
}

#ifdef FL_HAVE_MNT_IDMAP
void setattr_copy(struct mnt_idmap *idmap, struct inode *inode,
		  const struct iattr *attr)
{
}
#else
void setattr_copy(struct user_namespace *ns, struct inode *inode,
		  const struct iattr *attr)
{
}
#endif

int fl_vfs_truncate(struct file *file, loff_t size)
{
	struct inode *inode = file_inode(file);
	struct iattr attr = {
		.ia_valid = ATTR_SIZE | ATTR_FILE,
		.ia_size = size,
		.ia_file = file,
	};
	int ret;

	if (!S_ISREG(inode->i_mode) || !inode->i_op->setattr)
		return -EINVAL;
	inode_lock(inode);
#ifdef FL_HAVE_MNT_IDMAP
	ret = inode->i_op->setattr(&nop_mnt_idmap, file->f_path.dentry, &attr);
#else
	ret = inode->i_op->setattr(&init_user_ns, file->f_path.dentry, &attr);
#endif
	inode_unlock(inode);
	return ret;
}

ssize_t generic_write_checks(struct kiocb *call, struct iov_iter *from)
{
	loff_t most = file_inode(call->ki_filp)->i_sb->s_maxbytes;

	if (!iov_iter_count(from))
		return 0;
	if (call->ki_pos >= most)
		return -EFBIG;
	iov_iter_truncate(from, most - call->ki_pos);
	return iov_iter_count(from);
}

#define PUNCH_OR_KEEP (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)

int vfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);

	if (offset < 0 || len <= 0)
		return -EINVAL;
	if (mode & ~PUNCH_OR_KEEP || mode == FALLOC_FL_PUNCH_HOLE)
		return -EOPNOTSUPP;
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!S_ISREG(inode->i_mode))
		return -ENODEV;
	if (offset + len > inode->i_sb->s_maxbytes || offset + len < 0)
		return -EFBIG;
	return file->f_op->fallocate ?
		       file->f_op->fallocate(file, mode, offset, len) :
		       -EOPNOTSUPP;
}

/* -- times, owners and names: nothing is stored, nothing is refused -- */

static const struct cred no_owner;

void fl_vfs_set_owner(struct task_struct *task)
{
	rcu_assign_pointer(task->cred, &no_owner);
}

struct timespec64 current_time(struct inode *inode)
{
	return (struct timespec64){};
}
struct timespec64 inode_set_ctime_current(struct inode *inode)
{
	return (struct timespec64){};
}
struct timespec64 simple_inode_init_ts(struct inode *inode)
{
	return (struct timespec64){};
}
void touch_atime(const struct path *path)
{
}
int file_update_time(struct file *file)
{
	return 0;
}
int file_modified(struct file *file)
{
	return 0;
}
int file_remove_privs(struct file *file)
{
	return 0;
}

#ifdef FL_HAVE_MNT_IDMAP
bool inode_owner_or_capable(struct mnt_idmap *idmap, const struct inode *inode)
{
	return true;
}
int inode_permission(struct mnt_idmap *idmap, struct inode *inode, int mask)
{
	return 0;
}
#else
bool inode_owner_or_capable(struct user_namespace *ns,
			    const struct inode *inode)
{
	return true;
}
int inode_permission(struct user_namespace *ns, struct inode *inode, int mask)
{
	return 0;
}
#endif

#ifdef FL_HAVE_XATTR_CACHE
void simple_xattrs_free(struct simple_xattr_cache *cache,
			struct list_head *xattrs, size_t *freed)
{
	if (freed)
		*freed = 0;
}
#elif defined(FL_HAVE_XATTRS_INIT)
void simple_xattrs_init(struct simple_xattrs *xattrs)
{
}
void simple_xattrs_free(struct simple_xattrs *xattrs, size_t *freed)
{
	if (freed)
		*freed = 0;
}
#endif
#ifdef FL_HAVE_SIMPLE_OFFSET
void simple_offset_init(struct offset_ctx *context)
{
}
void simple_offset_destroy(struct offset_ctx *context)
{
}
#endif
bool inode_maybe_inc_iversion(struct inode *inode, bool force)
{
	return false;
}
void lockdep_annotate_inode_mutex_key(struct inode *inode)
{
}
void uuid_gen(uuid_t *uuid)
{
	memset(uuid, 0, sizeof(*uuid));
}

/* noop: there is no /sys/fs, and there are no attributes. */
struct kobject *fs_kobj;
struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	static struct kobject object;

	return &object;
}
int sysfs_create_group(struct kobject *object,
		       const struct attribute_group *group)
{
	return 0;
}
