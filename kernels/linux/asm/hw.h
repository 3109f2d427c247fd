/* SPDX-License-Identifier: GPL-2.0-only */
/* hw.h - the machine, as the headers of a tree see it */
#ifndef _ASM_HW_H
#define _ASM_HW_H
#include "../../../src/machine/port.h"
#endif
