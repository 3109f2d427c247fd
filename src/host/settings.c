/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * settings.c - what the environment says of a program's world
 *
 *   FAULTLAB_BOOT      "start": a world is booted before main() (start.c)
 *   FAULTLAB_KERNEL    another kernel than the program was linked for
 *   FAULTLAB_MEMORY    MiB of RAM
 *   FAULTLAB_WARNINGS  "print": a warning of the kernel's is printed, and it goes on
 *   FAULTLAB_PATIENCE  how many times as long anything may take (time.c)
 *
 * All are checked before main(): a wrong one ends the program with exit code 129, which
 * says that it is no result of a test.  A number is as number.h has it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/host.h"
#include "host/real.h"
#include "number.h"

#define USAGE_ERROR	129	/* exit code, as of lab and faultlab */

#define MEBIBYTES	64
#define DEVICE_FRAMES	(8UL * 65536)	/* four devices, and four times 256 MiB that they may ask for */

/* The kernel that the program was linked for. */
extern const char fl_host_kernel[];

/* A setting that is a decimal number. */
struct number {
	const char *name, *what;
	unsigned long least, most, otherwise;
};

static const struct number memory = {
	"FAULTLAB_MEMORY", "MiB of RAM", 16, 1UL << 16, MEBIBYTES
};
static const struct number patience = {
	"FAULTLAB_PATIENCE", "how many times as long", 1, 1000, 1
};

/* Return: the value, or the default if the variable is not set; 0: it is no decimal number
 * in the range. */
static unsigned long value_of(const struct number *n)
{
	const char *text = getenv(n->name);
	unsigned long value;

	if (!text)
		return n->otherwise;
	return fl_number_parse(text, n->least, n->most, &value) ? 0 : value;
}

unsigned int fl_host_patience(void)
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

/* Return: 0; -EINVAL: @name is no kernel of this program, which is reported. */
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

int fl_host_settings(struct fl_world_config *config)
{
	const char *kernel = getenv("FAULTLAB_KERNEL");
	const char *warnings = getenv("FAULTLAB_WARNINGS");
	unsigned long mebibytes = value_of(&memory);

	if (!mebibytes)
		return wrong_number(&memory);
	if (warnings && strcmp(warnings, "print") && strcmp(warnings, "end"))
		return wrong("FAULTLAB_WARNINGS", "print or end");
	if (!fl_host_patience())
		return wrong_number(&patience);
	if (kernel && check_kernel(kernel))
		return -EINVAL;
	*config = (struct fl_world_config){
		.kernel = kernel ? kernel : fl_host_kernel,
		.frames = (mebibytes << 20) / FL_PAGE_SIZE,
		.device_frames = DEVICE_FRAMES,
		.shared = 1,
		.print_warnings = warnings && !strcmp(warnings, "print"),
	};
	return 0;
}

/* Before start.c boots a world. */
__attribute__((constructor(101)))
static void check_settings(void)
{
	const char *boot = getenv("FAULTLAB_BOOT");
	struct fl_world_config config;

	if (fl_host_settings(&config))
		__real__exit(USAGE_ERROR);
	if (!boot || !strcmp(boot, "start") || !strcmp(boot, "open"))
		return;
	wrong("FAULTLAB_BOOT", "start or open");
	__real__exit(USAGE_ERROR);
}
