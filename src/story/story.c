/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * story.c - a recording as a picture of 80 columns or more
 *
 *   step  CPU0                 CPU1                 pte     dev0
 *   ----  -------------------  -------------------  ------  ------
 *         restore()                                 excl    none
 *      1    pte: excl -> rw                         *rw     none
 *         switch (finished)
 *
 * A function has its own row when it is entered, and its steps are below that
 * row.  Of the calls that led to a step, the story shows those that also lead
 * to other steps, and the innermost one.  Inline functions of headers appear
 * only in the list of places.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "story/recording.h"

#define LEAST_WIDTH  80
#define MOST_WIDTH   250
#define STEP	     4
#define GAP	     2	/* between columns */
#define STATE_GAP    1	/* between states; they begin with the star */
#define LEAST	     18 /* width of a thread's column */
#define WISHED	     29 /* width for which columns are left out */
#define ENOUGH	     60 /* most for a thread, if there are several */
#define STATES	     24 /* width of all state columns, in LEAST_WIDTH */
#define MOST_THREADS 3	/* that have their own columns */
#define INDENT	     8	/* maximum */

struct column {
	unsigned int index, width;
};

struct story {
	const struct fl_recording *r;
	FILE *out;
	_Bool colour;
	unsigned int total; /* width of the picture */
	unsigned int width; /* of a thread's column */
	unsigned int nr_threads;
	unsigned int place[FL_RECORD_THREADS]; /* column of each thread */
	unsigned int who[FL_RECORD_THREADS];   /* thread of each column */
	_Bool shared;			       /* one column for all threads */
	struct column columns[FL_RECORD_COLUMNS];
	unsigned int nr_columns;
	const char *const *state; /* current */
};

/* -- choose what is shown -- */

static void choose_threads(struct story *s)
{
	unsigned int i;
	_Bool takes_part[FL_RECORD_THREADS] = { 0 };

	for (i = 0; i < s->r->nr; i++)
		if (s->r->steps[i].number)
			takes_part[s->r->steps[i].thread] = 1;
	for (i = 0; i < s->r->nr_threads; i++)
		if (takes_part[i])
			s->who[s->place[i] = s->nr_threads++] = i;
	s->shared = s->nr_threads > MOST_THREADS;
	if (!s->nr_threads)
		s->nr_threads = 1;
}

static unsigned int changes(const struct fl_recording *r, unsigned int column)
{
	unsigned int i, n = 0;

	for (i = 0; i < r->nr; i++)
		n += r->steps[i].changed[column];
	return n;
}

static unsigned int widest(const struct fl_recording *r, unsigned int column)
{
	unsigned int w = strlen(r->columns[column]), i, len;

	len = r->first[column] ? strlen(r->first[column]) : 0;
	w = len > w ? len : w;
	for (i = 0; i < r->nr; i++) {
		len = r->steps[i].state[column] ?
			      strlen(r->steps[i].state[column]) :
			      0;
		w = len > w ? len : w;
	}
	return w + 1;
}

/* Show a device that keeps its right all the time, too. */
static _Bool is_shown(const struct fl_recording *r, unsigned int column)
{
	return !column || changes(r, column) ||
	       (r->of_device[column] && strcmp(r->first[column], "none"));
}

/* Choose columns that change, while there is room, and always the first.  A
 * folio's references and lock have lower priority: the steps that change them
 * show them too. */
static void choose_columns(struct story *s)
{
	unsigned int i, w, used = 0, limit;
	unsigned int n = s->shared ? 1 : s->nr_threads;
	unsigned int threads = STEP + GAP + n * (WISHED + GAP);
	unsigned int states = STATES + (s->total - LEAST_WIDTH) / 2;

	for (i = 0; i < s->r->nr_columns; i++) {
		w = widest(s->r, i) + STATE_GAP;
		limit = !s->r->of_folio[i] ? states :
			threads < s->total ? s->total - threads :
					     0;
		if (!is_shown(s->r, i) || used + w > limit)
			continue;
		s->columns[s->nr_columns++] = (struct column){ i,
							       w - STATE_GAP };
		used += w;
	}
}

static void choose_width(struct story *s)
{
	unsigned int i, left = s->total - STEP - GAP + STATE_GAP;
	unsigned int n = s->shared ? 1 : s->nr_threads;

	for (i = 0; i < s->nr_columns; i++)
		left -= STATE_GAP + s->columns[i].width;
	s->width = left / n - GAP;
	if (n > 1 && s->width > ENOUGH)
		s->width = ENOUGH;
	if (s->width < LEAST)
		s->width = LEAST;
}

/* -- rows -- */

/* Blanks at the end of a line are not printed. */
struct row {
	char text[4 * MOST_WIDTH];
	size_t nr;
	unsigned int at; /* column in the picture */
};

static void put(struct row *row, const char *text)
{
	size_t len = strlen(text);

	if (row->nr + len >= sizeof(row->text))
		return;
	memcpy(row->text + row->nr, text, len);
	row->nr += len;
	row->at += len;
}

static void blank_to(struct row *row, unsigned int at)
{
	while (row->at < at && row->nr + 1 < sizeof(row->text)) {
		row->text[row->nr++] = ' ';
		row->at++;
	}
}

/* Put text that has no width. */
static void put_escape(struct row *row, const char *text)
{
	unsigned int at = row->at;

	put(row, text);
	row->at = at;
}

static void put_limited(struct row *row, const char *text, unsigned int width)
{
	char cell[MOST_WIDTH + 1];

	if (strlen(text) > width)
		snprintf(cell, sizeof(cell), "%.*s~", (int)width - 1, text);
	else
		snprintf(cell, sizeof(cell), "%s", text);
	put(row, cell);
}

static void end_row(struct story *s, struct row *row)
{
	while (row->nr && row->text[row->nr - 1] == ' ')
		row->nr--;
	fprintf(s->out, "%.*s\n", (int)row->nr, row->text);
}

static unsigned int column_of(const struct story *s, unsigned int thread)
{
	unsigned int place = s->shared ? 0 : s->place[thread];

	return STEP + GAP + place * (s->width + GAP);
}

static unsigned int state_column(const struct story *s, unsigned int i)
{
	unsigned int n = s->shared ? 1 : s->nr_threads, k;
	unsigned int at = STEP + GAP + n * (s->width + GAP);

	for (k = 0; k < i; k++)
		at += s->columns[k].width + STATE_GAP;
	return at;
}

static void put_states(struct story *s, struct row *row, const _Bool *changed)
{
	unsigned int i;

	for (i = 0; i < s->nr_columns; i++) {
		unsigned int c = s->columns[i].index;
		_Bool bold = s->colour && changed && changed[c];

		blank_to(row, state_column(s, i));
		if (bold)
			put_escape(row, "\033[1m");
		put(row, changed && changed[c] ? "*" : " ");
		put(row, s->state[c] ? s->state[c] : "none");
		if (bold)
			put_escape(row, "\033[0m");
	}
}

static void put_line(struct story *s, unsigned int number, unsigned int thread,
		     const char *text, const _Bool *changed)
{
	struct row row = { .nr = 0 };
	char cell[16] = "";

	if (number)
		snprintf(cell, sizeof(cell), "%*u", STEP, number);
	put(&row, cell);
	blank_to(&row, column_of(s, thread));
	put_limited(&row, text, s->width);
	put_states(s, &row, changed);
	end_row(s, &row);
}

/* Break a text that is too long for its column at a blank. */
static void put_row(struct story *s, unsigned int number, unsigned int thread,
		    unsigned int indent, const char *text, const _Bool *changed)
{
	char line[MOST_WIDTH];
	size_t cut = s->width;

	if (s->shared)
		snprintf(line, sizeof(line), "%*s%.12s: %.100s", (int)indent,
			 "", s->r->threads[thread], text);
	else
		snprintf(line, sizeof(line), "%*s%.110s", (int)indent, "",
			 text);
	if (strlen(line) > cut)
		while (cut > indent && line[cut] != ' ')
			cut--;
	if (strlen(line) <= cut || cut <= indent) {
		put_line(s, number, thread, line, changed);
		return;
	}
	line[cut] = '\0';
	put_line(s, number, thread, line, changed);
	put_row(s, 0, thread, indent + 1, line + cut + 1, NULL);
}

static void put_dashes(struct row *row, unsigned int width)
{
	while (width--)
		put(row, "-");
}

static void put_heading(struct story *s)
{
	struct row names = { .nr = 0 }, lines = { .nr = 0 };
	unsigned int i;

	put(&names, "step");
	put_limited(&lines, "----", STEP);
	for (i = 0; !s->shared && i < s->nr_threads; i++) {
		blank_to(&names, STEP + GAP + i * (s->width + GAP));
		put_limited(&names, s->r->threads[s->who[i]], s->width);
	}
	for (i = 0; i < (s->shared ? 1 : s->nr_threads); i++) {
		blank_to(&lines, STEP + GAP + i * (s->width + GAP));
		put_dashes(&lines, s->width);
	}
	for (i = 0; i < s->nr_columns; i++) {
		blank_to(&names, state_column(s, i));
		put(&names, " ");
		put(&names, s->r->columns[s->columns[i].index]);
		blank_to(&lines, state_column(s, i));
		put_dashes(&lines, s->columns[i].width);
	}
	end_row(s, &names);
	end_row(s, &lines);
}

/* -- calls -- */

/* Return: frame @level of a step, counted from the outermost. */
static const struct fl_call_frame *frame_at(const struct fl_record_step *s,
					    unsigned int level)
{
	return &s->frames[s->nr_frames - 1 - level];
}

/* Return: how many of their outermost calls two steps have in common. */
static unsigned int common(const struct fl_record_step *a,
			   const struct fl_record_step *b)
{
	unsigned int n;

	for (n = 0; n < a->nr_frames && n < b->nr_frames; n++) {
		const struct fl_call_frame *x = frame_at(a, n);
		const struct fl_call_frame *y = frame_at(b, n);

		if (x->function != y->function || x->file != y->file)
			break;
		if (n && frame_at(a, n - 1)->line != frame_at(b, n - 1)->line)
			break;
	}
	return n;
}

/* Return: the next shown step of the same thread in direction @way; NULL. */
static const struct fl_record_step *beside(const struct fl_recording *r,
					   const struct fl_record_step *of,
					   int way)
{
	const struct fl_record_step *s;

	for (s = of + way; s >= r->steps && s < r->steps + r->nr; s += way)
		if (s->number && s->thread == of->thread)
			return s;
	return NULL;
}

/* Mark calls of @of that also lead to other steps in direction @way. */
static void mark_branches(const struct fl_recording *r,
			  const struct fl_record_step *of, int way,
			  unsigned char *rows)
{
	const struct fl_record_step *s = of, *next;
	unsigned int least = of->nr_frames, n;

	for (; least && (next = beside(r, s, way)); s = next) {
		n = common(s, next);
		if (n > least)
			continue;
		least = n;
		if (n)
			rows[n - 1] = 1;
	}
}

/* Put rows for calls that begin with this step.  Return: its indentation. */
static unsigned int put_calls(struct story *s,
			      const struct fl_record_step *step)
{
	unsigned char rows[FL_RECORD_FRAMES] = { 0 };
	const struct fl_record_step *before = beside(s->r, step, -1);
	unsigned int old = before ? common(before, step) : 0, i, indent = 0;
	char text[80];

	if (!step->nr_frames)
		return 0;
	rows[0] = rows[step->nr_frames - 1 - fl_step_function(step)] = 1;
	mark_branches(s->r, step, -1, rows);
	mark_branches(s->r, step, 1, rows);
	for (i = 0; i < step->nr_frames; i++) {
		if (!rows[i])
			continue;
		if (i >= old) {
			snprintf(text, sizeof(text), "%.70s()",
				 frame_at(step, i)->function);
			put_row(s, 0, step->thread, indent, text, NULL);
		}
		if (indent < INDENT)
			indent += indent < 4 ? 2 : 1;
	}
	return indent;
}

/* -- the whole story -- */

static void put_switch(struct story *s, const char *reason)
{
	fprintf(s->out, "%*sswitch (%.60s)\n", STEP + GAP, "", reason);
}

static void put_turns(struct story *s, unsigned int turns, unsigned int turn,
		      unsigned int last)
{
	if (!turns)
		return;
	if (turn == 1)
		fprintf(s->out, "%*s(step %u repeats ", STEP + GAP, "", last);
	else
		fprintf(s->out, "%*s(steps %u to %u repeat ", STEP + GAP, "",
			last - turn + 1, last);
	if (last == s->r->shown && s->r->endless)
		fprintf(s->out, "forever)\n");
	else
		fprintf(s->out, "%u more time%s)\n", turns,
			turns == 1 ? "" : "s");
}

static void put_steps(struct story *s)
{
	const struct fl_record_step *last = NULL, *step;
	const char *reason = NULL;
	char text[120];
	unsigned int indent;

	for (step = s->r->steps; step < s->r->steps + s->r->nr; step++) {
		if (step->reason && !reason)
			reason = step->reason;
		if (!step->number)
			continue;
		put_turns(s, step->turns, step->turn, step->number - 1);
		if (last && last->thread != step->thread)
			put_switch(s, reason ? reason : "chosen");
		reason = NULL;
		indent = put_calls(s, step);
		s->state = step->state;
		fl_step_text(step, text, sizeof(text));
		put_row(s, step->number, step->thread, indent, text,
			step->changed);
		last = step;
	}
	put_turns(s, s->r->turns, s->r->turn, s->r->shown);
}

/* Put "key:       text", in as many lines as needed. */
static void put_text(struct story *s, const char *key, const char *text,
		     const char *colour)
{
	const unsigned int indent = 11;
	size_t room = s->total - indent, len, cut;

	if (!s->colour)
		colour = NULL;
	fprintf(s->out, "%s%s%s%*s", colour ? colour : "", key,
		colour ? "\033[0m" : "", (int)(indent - strlen(key)), "");
	while ((len = strcspn(text, "\n")) > room) {
		for (cut = room; cut && text[cut] != ' '; cut--)
			;
		if (!cut)
			cut = room;
		fprintf(s->out, "%.*s\n%*s", (int)cut, text, (int)indent, "");
		text += cut + (text[cut] == ' ');
	}
	fprintf(s->out, "%.*s\n", (int)len, text);
}

static void put_places(struct story *s)
{
	const struct fl_record_step *step;
	char text[MOST_WIDTH + 1];

	for (step = s->r->steps; step < s->r->steps + s->r->nr; step++) {
		const struct fl_call_frame *f;

		if (!step->number || !step->nr_frames)
			continue;
		f = &step->frames[fl_step_function(step)];
		snprintf(text, s->total + 1, "%*u  %s:%d %s()%s%s%s", STEP,
			 step->number, f->file, f->line, f->function,
			 f == step->frames ? "" : ", ",
			 f == step->frames ? "" : step->frames->function,
			 f == step->frames ? "" : "()");
		fprintf(s->out, "%s\n", text);
	}
}

/* Return: the text without "violation: ", which is already the key. */
static const char *plain_text(const struct fl_end *end)
{
	static const char key[] = "violation: ";

	return strncmp(end->text, key, sizeof(key) - 1) ?
		       end->text :
		       end->text + sizeof(key) - 1;
}

/* One line, however long, so it can be pasted into a shell. */
static void put_replay(struct story *s)
{
	const struct fl_recording *r = s->r;

	if (!*r->schedule) {
		fprintf(s->out,
			"replay:    not possible: the schedule is longer than %zu characters\n",
			sizeof(r->schedule) - 1);
		return;
	}
	fprintf(s->out, "replay:    faultlab replay %s ", r->program);
	if (strlen(r->program) + strlen(r->kernel) + 40 > s->total)
		fprintf(s->out, "\\\n           ");
	fprintf(s->out, "--kernel %s ", r->kernel);
	if (strlen(r->program) + strlen(r->kernel) + strlen(r->schedule) + 52 >
	    s->total)
		fprintf(s->out, "\\\n           ");
	fprintf(s->out, "--schedule '%s'\n", r->schedule);
}

static void put_end(struct story *s)
{
	const struct fl_recording *r = s->r;
	char because[400];

	if (!r->end.kind) {
		put_text(s, "held:", "the run ended without a violation", NULL);
		return;
	}
	put_text(s,
		 r->end.kind == FL_END_INTERNAL ||
				 r->end.kind == FL_END_MISSING_STUB ?
			 "faultlab:" :
			 "violation:",
		 plain_text(&r->end), "\033[31m");
	put_text(s, "where:", r->end.where, NULL);
	if (*r->end.locks)
		fprintf(s->out, "\n%s\n", r->end.locks);
	fl_because(r, because, sizeof(because));
	if (*because)
		put_text(s, "because:", because, NULL);
}

void fl_story_print(const struct fl_recording *r, FILE *out, unsigned int width,
		    _Bool colour)
{
	struct story s = {
		.r = r,
		.out = out,
		.colour = colour,
		.total = width < LEAST_WIDTH ? LEAST_WIDTH :
			 width > MOST_WIDTH  ? MOST_WIDTH :
					       width,
		.state = r->first,
	};

	choose_threads(&s);
	choose_columns(&s);
	choose_width(&s);
	put_heading(&s);
	put_steps(&s);
	fprintf(out, "\n");
	put_places(&s);
	fprintf(out, "\n");
	put_end(&s);
	put_replay(&s);
}
