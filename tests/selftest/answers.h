/* SPDX-License-Identifier: GPL-2.0-only */
/* answers.h - a userfaultfd with a thread that answers faults */
#ifndef FL_SELFTEST_ANSWERS_H
#define FL_SELFTEST_ANSWERS_H

/*
 * answers_begin - start the thread
 *
 * A missing page becomes a page of zeroes; a write-protected page is
 * unprotected; a page that is only in the page cache is mapped.
 * Return: the userfaultfd; -1: not supported by this kernel.
 */
int answers_begin(void);

#endif
