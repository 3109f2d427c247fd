/* SPDX-License-Identifier: GPL-2.0-only */
/* vfs.h - declarations shared by the files of the port and those of tmpfs */
#ifndef FL_STUB_VFS_H
#define FL_STUB_VFS_H

#include <linux/fs.h>

/*
 * An open file with the VFS objects that it needs.  All are initialised, so
 * that mm/ finds no unset pointer.
 */
struct fl_open_file {
	struct file file;
	struct dentry dentry;
	struct callback_head work; /* releases the file */
};

static inline struct fl_open_file *fl_open_file(struct file *file)
{
	return container_of(file, struct fl_open_file, file);
}

/* fl_inode_init - initialise an inode: one reference, no pages, no type */
void fl_inode_init(struct super_block *sb, struct inode *inode);

/*
 * fl_inode_init_bare - the same for the inode of a device or of an anonymous
 * file, which belongs to no mounted file system
 */
void fl_inode_init_bare(struct inode *inode);

/*
 * fl_open_file_init - open @inode for reading and writing, with one reference
 * @f: all zero
 * @mount: NULL for the inode of a device or of an anonymous file
 */
void fl_open_file_init(struct fl_open_file *f, struct inode *inode,
		       struct vfsmount *mount,
		       const struct file_operations *ops);

/* fl_vfs_truncate - set the size, like do_truncate().  Return: 0, -errno.
 * Context: the inode is not locked. */
int fl_vfs_truncate(struct file *file, loff_t size);

#endif
