/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_BUGS_H
#define _ASM_BUGS_H

#endif
