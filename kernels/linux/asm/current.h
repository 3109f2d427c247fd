/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_CURRENT_H
#define _ASM_CURRENT_H
#include <asm/hw.h>
struct task_struct;
#define get_current() ((struct task_struct *)fl_hw_current->task)
#define current	      get_current()
#endif
