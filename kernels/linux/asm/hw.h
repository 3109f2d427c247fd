/* SPDX-License-Identifier: GPL-2.0-only */
/* hw.h - the interface of the machine, for the headers of a tree */
#ifndef _ASM_HW_H
#define _ASM_HW_H
#include "../../../src/machine/port.h"
#endif
