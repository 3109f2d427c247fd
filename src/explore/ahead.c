/* SPDX-License-Identifier: GPL-2.0-only */
/* ahead.c - runs that other processes make; see ahead.h */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "explore/ahead.h"
#include "explore/run.h"
#include "explore/search.h"

#define RING		(32UL << 20)	/* bytes: some thousand runs */
#define SLOTS		8u		/* for each helper that is at work */
#define MOST		1024u	/* helpers */
#define WORTH		128UL	/* the default of fl_ahead_config.worth */
#define PART		8UL	/* ... parts of a search by chance are as long */
#define LOOKS		16UL	/* ... for work is looked so often meanwhile */
#define OUT_OF_STEP	16u	/* runs: a helper that went another way is given up */

/* A run follows; one that is only @named is for the search to make. */
struct header {
	uint64_t key;
	unsigned long size;		/* of all, the header included; 0: go round */
	unsigned long result;
	_Bool named;
};

_Static_assert(!(sizeof(struct header) & (sizeof(struct header) - 1)) &&
	       !(RING % sizeof(struct header)), "runs begin at multiples of it");

/*
 * One writes and moves @head, one reads and moves @tail: bytes, not wrapped.  What is
 * before @head is there for who has seen @head (first()), what is before @tail can be
 * written over by who has seen @tail (room()).
 */
struct ring {
	atomic_ulong head, tail;
	atomic_bool idle;		/* at its end, or full */
	_Alignas(struct header) char bytes[RING];
};

/* One that has come to its end, or has filled its ring, is kept for its runs. */
struct helper {
	struct ring *ring;
	pid_t pid;			/* 0: there is none */
	_Bool given_up;			/* but may write to its ring yet */
	/* That it began with: of that point, which; of a search by chance, which part. */
	unsigned int depth, branch;
	unsigned int misses;
};

struct fl_ahead {
	struct fl_ahead_config config;
	unsigned long looked;		/* runs when work was last looked for */
	unsigned int nr;		/* slots */
	void (*on_child)(int sig);	/* as it was */
	struct helper helpers[];
};

/* -- the helper's side -- */

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/* Return: room for @size bytes that lie together; waits for it. */
static char *room(struct ring *ring, unsigned long size)
{
	unsigned long head = atomic_load(&ring->head), at = head % RING;
	unsigned long skip = RING - at < size ? RING - at : 0;

	while (RING - (head - atomic_load(&ring->tail)) < skip + size) {
		atomic_store(&ring->idle, 1);
		nap();
	}
	atomic_store(&ring->idle, 0);
	if (!skip)
		return ring->bytes + at;
	((struct header *)(ring->bytes + at))->size = 0;
	atomic_store(&ring->head, head + skip);
	return ring->bytes;
}

/* Return: whether it could be told. */
static int tell(struct ring *ring, const struct fl_search *s,
		struct header header)
{
	unsigned long most = sizeof(header) + (s->trace.nr + 2) *
			     (2 + s->trace.threads) * sizeof(struct fl_node);
	unsigned long size;
	char *at;

	if (most > RING / 4)
		return 0;
	at = room(ring, most);
	header.size = sizeof(header);
	if (!header.named) {
		size = fl_run_write(s, at + sizeof(header),
				    most - sizeof(header));
		if (!size)
			return 0;
		header.size += size;
	}
	header.size = (header.size + sizeof(header) - 1) &
		      ~(sizeof(header) - 1);
	*(struct header *)at = header;
	atomic_fetch_add(&ring->head, header.size);
	return 1;
}

/* One run.  Return: whether to go on. */
static int help_once(struct fl_ahead *a, struct ring *ring, struct fl_search *s)
{
	unsigned int races = s->share ? s->share->nr_races : 0;
	struct header header = { 0 };

	if (fl_search_plan(s) <= 0)
		return 0;
	header.key = fl_run_key(s);
	s->cut = 0;		/* is told with the run */
	if (fl_search_make(s) ||
	    (s->end != FL_RUN_ENDED && s->end != FL_RUN_BLOCKED) ||
	    (s->share && s->share->nr_races != races))
		return 0;
	if (s->end == FL_RUN_ENDED &&
	    a->config.judge(a->config.arg, &header.result))
		return 0;
	header.named = s->fell;
	return tell(ring, s, header);
}

/* Which part of a search by chance comes next. */
static unsigned int part_of(const struct fl_ahead *a, const struct fl_search *s)
{
	return s->runs / (PART * a->config.worth);
}

static void help(struct fl_ahead *a, const struct helper *h,
		 struct fl_search *s, unsigned int position)
{
	int by_chance = s->mode == FL_SEARCH_RANDOM;

	s->ahead = NULL;
	if (by_chance)
		fl_search_skip(s, h->branch * PART * a->config.worth);
	else
		fl_search_enter(s, h->depth, position);
	while ((!by_chance || part_of(a, s) == h->branch) &&
	       help_once(a, h->ring, s))
		;
	atomic_store(&h->ring->idle, 1);
	_exit(0);
}

/* -- the search's side -- */

/* It takes its time to go: more than some runs do. */
static void give_up(struct helper *h)
{
	kill(h->pid, SIGKILL);
	h->given_up = 1;
}

/* @flags: WNOHANG: if it has gone. */
static void reap(struct helper *h, int flags)
{
	pid_t pid;

	do {
		pid = waitpid(h->pid, NULL, flags);
	} while (pid < 0 && errno == EINTR);
	if (pid)
		h->pid = 0;
}

static int is_there(const struct helper *h)
{
	return h->pid && !h->given_up;
}

/* Return: the first run in the ring; NULL: there is none yet. */
static const struct header *first(struct ring *ring)
{
	unsigned long tail = atomic_load(&ring->tail);
	const struct header *header;

	if (tail == atomic_load(&ring->head))
		return NULL;
	header = (const struct header *)(ring->bytes + tail % RING);
	if (header->size)
		return header;
	atomic_store(&ring->tail, tail + RING - tail % RING);
	return first(ring);
}

/* Is there nothing any more that the search may come to?  It has made the next run, or is
 * about to, and no helper has. */
static int is_past(const struct fl_ahead *a, struct helper *h,
		   const struct fl_search *s)
{
	unsigned int at = s->nodes[h->depth].done;

	if (s->mode == FL_SEARCH_RANDOM)
		at = part_of(a, s);
	else if (s->replay <= h->depth)
		return 1;
	if (at != h->branch)
		return at > h->branch;
	return !first(h->ring) || ++h->misses == OUT_OF_STEP;
}

static int is_given(const struct fl_ahead *a, unsigned int depth,
		    unsigned int branch)
{
	unsigned int i;

	for (i = 0; i < a->nr; i++)
		if (is_there(&a->helpers[i]) && a->helpers[i].depth == depth &&
		    a->helpers[i].branch == branch)
			return 1;
	return 0;
}

/* Return: which of the branches of a point, from 1, nobody has; 0: none. */
static unsigned int free_branch(const struct fl_ahead *a,
				const struct fl_search *s, unsigned int depth)
{
	const struct fl_branch *b = s->nodes[depth].tree;
	unsigned int position = 1;

	for (; b; b = b->next, position++)
		if (!is_given(a, depth, s->nodes[depth].done + position))
			return position;
	return 0;
}

/* The first part of a search by chance that nobody has. */
static void find_part(const struct fl_ahead *a, const struct fl_search *s,
		      struct helper *h)
{
	unsigned int part = part_of(a, s);

	h->depth = 0;
	do {
		h->branch = ++part;
	} while (is_given(a, 0, part));
}

/* The deepest point where it is worth it: those above are for later.  Return: which of
 * those that are still to be tried from there, from 1; 0: there is none. */
static unsigned int find_branch(const struct fl_ahead *a,
				const struct fl_search *s, struct helper *h)
{
	unsigned int depth = s->replay, position = 0;

	while (depth-- > 0 && !position)
		if (s->runs - s->nodes[depth].began >= a->config.worth)
			position = free_branch(a, s, depth);
	h->depth = depth + 1;
	h->branch = s->nodes[h->depth].done + position;
	return position;
}

static int has_ring(struct helper *h)
{
	void *p = h->ring;

	if (!p)
		p = mmap(NULL, sizeof(struct ring), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	h->ring = p == MAP_FAILED ? NULL : p;
	return h->ring != NULL;
}

static void start(struct fl_ahead *a, struct helper *h, struct fl_search *s)
{
	pid_t parent = getpid();
	unsigned int position = 0;

	if (s->mode == FL_SEARCH_RANDOM)
		find_part(a, s, h);
	else if (!(position = find_branch(a, s, h)))
		return;
	if (!has_ring(h))
		return;
	h->misses = 0;
	h->given_up = 0;
	atomic_store(&h->ring->head, 0);
	atomic_store(&h->ring->tail, 0);
	atomic_store(&h->ring->idle, 0);
	h->pid = fork();
	if (!h->pid) {
		/* The search may end before it can say so. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(0);
		help(a, h, s, position);
	}
	if (h->pid < 0)		/* it does without, as where there is no ring */
		h->pid = 0;
	while (h->pid && a->config.wait && !atomic_load(&h->ring->idle))
		nap();
}

static void start_all(struct fl_ahead *a, struct fl_search *s)
{
	unsigned int i, busy = 0;

	/* Also where they were counted anew. */
	if (s->runs - a->looked < a->config.worth / LOOKS)
		return;
	a->looked = s->runs;
	for (i = 0; i < a->nr; i++) {
		if (a->helpers[i].pid && a->helpers[i].given_up)
			reap(&a->helpers[i], WNOHANG);
		busy += is_there(&a->helpers[i]) && !a->helpers[i].ring->idle;
	}
	for (i = 0; i < a->nr && busy < a->config.helpers; i++)
		if (!a->helpers[i].pid) {
			start(a, &a->helpers[i], s);
			busy++;
		}
}

int fl_ahead_take(struct fl_ahead *a, struct fl_search *s)
{
	const struct header *header = NULL;
	struct helper *h;
	uint64_t key;
	int told = 0;

	key = fl_run_key(s);
	for (h = a->helpers; h < a->helpers + a->nr; h++) {
		header = is_there(h) ? first(h->ring) : NULL;
		if (header && header->key == key)
			break;
	}
	if (h == a->helpers + a->nr) {
		for (h = a->helpers; h < a->helpers + a->nr; h++)
			if (is_there(h) && is_past(a, h, s))
				give_up(h);
		start_all(a, s);
		return 0;
	}
	start_all(a, s);
	h->misses = 0;
	if (!header->named) {
		fl_run_read(s, header + 1);
		s->result = header->result;
		s->taken++;
		told = 1;
	}
	atomic_fetch_add(&h->ring->tail, header->size);
	return told;
}

int fl_ahead_start(struct fl_search *s, const struct fl_ahead_config *config)
{
	struct fl_ahead *a;

	if (config->helpers > MOST)
		return -EINVAL;
	a = calloc(1, sizeof(*a) + config->helpers * SLOTS *
			   sizeof(a->helpers[0]));
	if (!a)
		return -ENOMEM;
	a->config = *config;
	if (!a->config.worth)
		a->config.worth = WORTH;
	a->nr = config->helpers * SLOTS;
	/* An ignored child's number may be another process's by the time it is killed. */
	a->on_child = signal(SIGCHLD, SIG_DFL);
	s->ahead = a;
	return 0;
}

void fl_ahead_stop(struct fl_search *s)
{
	struct fl_ahead *a = s->ahead;
	unsigned int i;

	if (!a)
		return;
	for (i = 0; i < a->nr; i++)
		if (is_there(&a->helpers[i]))
			give_up(&a->helpers[i]);
	for (i = 0; i < a->nr; i++) {
		if (a->helpers[i].pid)
			reap(&a->helpers[i], 0);
		if (a->helpers[i].ring)
			munmap(a->helpers[i].ring, sizeof(struct ring));
	}
	signal(SIGCHLD, a->on_child);
	free(a);
	s->ahead = NULL;
}
