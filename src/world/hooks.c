/* SPDX-License-Identifier: GPL-2.0-only */
/* hooks.c - the subscribers of a world; see hooks.h */
#include "world/internal.h"

void fl_subscribe(struct fl_world *world, struct fl_subscriber *subscriber)
{
	subscriber->next = world->subscribers;
	world->subscribers = subscriber;
}

void fl_unsubscribe(struct fl_world *world, struct fl_subscriber *subscriber)
{
	struct fl_subscriber **at = &world->subscribers;

	while (*at && *at != subscriber)
		at = &(*at)->next;
	if (*at)
		*at = subscriber->next;
}
