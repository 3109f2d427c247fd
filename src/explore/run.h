/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run.h - one run of a search, as another process can be told of it
 *
 *  - fl_run_key()     what the next run depends on
 *  - fl_run_write()   the run that was made last, as bytes
 *  - fl_run_read()    ... as if it had been made here
 *
 * A run is determined by the steps it repeats, by what is to follow them and by who
 * sleeps: two processes that search the same program, one of them elsewhere in it, make
 * the same run where these are the same; unless it fell off what was to follow, as a step
 * could not be taken: then what comes next in the tree matters as well.
 */
#ifndef FL_EXPLORE_RUN_H
#define FL_EXPLORE_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "explore/search.h"

/*
 * fl_run_key - a number that stands for what the next run depends on
 * Context: fl_search_plan() has returned 1.
 */
uint64_t fl_run_key(const struct fl_search *search);

/*
 * fl_run_write - the run that was made last, from the step on that was new in it
 * @size: bytes at @out
 * Context: fl_search_make() has returned 0, and the run did not fall.
 * Return: how many bytes; 0: there is no room.
 */
size_t fl_run_write(const struct fl_search *search, void *out, size_t size);

/*
 * fl_run_read - the next run is the one at @in
 * Context: fl_search_plan() has returned 1, and @in was written where fl_run_key() was
 * the same; the machine is not touched.
 */
void fl_run_read(struct fl_search *search, const void *in);

#endif /* FL_EXPLORE_RUN_H */
