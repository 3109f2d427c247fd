/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * recording.h - what is kept of a run; plain data
 *
 *  - struct fl_recording, fl_record_step, fl_call_frame
 *  - fl_recording_string()    a string of the recording's own
 *  - fl_recording_select()    which steps the story needs
 *
 * A step is here where another thread could notice it: it touches a word that two
 * threads touch in this run and one changes, it changes a state that is looked at, or
 * it waits.
 */
#ifndef FL_TRACE_RECORDING_H
#define FL_TRACE_RECORDING_H

#include "faultlab/explore.h"
#include "faultlab/story.h"
#include "machine/sched.h"

#define FL_RECORD_COLUMNS	32
#define FL_RECORD_FRAMES	64
#define FL_RECORD_THREADS	16
#define FL_RECORD_STEPS		20000

struct fl_call_frame {
	const char *function, *file;
	int line;			/* where it is in it */
	unsigned int depth;		/* calls further in, the machine's included */
};

struct fl_record_step {
	unsigned int number;		/* in the story; 0: not needed there */
	/* So many turns of a loop, each like the @turn steps of the story before this one,
	 * come before it and are left out. */
	unsigned int turns, turn;
	unsigned char thread;
	struct fl_op op;
	_Bool took;			/* fl_op_takes(); a choice went another way */
	_Bool freed;			/* memory is given back */
	_Bool blocked;			/* at the end it still waits to be made */
	_Bool has_value;
	_Bool data;			/* user memory of a page that is looked at */
	unsigned long before, after;	/* of the word */
	const char *points[2];		/* to what, before and after; NULL: no pointer */
	const char *object;		/* what it is about, by name */
	int column;			/* that it is about; -1: none */
	const char *was;		/* of that column, before */
	/* Why another thread than that of the step before goes on; or NULL. */
	const char *reason;
	const char *state[FL_RECORD_COLUMNS];	/* after it */
	_Bool changed[FL_RECORD_COLUMNS];
	struct fl_call_frame *frames;	/* innermost first */
	unsigned int nr_frames;
	const unsigned long *pcs;	/* until they have names */
	unsigned int nr_pcs;
};

struct fl_recording {
	const char *program, *kernel, *release;
	char schedule[FL_SCHEDULE];
	unsigned int switches, tries;	/* of it; that were made to shorten it */
	unsigned int nr_threads;	/* number 0, the host, included */
	const char *threads[FL_RECORD_THREADS];
	unsigned int nr_columns;
	const char *columns[FL_RECORD_COLUMNS];
	_Bool of_folio[FL_RECORD_COLUMNS];	/* references, lock */
	_Bool of_device[FL_RECORD_COLUMNS];
	const char *first[FL_RECORD_COLUMNS];	/* the state when threads begin */
	struct fl_record_step *steps;
	unsigned int nr, limit, shown;
	unsigned int turns, turn;	/* ... after the last step */
	_Bool endless;			/* ... which a livelock repeats without end */
	unsigned long ops;		/* operations of the run, all */
	struct fl_end end;		/* kind FL_END_NONE: none */
	unsigned int ended_by;		/* the thread; 0: the host, or a deadlock */

	char **strings;
	unsigned int nr_strings;
};

/* Return: the same pointer for the same text; "?" where memory is short. */
const char *fl_recording_string(struct fl_recording *recording,
				const char *text);

/* fl_recording_name - give the calls of all steps their names */
void fl_recording_name(struct fl_recording *recording);

void fl_recording_select(struct fl_recording *recording);

/* What a step does, in words, into @text; not where. */
void fl_step_text(const struct fl_record_step *step, char *text,
		  unsigned long size);

/* Return: the innermost call that is not an inline function of a header, or else the
 * innermost: its index in frames. */
unsigned int fl_step_function(const struct fl_record_step *step);

/*
 * The folio's lock belongs to the thread that took it.  Does step @step take it away, or
 * leave it held in a folio that nobody has any more?
 * Return: the step of another thread that took it; NULL: it does not.
 */
const struct fl_record_step *fl_lock_lost(const struct fl_recording *recording,
					  const struct fl_record_step *step);

/* Return: the step that matters most to the violation: the last by which a lock is lost,
 * or else one of another thread than failed; NULL. */
const struct fl_record_step *fl_turn(const struct fl_recording *recording);

/* Lines "because: ..." without the key, empty where nothing can be
 * said. */
void fl_because(const struct fl_recording *recording, char *text,
		unsigned long size);

#endif /* FL_TRACE_RECORDING_H */
