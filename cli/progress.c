/* SPDX-License-Identifier: GPL-2.0-only */
/* progress.c - progress of a long search, and when to stop it */
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

/* Signals that stop a search, and their names in messages. */
static const struct {
	int number;
	const char *name;
} stopping[PROGRESS_SIGNALS] = {
	{ SIGINT, "Ctrl-C" },
	{ SIGTERM, "SIGTERM" },
	{ SIGHUP, "SIGHUP" },
};

/* Number of the signal that was received; 0: none. */
static volatile int interrupted;

/* A second signal ends the process. */
static void on_interrupt(int sig)
{
	interrupted = sig;
	signal(sig, SIG_DFL);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/*
 * Signals that are ignored stay ignored, as for a background job or under
 * nohup(1).
 */
static void take_signals(struct progress *p)
{
	unsigned int i;

	interrupted = 0;
	for (i = 0; i < PROGRESS_SIGNALS; i++)
		if (p->before[i] != SIG_IGN)
			signal(stopping[i].number, on_interrupt);
}

void progress_begin(struct progress *p)
{
	unsigned int i;

	p->began = p->reported = p->saved = now();
	p->terminal = isatty(STDERR_FILENO);
	for (i = 0; i < PROGRESS_SIGNALS; i++)
		p->before[i] = signal(stopping[i].number, SIG_IGN);
	take_signals(p);
}

void progress_end(struct progress *p)
{
	if (p->terminal)
		fprintf(stderr, "\r\033[K");
	take_signals(p);
}

const volatile int *progress_interrupted(void)
{
	return &interrupted;
}

void progress_release(struct progress *p)
{
	unsigned int i;

	for (i = 0; i < PROGRESS_SIGNALS; i++)
		signal(stopping[i].number, p->before[i]);
}

/* Estimate the total from the part of the search that is done. */
static void print_line(const struct progress *p, double t,
		       const struct fl_explore_result *r)
{
	char whole[80] = "";

	if (r->done > 0)
		snprintf(whole, sizeof(whole),
			 " of about %.2g (Knuth's estimate, usually low)",
			 r->runs / r->done);
	fprintf(stderr,
		"%sfaultlab: %lu runs%s, %.0f per second, longest run %u "
		"steps, %lu states, %lu violations%s",
		p->terminal ? "\r" : "", r->runs, whole,
		(r->runs - p->had) / (t - p->began), r->deepest, r->states,
		r->violations, p->terminal ? "\033[K" : "\n");
}

/* Return: the size of this process, in MiB. */
static unsigned long memory(void)
{
	unsigned long all, pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f || fscanf(f, "%lu %lu", &all, &pages) != 2)
		pages = 0;
	if (f)
		fclose(f);
	return pages * sysconf(_SC_PAGESIZE) >> 20;
}

static const char *name_of_signal(int sig)
{
	unsigned int i;

	for (i = 0; stopping[i].number != sig; i++)
		;
	return stopping[i].name;
}

static const char *reason_to_stop(const struct progress *p, double t,
				  const struct fl_explore_result *r)
{
	if (r->save_error)
		return "an error";
	if (interrupted)
		return name_of_signal(interrupted);
	if (p->max_seconds && t - p->began >= p->max_seconds)
		return "--max-seconds";
	if (p->max_memory && memory() >= p->max_memory)
		return "--max-memory";
	return NULL;
}

/*
 * Save at the first call, to report an error early; after that, spend at most a
 * tenth of the time on saving.
 */
static _Bool save_is_due(struct progress *p, double t)
{
	double took = t - p->saved;

	if (p->asked)
		p->every = 10 * took > 2 ? 10 * took : 2;
	p->asked = p->saves && t - p->saved >= p->every;
	if (p->asked)
		p->saved = t;
	return p->asked;
}

void progress_report_resumed(struct progress *p,
			     const struct fl_explore_result *r)
{
	if (!r->resumed || p->resumed)
		return;
	p->resumed = 1;
	p->had = r->resumed;
	fprintf(stderr, "faultlab: resumed after %lu runs\n", p->had);
}

enum fl_explore_wish progress_report(void *arg,
				     const struct fl_explore_result *r)
{
	struct progress *p = arg;
	double t = now(), every = p->terminal ? 0.2 : 60;

	progress_report_resumed(p, r);
	/* The search restarted with more scheduling points. */
	if (r->runs < p->had)
		p->had = 0;
	if (t - p->reported >= every) {
		p->reported = t;
		print_line(p, t, r);
	}
	p->why = reason_to_stop(p, t, r);
	if (p->why)
		return FL_EXPLORE_STOP;
	return save_is_due(p, t) ? FL_EXPLORE_SAVE : FL_EXPLORE_CONTINUE;
}
