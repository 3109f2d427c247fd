/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * probing.c - a breakpoint in a private mapping of a file
 *
 * shows: fl_uprobe_set(), fl_uprobe_clear()
 */
#include "example.h"

#define TEXT 0x50000000UL

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	unsigned long value;

	if (fl_uprobe_set(process, TEXT) == -EOPNOTSUPP) {
		printf("this kernel has no uprobes\n");
		return example_end(world);
	}
	CHECK(!fl_mmap(process, TEXT, FL_PAGE, FL_PROT_READ,
		       FL_MAP_FILE | FL_MAP_PRIVATE));
	CHECK(!fl_uprobe_set(process, TEXT));
	CHECK(!fl_load(process, TEXT, &value) && value == 0xcc);
	CHECK(!fl_uprobe_clear(process, TEXT, 0));
	CHECK(!fl_load(process, TEXT, &value) && value == 0);
	printf("uprobe set and cleared\n");
	return example_end(world);
}
