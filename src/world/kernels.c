/* SPDX-License-Identifier: GPL-2.0-only */
/* kernels.c - the kernels that this program can boot */
#include <stddef.h>

#include "faultlab/world.h"
#include "world/kernels.h"

#define MAX_KERNELS 64

static unsigned int lines(const char *text, const char *end)
{
	unsigned int n = 0;

	for (; text < end; text++)
		n += *text == '\n';
	return n;
}

unsigned int fl_kernel_count(void)
{
	unsigned int n = 0;

	while (fl_kernels[n])
		n++;
	return n < MAX_KERNELS ? n : MAX_KERNELS;
}

const struct fl_kernel_info *fl_kernel_info(unsigned int i)
{
	static struct fl_kernel_info infos[MAX_KERNELS];
	const struct fl_kernel *k;

	if (i >= fl_kernel_count())
		return NULL;
	k = fl_kernels[i];
	infos[i] = (struct fl_kernel_info){
		.name = k->name,
		.release = k->release,
		.tree = k->tree,
		.mutant = k->mutant,
		.provenance = k->provenance ? k->provenance : "",
		.provenance_len = k->provenance_end - k->provenance,
		.nr_files = lines(k->provenance, k->provenance_end),
		.traits = k->traits,
		.has_vma_lock = k->has_vma_lock,
		.has_huge_pages = k->has_huge_pages,
		.has_test_driver = k->test_hmm != NULL,
	};
	return &infos[i];
}
