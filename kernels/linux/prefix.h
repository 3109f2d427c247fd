/* SPDX-License-Identifier: GPL-2.0-only */
/* prefix.h - what Kbuild gives each file on the command line */
#define KBUILD_MODNAME "mm"
#define KBUILD_BASENAME "mm"
#define KBUILD_MODFILE "mm/mm"
/* ... and what the tree declares, as tree.sh found it */
#include <generated/fl_probe.h>
