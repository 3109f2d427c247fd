/* SPDX-License-Identifier: GPL-2.0-only */
/* source.h - paths of source files, as reports print them */
#ifndef FL_MACHINE_SOURCE_H
#define FL_MACHINE_SOURCE_H

struct fl_sources {
	const char *folders[2]; /* fl_hw_source(), latest first */
};

/* Return: @path relative to the top of the kernel's tree, or ours. */
const char *fl_short_path(const char *path);

#endif /* FL_MACHINE_SOURCE_H */
