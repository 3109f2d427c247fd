/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source.c - paths of source files, as reports print them
 *
 *  - fl_hw_source(), fl_short_path()
 */
#include <string.h>

#include "internal.h"

#ifndef FL_SOURCE_DIR
#define FL_SOURCE_DIR ""
#endif

void fl_hw_source(const char *folder)
{
	struct fl_sources *s = &fl_machine_current->sources;

	s->folders[1] = s->folders[0];
	s->folders[0] = folder;
}

static const char *below(const char *path, const char *top)
{
	size_t len = top ? strlen(top) : 0;

	return len && !strncmp(path, top, len) && path[len] == '/' ?
		       path + len + 1 :
		       NULL;
}

const char *fl_short_path(const char *path)
{
	const struct fl_machine *m = fl_machine_current;
	const char *rest = NULL;
	unsigned int i;

	for (i = 0; m && !rest && i < 2; i++)
		rest = below(path, m->sources.folders[i]);
	if (!rest)
		rest = below(path, FL_SOURCE_DIR);
	return rest ? rest : path;
}
