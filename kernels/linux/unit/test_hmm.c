/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * test_hmm.c - the tree's lib/test_hmm.c, the driver of its HMM selftests
 *
 *  - fl_test_hmm_load()    load the driver, with four devices if memory permits
 *  - fl_test_hmm_unload()  unload the driver
 *  - fl_dmirror_*()        operations of a device and its program on a file
 */
#include "lib/test_hmm.c"
#include "../port.h"

#define CHUNK_FRAMES (DEVMEM_CHUNK_SIZE >> PAGE_SHIFT)

static bool loaded;

/*
 * Reserve the coherent memory, which the CPU can access as well: the last two
 * chunks.  On real hardware, its address comes from firmware tables, for
 * example, and is passed to the driver when it is loaded.  Return: 0, -ENOMEM.
 */
static int reserve_coherent(void)
{
	spm_addr_dev0 = PFN_PHYS(FL_NR_PFNS - 2 * CHUNK_FRAMES);
	spm_addr_dev1 = spm_addr_dev0 + DEVMEM_CHUNK_SIZE;
	return request_mem_region(spm_addr_dev0, 2UL * DEVMEM_CHUNK_SIZE,
				  "soft reserved") ?
		       0 :
		       -ENOMEM;
}

static void unreserve_coherent(void)
{
	if (spm_addr_dev0)
		release_mem_region(spm_addr_dev0, 2UL * DEVMEM_CHUNK_SIZE);
	spm_addr_dev0 = 0;
	spm_addr_dev1 = 0;
}

static int nr_devices(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < DMIRROR_NDEVICES; i++)
		n += !!dmirror_devices[i].zone_device_type;
	return n;
}

static int gup_test(void)
{
#ifdef FL_HAVE_GUP_TEST
	return fl_gup_test();
#else
	return 0;
#endif
}

static int fl_test_hmm_load(void)
{
	unsigned long chunks = fl_hw.nr_device_frames / CHUNK_FRAMES;
	int ret = 0;

	if (loaded)
		return nr_devices();
	if (chunks < 2)
		return -ENODEV;
	if (chunks >= 4)
		ret = reserve_coherent();
	if (!ret)
		ret = hmm_dmirror_init();
	if (!ret)
		ret = gup_test();
	if (ret) {
		unreserve_coherent();
		return ret;
	}
	loaded = true;
	return nr_devices();
}

static int fl_test_hmm_unload(void)
{
	if (!loaded)
		return 0;
	if (fl_chrdev_opened())
		return -EBUSY;
	hmm_dmirror_exit();
	unreserve_coherent();
	loaded = false;
	return 0;
}

/* -- an open file -- */

static struct dmirror *dmirror_of(struct fl_file *file)
{
	return ((struct file *)file)->private_data;
}

static int fl_dmirror_exclusive(struct fl_mm *mm, struct fl_file *file,
				unsigned long addr, unsigned long npages,
				unsigned long buffer)
{
	struct hmm_dmirror_cmd cmd = {
		.addr = addr,
		.ptr = buffer,
		.npages = npages,
	};

	fl_use_mm(mm);
	return dmirror_exclusive(dmirror_of(file), &cmd);
}

static void fl_dmirror_lock(struct fl_file *file)
{
	mutex_lock(&dmirror_of(file)->mutex);
}

static void fl_dmirror_unlock(struct fl_file *file)
{
	mutex_unlock(&dmirror_of(file)->mutex);
}

static _Bool fl_dmirror_entry(struct fl_file *file, unsigned long addr,
			      unsigned long *pfn, _Bool *writable)
{
	void *entry = xa_load(&dmirror_of(file)->pt, addr >> PAGE_SHIFT);
	struct page *page = xa_untag_pointer(entry);

	if (!page)
		return false;
	*pfn = page_to_pfn(page);
	*writable = xa_pointer_tag(entry) != 0;
	return true;
}

const struct fl_test_hmm_ops fl_test_hmm_ops = {
	.load = fl_test_hmm_load,
	.unload = fl_test_hmm_unload,
	.exclusive = fl_dmirror_exclusive,
	.lock = fl_dmirror_lock,
	.unlock = fl_dmirror_unlock,
	.entry = fl_dmirror_entry,
};
