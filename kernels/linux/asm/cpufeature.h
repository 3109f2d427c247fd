/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_CPUFEATURE_H
#define _ASM_CPUFEATURE_H

#endif
