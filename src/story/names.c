/* SPDX-License-Identifier: GPL-2.0-only */
/* names.c - turn the addresses of each step's calls into functions and lines */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/symbol.h"
#include "story/recording.h"

struct naming {
	struct fl_recording *recording;
	struct fl_record_step *step;
	unsigned int depth;
};

/* The story shows kernels, drivers and programs, not this machinery. */
static int is_machinery(const char *name, const char *file)
{
	static const char *const folders[] = {
		"src/machine/",
		"src/explore/",
		"src/story/",
		"src/session/",
		"src/world/",
		"kernels/linux/asm/",
		"include/linux/atomic/",
		"include/asm-generic/",
		"include/linux/instrumented",
	};
	unsigned int i;

	if (!file)
		return 1;
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (!strncmp(file, folders[i], strlen(folders[i])))
			return 1;
	return !strcmp(name, "begin") && !strncmp(file, "programs/", 9);
}

/* Checkers, and the code that prints what a kernel found wrong, are not under
 * test. */
static int is_report(const char *file)
{
	static const char *const prefixes[] = {
		"src/check/",
		"lib/vsprintf.c",
		"mm/debug.c",
		"kernels/linux/stub/print.c",
	};
	unsigned int i;

	for (i = 0; file && i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(file, prefixes[i], strlen(prefixes[i])))
			return 1;
	return 0;
}

static int name_frame(void *arg, const char *name, const char *file, int line)
{
	struct naming *n = arg;
	struct fl_record_step *s = n->step;
	struct fl_call_frame *frame;

	if (!strcmp(name, "fiber_main"))
		return 1;
	n->depth++;
	s->report |= is_report(file);
	if (is_machinery(name, file) || s->nr_frames == FL_RECORD_FRAMES)
		return 0;
	frame = &s->frames[s->nr_frames++];
	frame->function = fl_recording_string(n->recording, name);
	frame->file = fl_recording_string(n->recording, file);
	frame->line = line;
	frame->depth = n->depth;
	return 0;
}

static void name_step(struct fl_symbols *symbols, struct fl_recording *rec,
		      struct fl_record_step *s)
{
	/* The first frame is the caller of the watcher. */
	struct naming n = { rec, s, 1 };
	unsigned long offset;
	const char *variable;
	char text[80];
	unsigned int i;

	s->frames = calloc(FL_RECORD_FRAMES, sizeof(*s->frames));
	for (i = 0; s->frames && i < s->nr_pcs; i++)
		if (fl_symbols_at(symbols, s->pcs[i], name_frame, &n))
			break;
	if (s->object)
		return;
	variable = fl_symbols_object(symbols, s->op.addr, &offset);
	if (variable)
		snprintf(text, sizeof(text), offset ? "%.50s+%#lx" : "%.50s",
			 variable, offset);
	s->object = variable ? fl_recording_string(rec, text) : "memory";
}

void fl_recording_name(struct fl_recording *rec)
{
	struct fl_symbols *symbols = fl_symbols_open();
	unsigned int i;

	for (i = 0; symbols && i < rec->nr; i++)
		name_step(symbols, rec, &rec->steps[i]);
	for (i = 0; i < rec->nr; i++) {
		free((void *)rec->steps[i].pcs);
		rec->steps[i].pcs = NULL;
		if (!rec->steps[i].object)
			rec->steps[i].object = "memory";
	}
	fl_symbols_close(symbols);
}
