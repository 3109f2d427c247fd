/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_PERF_EVENT_H
#define _ASM_PERF_EVENT_H

#endif
