/* SPDX-License-Identifier: GPL-2.0-only */
/* message.c - messages on standard error, suggestions, and numbers in words */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define KEPT 4 /* results that are valid at the same time */

int cli_error(const char *fmt, ...)
{
	va_list args;

	cli_flush();
	fprintf(stderr, "faultlab: ");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\n");
	return CLI_ERROR;
}

int cli_usage(const char *command, const char *fmt, ...)
{
	va_list args;

	cli_flush();
	fprintf(stderr, "faultlab: %s%s", command ? command : "",
		command ? ": " : "");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "; see: faultlab %s%s--help\n", command ? command : "",
		command ? " " : "");
	return CLI_ERROR;
}

/* Characters without a special meaning to any shell, at any position. */
static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-";

const char *cli_quote(const char *word, _Bool always)
{
	static char *kept[KEPT];
	static unsigned int next;
	char *out;

	next = (next + 1) % KEPT;
	free(kept[next]);
	out = kept[next] = malloc(4 * strlen(word) + 3);
	if (!out)
		return "";
	if (!always && *word && !word[strspn(word, plain)])
		return strcpy(out, word);
	*out++ = '\'';
	for (; *word; word++)
		if (*word == '\'')
			out = stpcpy(out, "'\\''");
		else
			*out++ = *word;
	strcpy(out, "'");
	return kept[next];
}

void cli_next(const char *word, ...)
{
	va_list args;

	cli_flush();
	fprintf(stderr, "next: faultlab");
	va_start(args, word);
	for (; word; word = va_arg(args, const char *))
		fprintf(stderr, " %s", cli_quote(word, 0));
	va_end(args);
	fprintf(stderr, "\n");
}

/* -- slips -- */

#define LONGEST 40 /* letters compared */

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * The number of letters to insert, delete, replace, or swap with a neighbour
 * (Damerau-Levenshtein).  Compares at most LONGEST letters of each name.
 */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int rows[3][LONGEST + 1], i, j;
	unsigned int n = least(strlen(a), LONGEST),
		     m = least(strlen(b), LONGEST);

	for (j = 0; j <= m; j++)
		rows[0][j] = j;
	for (i = 1; i <= n; i++) {
		unsigned int *now = rows[i % 3], *last = rows[(i - 1) % 3];

		now[0] = i;
		for (j = 1; j <= m; j++) {
			now[j] = least(last[j - 1] + (a[i - 1] != b[j - 1]),
				       1 + least(last[j], now[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j],
					       rows[(i - 2) % 3][j - 2] + 1);
		}
	}
	return rows[n % 3][m];
}

void cli_guess(struct cli_guess *g, const char *name)
{
	size_t len = strlen(g->word);
	unsigned int d = distance(g->word, name);

	if (d > 1 + len / 4 && (len < 3 || !strstr(name, g->word)))
		return;
	if (*g->name && g->away <= d)
		return;
	snprintf(g->name, sizeof(g->name), "%s", name);
	g->away = d;
}

const char *cli_meant(struct cli_guess *g)
{
	if (!*g->name)
		return "";
	snprintf(g->text, sizeof(g->text), "; did you mean '%s'?", g->name);
	return g->text;
}

/* -- numbers -- */

const char *cli_thousands(unsigned long n)
{
	static char kept[KEPT][32];
	static unsigned int next;
	char *at = kept[next = (next + 1) % KEPT] + sizeof(kept[0]) - 1;
	unsigned int digits = 0;

	*at = '\0';
	do {
		if (digits && digits % 3 == 0)
			*--at = ',';
		*--at = '0' + n % 10;
		digits++;
		n /= 10;
	} while (n);
	return at;
}
