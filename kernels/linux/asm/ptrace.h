/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_PTRACE_H
#define _ASM_PTRACE_H
struct pt_regs {
	unsigned long ip, sp;
};
#define user_mode(regs)		  1
#define profile_pc(regs)	  ((regs)->ip)
#define instruction_pointer(regs) ((regs)->ip)
#define user_stack_pointer(regs)  ((regs)->sp)
#define arch_has_single_step()	  0
static inline void instruction_pointer_set(struct pt_regs *regs,
					   unsigned long v)
{
	regs->ip = v;
}
#endif
