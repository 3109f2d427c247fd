/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * differential.c - random sequences of operations, on every kernel
 *
 * usage: differential [SEQUENCES [SEED [canary]]]
 *
 * After each operation, all visible state is compared with that of the first
 * kernel.  If two kernels differ, the program prints a minimal sequence that
 * still shows the difference, and exits with 1.  The same seed makes the same
 * sequences.  As a canary, the state of the second kernel after a fork is
 * falsified.
 *
 * One world runs a batch of sequences, each with its own processes.  At the end
 * of a sequence, nothing of its processes may be left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arguments.h"
#include "sequence.h"

#define MOST_SEQUENCES 1000000000UL
#define BATCH	       500
#define OPS	       24 /* of a sequence */

struct sequence {
	struct seq_op ops[SEQ_MAX_OPS];
	size_t n;
};

/* xorshift64*, Vigna 2014 */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

static void make_sequence(uint64_t *state, struct sequence *s)
{
	uint8_t bytes[OPS * SEQ_OP_BYTES];
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = next_random(state) >> 32;
	s->n = seq_decode(bytes, sizeof(bytes), s->ops);
}

static struct fl_world *boot(const struct fl_kernel_info *kernel)
{
	struct fl_world_config config = { .kernel = kernel->name,
					  .catch_end = 1 };
	struct fl_world *world = NULL;

	if (argument_boots(kernel->name, fl_world_boot(&config, &world))) {
		fprintf(stderr, "differential: %s does not boot\n",
			kernel->name);
		exit(1);
	}
	return world;
}

static _Bool canary;

static void falsify(struct fl_world *world, const struct seq_op *op,
		    struct seq_view *view)
{
	if (canary && fl_world_kernel(world) == fl_kernel_info(1) &&
	    op->kind == SEQ_FORK && !view->answer)
		view->page[1][0].value++;
}

/* Return: 0; 1: the world ended, or resources were leaked. */
static int run_in(struct fl_world *world, const struct sequence *s,
		  struct seq_view *views)
{
	struct fl_audit before, after;
	struct seq_run run;
	size_t i;

	if (fl_world_audit(world, &before) || seq_begin(&run, world))
		return 1;
	for (i = 0; i < s->n; i++) {
		seq_apply(&run, &s->ops[i], &views[i]);
		falsify(world, &s->ops[i], &views[i]);
	}
	if (seq_end(&run) || fl_world_audit(world, &after))
		return 1;
	return after.frames != before.frames ||
	       after.objects != before.objects || after.swap != before.swap ||
	       after.locks || after.rcu_sections || after.rcu_callbacks;
}

/* The same in a separate world, including the leak check at its shutdown. */
static int run_alone(const struct fl_kernel_info *kernel,
		     const struct sequence *s, struct seq_view *views)
{
	struct fl_world *world = boot(kernel);
	int bad = run_in(world, s, views);

	return fl_world_shutdown(world, NULL) || bad;
}

/* -- a mismatch -- */

/* Return: the index of the first operation after which the two differ, or
 * s->n. */
static size_t first_difference(const struct fl_kernel_info *ka,
			       const struct seq_view *a,
			       const struct fl_kernel_info *kb,
			       const struct seq_view *b,
			       const struct sequence *s, char *what,
			       size_t size)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (seq_stale(ka, &a[i], what, size) ||
		    seq_stale(kb, &b[i], what, size) ||
		    seq_compare(ka, &a[i], kb, &b[i], what, size))
			break;
	return i;
}

static int differs_alone(const struct fl_kernel_info *ka,
			 const struct fl_kernel_info *kb,
			 const struct sequence *s, char *what, size_t size)
{
	struct seq_view a[SEQ_MAX_OPS], b[SEQ_MAX_OPS];

	what[0] = '\0';
	if (run_alone(ka, s, a) || run_alone(kb, s, b)) {
		snprintf(what, size, "the world ended, or something leaked");
		return 1;
	}
	return first_difference(ka, a, kb, b, s, what, size) < s->n;
}

/* Return: 1 if one operation could be removed, else 0. */
static int shrink_once(const struct fl_kernel_info *ka,
		       const struct fl_kernel_info *kb, struct sequence *s,
		       char *what, size_t size)
{
	struct sequence shorter;
	size_t i = s->n;

	while (i--) {
		shorter = *s;
		memmove(&shorter.ops[i], &shorter.ops[i + 1],
			(s->n - i - 1) * sizeof(s->ops[0]));
		shorter.n--;
		if (!differs_alone(ka, kb, &shorter, what, size))
			continue;
		*s = shorter;
		return 1;
	}
	return 0;
}

/* Remove operations, until each remaining one is needed. */
static void shrink(const struct fl_kernel_info *ka,
		   const struct fl_kernel_info *kb, struct sequence *s,
		   char *what, size_t size)
{
	while (shrink_once(ka, kb, s, what, size))
		;
	differs_alone(ka, kb, s, what, size);
}

static void report(const struct fl_kernel_info *ka,
		   const struct fl_kernel_info *kb, struct sequence s,
		   unsigned long number)
{
	char what[512], line[128];
	size_t i;

	printf("sequence %lu: %s and %s differ\n", number, ka->name, kb->name);
	if (!differs_alone(ka, kb, &s, what, sizeof(what)))
		printf("  only after other sequences in the same world\n");
	else
		shrink(ka, kb, &s, what, sizeof(what));
	for (i = 0; i < s.n; i++)
		printf("  %s\n", seq_print(&s.ops[i], line, sizeof(line)));
	printf("%s\n", what);
}

/* -- batches -- */

static struct sequence batch[BATCH];
static struct seq_view reference[BATCH][OPS];

/* Return: the index in the batch of the first sequence that differs, or @n. */
static size_t run_batch(const struct fl_kernel_info *kernel, size_t n)
{
	const struct fl_kernel_info *first = fl_kernel_info(0);
	struct fl_world *world = boot(kernel);
	struct seq_view views[OPS];
	char what[512];
	size_t i;

	for (i = 0; i < n; i++) {
		_Bool is_first = kernel == first;

		if (run_in(world, &batch[i], is_first ? reference[i] : views))
			break;
		if (!is_first && first_difference(first, reference[i], kernel,
						  views, &batch[i], what,
						  sizeof(what)) < batch[i].n)
			break;
	}
	if (fl_world_shutdown(world, NULL) && i == n)
		i = 0;
	return i;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
	unsigned long total = 100000, done, ops = 0;
	uint64_t state = 1;
	double start = now();
	unsigned int k;
	size_t n, i, bad;

	arguments_begin("differential", "[SEQUENCES [SEED [canary]]]");
	arguments_count(argc, 0, 3);
	if (argc > 1)
		total = argument_number("SEQUENCES", argv[1], 1,
					MOST_SEQUENCES);
	if (argc > 2)
		state = argument_number("SEED", argv[2], 1, ULONG_MAX);
	if (argc > 3)
		canary = !argument_word("mode", argv[3],
					(const char *const[]){ "canary",
							       NULL });
	for (done = 0; done < total; done += n) {
		n = total - done < BATCH ? total - done : BATCH;
		for (i = 0; i < n; i++) {
			make_sequence(&state, &batch[i]);
			ops += batch[i].n;
		}
		for (k = 0; k < fl_kernel_count(); k++) {
			bad = run_batch(fl_kernel_info(k), n);
			if (bad == n)
				continue;
			report(fl_kernel_info(0), fl_kernel_info(k), batch[bad],
			       done + bad);
			return 1;
		}
	}
	printf("%lu sequences, %lu operations, on %u kernels: no difference "
	       "(%.0f operations per second, on all kernels together)\n",
	       total, ops, fl_kernel_count(),
	       ops * fl_kernel_count() / (now() - start));
	return 0;
}
