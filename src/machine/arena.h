/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arena.h - the one mapping that holds all simulated state
 *
 *   | struct fl_machine | frame table | boot memory | host's data |
 *   | frame 0 | frame 1 | ... | RCU callbacks | more locks | stacks |
 */
#ifndef FL_MACHINE_ARENA_H
#define FL_MACHINE_ARENA_H

#include "machine/machine.h"

struct fl_arena {
	unsigned long size;
	int memory; /* backs the arena; -1: no file */
	char *boot, *boot_next, *boot_end;
	char *host_next, *host_end; /* fl_machine_alloc() */
	void *host_free[48];
};

/* Return: a machine with its regions laid out, all zero; NULL and errno. */
struct fl_machine *fl_arena_map(const struct fl_machine_config *config);
void fl_arena_unmap(struct fl_machine *m);
unsigned long fl_arena_size(const struct fl_machine *m);
/* Return: whether other processes use the machine, too. */
_Bool fl_arena_is_shared(const struct fl_machine *m);
/* Return: whether the page at @at is the kernel's, not the machine's or the
 * host's. */
_Bool fl_arena_is_kernels(const struct fl_machine *m, const char *at);

#endif /* FL_MACHINE_ARENA_H */
