/* SPDX-License-Identifier: GPL-2.0-only */
/* prefix.h - macros that Kbuild defines on the command line of each file */
#define KBUILD_MODNAME	"mm"
#define KBUILD_BASENAME "mm"
#define KBUILD_MODFILE	"mm/mm"
/* FL_HAVE_*: the declarations that tree.sh found in the tree */
#include <generated/fl_probe.h>
