/* SPDX-License-Identifier: GPL-2.0-only */
/* uprobes.h - one-byte breakpoints, which are never hit: no state is kept */
#ifndef _ASM_UPROBES_H
#define _ASM_UPROBES_H
#include <linux/types.h>

typedef u8 uprobe_opcode_t;

#define UPROBE_SWBP_INSN      0xcc
#define UPROBE_SWBP_INSN_SIZE 1
#define UPROBE_XOL_SLOT_BYTES 64
#define MAX_UINSN_BYTES	      8

struct arch_uprobe {
	union {
		u8 insn[MAX_UINSN_BYTES];
		u8 ixol[MAX_UINSN_BYTES];
	};
};

struct arch_uprobe_task {
};

#endif
