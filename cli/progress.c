/* SPDX-License-Identifier: GPL-2.0-only */
/* progress.c - how far a long search is, and when it is to stop */
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

/* Signals that stop a search, and what a message calls them. */
static const struct {
	int number;
	const char *name;
} stopping[PROGRESS_SIGNALS] = {
	{ SIGINT, "Ctrl-C" }, { SIGTERM, "SIGTERM" }, { SIGHUP, "SIGHUP" },
};

static volatile int interrupted;	/* by this signal; 0: by none */

/* A second one ends the process. */
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

/* Those that are ignored, as for a job in the background or of nohup(1), stay so. */
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

	p->began = p->told = p->saved = now();
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

/* The whole, if the rest of the search goes on as it has. */
static void print_line(const struct progress *p, double t,
		       const struct fl_explore_result *r)
{
	char whole[80] = "";

	if (r->done > 0)
		snprintf(whole, sizeof(whole),
			 " of about %.2g (Knuth's estimate, mostly low)",
			 r->runs / r->done);
	fprintf(stderr, "%sfaultlab: %lu runs%s, %.0f a second, %u steps in the longest, %lu states, %lu violations%s",
		p->terminal ? "\r" : "", r->runs, whole,
		(r->runs - p->had) / (t - p->began), r->deepest, r->states,
		r->violations, p->terminal ? "\033[K" : "\n");
}

/* MiB of this process. */
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

/* At once, so that an error is seen at once; then a tenth of the time at most. */
static _Bool is_to_be_saved(struct progress *p, double t)
{
	double took = t - p->saved;

	if (p->asked)
		p->every = 10 * took > 2 ? 10 * took : 2;
	p->asked = p->saves && t - p->saved >= p->every;
	if (p->asked)
		p->saved = t;
	return p->asked;
}

void progress_tell_resumed(struct progress *p, const struct fl_explore_result *r)
{
	if (!r->resumed || p->resumed)
		return;
	p->resumed = 1;
	p->had = r->resumed;
	fprintf(stderr, "faultlab: resumed after %lu runs\n", p->had);
}

enum fl_explore_wish progress_tell(void *arg, const struct fl_explore_result *r)
{
	struct progress *p = arg;
	double t = now(), every = p->terminal ? 0.2 : 60;

	progress_tell_resumed(p, r);
	if (r->runs < p->had)	/* other words are steps: it began again */
		p->had = 0;
	if (t - p->told >= every) {
		p->told = t;
		print_line(p, t, r);
	}
	p->why = reason_to_stop(p, t, r);
	if (p->why)
		return FL_EXPLORE_STOP;
	return is_to_be_saved(p, t) ? FL_EXPLORE_SAVE : FL_EXPLORE_GO_ON;
}
