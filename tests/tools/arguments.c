/* SPDX-License-Identifier: GPL-2.0-only */
/* arguments.c - arguments of the programs of tests/, fuzz/ and bench/ */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arguments.h"
#include "number.h"

static const char *program = "?", *usage = "";

void arguments_begin(const char *name, const char *text)
{
	program = name;
	usage = text;
}

static void report(const char *fmt, va_list args)
{
	fflush(stdout);
	fprintf(stderr, "%s: ", program);
	vfprintf(stderr, fmt, args);
	fprintf(stderr, "\n");
}

void argument_machine_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(fmt, args);
	va_end(args);
	_exit(ARGUMENT_ERROR);
}

int argument_boots(const char *kernel, int ret)
{
	if (ret && ret != -ENOTRECOVERABLE)
		argument_machine_error("%s cannot be booted: %s", kernel,
				       strerror(-ret));
	return ret != 0;
}

void argument_child(int status)
{
	if (!status)
		return;
	fflush(stdout);
	fprintf(stderr, "%s: a child has failed\n", program);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

void argument_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(fmt, args);
	va_end(args);
	fprintf(stderr, "usage: %s %s\n", program, usage);
	/* A fuzzer treats exit() as a crash. */
	_exit(ARGUMENT_ERROR);
}

void arguments_count(int argc, int least, int most)
{
	if (argc - 1 < least)
		argument_error("expected %s%d argument%s, got %d",
			       least == most ? "" : "at least ", least,
			       least == 1 ? "" : "s", argc - 1);
	if (argc - 1 > most)
		argument_error("expected %s%d argument%s, got %d",
			       least == most ? "" : "at most ", most,
			       most == 1 ? "" : "s", argc - 1);
}

/* Append @word to @list, separated by a blank. */
static void append(char *list, size_t size, const char *word)
{
	size_t n = strlen(list);

	snprintf(list + n, size - n, " %s", word);
}

const char *argument_kernel(const char *text)
{
	char names[1024] = "";
	unsigned int i;

	for (i = 0; i < fl_kernel_count(); i++) {
		if (!strcmp(fl_kernel_info(i)->name, text))
			return text;
		append(names, sizeof(names), fl_kernel_info(i)->name);
	}
	argument_error("no kernel '%s'; expected one of:%s", text, names);
}

unsigned long argument_number(const char *name, const char *text,
			      unsigned long min, unsigned long max)
{
	char why[FL_NUMBER_WHY];
	unsigned long value;

	if (!fl_number_parse(text, min, max, &value))
		return value;
	fl_number_explain(text, min, max, why);
	argument_error("%s: %s", name, why);
}

unsigned int argument_word(const char *name, const char *text,
			   const char *const words[])
{
	char list[256] = "";
	unsigned int i;

	for (i = 0; words[i]; i++) {
		if (!strcmp(words[i], text))
			return i;
		append(list, sizeof(list), words[i]);
	}
	argument_error("%s: expected one of:%s; got '%s'", name, list, text);
}
