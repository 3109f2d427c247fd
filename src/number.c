/* SPDX-License-Identifier: GPL-2.0-only */
/* number.c - numbers in command lines, environments and schedules: number.h */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "number.h"

#define SHOWN 40 /* bytes of a wrong number that an explanation quotes */

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int fl_number_scan(const char **at, unsigned long min, unsigned long max,
		   unsigned long *out)
{
	const char *digit = *at;
	unsigned long value = 0;
	int overflow = 0;

	if (!is_digit(*digit) || (*digit == '0' && is_digit(digit[1])))
		return -EINVAL;
	for (; is_digit(*digit); digit++) {
		overflow |= __builtin_mul_overflow(value, 10UL, &value);
		overflow |= __builtin_add_overflow(value, *digit - '0' + 0UL,
						   &value);
	}
	*at = digit;
	if (overflow || value < min || value > max)
		return -ERANGE;
	*out = value;
	return 0;
}

int fl_number_parse(const char *text, unsigned long min, unsigned long max,
		    unsigned long *out)
{
	const char *at = text ? text : "";
	unsigned long value;
	int ret = fl_number_scan(&at, min, max, &value);

	if (ret != -EINVAL && *at)
		return -EINVAL;
	if (!ret)
		*out = value;
	return ret;
}

/* The beginning of @text, printable. */
static void quote(const char *text, char *out)
{
	size_t i, n = strlen(text);

	for (i = 0; i < n && i < SHOWN; i++)
		out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	strcpy(out + i, i < n ? "..." : "");
}

void fl_number_explain(const char *text, unsigned long min, unsigned long max,
		       char *why)
{
	char got[SHOWN + sizeof("...")], range[64] = "";

	quote(text ? text : "", got);
	if (max != ULONG_MAX)
		snprintf(range, sizeof(range), " from %lu to %lu", min, max);
	else if (min)
		snprintf(range, sizeof(range), " >= %lu", min);
	snprintf(why, FL_NUMBER_WHY, "expected a number%s%s, got '%s'", range,
		 *got == '0' && is_digit(got[1]) ? " without leading zeros" :
						   "",
		 got);
}
