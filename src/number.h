/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * number.h - numbers in command lines, environments and schedules
 *
 *   unsigned long runs;
 *   char why[FL_NUMBER_WHY];
 *
 *   if (fl_number_parse(text, 1, ULONG_MAX, &runs)) {
 *           fl_number_explain(text, 1, ULONG_MAX, why);
 *           fprintf(stderr, "faultlab: --max-runs: %s\n", why);
 *   }
 *
 * prints "faultlab: --max-runs: expected a number >= 1, got 'x'".
 *
 * A number is decimal digits and nothing else: no sign, no space, no
 * 0x.  A leading zero is an error too, because C reads "010" as 8 and
 * people read it as 10.
 *
 * Depends on libc alone: link fl_number, which fl_explore and faultlab
 * already include.
 */
#ifndef FL_NUMBER_H
#define FL_NUMBER_H

#define FL_NUMBER_WHY 160 /* enough for every explanation */

/*
 * fl_number_parse - parse all of @text as a number from @min to @max
 * @text: NULL is the same as ""
 * Return: 0 with *@out; -EINVAL: not a number; -ERANGE: less than @min or more
 * than @max, even if it has too many digits for an unsigned long.  *@out is
 * unchanged after an error.
 */
int fl_number_parse(const char *text, unsigned long min, unsigned long max,
		    unsigned long *out);

/*
 * fl_number_scan - as fl_number_parse(), for the digits at the start of *@at
 *
 * After 0 and -ERANGE *@at points past the digits; after -EINVAL
 * it is unchanged.
 */
int fl_number_scan(const char **at, unsigned long min, unsigned long max,
		   unsigned long *out);

/*
 * fl_number_explain - say what fl_number_parse() expected and what it got
 * @why: FL_NUMBER_WHY bytes; "expected a number from 1 to 8, got '9'".  A long
 *       @text is cut, and unprintable bytes are shown as "?".
 */
void fl_number_explain(const char *text, unsigned long min, unsigned long max,
		       char *why);

#endif /* FL_NUMBER_H */
