/* SPDX-License-Identifier: GPL-2.0-only */
/* progress.c - how far a long search is, and when it is to stop */
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	interrupted = 1;
	signal(sig, SIG_DFL);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

void progress_begin(struct progress *p)
{
	p->began = p->told = p->saved = now();
	p->terminal = isatty(STDERR_FILENO);
	interrupted = 0;
	p->on_interrupt = signal(SIGINT, on_interrupt);
	if (p->on_interrupt == SIG_IGN)	/* as for a job in the background */
		signal(SIGINT, SIG_IGN);
}

void progress_end(struct progress *p)
{
	signal(SIGINT, p->on_interrupt);
	if (p->terminal)
		fprintf(stderr, "\r\033[K");
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

static const char *reason_to_stop(const struct progress *p, double t,
				  const struct fl_explore_result *r)
{
	if (r->save_error)
		return "an error";
	if (interrupted)
		return "Ctrl-C";
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

enum fl_explore_wish progress_tell(void *arg, const struct fl_explore_result *r)
{
	struct progress *p = arg;
	double t = now(), every = p->terminal ? 0.2 : 60;

	if (r->resumed && !p->resumed) {
		p->resumed = 1;
		p->had = r->resumed;
		fprintf(stderr, "faultlab: going on after %lu runs\n", p->had);
	}
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
