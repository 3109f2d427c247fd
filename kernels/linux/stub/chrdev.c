/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * chrdev.c - devices that user code opens by name
 *
 *  - cdev_init(), cdev_device_add(), device_initialize(), put_device(), ...
 *  - fl_chrdev_add()   add a name without a device, as in debugfs
 *  - fl_chrdev_open()  open(2)
 *  - anon_inode_create_getfile(), fd_install(), ...  files without a name
 *  - fl_chrdev_free()  free a file after the last close (file.c)
 *
 * same: the lifetime of a device, to which each open file holds a reference.
 * custom: names are kept in a table of the port.  Hides: sysfs and udev; a
 * driver that does not free its name; modules, which cannot be unloaded while
 * in use.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/task_work.h>
#include <linux/anon_inodes.h>
#include <linux/spinlock.h>
#include <linux/uio.h>
#include <asm/hw.h>
#include "../port.h"
#include "vfs.h"

#define MAX_NAMES    8
#define MAJOR_NUMBER 240

/* The entry is in use while @name is not empty, and can be opened while @ops is
 * set. */
static struct name {
	char name[24];
	const struct file_operations *ops;
	struct cdev *cdev; /* NULL: not a device */
	unsigned int opened;
} names[MAX_NAMES];
static DEFINE_SPINLOCK(names_lock); /* guards all of names[] */

struct device_file {
	struct fl_open_file open;
	struct inode inode;
	struct name *name; /* NULL: the file has no name */
};

/* -- devices -- */

void device_initialize(struct device *dev)
{
	kref_init(&dev->kobj.kref);
	INIT_LIST_HEAD(&dev->kobj.entry);
	dev->kobj.state_initialized = 1;
}

/* Return: the entry of this name, else a free entry, else NULL. */
static struct name *chrdev_name(const char *name)
{
	struct name *free = NULL;
	unsigned int i;

	lockdep_assert_held(&names_lock);
	for (i = 0; i < MAX_NAMES; i++) {
		if (!strcmp(names[i].name, name))
			return &names[i];
		if (!*names[i].name && !free)
			free = &names[i];
	}
	return free;
}

int dev_set_name(struct device *dev, const char *fmt, ...)
{
	char name[sizeof(names->name)];
	struct name *place;
	va_list args;

	va_start(args, fmt);
	vsnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	spin_lock(&names_lock);
	place = chrdev_name(name);
	if (place)
		strcpy(place->name, name);
	spin_unlock(&names_lock);
	if (!place)
		return -ENOMEM;
	dev->kobj.name = place->name;
	return 0;
}

static void device_release(struct kref *kref)
{
	struct device *dev = container_of(kref, struct device, kobj.kref);

	if (dev->release)
		dev->release(dev);
}

struct device *get_device(struct device *dev)
{
	kref_get(&dev->kobj.kref);
	return dev;
}

void put_device(struct device *dev)
{
	kref_put(&dev->kobj.kref, device_release);
}

/* -- device numbers: one major is enough -- */

int alloc_chrdev_region(dev_t *dev, unsigned int first, unsigned int count,
			const char *name)
{
	*dev = MKDEV(MAJOR_NUMBER, first);
	return 0;
}

void unregister_chrdev_region(dev_t from, unsigned int count)
{
}

void cdev_init(struct cdev *cdev, const struct file_operations *ops)
{
	memset(cdev, 0, sizeof(*cdev));
	INIT_LIST_HEAD(&cdev->list);
	kref_init(&cdev->kobj.kref);
	cdev->ops = ops;
}

/* The cdev is deleted and its last file is closed: drop its device. */
static void cdev_release(struct kref *kref)
{
	struct cdev *cdev = container_of(kref, struct cdev, kobj.kref);

	put_device(container_of(cdev->kobj.parent, struct device, kobj));
}

int cdev_device_add(struct cdev *cdev, struct device *dev)
{
	struct name *name = (struct name *)dev_name(dev);

	cdev->dev = dev->devt;
	cdev->count = 1;
	cdev->kobj.parent = &get_device(dev)->kobj;
	spin_lock(&names_lock);
	name->ops = cdev->ops;
	name->cdev = cdev;
	spin_unlock(&names_lock);
	return 0;
}

void cdev_device_del(struct cdev *cdev, struct device *dev)
{
	struct name *name = (struct name *)dev_name(dev);

	spin_lock(&names_lock);
	name->ops = NULL;
	name->cdev = NULL;
	*name->name = '\0';
	spin_unlock(&names_lock);
	kref_put(&cdev->kobj.kref, cdev_release);
}

int fl_chrdev_add(const char *what, const struct file_operations *ops)
{
	struct name *name;

	spin_lock(&names_lock);
	name = chrdev_name(what);
	if (name) {
		snprintf(name->name, sizeof(name->name), "%s", what);
		name->ops = ops;
	}
	spin_unlock(&names_lock);
	return name ? 0 : -ENOMEM;
}

unsigned int fl_chrdev_opened(void)
{
	unsigned int i, n = 0;

	spin_lock(&names_lock);
	for (i = 0; i < MAX_NAMES; i++)
		n += names[i].opened;
	spin_unlock(&names_lock);
	return n;
}

/* -- open files -- */

/* Return: the name, with a reference to its device if it has one; or NULL. */
static struct name *name_get(const char *what)
{
	struct name *name;

	spin_lock(&names_lock);
	name = chrdev_name(what);
	if (name && name->ops) {
		name->opened++;
		if (name->cdev)
			kref_get(&name->cdev->kobj.kref);
	} else {
		name = NULL;
	}
	spin_unlock(&names_lock);
	return name;
}

static void name_put(struct name *name, struct cdev *cdev)
{
	spin_lock(&names_lock);
	name->opened--;
	spin_unlock(&names_lock);
	if (cdev)
		kref_put(&cdev->kobj.kref, cdev_release);
}

/* Return: a file that its driver has not opened yet; or NULL. */
static struct device_file *new_file(struct name *name,
				    const struct file_operations *ops)
{
	struct device_file *f = fl_hw_alloc(sizeof(*f),
					    FL_ALLOC_ZERO | FL_ALLOC_SLEEP);

	if (!f)
		return NULL;
	fl_inode_init_bare(&f->inode);
	f->name = name;
	f->inode.i_cdev = name ? name->cdev : NULL;
	f->inode.i_rdev = f->inode.i_cdev ? name->cdev->dev : 0;
	f->inode.i_mode = name ? S_IFCHR : 0;
	fl_open_file_init(&f->open, &f->inode, NULL, ops);
	return f;
}

static void free_file(struct device_file *f)
{
	if (f->name)
		name_put(f->name, f->inode.i_cdev);
	fl_hw_free(f);
}

int fl_chrdev_open(struct fl_mm *mm, const char *what, struct fl_file **out)
{
	struct name *name = name_get(what);
	struct device_file *f;
	int ret = 0;

	if (!name)
		return -ENOENT;
	fl_use_mm(mm);
	f = new_file(name, name->ops);
	if (!f) {
		name_put(name, name->cdev);
		return -ENOMEM;
	}
	if (name->ops->open)
		ret = name->ops->open(&f->inode, &f->open.file);
	if (ret)
		free_file(f);
	else
		*out = (struct fl_file *)&f->open.file;
	return ret;
}

/* -- files without a name -- */

#ifdef FL_HAVE_USERFAULTFD
/* custom: each file has its own inode.  Hides: the file's name in /proc. */
struct file *anon_inode_create_getfile(const char *name,
				       const struct file_operations *ops,
				       void *data, int flags,
				       const struct inode *context)
{
	struct device_file *f = new_file(NULL, ops);

	if (!f)
		return ERR_PTR(-ENOMEM);
	f->open.file.private_data = data;
	f->open.file.f_flags = flags;
	return &f->open.file;
}

/* custom: a system call creates at most one file.  The caller in the host
 * assigns the descriptor. */
static struct file *published;

int get_unused_fd_flags(unsigned int flags)
{
	return 0;
}
void put_unused_fd(unsigned int fd)
{
}
void fd_install(unsigned int fd, struct file *file)
{
	published = file;
}

struct file *fl_file_published(void)
{
	struct file *file = published;

	published = NULL;
	return file;
}
#endif

void fl_chrdev_free(struct file *file)
{
	free_file(container_of(fl_open_file(file), struct device_file, open));
}

/* noop: devices are not seekable. */
loff_t default_llseek(struct file *file, loff_t offset, int whence)
{
	return -ESPIPE;
}

int nonseekable_open(struct inode *inode, struct file *file)
{
	return 0;
}
