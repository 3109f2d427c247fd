/* SPDX-License-Identifier: GPL-2.0-only */
/* random.c - random schedules; see random.h */
#include "explore/mix.h"
#include "explore/random.h"

static unsigned long next(struct fl_random *r)
{
	unsigned long x = fl_mix(r->state);

	r->state += FL_MIX_STEP;
	return x;
}

unsigned int fl_random_below(struct fl_random *r, unsigned int n)
{
	return (next(r) >> 32) % n;
}

/* Initial priorities are above the depth, in random order (Fisher and
 * Yates). */
void fl_random_begin(struct fl_random *r, unsigned long run,
		     unsigned int threads, unsigned int steps)
{
	unsigned int i, k, swap;

	r->state = fl_mix(r->seed ^ fl_mix(run));
	for (i = 1; i < threads; i++) {
		k = 1 + fl_random_below(r, i);
		swap = r->priority[k];
		r->priority[k] = r->depth + i;
		if (k != i)
			r->priority[i] = swap;
	}
	for (i = 1; i < r->depth; i++)
		r->change[i] = fl_random_below(r, steps ? steps : 1);
}

static unsigned int nth_bit(unsigned int bits, unsigned int n)
{
	while (n--)
		bits &= bits - 1;
	return __builtin_ctz(bits);
}

unsigned int fl_random_pick(struct fl_random *r, unsigned int enabled,
			    unsigned int running, unsigned int step)
{
	unsigned int i, left, best = 0;

	if (r->inertia && enabled >> running & 1 &&
	    fl_random_below(r, 1u << r->inertia))
		return running;
	if (!r->depth)
		return nth_bit(enabled,
			       fl_random_below(r, __builtin_popcount(enabled)));
	for (i = 1; i < r->depth && running; i++)
		if (r->change[i] == step)
			r->priority[running] = r->depth - i;
	for (left = enabled; left; left &= left - 1) {
		unsigned int id = __builtin_ctz(left);

		if (!best || r->priority[id] > r->priority[best])
			best = id;
	}
	return best;
}

double fl_random_chance(unsigned int threads, unsigned int steps,
			unsigned int depth)
{
	double chance = 1.0 / threads;

	while (depth-- > 1)
		chance /= steps;
	return chance;
}
