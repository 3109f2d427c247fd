/* SPDX-License-Identifier: GPL-2.0-only */
/* device.h - device memory, for the page allocator and zone_device.c */
#ifndef FL_STUB_DEVICE_H
#define FL_STUB_DEVICE_H

static inline bool fl_is_device_frame(unsigned long pfn)
{
	return pfn - fl_hw.nr_frames < fl_hw.nr_device_frames;
}

void fl_device_init(void); /* at boot */

/*
 * Record the order of the folio that begins at @pfn, when the folio becomes
 * large and when it ceases to be.  The machine tracks blocks of its own frames
 * only, not of device frames.
 */
void fl_device_set_block(unsigned long pfn, unsigned int order);

/* Return: the first frame of the block with @pfn, whose order is *@order. */
unsigned long fl_device_block(unsigned long pfn, unsigned int *order);

#endif
