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

void progress_begin(struct progress *p, unsigned long max_seconds)
{
	*p = (struct progress){
		.began = now(), .told = now(), .max_seconds = max_seconds,
		.terminal = isatty(STDERR_FILENO),
	};
	interrupted = 0;
	signal(SIGINT, on_interrupt);
}

void progress_end(struct progress *p)
{
	signal(SIGINT, SIG_DFL);
	if (p->terminal)
		fprintf(stderr, "\r\033[K");
}

_Bool progress_tell(void *arg, const struct fl_explore_result *r)
{
	struct progress *p = arg;
	double t = now(), every = p->terminal ? 0.2 : 60;

	if (t - p->told >= every) {
		p->told = t;
		fprintf(stderr, "%sfaultlab: %lu runs, %.0f a second, %u steps in the longest, %lu states, %lu violations%s",
			p->terminal ? "\r" : "", r->runs,
			r->runs / (t - p->began), r->deepest, r->states,
			r->violations, p->terminal ? "\033[K" : "\n");
	}
	if (interrupted)
		p->why = "Ctrl-C";
	else if (p->max_seconds && t - p->began >= p->max_seconds)
		p->why = "--max-seconds";
	return p->why != NULL;
}
