/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ahead.c - runs that helper processes make; see ahead.h
 *
 * Shared memory has slots for parts of the search:
 *
 *   search   gives a part: the path to it       reaches the part, and adopts it
 *   helper   takes it, explores it, records the results and how far it came
 *
 * The record has a summary of each run, the sequences that its races insert
 * before the part, and the path of the run that would be next.
 *
 * A helper is a copy of the process at the time of its fork, and lives until
 * what is known of the program changes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "explore/ahead.h"
#include "explore/path.h"
#include "explore/search.h"

#define PARTS	      8u /* per helper */
/* Parts per helper that wait or are being explored. */
#define GIVEN_AT_ONCE 2u
/* Most runs of a part: the default of fl_ahead_config.most. */
#define RUNS	      8192u
#define BYTES	      (4UL << 20) /* of paths and sequences of a part */
#define MOST	      1024u	  /* most helpers */
#define WORTH	      64UL	  /* default of fl_ahead_config.worth */
/* Length of a part of a random search, in units of worth. */
#define LENGTH	      8UL
/* The search looks for parts to give this often per worth runs. */
#define LOOKS	      16UL
/* Polls of a helper in the middle of a run, before the search naps. */
#define SPINS	      1000u

/* Summary of a run, for the search. */
struct told {
	uint64_t hash;
	unsigned long result;
	unsigned int length;
	/* Before the run: a random run may depend on it. */
	unsigned int deepest;
	_Bool blocked; /* otherwise it has ended */
	_Bool cut;
	_Bool retried;
};

enum {
	NONE,
	GIVEN, /* a free helper takes it */
	DONE,
	TAKEN, /* by helper 0, and so on */
};

struct part {
	atomic_uint state;
	atomic_bool hurry; /* must be DONE soon */
	/* Its place: fl_path_put_to(), and fl_search_enter(). */
	unsigned long path; /* bytes of its path */
	unsigned int depth, position;
	/* Number of runs when it was given; in a random search, its first
	 * run. */
	unsigned long began;
	unsigned int deepest;
	/* Results: fl_path_key() of its first run, number of runs, bytes of
	 * fl_path_put_sequence()s, then bytes of fl_path_put_from(); 0: the
	 * part is complete. */
	uint64_t key;
	unsigned int nr;
	unsigned long before;
	unsigned long next;
	struct told runs[RUNS];
	unsigned char bytes[BYTES];
};

struct shared {
	sem_t given; /* one post per part given */
	struct part parts[];
};

/* What the search knows of a part whose state is not NONE. */
struct place {
	/* Point and branch; in a random search, the number of the part. */
	unsigned int depth, branch;
	/* fl_path_key_of() its tree when it was given. */
	uint64_t follow;
	_Bool unwanted; /* drop it when it is DONE */
};

struct fl_ahead {
	struct fl_ahead_config config;
	unsigned long looked; /* runs when it last looked for parts */
	unsigned int nr;      /* parts */
	struct place *places;
	struct shared *shared;
	/* The part whose runs are being adopted, or NULL, and the next run of
	 * it. */
	struct part *over;
	unsigned int at;
	struct sigaction on_child; /* previous handler of SIGCHLD */
	pid_t helpers[];	   /* 0: not running */
};

static size_t shared_size(const struct fl_ahead *a)
{
	return sizeof(struct shared) + a->nr * sizeof(struct part);
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
}

/* Return: number of runs in a part of a random search. */
static unsigned long length(const struct fl_ahead *a)
{
	unsigned long runs = LENGTH * a->config.worth;

	return runs < a->config.most ? runs : a->config.most;
}

/* -- helpers -- */

static void enter(const struct part *p, struct fl_search *s)
{
	struct fl_bytes path = {
		.at = (unsigned char *)p->bytes,
		.limit = p->path,
	};

	s->runs = p->began;
	s->pool.late = 0;
	if (s->mode == FL_SEARCH_RANDOM) {
		s->deepest = p->deepest;
		fl_search_skip(s, p->began);
		return;
	}
	if (fl_path_get(&path, s))
		_exit(0);
	fl_search_enter(s, p->depth, p->position);
	s->pool.late = 1;
}

/* Make the next run.  Return: whether its summary is enough for the search. */
static int make(struct fl_ahead *a, struct fl_search *s, struct told *told)
{
	*told = (struct told){ .deepest = s->deepest };
	s->cut = 0;
	/* The helper has found something that the search does not know, or
	 * cannot continue. */
	if (fl_search_make(s))
		_exit(0);
	if (s->end != FL_RUN_ENDED && s->end != FL_RUN_BLOCKED)
		return 0;
	told->hash = s->hash;
	told->length = s->length;
	told->blocked = s->end == FL_RUN_BLOCKED;
	told->cut = s->cut;
	told->retried = s->retried;
	return told->blocked || !a->config.judge(a->config.arg, &told->result);
}

/* Return to the point before a run that must be left to the search. */
static void make_again(const struct part *p, struct fl_search *s)
{
	unsigned int i;

	s->before = NULL;
	enter(p, s);
	for (i = 0; i < p->nr; i++)
		if (fl_search_plan(s) != 1 || fl_search_make(s))
			_exit(0);
	if (fl_search_plan(s) != 1)
		_exit(0);
}

/* Return: whether the part's own step was not enabled: this was the first run
 * of the next branch. */
static int is_elsewhere(const struct part *p, const struct fl_search *s)
{
	return s->fell && !p->nr;
}

/* Return: whether the part must end here, although runs are left. */
static int is_enough(const struct fl_ahead *a, struct part *p,
		     const struct fl_search *s)
{
	unsigned long runs = s->mode == FL_SEARCH_RANDOM ? length(a) :
							   a->config.most;

	return p->nr == runs || s->before->bytes.nr > BYTES / 4 ||
	       atomic_load(&p->hurry);
}

/* Record the results.  If they do not fit, the part counts as not explored. */
static void write_down(struct part *p, const struct fl_bytes *before,
		       const struct fl_bytes *next)
{
	if (before->error || next->error ||
	    p->path + before->nr + next->nr > BYTES) {
		p->nr = 0;
		return;
	}
	p->before = before->nr;
	p->next = next->nr;
	if (before->nr)
		memcpy(p->bytes + p->path, before->at, before->nr);
	if (next->nr)
		memcpy(p->bytes + p->path + before->nr, next->at, next->nr);
}

static void search_part(struct fl_ahead *a, struct part *p, struct fl_search *s)
{
	struct fl_sequences before = { .bytes.nr = 0 };
	struct fl_bytes next = { .nr = 0 };
	int more;

	enter(p, s);
	p->key = fl_path_key(s);
	p->nr = 0;
	s->before = &before;
	while ((more = fl_search_plan(s)) > 0 && !is_enough(a, p, s)) {
		if (!make(a, s, &p->runs[p->nr]) || is_elsewhere(p, s)) {
			if (p->nr && s->mode != FL_SEARCH_RANDOM)
				make_again(p, s);
			break;
		}
		p->nr++;
	}
	if (more < 0)
		_exit(0);
	s->before = NULL;
	if (more && p->nr && s->mode != FL_SEARCH_RANDOM)
		fl_path_put_from(&next, s, p->depth);
	write_down(p, &before.bytes, &next);
	free(before.bytes.at);
	fl_set_free(&before.seen);
	free(next.at);
}

/* Return: a part that was given, taken by this helper; NULL: none. */
static struct part *take_part(const struct fl_ahead *a, unsigned int helper)
{
	unsigned int i;

	for (i = 0; i < a->nr; i++) {
		struct part *p = &a->shared->parts[i];
		unsigned int given = GIVEN;

		if (atomic_compare_exchange_strong(&p->state, &given,
						   TAKEN + helper))
			return p;
	}
	return NULL;
}

static void help(struct fl_ahead *a, unsigned int helper, struct fl_search *s)
{
	struct part *p;

	s->ahead = NULL;
	for (;;) {
		while (sem_wait(&a->shared->given))
			;
		p = take_part(a, helper);
		if (!p) /* the search has taken it back */
			continue;
		search_part(a, p, s);
		atomic_store(&p->state, DONE);
	}
}

/* -- search: helpers -- */

static void start_helper(struct fl_ahead *a, struct fl_search *s)
{
	pid_t parent = getpid(), pid;
	unsigned int i;

	for (i = 0; i < a->config.helpers && a->helpers[i]; i++)
		;
	if (i == a->config.helpers)
		return;
	pid = fork();
	if (!pid) {
		/* The search may die without ending its helpers. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			help(a, i, s);
		_exit(0);
	}
	if (pid > 0) /* otherwise the search continues without it */
		a->helpers[i] = pid;
}

/* The part that the helper was exploring is lost, and left to the search:
 * another helper might die of it, too.
 * @flags: WNOHANG: only if the helper has ended.  Return: whether it has
 *         ended. */
static int reap(struct fl_ahead *a, unsigned int helper, int flags)
{
	unsigned int i, taken;
	pid_t pid;

	do {
		pid = waitpid(a->helpers[helper], NULL, flags);
	} while (pid < 0 && errno == EINTR);
	if (!pid)
		return 0;
	a->helpers[helper] = 0;
	for (i = 0; i < a->nr; i++) {
		taken = TAKEN + helper;
		if (atomic_load(&a->shared->parts[i].state) != taken)
			continue;
		a->shared->parts[i].nr = 0;
		atomic_store(&a->shared->parts[i].state, DONE);
	}
	return 1;
}

/* Return: number of running helpers. */
static unsigned int reap_all(struct fl_ahead *a, int flags)
{
	unsigned int i, nr = 0;

	for (i = 0; i < a->config.helpers; i++)
		nr += a->helpers[i] && !reap(a, i, flags);
	return nr;
}

void fl_ahead_renew(struct fl_ahead *a)
{
	unsigned int i;

	for (i = 0; i < a->config.helpers; i++)
		if (a->helpers[i])
			kill(a->helpers[i], SIGKILL);
	reap_all(a, 0);
	for (i = 0; i < a->nr; i++)
		atomic_store(&a->shared->parts[i].state, NONE);
	a->over = NULL;
}

/* -- search: giving parts -- */

/* Drop a part: its results are not needed. */
static void give_up(struct fl_ahead *a, unsigned int part)
{
	struct part *p = &a->shared->parts[part];
	unsigned int state = GIVEN;

	if (atomic_compare_exchange_strong(&p->state, &state, NONE))
		return;
	a->places[part].unwanted = 1;
	atomic_store(&p->hurry, 1);
}

/* Return: whether a helper will explore the part, or is exploring it. */
static int is_pending(struct part *p)
{
	unsigned int state = atomic_load(&p->state);

	return state == GIVEN || state >= TAKEN;
}

/* Return: whether the search needs the part.  One that it does not need is
 * freed when its helper has finished. */
static int is_there(const struct fl_ahead *a, unsigned int part)
{
	struct part *p = &a->shared->parts[part];

	if (a->places[part].unwanted && atomic_load(&p->state) == DONE)
		atomic_store(&p->state, NONE);
	return !a->places[part].unwanted && atomic_load(&p->state) != NONE;
}

/* Return: the number of the current part of a random search. */
static unsigned int part_of(const struct fl_ahead *a, const struct fl_search *s)
{
	return s->runs / length(a);
}

static int is_given(const struct fl_ahead *a, unsigned int depth,
		    unsigned int branch)
{
	unsigned int i;

	for (i = 0; i < a->nr; i++)
		if (is_there(a, i) && a->places[i].depth == depth &&
		    a->places[i].branch == branch)
			return 1;
	return 0;
}

/* Return: whether the next run is the first of the part. */
static int is_here(const struct fl_ahead *a, unsigned int part,
		   const struct fl_search *s)
{
	const struct place *place = &a->places[part];

	if (s->mode == FL_SEARCH_RANDOM)
		return s->runs == a->shared->parts[part].began;
	return s->replay == place->depth + 1 &&
	       s->nodes[place->depth].done == place->branch;
}

/* Return: branch number @position, from 1, of a point; NULL: it has fewer. */
static const struct fl_branch *branch_at(const struct fl_search *s,
					 unsigned int depth,
					 unsigned int position)
{
	const struct fl_branch *b = s->nodes[depth].tree;

	while (b && --position)
		b = b->next;
	return b;
}

/* Return: whether the part's tree has grown since it was given; the part must
 * then be explored anew. */
static int has_grown(const struct fl_ahead *a, unsigned int part,
		     const struct fl_search *s)
{
	const struct place *place = &a->places[part];
	const struct fl_branch *b;

	if (s->mode == FL_SEARCH_RANDOM)
		return 0;
	if (is_here(a, part, s))
		return place->follow !=
		       fl_path_key_of(s->nodes[s->replay].tree);
	b = branch_at(s, place->depth,
		      place->branch - s->nodes[place->depth].done);
	return !b || place->follow != fl_path_key_of(b->follow);
}

/* Return: number, from 1, of a branch of a point that was not given yet; 0:
 * none. */
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

/* Find the first part of a random search that was not given yet. */
static void find_part(const struct fl_ahead *a, const struct fl_search *s,
		      struct place *place, struct part *p)
{
	unsigned int part = part_of(a, s);

	do {
		part++;
	} while (is_given(a, 0, part));
	*place = (struct place){ .branch = part };
	p->path = 0;
	p->began = part * length(a);
	p->deepest = s->deepest;
}

/* Find the deepest point that is worth a part: shallower ones are reached
 * later.  Return: whether there is one. */
static int find_branch(struct fl_ahead *a, const struct fl_search *s,
		       struct place *place, struct part *p)
{
	unsigned int depth = s->replay, position = 0;
	struct fl_bytes path = { .nr = 0 };
	int fits;

	while (depth-- > 0 && !position)
		if (s->runs - s->nodes[depth].began >= a->config.worth)
			position = free_branch(a, s, depth);
	if (!position)
		return 0;
	p->depth = ++depth;
	p->position = position;
	p->began = s->runs;
	*place = (struct place){
		.depth = depth,
		.branch = s->nodes[depth].done + position,
		.follow = fl_path_key_of(branch_at(s, depth, position)->follow),
	};
	fl_path_put_to(&path, s, depth);
	fits = !path.error && path.nr <= BYTES / 4;
	p->path = path.nr;
	if (fits)
		memcpy(p->bytes, path.at, path.nr);
	free(path.at);
	return fits;
}

/* Give a part, if there is one.  Return: whether there was one. */
static int give(struct fl_ahead *a, struct fl_search *s, unsigned int part)
{
	struct place *place = &a->places[part];
	struct part *p = &a->shared->parts[part];

	if (s->mode == FL_SEARCH_RANDOM)
		find_part(a, s, place, p);
	else if (!find_branch(a, s, place, p))
		return 0;
	atomic_store(&p->hurry, 0);
	atomic_store(&p->state, GIVEN);
	sem_post(&a->shared->given);
	start_helper(a, s);
	while (a->config.wait && is_pending(p) && reap_all(a, WNOHANG))
		nap();
	return 1;
}

static void give_all(struct fl_ahead *a, struct fl_search *s)
{
	unsigned int i, busy = 0;

	/* Also if the count of runs was reset. */
	if (s->runs - a->looked < a->config.worth / LOOKS)
		return;
	a->looked = s->runs;
	reap_all(a, WNOHANG);
	for (i = 0; i < a->nr; i++)
		if (is_there(a, i) && has_grown(a, i, s))
			give_up(a, i);
	for (i = 0; i < a->nr; i++)
		busy += is_there(a, i) && is_pending(&a->shared->parts[i]);
	for (i = 0; i < a->nr && busy < a->config.helpers * GIVEN_AT_ONCE; i++)
		if (atomic_load(&a->shared->parts[i].state) == NONE) {
			if (!give(a, s, i))
				return;
			busy++;
		}
}

/* -- search: adopting parts -- */

/* Return: whether the search can no longer reach the part. */
static int is_past(const struct fl_ahead *a, unsigned int part,
		   const struct fl_search *s)
{
	const struct place *place = &a->places[part];

	if (s->mode == FL_SEARCH_RANDOM)
		return part_of(a, s) >= place->branch;
	return s->replay <= place->depth ||
	       s->nodes[place->depth].done >= place->branch;
}

/* Wait until no helper is exploring the part: for at most one run, or, if that
 * run must be left to the search, until the runs before it are repeated.
 * Return: whether it is DONE. */
static int hurry(struct fl_ahead *a, struct part *p)
{
	unsigned int state = GIVEN, i;

	if (atomic_compare_exchange_strong(&p->state, &state, NONE))
		return 0;
	atomic_store(&p->hurry, 1);
	for (i = 0; atomic_load(&p->state) >= TAKEN; i++)
		if (i >= SPINS) {
			nap();
			reap_all(a, WNOHANG);
		}
	return atomic_load(&p->state) == DONE;
}

/*
 * Insert the part's sequences into the trees of earlier points, as the search
 * itself would have done.  Two kinds are left out, which change nothing:
 * sequences covered by branches that existed when the part was given, since
 * trees grow only at their ends; and sequences that the part has inserted
 * before.
 */
static void insert(struct fl_search *s, const struct part *p)
{
	struct fl_bytes in = {
		.at = (unsigned char *)p->bytes,
		.nr = p->path,
		.limit = p->path + p->before,
	};
	unsigned int depth, n;

	while (in.nr < in.limit && !s->error) {
		n = fl_path_get_sequence(&in, s, &depth);
		if (in.error)
			s->error = in.error;
		else if (fl_tree_insert(&s->pool, &s->nodes[depth].tree,
					s->sequence, n) < 0)
			s->error = -ENOMEM;
	}
}

/* The next run is the first of a part. */
static void begin(struct fl_ahead *a, unsigned int part, struct fl_search *s)
{
	struct part *p = &a->shared->parts[part];

	if (!has_grown(a, part, s) && hurry(a, p) && p->nr &&
	    p->key == fl_path_key(s)) {
		insert(s, p);
		a->over = p;
		a->at = 0;
		return;
	}
	give_up(a, part);
}

/* All runs of a part were adopted. */
static void end(struct fl_ahead *a, struct fl_search *s)
{
	struct part *p = a->over;
	struct fl_bytes next = {
		.at = p->bytes,
		.nr = p->path + p->before,
		.limit = p->path + p->before + p->next,
	};

	if (s->mode == FL_SEARCH_RANDOM)
		;
	else if (!p->next)
		fl_search_pass(s);
	else if (fl_path_get_from(&next, s, p->depth))
		s->error = next.error;
	atomic_store(&p->state, NONE);
	a->over = NULL;
}

int fl_ahead_settle(struct fl_ahead *a, struct fl_search *s)
{
	struct part *p = a->over;
	unsigned int i;
	int ret = 0;

	if (!p || s->mode == FL_SEARCH_RANDOM)
		return 0;
	for (i = 0; i < a->at; i++) {
		s->runs -= !p->runs[i].blocked;
		s->blocked -= p->runs[i].blocked;
		s->steps -= p->runs[i].length;
	}
	a->over = NULL;
	s->ahead = NULL;
	for (i = 0; i < a->at && !ret; i++) {
		ret = fl_search_plan(s) == 1 ? fl_search_make(s) : -EILSEQ;
		if (ret > 0 || (!ret && s->hash != p->runs[i].hash))
			ret = -EILSEQ;
	}
	if (!s->error)
		s->error = ret;
	s->ahead = a;
	s->taken -= a->at;
	atomic_store(&p->state, NONE);
	return ret;
}

/* Return: whether the next run is adopted. */
static int take(struct fl_ahead *a, struct fl_search *s)
{
	const struct told *told = &a->over->runs[a->at];

	if (s->mode == FL_SEARCH_RANDOM && s->random.depth &&
	    told->deepest != s->deepest) {
		end(a, s);
		return 0;
	}
	s->end = told->blocked ? FL_RUN_BLOCKED : FL_RUN_ENDED;
	s->hash = told->hash;
	s->length = told->length;
	s->cut |= told->cut;
	s->retried = told->retried;
	s->result = told->result;
	s->taken++;
	s->planned = 1;
	return 1;
}

int fl_ahead_take(struct fl_ahead *a, struct fl_search *s)
{
	unsigned int i;

	for (i = 0; i < a->nr && !a->over; i++) {
		if (!is_there(a, i))
			continue;
		if (is_here(a, i, s))
			begin(a, i, s);
		else if (is_past(a, i, s))
			give_up(a, i);
	}
	give_all(a, s);
	return a->over && take(a, s);
}

void fl_ahead_told(struct fl_ahead *a, struct fl_search *s)
{
	if (++a->at == a->over->nr)
		end(a, s);
}

/* -- start and end -- */

static void free_all(struct fl_ahead *a)
{
	if (a->shared)
		munmap(a->shared, shared_size(a));
	free(a->places);
	free(a);
}

unsigned long fl_ahead_size(unsigned int helpers)
{
	const struct fl_ahead a = { .nr = helpers * PARTS };

	return helpers ? shared_size(&a) : 0;
}

int fl_ahead_start(struct fl_search *s, const struct fl_ahead_config *config)
{
	struct fl_ahead *a;
	void *shared;

	if (config->helpers > MOST)
		return -EINVAL;
	a = calloc(1, sizeof(*a) + config->helpers * sizeof(a->helpers[0]));
	if (!a)
		return -ENOMEM;
	a->config = *config;
	if (!a->config.worth)
		a->config.worth = WORTH;
	if (!a->config.most || a->config.most > RUNS)
		a->config.most = RUNS;
	a->nr = config->helpers * PARTS;
	a->places = calloc(a->nr, sizeof(*a->places));
	shared = mmap(NULL, shared_size(a), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	a->shared = shared == MAP_FAILED ? NULL : shared;
	if (!a->places || !a->shared || sem_init(&a->shared->given, 1, 0)) {
		free_all(a);
		return -ENOMEM;
	}
	/* If SIGCHLD is ignored, a child's PID may belong to another process by
	 * the time it is killed. */
	sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = SIG_DFL },
		  &a->on_child);
	s->ahead = a;
	return 0;
}

void fl_ahead_stop(struct fl_search *s)
{
	struct fl_ahead *a = s->ahead;

	if (!a)
		return;
	fl_ahead_renew(a);
	sigaction(SIGCHLD, &a->on_child, NULL);
	sem_destroy(&a->shared->given);
	free_all(a);
	s->ahead = NULL;
}
