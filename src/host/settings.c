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

/* Return: the number that @name gives, or @otherwise; 0: it is none from @least to @most. */
static unsigned long number(const char *name, unsigned long otherwise,
			    unsigned long least, unsigned long most)
{
	const char *text = getenv(name);
	unsigned long n;
	char *end;

	if (!text)
		return otherwise;
	n = strtoul(text, &end, 10);
	return *end || n < least || n > most ? 0 : n;
}

unsigned int fl_host_patience(void)
{
	return number("FAULTLAB_PATIENCE", 1, 1, 1000);
}

static int wrong(const char *name, const char *wanted)
{
	fprintf(stderr, "faultlab: %s=%s: %s, please\n", name, getenv(name), wanted);
	return -EINVAL;
}

int fl_host_settings(struct fl_world_config *config)
{
	const char *kernel = getenv("FAULTLAB_KERNEL");
	const char *warnings = getenv("FAULTLAB_WARNINGS");
	unsigned long mebibytes = number("FAULTLAB_MEMORY", MEBIBYTES, 16, 1UL << 16);

	if (!mebibytes)
		return wrong("FAULTLAB_MEMORY", "MiB of RAM, from 16 to 65536");
	if (warnings && strcmp(warnings, "print") && strcmp(warnings, "end"))
		return wrong("FAULTLAB_WARNINGS", "print or end");
	if (!fl_host_patience())
		return wrong("FAULTLAB_PATIENCE", "how many times as long, from 1 to 1000");
	*config = (struct fl_world_config){
		.kernel = kernel ? kernel : fl_host_kernel,
		.frames = (mebibytes << 20) / FL_PAGE_SIZE,
		.device_frames = DEVICE_FRAMES,
		.shared = 1,
		.print_warnings = warnings && !strcmp(warnings, "print"),
	};
	return 0;
}
