/* SPDX-License-Identifier: GPL-2.0-only */
/* found.c - search the threads of a bare machine, and note what is found */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bare.h"
#include "found.h"

static unsigned long hash_text(const char *text)
{
	unsigned long h = 5381;

	while (*text)
		h = h * 33 + (unsigned char)*text++;
	return h;
}

unsigned long final_state(void)
{
	const unsigned char *at = (const unsigned char *)bare;
	unsigned long h = 1, i;

	for (i = 0; i < sizeof(*bare); i++)
		h = h * 0x100000001b3UL ^ at[i];
	return h;
}

static void note(struct found *f, const struct fl_search *s)
{
	if (!s->told)
		assert_true(fl_set_add(&f->classes,
				       fl_trace_class(&s->trace)) >= 0);
	f->hash = f->hash * 31 + s->hash;
	if (s->end == FL_RUN_ENDED) {
		assert_true(fl_set_add(&f->states,
				       s->told ? s->result : final_state()) >=
			    0);
	} else {
		assert_int_equal(s->end, FL_RUN_WORLD);
		f->ends++;
		assert_true(fl_set_add(&f->texts,
				       hash_text(fl_machine_end(bare_machine)
							 ->text)) >= 0);
	}
}

int judge_final_state(void *arg, unsigned long *result)
{
	(void)arg;
	*result = final_state();
	return 0;
}

static void digest_word(void *arg, unsigned long addr)
{
	unsigned long *h = arg;

	*h = *h * 31 + addr;
}

static unsigned long digest_of_share(struct fl_share *share)
{
	unsigned long h = share->nr_races;
	unsigned int i;

	for (i = 0; i < share->nr_races; i++) {
		digest_word(&h, share->races[i].first);
		digest_word(&h, share->races[i].second);
	}
	fl_share_each(share, digest_word, &h);
	return h;
}

static void note_totals(struct found *f, const struct fl_search *s)
{
	f->runs = s->runs;
	f->blocked = s->blocked;
	f->steps = s->steps;
	f->cut = s->cut;
	f->bound = s->bound;
	f->taken = s->taken;
	f->deepest = s->deepest;
	f->restarts = s->restarts;
}

struct found found_with_helpers(enum fl_search_mode mode, int share_it,
				unsigned long limit,
				const struct fl_ahead_config *helpers)
{
	struct fl_search s;
	struct fl_share share;
	struct found f = { .whole = 1 };
	int ret;

	if (share_it)
		assert_int_equal(fl_share_init(&share, bare_machine), 0);
	assert_int_equal(fl_search_init(&s, bare_machine, mode,
					share_it ? &share : NULL, MOST_STEPS),
			 0);
	s.most = 2;
	if (helpers)
		assert_int_equal(fl_ahead_start(&s, helpers), 0);
	while ((ret = fl_search_next(&s)) > 0) {
		note(&f, &s);
		if (s.runs == limit) {
			f.whole = 0;
			break;
		}
	}
	assert_true(ret >= 0);
	fl_ahead_stop(&s);
	note_totals(&f, &s);
	f.shared = share_it ? digest_of_share(&share) : 0;
	fl_search_free(&s);
	if (share_it)
		fl_share_free(&share);
	fl_machine_destroy(bare_machine);
	return f;
}

struct found found_by(enum fl_search_mode mode, int share_it,
		      unsigned long limit)
{
	return found_with_helpers(mode, share_it, limit, NULL);
}

void found_free(struct found *f)
{
	fl_set_free(&f->classes);
	fl_set_free(&f->states);
	fl_set_free(&f->texts);
}

int same_sets(const struct fl_set *a, const struct fl_set *b)
{
	return a->nr == b->nr && a->sum == b->sum;
}
