/* SPDX-License-Identifier: GPL-2.0-only */
/* number_test.c - parsing of numbers on a command line */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "number.h"

#define UNTOUCHED 4711

static void numbers_are_decimal(void **state)
{
	unsigned long value = UNTOUCHED;

	(void)state;
	assert_int_equal(fl_number_parse("0", 0, 9, &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(fl_number_parse("10", 1, ULONG_MAX, &value), 0);
	assert_int_equal(value, 10);
	assert_int_equal(fl_number_parse("18446744073709551615", 0, ULONG_MAX,
					 &value),
			 0);
	assert_true(value == ULONG_MAX);
}

static void other_text_is_rejected(void **state)
{
	static const char *const wrong[] = {
		"",    " ",    "-5",   "+5",  " 5",	  "5 ",	 "5\n",
		"\t5", "0x10", "0X10", "010", "00",	  "1e3", "1.",
		"1,2", "5k",   "x",    "-",   "\xc2\xb2",
	};
	unsigned long value = UNTOUCHED;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(fl_number_parse(wrong[i], 0, ULONG_MAX,
						 &value),
				 -EINVAL);
	assert_int_equal(fl_number_parse(NULL, 0, ULONG_MAX, &value), -EINVAL);
	assert_int_equal(value, UNTOUCHED);
}

static void number_out_of_range_is_rejected(void **state)
{
	static const char *const large[] = {
		"9",
		"18446744073709551616",
		"99999999999999999999999",
		"184467440737095516160000000000000000000000000000000000003",
	};
	unsigned long value = UNTOUCHED;
	unsigned int i;

	(void)state;
	assert_int_equal(fl_number_parse("0", 1, 8, &value), -ERANGE);
	for (i = 0; i < sizeof(large) / sizeof(*large); i++)
		assert_int_equal(fl_number_parse(large[i], 1, 8, &value),
				 -ERANGE);
	for (i = 1; i < sizeof(large) / sizeof(*large); i++)
		assert_int_equal(fl_number_parse(large[i], 0, ULONG_MAX,
						 &value),
				 -ERANGE);
	assert_int_equal(value, UNTOUCHED);
}

static void scan_stops_after_the_digits(void **state)
{
	const char *text = "12,999999999999999999999;x", *at = text;
	unsigned long value = UNTOUCHED;

	(void)state;
	assert_int_equal(fl_number_scan(&at, 1, 12, &value), 0);
	assert_int_equal(value, 12);
	assert_string_equal(at, ",999999999999999999999;x");
	assert_int_equal(fl_number_scan(&at, 1, 12, &value), -EINVAL);
	assert_string_equal(at++, ",999999999999999999999;x");
	assert_int_equal(fl_number_scan(&at, 1, 12, &value), -ERANGE);
	assert_string_equal(at, ";x");
	assert_int_equal(value, 12);
}

static void expect_explanation(const char *text, unsigned long min,
			       unsigned long max, const char *expected)
{
	char why[FL_NUMBER_WHY];

	fl_number_explain(text, min, max, why);
	assert_string_equal(why, expected);
}

static void explanation_names_the_expected_range(void **state)
{
	static char all[256];
	char why[FL_NUMBER_WHY];

	(void)state;
	expect_explanation("x", 1, ULONG_MAX,
			   "expected a number >= 1, got 'x'");
	expect_explanation("9", 1, 8, "expected a number from 1 to 8, got '9'");
	expect_explanation("", 0, ULONG_MAX, "expected a number, got ''");
	expect_explanation(NULL, 0, ULONG_MAX, "expected a number, got ''");
	expect_explanation(
		"010", 1, ULONG_MAX,
		"expected a number >= 1 without leading zeros, got '010'");
	expect_explanation("5\n\x1b[1m", 0, ULONG_MAX,
			   "expected a number, got '5??[1m'");
	memset(all, '9', sizeof(all) - 1);
	fl_number_explain(all, ULONG_MAX - 1, ULONG_MAX - 1, why);
	assert_string_equal(why + strlen(why) - 5, "9...'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_decimal),
		cmocka_unit_test(other_text_is_rejected),
		cmocka_unit_test(number_out_of_range_is_rejected),
		cmocka_unit_test(scan_stops_after_the_digits),
		cmocka_unit_test(explanation_names_the_expected_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
