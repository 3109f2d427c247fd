/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ahead.c - runs that other processes make; see ahead.h
 *
 * Memory that all share has places for parts of the search:
 *
 *   search   gives a part: the path to it           comes to it, and takes it over as a whole
 *   helper   takes it, searches it, writes down what was found and how far it came
 *
 * What is written down is the sum of each run, what is to be tried before the part, as its
 * races have shown, and the path of the run that would be next.
 *
 * A helper is a copy of the process as it was when it was started, and stays until what was
 * learnt of the program changes.
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

#define PARTS		8u		/* for each helper, */
#define GIVEN_AT_ONCE	2u		/* ... of which so many wait or are searched */
#define RUNS		8192u		/* of a part, at most: the default of fl_ahead_config.most */
#define BYTES		(4UL << 20)	/* ... and of all else */
#define MOST		1024u	/* helpers */
#define WORTH		64UL	/* the default of fl_ahead_config.worth */
#define LENGTH		8UL	/* ... of them are a part of a search by chance */
#define LOOKS		16UL	/* ... for work is looked so often meanwhile */
#define SPINS		1000u	/* before a nap, for a helper in the middle of a run */

/* What the search is told of a run. */
struct told {
	uint64_t hash;
	unsigned long result;
	unsigned int length;
	unsigned int deepest;		/* before it: by chance, it may depend on that */
	_Bool blocked;			/* else it has ended */
	_Bool cut;
	_Bool retried;
};

enum {
	NONE,
	GIVEN,				/* who is free takes it */
	DONE,
	TAKEN,				/* by helper 0, and so on */
};

struct part {
	atomic_uint state;
	atomic_bool hurry;		/* it is to be DONE soon */
	/* Where it is: fl_path_put_to(), and fl_search_enter(). */
	unsigned long path;		/* bytes */
	unsigned int depth, position;
	unsigned long began;		/* runs when it was given; by chance, its first one */
	unsigned int deepest;
	/* What came of it: fl_path_key() of its first run, ... */
	uint64_t key;
	unsigned int nr;		/* runs */
	unsigned long before;		/* bytes of fl_path_put_sequence()s, then ... */
	unsigned long next;		/* ... bytes of fl_path_put_from(); 0: it is whole */
	struct told runs[RUNS];
	unsigned char bytes[BYTES];
};

struct shared {
	sem_t given;			/* a post for each part that was */
	struct part parts[];
};

/* What the search knows of a part that is not NONE. */
struct place {
	/* Of that point, which branch; of a search by chance, which part. */
	unsigned int depth, branch;
	uint64_t follow;		/* fl_path_key_of() what is to be tried in it */
	_Bool unwanted;			/* it goes when it is DONE */
};

struct fl_ahead {
	struct fl_ahead_config config;
	unsigned long looked;		/* runs when work was last looked for */
	unsigned int nr;		/* parts */
	struct place *places;
	struct shared *shared;
	struct part *over;		/* is being taken over, or NULL, */
	unsigned int at;		/* ... to this run of it */
	struct sigaction on_child;	/* as it was */
	pid_t helpers[];		/* 0: it is not there */
};

static size_t shared_size(const struct fl_ahead *a)
{
	return sizeof(struct shared) + a->nr * sizeof(struct part);
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
}

/* Runs of a part of a search by chance. */
static unsigned long length(const struct fl_ahead *a)
{
	unsigned long runs = LENGTH * a->config.worth;

	return runs < a->config.most ? runs : a->config.most;
}

/* -- the helper's side -- */

static void enter(const struct part *p, struct fl_search *s)
{
	struct fl_bytes path = {
		.at = (unsigned char *)p->bytes, .limit = p->path,
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

/* The next run.  Return: whether it can be told. */
static int make(struct fl_ahead *a, struct fl_search *s, struct told *told)
{
	*told = (struct told){ .deepest = s->deepest };
	s->cut = 0;
	/* It knows more now than the search does, or cannot go on. */
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

/* To before the run that cannot be told. */
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

/* The part's own step could not be taken: this was the first run of the next branch. */
static int is_elsewhere(const struct part *p, const struct fl_search *s)
{
	return s->fell && !p->nr;
}

/* Return: whether a part is to end here, though there is more. */
static int is_enough(const struct fl_ahead *a, struct part *p,
		     const struct fl_search *s)
{
	unsigned long runs = s->mode == FL_SEARCH_RANDOM ? length(a) :
							   a->config.most;

	return p->nr == runs || s->before->bytes.nr > BYTES / 4 ||
	       atomic_load(&p->hurry);
}

/* Where it does not fit, it is as if nobody had searched the part. */
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

/* Return: the part that is this helper's from now on; NULL: none was given. */
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
		if (!p)		/* it was taken back */
			continue;
		search_part(a, p, s);
		atomic_store(&p->state, DONE);
	}
}

/* -- the search's side: helpers -- */

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
		/* The search may end before it can say so. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			help(a, i, s);
		_exit(0);
	}
	if (pid > 0)		/* else it does without */
		a->helpers[i] = pid;
}

/* What it was at is lost, and the search's to do: another one might end there, too.
 * @flags: WNOHANG: if it has gone.  Return: has it? */
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

/* Return: how many helpers there are. */
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

/* -- the search's side: giving -- */

/* Nobody will look at what comes of it. */
static void give_up(struct fl_ahead *a, unsigned int part)
{
	struct part *p = &a->shared->parts[part];
	unsigned int state = GIVEN;

	if (atomic_compare_exchange_strong(&p->state, &state, NONE))
		return;
	a->places[part].unwanted = 1;
	atomic_store(&p->hurry, 1);
}

/* Return: will a helper come to its end, or is it at it? */
static int is_pending(struct part *p)
{
	unsigned int state = atomic_load(&p->state);

	return state == GIVEN || state >= TAKEN;
}

/* Return: does the search want it?  One that it does not goes when its helper has left it. */
static int is_there(const struct fl_ahead *a, unsigned int part)
{
	struct part *p = &a->shared->parts[part];

	if (a->places[part].unwanted && atomic_load(&p->state) == DONE)
		atomic_store(&p->state, NONE);
	return !a->places[part].unwanted && atomic_load(&p->state) != NONE;
}

/* Which part of a search by chance comes next. */
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

/* Is the next run the first of it? */
static int is_here(const struct fl_ahead *a, unsigned int part,
		   const struct fl_search *s)
{
	const struct place *place = &a->places[part];

	if (s->mode == FL_SEARCH_RANDOM)
		return s->runs == a->shared->parts[part].began;
	return s->replay == place->depth + 1 &&
	       s->nodes[place->depth].done == place->branch;
}

/* Return: number @position, from 1, of the branches of a point; NULL: it has fewer. */
static const struct fl_branch *branch_at(const struct fl_search *s,
					 unsigned int depth,
					 unsigned int position)
{
	const struct fl_branch *b = s->nodes[depth].tree;

	while (b && --position)
		b = b->next;
	return b;
}

/* More is to be tried in it than when it was given: somebody has to begin it anew. */
static int has_grown(const struct fl_ahead *a, unsigned int part,
		     const struct fl_search *s)
{
	const struct place *place = &a->places[part];
	const struct fl_branch *b;

	if (s->mode == FL_SEARCH_RANDOM)
		return 0;
	if (is_here(a, part, s))
		return place->follow != fl_path_key_of(s->nodes[s->replay].tree);
	b = branch_at(s, place->depth,
		      place->branch - s->nodes[place->depth].done);
	return !b || place->follow != fl_path_key_of(b->follow);
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

/* The deepest point where it is worth it: those above are for later.  Return: whether
 * there is one. */
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
		.depth = depth, .branch = s->nodes[depth].done + position,
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

/* Return: whether there was any. */
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

	/* Also where they were counted anew. */
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

/* -- the search's side: taking over -- */

/* Is there nothing any more that the search may come to? */
static int is_past(const struct fl_ahead *a, unsigned int part,
		   const struct fl_search *s)
{
	const struct place *place = &a->places[part];

	if (s->mode == FL_SEARCH_RANDOM)
		return part_of(a, s) >= place->branch;
	return s->replay <= place->depth ||
	       s->nodes[place->depth].done >= place->branch;
}

/* Wait until nobody is at it: for a run, or where that cannot be told, for those before it
 * once more.  Return: whether somebody was. */
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
 * What is to be tried before the part is put into the trees, as the search would have done
 * it by itself.  Left out is only what changes nothing: what is covered by branches that
 * were there when the part was given, as trees grow at their ends; and what was put there
 * a moment ago.
 */
static void insert(struct fl_search *s, const struct part *p)
{
	struct fl_bytes in = {
		.at = (unsigned char *)p->bytes, .nr = p->path,
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

/* All runs of a part are told. */
static void end(struct fl_ahead *a, struct fl_search *s)
{
	struct part *p = a->over;
	struct fl_bytes next = {
		.at = p->bytes, .nr = p->path + p->before,
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

/* Return: whether the next run is told. */
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
	/* An ignored child's number may be another process's by the time it is killed. */
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
