/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * settings.c - what the environment says of a program's world
 *
 *   FAULTLAB_BOOT      "start": a world is booted before main() (start.c)
 *   FAULTLAB_KERNEL    another kernel than the program was linked for
 *   FAULTLAB_MEMORY    MiB of RAM
 *   FAULTLAB_WARNINGS  "print": a warning of the kernel's is printed, and it goes on
 *   FAULTLAB_PATIENCE  how many times as long anything may take (time.c)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/host.h"

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
	if (!*text || text[strspn(text, "0123456789")])
		return 0;
	value = strtoul(text, NULL, 10);
	return value < n->least || value > n->most ? 0 : value;
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
	char expected[64];

	snprintf(expected, sizeof(expected), "%s from %lu to %lu", n->what,
		 n->least, n->most);
	return wrong(n->name, expected);
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
	*config = (struct fl_world_config){
		.kernel = kernel ? kernel : fl_host_kernel,
		.frames = (mebibytes << 20) / FL_PAGE_SIZE,
		.device_frames = DEVICE_FRAMES,
		.shared = 1,
		.print_warnings = warnings && !strcmp(warnings, "print"),
	};
	return 0;
}
