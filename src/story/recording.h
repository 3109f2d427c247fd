/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * recording.h - the data that is kept of a run
 *
 *  - struct fl_recording, fl_record_step, fl_call_frame
 *  - fl_recording_string()    a string that the recording owns
 *  - fl_recording_select()    choose the steps of the story
 *
 * An operation becomes a step if another thread could notice it: it touches a
 * word that two threads touch in this run and at least one changes; or it
 * changes a watched state; or it waits.
 */
#ifndef FL_STORY_RECORDING_H
#define FL_STORY_RECORDING_H

#include "faultlab/explore.h"
#include "faultlab/story.h"
#include "machine/sched.h"

#define FL_RECORD_COLUMNS 32
#define FL_RECORD_FRAMES  64
#define FL_RECORD_THREADS 16
#define FL_RECORD_STEPS	  20000

struct fl_call_frame {
	const char *function, *file;
	int line;	    /* line within the function */
	unsigned int depth; /* of inner calls, the machine's too */
};

struct fl_record_step {
	unsigned int number; /* in the story; 0: left out */
	/* @turns turns of a loop precede this step and are left out; each is
	 * like the @turn steps of the story before this one. */
	unsigned int turns, turn;
	unsigned char thread;
	struct fl_op op;
	_Bool took;    /* fl_op_takes(); unusual choice */
	_Bool freed;   /* memory is freed */
	_Bool blocked; /* still waiting at the end */
	_Bool report;  /* made by a checker, or to print a report */
	_Bool has_value;
	_Bool data;		     /* user memory of a watched page */
	unsigned long before, after; /* values of the word */
	const char *points[2];	     /* targets; NULL: no pointer */
	const char *object;	     /* name of what it accesses */
	int column;		     /* column of the object; -1: none */
	const char *was;	     /* that column before the step */
	/* Why the thread of the previous step does not continue;
	 * NULL: same thread. */
	const char *reason;
	const char *state[FL_RECORD_COLUMNS]; /* after the step */
	_Bool changed[FL_RECORD_COLUMNS];
	struct fl_call_frame *frames; /* innermost first */
	unsigned int nr_frames;
	const unsigned long *pcs; /* freed once they have names */
	unsigned int nr_pcs;
};

struct fl_recording {
	const char *program, *kernel, *release;
	char schedule[FL_SCHEDULE];
	unsigned int switches, tries; /* of @schedule; to shorten it */
	unsigned int nr_threads;      /* including number 0, the host */
	const char *threads[FL_RECORD_THREADS];
	unsigned int nr_columns;
	const char *columns[FL_RECORD_COLUMNS];
	_Bool of_folio[FL_RECORD_COLUMNS]; /* references, lock */
	_Bool of_device[FL_RECORD_COLUMNS];
	const char *first[FL_RECORD_COLUMNS]; /* the state at the start */
	struct fl_record_step *steps;
	unsigned int nr, limit, shown;
	unsigned int turns, turn; /* as in a step: after the last */
	_Bool endless;		  /* a livelock repeats these forever */
	unsigned long ops;	  /* all operations of the run */
	struct fl_end end;	  /* kind FL_END_NONE: none */
	unsigned int ended_by;	  /* a thread; 0: the host, or deadlock */

	char **strings;
	unsigned int nr_strings;
};

/* Return: the same pointer for the same text; "?" if out of memory. */
const char *fl_recording_string(struct fl_recording *recording,
				const char *text);

/* fl_recording_name - name the calls of all steps */
void fl_recording_name(struct fl_recording *recording);

void fl_recording_select(struct fl_recording *recording);

/* Return: the last step that is not made for a report; NULL: none. */
const struct fl_record_step *fl_recording_last(
	const struct fl_recording *recording);

/* Describe in @text what a step does, but not where. */
void fl_step_text(const struct fl_record_step *step, char *text,
		  unsigned long size);

/* Return: the index in frames of the innermost call that is not an inline
 * function of a header, or else of the innermost call. */
unsigned int fl_step_function(const struct fl_record_step *step);

/*
 * The folio lock belongs to the thread that took it.  Check whether @step
 * unlocks it, or drops the last reference while it is held.
 * Return: the step in which another thread took the lock; NULL: neither.
 */
const struct fl_record_step *fl_lock_lost(const struct fl_recording *recording,
					  const struct fl_record_step *step);

/* Return: the step that matters most to the violation: the last that loses a
 * lock, or else one of another thread than the failing one; or NULL. */
const struct fl_record_step *fl_turn(const struct fl_recording *recording);

/* Print the text of "because:" without the key; "" if there is none. */
void fl_because(const struct fl_recording *recording, char *text,
		unsigned long size);

#endif /* FL_STORY_RECORDING_H */
