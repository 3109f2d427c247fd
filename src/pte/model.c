/* SPDX-License-Identifier: GPL-2.0-only */
/* model.c - the state of the kernel; model and v8 each have their own */
#include "pte/model.h"

struct model model;
