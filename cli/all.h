/* SPDX-License-Identifier: GPL-2.0-only */
/* all.h - explore every program */
#ifndef FL_CLI_ALL_H
#define FL_CLI_ALL_H

#include "outcome.h"
#include "progress.h"

struct fl_file;

/*
 * explore_search - explore request->program, and judge it
 * @file: receives the checkpoint
 * @result, @outcome: filled in
 *
 * The caller calls progress_release() after 0.
 * Return: 0; an error for request_failed().
 */
int explore_search(const struct request *request, struct progress *progress,
		   struct fl_file *file, struct outcome *outcome,
		   struct fl_explore_result *result);

/*
 * explore_all - explore every program that applies to request->kernel
 *
 * Return: an exit code.
 */
int explore_all(const struct request *request);

#endif /* FL_CLI_ALL_H */
