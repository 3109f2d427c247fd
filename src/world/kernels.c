/* SPDX-License-Identifier: GPL-2.0-only */
/* kernels.c - the kernels that this program can boot */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "faultlab/world.h"
#include "world/image.h"
#include "world/kernels.h"

#define MAX_KERNELS 64

static unsigned int lines(const char *text, const char *end)
{
	unsigned int n = 0;

	for (; text < end; text++)
		n += *text == '\n';
	return n;
}

/* All kernels, once they have been listed. */
static const struct fl_kernel *kernels[MAX_KERNELS];
static unsigned int nr_kernels;

static void add(const struct fl_kernel *kernel)
{
	if (nr_kernels < MAX_KERNELS)
		kernels[nr_kernels++] = kernel;
}

static void left_out(const char *path, const char *why)
{
	dprintf(STDERR_FILENO, "faultlab: left out: %s: %s\n", path, why);
}

static void add_image(const char *path)
{
	char why[200];
	const struct fl_kernel *kernel = fl_image_load(path, why, sizeof(why));

	if (kernel)
		add(kernel);
	else
		left_out(path, why);
}

/* Not a stream: the C library's streams may be those of user code. */
static void add_images(const char *list)
{
	static char text[MAX_KERNELS * 256];
	int file = open(list, O_RDONLY | O_CLOEXEC);
	ssize_t n = file < 0 ? -1 : read(file, text, sizeof(text) - 1);
	char *line, *rest = text, *path;

	if (n < 0)
		left_out(list, strerror(errno));
	if (file >= 0)
		close(file);
	while ((line = strsep(&rest, "\n"))) {
		path = strchr(line, ' ');
		if (path)
			add_image(path + 1);
	}
}

static void list_kernels(void)
{
	unsigned int i;

	if (nr_kernels)
		return;
	for (i = 0; fl_kernels[i]; i++)
		add(fl_kernels[i]);
	if (*fl_kernel_images)
		add_images(fl_kernel_images);
}

const struct fl_kernel *fl_kernel_at(unsigned int i)
{
	list_kernels();
	return i < nr_kernels ? kernels[i] : NULL;
}

unsigned int fl_kernel_count(void)
{
	list_kernels();
	return nr_kernels;
}

const struct fl_kernel_info *fl_kernel_info(unsigned int i)
{
	static struct fl_kernel_info infos[MAX_KERNELS];
	const struct fl_kernel *k = fl_kernel_at(i);

	if (!k)
		return NULL;
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
