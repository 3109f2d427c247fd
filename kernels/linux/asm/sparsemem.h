/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_SPARSEMEM_H
#define _ASM_SPARSEMEM_H
#undef MAX_PHYSMEM_BITS
#define MAX_PHYSMEM_BITS  40
#define SECTION_SIZE_BITS 27
#endif
