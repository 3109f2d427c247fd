/* SPDX-License-Identifier: GPL-2.0-only */
/* request.c - the command lines of explore and replay */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "request.h"

static int is_accepted(const char *option, const char *accepted)
{
	size_t len = strlen(option);
	const char *at;

	for (at = accepted; (at = strstr(at, option)); at += len)
		if (at[len] == ' ' && (at == accepted || at[-1] == ' '))
			return 1;
	return 0;
}

/* Return: 0, or a usage error that was told. */
static int parse_number(const char *option, const char *text,
			unsigned long *out)
{
	char *end;

	errno = 0;
	*out = strtoul(text, &end, 0);
	if (*text < '0' || *text > '9' || *end || errno || !*out)
		return cli_usage("%s wants a number from 1; got '%s'", option,
				 text);
	return 0;
}

static int parse_value(struct request *r, const char *option,
		       const char *value)
{
	const struct {
		const char *option;
		unsigned long *number;
	} numbers[] = {
		{ "--max-runs", &r->max_runs },
		{ "--max-steps", &r->max_steps },
		{ "--max-seconds", &r->max_seconds },
		{ "--max-memory", &r->max_memory },
		{ "-j", &r->jobs },
		{ "--tries", &r->tries },
		{ "--preemptions", &r->preemptions },
		{ "--random", &r->random },
		{ "--depth", &r->depth },
		{ "--gdb", &r->gdb },
		{ "--stop-before", &r->stop_before },
	};
	unsigned int i;

	if (!value)
		return cli_usage("%s: %s wants a value", r->command, option);
	if (!strcmp(option, "--kernel")) {
		r->kernel = value;
		return 0;
	}
	if (!strcmp(option, "--schedule")) {
		r->schedule = value;
		return 0;
	}
	if (!strcmp(option, "--checkpoint")) {
		r->checkpoint = value;
		return 0;
	}
	for (i = 0; strcmp(option, numbers[i].option); i++)
		;
	return parse_number(option, value, numbers[i].number);
}

/* Return: 1 where it was an option without a value. */
static int parse_flag(struct request *r, const char *option)
{
	if (!strcmp(option, "--json"))
		r->json = 1;
	else if (!strcmp(option, "--as-is"))
		r->as_is = 1;
	else if (!strcmp(option, "--every-run"))
		r->every_run = 1;
	else
		return 0;
	return 1;
}

int request_parse(int argc, char **argv, const char *accepted,
		  struct request *r)
{
	int i, ret;

	r->command = argv[0];
	r->kernel = "model";
	r->tries = FL_RECORD_TRIES;
	if (argc < 2)
		return cli_usage("%s: which program? see: faultlab list",
				 argv[0]);
	r->program = program_find(argv[1]);
	if (!r->program)
		return cli_usage("%s: no program '%s'; see: faultlab list",
				 argv[0], argv[1]);
	for (i = 2; i < argc; i++) {
		if (!is_accepted(argv[i], accepted))
			return cli_usage("%s: unknown option '%s'", argv[0],
					 argv[i]);
		if (parse_flag(r, argv[i]))
			continue;
		ret = parse_value(r, argv[i], argv[i + 1]);
		if (ret)
			return ret;
		i++;
	}
	return 0;
}

int request_failed(const struct request *r, int error)
{
	switch (error) {
	case -ENOENT:
		return cli_usage("%s: no kernel '%s'; see: faultlab kernels",
				 r->command, r->kernel);
	case -EBADMSG:
		return cli_usage("%s: '%s' is no checkpoint, or it is damaged; remove it to begin again",
				 r->command, r->checkpoint);
	case -ESTALE:
		return cli_usage("%s: '%s' is of another program, kernel, search or build; name another file",
				 r->command, r->checkpoint);
	case -ENOSPC:
		return cli_usage("%s: '%s' has runs that are longer; raise --max-steps",
				 r->command, r->checkpoint);
	case -EINVAL:
	case -EILSEQ:
		if (!r->schedule)
			goto other;
		return cli_usage("%s: '%s' is no schedule of this program, or (a plus sign) of what another compiler has made",
				 r->command, r->schedule ? r->schedule : "");
	default:
other:
		fprintf(stderr, "faultlab: %s: %s on %s cannot be run: %s\n",
			r->command, r->program->name, r->kernel,
			strerror(-error));
		return CLI_USAGE;
	}
}
