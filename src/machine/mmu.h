/* SPDX-License-Identifier: GPL-2.0-only */
/* mmu.h - the TLBs of all CPUs */
#ifndef FL_MACHINE_MMU_H
#define FL_MACHINE_MMU_H

#include "machine/machine.h"
#include "machine/hardware.h"

#define FL_TLB_ENTRIES 64

struct fl_tlb_slot {
	struct fl_tlb_entry entry;
	int dirty; /* the PTE is known to be dirty */
};

struct fl_tlbs {
	unsigned int next_asid;
	unsigned long busy[FL_MAX_CPUS]; /* fl_machine_hold() */
	struct fl_tlb_slot slots[FL_MAX_CPUS][FL_TLB_ENTRIES];
};

void fl_mmu_init(struct fl_machine *m);

#endif /* FL_MACHINE_MMU_H */
