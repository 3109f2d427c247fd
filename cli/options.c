/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * options.c - parse command lines with glibc's argp; see options.h
 *
 * argp parses the command line and prints the help for options.  The errors for
 * words that argp rejects are printed here, because argp's own do not name the
 * option that was meant.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "number.h"
#include "options.h"

static struct cli_options *options_of(const struct argp_state *state)
{
	return state->input;
}

error_t cli_refuse(struct argp_state *state, int status)
{
	options_of(state)->done = 1;
	options_of(state)->status = status;
	return EINVAL;
}

error_t cli_number(struct argp_state *state, const char *option,
		   const char *text, unsigned long min, unsigned long max,
		   unsigned long *out)
{
	char why[FL_NUMBER_WHY];

	if (!fl_number_parse(text, min, max, out))
		return 0;
	fl_number_explain(text, min, max, why);
	return cli_refuse(state, cli_usage(options_of(state)->command, "%s: %s",
					   option, why));
}

/* -- words that are refused -- */

static int is_end(const struct argp_option *o)
{
	return !o->name && !o->key && !o->doc && !o->group;
}

/*
 * Count the options whose names begin with the @n letters of @name.  An exact
 * match counts as the only one.  *@found is the exact match, or the last one
 * found.
 */
static unsigned int find_long(const struct argp *argp, const char *name,
			      size_t n, const struct argp_option **found)
{
	const struct argp_option *o;
	unsigned int nr = 0;

	for (o = argp->options; !is_end(o); o++) {
		if (!o->name || strncmp(o->name, name, n))
			continue;
		*found = o;
		if (!o->name[n])
			return 1;
		nr++;
	}
	return nr;
}

static const struct argp_option *find_short(const struct argp *argp, char c)
{
	const struct argp_option *o;

	for (o = argp->options; !is_end(o); o++)
		if (o->key == c && !(o->flags & OPTION_DOC))
			return o;
	return NULL;
}

static int unknown(const struct cli_options *options, const char *word,
		   size_t n)
{
	const struct argp_option *o;
	char *name = strndup(word, n), dashed[40];
	struct cli_guess guess = { .word = name ? name : word };

	for (o = options->argp->options; n > 2 && !is_end(o); o++) {
		if (!o->name || o->flags & OPTION_HIDDEN)
			continue;
		snprintf(dashed, sizeof(dashed), "--%s", o->name);
		cli_guess(&guess, dashed);
	}
	cli_usage(options->command, "unknown option %s%s",
		  cli_quote(guess.word, 1), cli_meant(&guess));
	free(name);
	return 1;
}

/* @word: "--..."; @last: no word follows.  Return: 1 if @word is wrong. */
static int explain_long(const struct cli_options *options, const char *word,
			int last)
{
	const struct argp_option *o = NULL;
	size_t n = strcspn(word, "=");
	unsigned int nr = find_long(options->argp, word + 2, n - 2, &o);

	if (!nr)
		return unknown(options, word, n);
	if (nr > 1)
		cli_usage(options->command,
			  "ambiguous option '%.*s'; did you mean '--%s'?",
			  (int)n, word, o->name);
	else if (o->arg && !word[n] && last)
		cli_usage(options->command, "--%s: expected a value, %s",
			  o->name, o->arg);
	else if (!o->arg && word[n])
		cli_usage(options->command, "--%s: expected no value, got %s",
			  o->name, cli_quote(word + n + 1, 1));
	else
		return 0;
	return 1;
}

/* @word: "-...", one or several short options. */
static int explain_short(const struct cli_options *options, const char *word,
			 int last)
{
	const struct argp_option *o;
	char name[] = "-?";

	for (word++; *word; word++) {
		name[1] = *word;
		o = find_short(options->argp, *word);
		if (!o)
			return unknown(options, name, 2);
		if (o->arg && !word[1] && last)
			return cli_usage(options->command,
					 "%s: expected a value, %s", name,
					 o->arg);
		if (o->arg)
			break;
	}
	return 0;
}

/*
 * The word that argp has rejected is the one before state->next, or the one at
 * state->next if that one has more short options to parse.
 */
static error_t explain(struct argp_state *state)
{
	const struct cli_options *options = options_of(state);
	int i;

	for (i = state->next - 1; i <= state->next && i < state->argc; i++) {
		const char *word = i > 0 ? state->argv[i] : "";
		int last = i + 1 == state->argc;

		if (word[0] != '-' || !word[1])
			continue;
		if (word[1] == '-' ? explain_long(options, word, last) :
				     explain_short(options, word, last))
			return cli_refuse(state, CLI_ERROR);
	}
	return cli_refuse(state,
			  cli_usage(options->command, "invalid options"));
}

/* -- help, and operands -- */

static void print_help(const struct cli_options *options)
{
	char name[40];

	snprintf(name, sizeof(name), "faultlab%s%s",
		 options->command ? " " : "",
		 options->command ? options->command : "");
	fputs(options->examples, stdout);
	argp_help(options->argp, stdout,
		  ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, name);
}

error_t cli_option(int key, char *arg, struct argp_state *state)
{
	struct cli_options *options = options_of(state);

	switch (key) {
	case 'h':
		print_help(options);
		cli_refuse(state, CLI_OK);
		return ECANCELED;
	case ARGP_KEY_ARG:
		if (!options->operand)
			return cli_refuse(state, cli_usage(options->command,
							   "unexpected operand "
							   "%s: expected none",
							   cli_quote(arg, 1)));
		return cli_refuse(
			state,
			cli_usage(options->command,
				  "unexpected operand %s: expected one %s",
				  cli_quote(arg, 1), options->operand));
	case ARGP_KEY_ERROR:
		return options->done ? 0 : explain(state);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int cli_parse(const struct argp *argp, struct cli_options *options, int argc,
	      char **argv)
{
	error_t error;

	options->argp = argp;
	error = argp_parse(argp, argc, argv,
			   ARGP_NO_HELP | ARGP_NO_ERRS | ARGP_NO_EXIT |
				   (options->in_order ? ARGP_IN_ORDER : 0),
			   NULL, options);
	if (error && !options->done) {
		options->done = 1;
		options->status = cli_error("the command line "
					    "cannot be parsed: %s",
					    strerror(error));
	}
	return options->done;
}
