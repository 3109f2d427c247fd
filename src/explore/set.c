/* SPDX-License-Identifier: GPL-2.0-only */
/* set.c - open addressing, half full at most */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/set.h"

static unsigned long scatter(unsigned long x)
{
	x *= 0x9e3779b97f4a7c15UL;
	return x ^ x >> 29;
}

static unsigned long *slot(const struct fl_set *s, unsigned long member)
{
	unsigned long i = scatter(member);

	while (s->at[i &= s->mask] && s->at[i] != member)
		i++;
	return &s->at[i];
}

static int grow(struct fl_set *s)
{
	struct fl_set bigger = *s;
	unsigned long i;

	bigger.mask = s->at ? 2 * s->mask + 1 : 63;
	bigger.at = calloc(bigger.mask + 1, sizeof(*bigger.at));
	if (!bigger.at)
		return -ENOMEM;
	for (i = 0; s->at && i <= s->mask; i++)
		if (s->at[i])
			*slot(&bigger, s->at[i]) = s->at[i];
	free(s->at);
	*s = bigger;
	return 0;
}

static int added(struct fl_set *s, unsigned long member)
{
	s->nr++;
	s->sum += scatter(member + 1);
	return 1;
}

int fl_set_add(struct fl_set *s, unsigned long member)
{
	unsigned long *at;

	if (!member) {
		if (s->has_zero)
			return 0;
		s->has_zero = 1;
		return added(s, 0);
	}
	if ((!s->at || s->nr > s->mask / 2) && grow(s))
		return -ENOMEM;
	at = slot(s, member);
	if (*at)
		return 0;
	*at = member;
	return added(s, member);
}

int fl_set_has(const struct fl_set *s, unsigned long member)
{
	if (!member)
		return s->has_zero;
	return s->at && *slot(s, member);
}

void fl_set_free(struct fl_set *s)
{
	free(s->at);
	memset(s, 0, sizeof(*s));
}
