/* SPDX-License-Identifier: GPL-2.0-only */
/* stack.h - stacks of threads, and switches between them */
#ifndef FL_MACHINE_STACK_H
#define FL_MACHINE_STACK_H

#include <stddef.h>

#include "machine/fiber.h"

struct fl_machine;
struct fl_thread;

#define FL_STACK_SIZE (256UL << 10)

struct fl_thread_stack {
	struct fl_fiber fiber;
	char *start; /* guard page; NULL: a host's stack */
	const void *bottom;
	size_t size;
	void *fake;		  /* ASan's */
	unsigned int valgrind_id; /* if valgrind_registered */
	int valgrind_registered;
};

struct fl_stacks {
	char *start; /* each with a guard page */
};

/* Return: bytes that the stacks of all threads need. */
unsigned long fl_stacks_size(void);
void fl_stacks_place(struct fl_machine *m, char *start);
/* Return: the end of the memory that a snapshot covers. */
char *fl_stacks_start(const struct fl_machine *m);

/* Thread 0 has the stack of the caller. */
void fl_stack_of_host(struct fl_thread *t);
/* Return: 0; -ENOMEM. */
int fl_stack_map(struct fl_machine *m, struct fl_thread *t);
void fl_stack_remove(struct fl_thread *t);

/* Make the next switch to @t call @entry, which must not return and calls
 * fl_stack_entered() first. */
void fl_stack_prepare(struct fl_thread *t, void (*entry)(void));
void fl_stack_entered(void);
/* @final: the stack of @from is not needed any more. */
void fl_stack_switch(struct fl_thread *from, struct fl_thread *to, _Bool final);

/* Return: whether @at is on the stack of thread @id. */
_Bool fl_stack_holds(const struct fl_machine *m, unsigned int id,
		     unsigned long at);
/* Return: whether @at is in the guard page; whether @size bytes at @at are on
 * the stack, which may be the host's. */
_Bool fl_stack_guards(const struct fl_thread *t, const char *at);
_Bool fl_stack_spans(const struct fl_thread *t, unsigned long at,
		     unsigned long size);

#endif /* FL_MACHINE_STACK_H */
