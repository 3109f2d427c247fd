/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * settings.c - settings of a program's world from the environment
 *
 *   FAULTLAB_BOOT      "start": boot a world before main() (start.c)
 *   FAULTLAB_KERNEL    another kernel than the program was linked for
 *   FAULTLAB_MEMORY    MiB of RAM
 *   FAULTLAB_WARNINGS  "print": print warnings of the kernel and continue
 *   FAULTLAB_PATIENCE  factor by which everything may take longer (time.c)
 *
 * All settings are checked before main().  A wrong one ends the program with
 * exit code 129, which means that it is not a test result.  number.h defines
 * the format of numbers.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/user.h"
#include "user/real.h"
#include "number.h"

#define USAGE_ERROR 129 /* as in lab and faultlab */

#define MEBIBYTES     64
#define DEVICE_FRAMES (8UL * 65536) /* 4 devices, and as many on request */

/* The kernel that the program was linked for. */
extern const char fl_user_kernel[];

/* A setting that is a decimal number. */
struct number {
	const char *name, *what;
	unsigned long least, most, otherwise;
};

static const struct number memory = { "FAULTLAB_MEMORY", "MiB of RAM", 16,
				      1UL << 16, MEBIBYTES };
static const struct number patience = { "FAULTLAB_PATIENCE", "a factor", 1,
					1000, 1 };

/* Return: the value, or the default if the variable is not set; 0: not a
 * decimal number in the range. */
static unsigned long value_of(const struct number *n)
{
	const char *text = getenv(n->name);
	unsigned long value;

	if (!text)
		return n->otherwise;
	return fl_number_parse(text, n->least, n->most, &value) ? 0 : value;
}

unsigned int fl_user_patience(void)
{
	return value_of(&patience);
}

static int wrong(const char *name, const char *expected)
{
	fprintf(stderr, "faultlab: %s: expected %s, got '%s'\n", name, expected,
		getenv(name));
	return -EINVAL;
}

static int wrong_number(const struct number *n)
{
	const char *text = getenv(n->name);
	_Bool zero = text[0] == '0' && text[1] >= '0' && text[1] <= '9';
	char expected[96];

	snprintf(expected, sizeof(expected), "%s from %lu to %lu%s", n->what,
		 n->least, n->most, zero ? ", without leading zeros" : "");
	return wrong(n->name, expected);
}

/* Return: 0; -EINVAL: @name is not a kernel of this program; reported. */
static int check_kernel(const char *name)
{
	unsigned int i;

	for (i = 0; i < fl_kernel_count(); i++)
		if (!strcmp(fl_kernel_info(i)->name, name))
			return 0;
	fprintf(stderr, "faultlab: FAULTLAB_KERNEL: expected one of:");
	for (i = 0; i < fl_kernel_count(); i++)
		fprintf(stderr, " %s", fl_kernel_info(i)->name);
	fprintf(stderr, ", got '%s'\n", name);
	return -EINVAL;
}

int fl_user_settings(struct fl_world_config *config)
{
	const char *kernel = getenv("FAULTLAB_KERNEL");
	const char *warnings = getenv("FAULTLAB_WARNINGS");
	unsigned long mebibytes = value_of(&memory);

	if (!mebibytes)
		return wrong_number(&memory);
	if (warnings && strcmp(warnings, "print") && strcmp(warnings, "end"))
		return wrong("FAULTLAB_WARNINGS", "print or end");
	if (!fl_user_patience())
		return wrong_number(&patience);
	if (kernel && check_kernel(kernel))
		return -EINVAL;
	*config = (struct fl_world_config){
		.kernel = kernel ? kernel : fl_user_kernel,
		.frames = (mebibytes << 20) / FL_PAGE_SIZE,
		.device_frames = DEVICE_FRAMES,
		.shared = 1,
		.print_warnings = warnings && !strcmp(warnings, "print"),
	};
	return 0;
}

/* Runs before start.c boots a world. */
__attribute__((constructor(101))) static void check_settings(void)
{
	const char *boot = getenv("FAULTLAB_BOOT");
	struct fl_world_config config;

	if (fl_user_settings(&config))
		__real__exit(USAGE_ERROR);
	if (!boot || !strcmp(boot, "start") || !strcmp(boot, "open"))
		return;
	wrong("FAULTLAB_BOOT", "start or open");
	__real__exit(USAGE_ERROR);
}
