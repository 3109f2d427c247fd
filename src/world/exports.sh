#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# exports.sh - print the C file that lists what kernel images may call
#
# usage: exports.sh libfl_machine.a
#
# That is each function of the machine that a kernel may call (src/machine/port.h,
# hardware.h, plain.c), and those of the C library that link.sh leaves to it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
echo '#include "world/image.h"'
{
	nm -g --defined-only "$1" | awk '$2 == "T" && $3 ~ /^(fl_hw|__tsan)_/ { print $3 }'
	printf '%s\n' memcmp memcpy memmove memset \
		strchr strcmp strcpy strlen strncmp strrchr strsep
} | LC_ALL=C sort -u | awk '
	# The name of the variable is not that of a function that the compiler knows.
	{ printf "extern const char e%d[] __asm__(\"%s\");\n", NR, $1; name[NR] = $1 }
	END {
		print "const struct fl_image_export fl_image_exports[] = {"
		for (i = 1; i <= NR; i++)
			printf "\t{ \"%s\", e%d },\n", name[i], i
		print "};"
		print "const unsigned int fl_image_nr_exports = " NR ";"
	}'
printf 'const char fl_image_interface[] = "%s";\n' \
	"$("$here/../../kernels/linux/layout.sh" interface)"
