/* SPDX-License-Identifier: GPL-2.0-only */
/* answers.h - a userfaultfd whose faults a thread answers at once */
#ifndef FL_SELFTEST_ANSWERS_H
#define FL_SELFTEST_ANSWERS_H

/*
 * answers_begin - start the thread: a missing page becomes one of zeroes, one that is protected
 * may be written, one that is in the page cache only is mapped
 * Return: the userfaultfd, or -1: the kernel has none here.
 */
int answers_begin(void);

#endif
