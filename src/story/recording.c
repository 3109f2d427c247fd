/* SPDX-License-Identifier: GPL-2.0-only */
/* recording.c - the data that is kept of a run; see recording.h */
#include <stdlib.h>
#include <string.h>

#include "story/recording.h"

const char *fl_recording_string(struct fl_recording *r, const char *text)
{
	unsigned int i;
	char **more;

	for (i = 0; i < r->nr_strings; i++)
		if (!strcmp(r->strings[i], text))
			return r->strings[i];
	if (!(r->nr_strings % 64)) {
		more = realloc(r->strings,
			       (r->nr_strings + 64) * sizeof(*more));
		if (!more)
			return "?";
		r->strings = more;
	}
	r->strings[r->nr_strings] = strdup(text);
	return r->strings[r->nr_strings] ? r->strings[r->nr_strings++] : "?";
}

void fl_recording_free(struct fl_recording *r)
{
	unsigned int i;

	if (!r)
		return;
	for (i = 0; i < r->nr; i++) {
		free(r->steps[i].frames);
		free((void *)r->steps[i].pcs);
	}
	for (i = 0; i < r->nr_strings; i++)
		free(r->strings[i]);
	free(r->strings);
	free(r->steps);
	free(r);
}

const struct fl_end *fl_recording_end(const struct fl_recording *r)
{
	return r->end.kind ? &r->end : NULL;
}

const char *fl_recording_schedule(const struct fl_recording *r)
{
	return r->schedule;
}

unsigned int fl_recording_steps(const struct fl_recording *r)
{
	return r->shown;
}

int fl_recording_frame(const struct fl_recording *r, unsigned int step)
{
	const struct fl_record_step *s;

	for (s = r->steps; step && s < r->steps + r->nr; s++)
		if (s->number == step)
			return s->nr_frames ?
				       (int)s->frames[fl_step_function(s)]
					       .depth :
				       0;
	return -1;
}

unsigned int fl_recording_turn(const struct fl_recording *r)
{
	const struct fl_record_step *s = fl_turn(r);

	return s ? s->number : r->shown;
}
