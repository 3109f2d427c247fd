/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * image_test.c - files that are not an image of this build are refused
 *
 * The tests with an image need a kernel tree.  Their order matters: an image
 * stays mapped.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "faultlab/world.h"
#include "world/image.h"
#include "world/kernels.h"

static const struct fl_kernel *load(const char *path, char why[200])
{
	*why = '\0';
	return fl_image_load(path, why, 200);
}

static void refused(const char *path, const char *reason)
{
	char why[200];

	assert_null(load(path, why));
	if (!strstr(why, reason))
		fail_msg("%s: expected '%s', got '%s'", path, reason, why);
}

static void missing_file_is_refused(void **state)
{
	(void)state;
	refused("/nonexistent", "No such file");
}

static void other_files_are_refused(void **state)
{
	(void)state;
	refused("/", "expected an image of a kernel");
	refused("/dev/null", "expected an image of a kernel");
	refused("/etc/passwd", "expected an image of a kernel");
	refused("/proc/self/exe", "expected an image of a kernel");
}

/* Return: the path of the first image of the build; NULL: none. */
static const char *first_image(void)
{
	static char name[100], path[1000];
	FILE *list = *fl_kernel_images ? fopen(fl_kernel_images, "r") : NULL;
	int n = list ? fscanf(list, "%99s %999s", name, path) : 0;

	if (list)
		fclose(list);
	if (n != 2) {
		print_message("skipped: no image\n");
		skip();
	}
	return path;
}

/* Copy the image with another byte at @offset of its struct fl_image. */
static void copy_changed(const char *to, size_t offset)
{
	int from = open(first_image(), O_RDONLY), out;
	struct stat st;
	char *bytes, *image;

	assert_true(from >= 0);
	assert_int_equal(fstat(from, &st), 0);
	bytes = malloc(st.st_size);
	assert_non_null(bytes);
	assert_int_equal(read(from, bytes, st.st_size), st.st_size);
	image = memmem(bytes, st.st_size, FL_IMAGE_MAGIC, 8);
	assert_non_null(image);
	image[offset] ^= 1;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(out >= 0);
	assert_int_equal(write(out, bytes, st.st_size), st.st_size);
	close(out);
	close(from);
	free(bytes);
}

#define COPY "image_test.kernel"

static void image_of_another_version_is_refused(void **state)
{
	(void)state;
	copy_changed(COPY, offsetof(struct fl_image, interface));
	refused(COPY, "was built for another version of faultlab");
	copy_changed(COPY, offsetof(struct fl_image, registers));
	refused(COPY, "was built for another version of faultlab");
	copy_changed(COPY, offsetof(struct fl_image, magic));
	refused(COPY, "expected an image of a kernel");
	unlink(COPY);
}

/* What was refused left nothing mapped at the addresses of the image. */
static void image_is_mapped_once(void **state)
{
	const char *path = first_image();
	const struct fl_kernel *kernel;
	char why[200];

	(void)state;
	kernel = load(path, why);
	assert_string_equal(why, "");
	assert_non_null(kernel);
	assert_memory_equal(kernel->name, "linux-", 6);
	assert_true(kernel->state_start < kernel->state_end);
	refused(path, "cannot be mapped at 0x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_file_is_refused),
		cmocka_unit_test(other_files_are_refused),
		cmocka_unit_test(image_of_another_version_is_refused),
		cmocka_unit_test(image_is_mapped_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
