/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_VDSO_PROCESSOR_H
#define _ASM_VDSO_PROCESSOR_H
#include <asm/hw.h>
#define cpu_relax() fl_hw_relax()
#endif
