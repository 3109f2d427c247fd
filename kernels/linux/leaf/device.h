/* SPDX-License-Identifier: GPL-2.0-only */
/* device.h - memory of devices, for the page allocator and for who gives it
 * out */
#ifndef FL_LEAF_DEVICE_H
#define FL_LEAF_DEVICE_H

static inline bool fl_is_device_frame(unsigned long pfn)
{
	return pfn - fl_hw.nr_frames < fl_hw.nr_device_frames;
}

void fl_device_init(void);	/* at boot */

/*
 * The machine knows which of its own frames are one block.  Of a device's it
 * knows nothing, so that this is kept here: the folio that begins at @pfn, when
 * it is made large and when it is no longer.
 */
void fl_device_set_block(unsigned long pfn, unsigned int order);

/* Return: the first frame of the block that has @pfn; *@order is its order. */
unsigned long fl_device_block(unsigned long pfn, unsigned int *order);

#endif
