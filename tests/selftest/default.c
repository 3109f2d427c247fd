/* SPDX-License-Identifier: GPL-2.0-only */
/* default.c - the kernel that a program is linked for */
extern const char fl_user_kernel[];
const char fl_user_kernel[] = FL_USER_KERNEL;
