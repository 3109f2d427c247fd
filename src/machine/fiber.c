/* SPDX-License-Identifier: GPL-2.0-only */
/* fiber.c - stacks to switch between */
#include "fiber.h"

#if defined(__x86_64__)

/*
 * In the System V ABI, a call preserves rbx, rbp, r12 to r15, the stack
 * pointer, and the control words of the two floating-point units, which no code
 * here changes.
 */
__asm__("	.text\n"
	"	.p2align 4\n"
	"	.type	switch_stacks, @function\n"
	"switch_stacks:\n"
	"	push	%rbp\n"
	"	push	%rbx\n"
	"	push	%r12\n"
	"	push	%r13\n"
	"	push	%r14\n"
	"	push	%r15\n"
	"	mov	%rsp, (%rdi)\n"
	"	mov	(%rsi), %rsp\n"
	"	pop	%r15\n"
	"	pop	%r14\n"
	"	pop	%r13\n"
	"	pop	%r12\n"
	"	pop	%rbx\n"
	"	pop	%rbp\n"
	"	ret\n"
	"	.size	switch_stacks, . - switch_stacks\n");

void switch_stacks(void **from, void **to);

void fl_fiber_switch(struct fl_fiber *from, struct fl_fiber *to)
{
	switch_stacks(&from->sp, &to->sp);
}

/* The registers that switch_stacks() pops, a return address, and a return
 * address of zero that ends the stack. */
void fl_fiber_prepare(struct fl_fiber *fiber, void *stack, unsigned long size,
		      void (*entry)(void))
{
	unsigned long *top = (unsigned long *)((char *)stack + size) - 2;
	int i;

	*--top = 0;
	*--top = (unsigned long)entry;
	for (i = 0; i < 6; i++)
		*--top = 0;
	fiber->sp = top;
}

#else

void fl_fiber_switch(struct fl_fiber *from, struct fl_fiber *to)
{
	swapcontext(&from->context, &to->context);
}

void fl_fiber_prepare(struct fl_fiber *fiber, void *stack, unsigned long size,
		      void (*entry)(void))
{
	getcontext(&fiber->context);
	fiber->context.uc_stack.ss_sp = stack;
	fiber->context.uc_stack.ss_size = size;
	fiber->context.uc_link = 0;
	makecontext(&fiber->context, entry, 0);
}

#endif
