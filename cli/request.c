/* SPDX-License-Identifier: GPL-2.0-only */
/* request.c - requests of explore and replay, and why they fail */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>

#include "cli.h"
#include "explore/ahead.h"
#include "explore/search.h"
#include "explore/share.h"
#include "request.h"

#define DEFAULT_STEPS 10000UL

static struct request *request_of(const struct argp_state *state)
{
	return state->input;
}

error_t request_option(int key, char *arg, struct argp_state *state)
{
	struct request *r = request_of(state);

	switch (key) {
	case REQUEST_KERNEL:
		r->kernel_name = arg;
		return 0;
	case REQUEST_JSON:
		r->json = 1;
		return 0;
	case REQUEST_TRIES:
		return cli_number(state, "--tries", arg, 1, UINT_MAX,
				  &r->tries);
	case ARGP_KEY_ARG:
		if (r->name)
			return cli_option(key, arg, state);
		r->name = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		if (r->all)
			return 0;
		return cli_refuse(
			state,
			cli_error("%s: expected a PROGRAM; see: faultlab list",
				  r->options.command));
	default:
		return cli_option(key, arg, state);
	}
}

static int no_program(const struct request *r)
{
	const struct program *program;
	struct cli_guess guess = { .word = r->name };

	for (program = program_first(); program; program = program->next)
		cli_guess(&guess, program->name);
	return cli_error("%s: unknown program %s%s; see: faultlab list",
			 r->options.command, cli_quote(r->name, 1),
			 cli_meant(&guess));
}

/* The kernels that the program applies to, separated by commas. */
static void kernels_for(const struct program *program, char *text, size_t size)
{
	const struct fl_kernel_info *k;
	unsigned int i;
	size_t n = 0;

	*text = '\0';
	for (i = 0; (k = fl_kernel_info(i)) && n < size; i++)
		if (program_applies(program, k))
			n += snprintf(text + n, size - n, "%s%s", n ? ", " : "",
				      k->name);
}

static int does_not_apply(const struct request *r)
{
	char kernels[1024];

	kernels_for(r->program, kernels, sizeof(kernels));
	cli_error("%s: %s does not apply to %s, which lacks %s; "
		  "it applies to: %s",
		  r->options.command, r->program->name, r->kernel->name,
		  r->program->needs, *kernels ? kernels : "none of these");
	return CLI_UNDECIDED;
}

int request_parse(struct request *r, const struct argp *argp, int argc,
		  char **argv)
{
	r->options.command = argv[0];
	r->options.operand = "PROGRAM";
	r->kernel_name = "model";
	r->tries = FL_RECORD_TRIES;
	if (cli_parse(argp, &r->options, argc, argv))
		return 1;
	r->options.status = CLI_ERROR;
	if (r->all && r->name) {
		cli_usage(argv[0],
			  "--all: unexpected operand %s: expected none",
			  cli_quote(r->name, 1));
		return 1;
	}
	r->program = r->all ? NULL : program_find(r->name);
	if (!r->program && !r->all) {
		no_program(r);
		return 1;
	}
	r->kernel = cli_kernel(argv[0], r->kernel_name);
	if (!r->kernel)
		return 1;
	if (r->all || program_applies(r->program, r->kernel))
		return 0;
	r->options.status = does_not_apply(r);
	return 1;
}

int request_expects(const struct request *r, char *text, size_t size)
{
	const char *breaks = program_breaks(r->program, r->kernel);
	const char *wrong = cli_wrong_on_purpose(r->kernel);

	if (breaks)
		snprintf(text, size, "\"%s\", declared for %s", breaks,
			 r->kernel->name);
	else if (wrong)
		snprintf(text, size,
			 "violations, as the kernel has a seeded bug: %s",
			 wrong);
	return breaks || wrong;
}

/* -- why it cannot be done -- */

static unsigned long mib(unsigned long bytes)
{
	return (bytes + (1UL << 20) - 1) >> 20;
}

/*
 * The world, its snapshot, and the table of which thread has accessed which
 * word.
 */
static unsigned long size_of_world(const struct request *r)
{
	unsigned long world = program_memory(r->program);

	return 2 * world + fl_share_size(world);
}

static int no_memory(const struct request *r)
{
	unsigned long steps = r->max_steps ? r->max_steps : DEFAULT_STEPS;
	unsigned int helpers = r->jobs ? r->jobs - 1 : 0;
	struct rlimit limit;
	struct sysinfo info;
	char allowed[100] = "unknown";

	if (!getrlimit(RLIMIT_AS, &limit) && limit.rlim_cur != RLIM_INFINITY)
		snprintf(allowed, sizeof(allowed), "%lu MiB (ulimit -v)",
			 mib(limit.rlim_cur));
	else if (!sysinfo(&info))
		snprintf(allowed, sizeof(allowed),
			 "%lu MiB (memory and swap of this machine)",
			 mib((info.totalram + info.totalswap) * info.mem_unit));
	return cli_error("%s: out of memory: %s needs about %lu MiB of "
			 "address space, runs of %lu steps (--max-steps) %lu "
			 "MiB more, and helpers (-j %u) %lu MiB; the limit of "
			 "this process is %s",
			 r->options.command, r->program->name,
			 mib(size_of_world(r)), steps,
			 mib(fl_search_size(MOST_THREADS + 1, steps)),
			 helpers + 1, mib(fl_ahead_size(helpers)), allowed);
}

/*
 * A failed HOLD() of the set-up means that the program does not apply to this
 * kernel.  Any other end of the world is a rule that the kernel broke, or a gap
 * in the port.
 */
static int is_broken(const struct fl_end *end)
{
	return end->kind == FL_END_KERNEL_BUG || end->kind == FL_END_OOPS ||
	       (end->kind == FL_END_VIOLATION &&
		!strstr(end->text, ": does not hold: "));
}

static int set_up_failed(const struct request *r)
{
	const struct fl_end *end = program_set_up_end();

	cli_error("%s: the set-up of %s failed on %s, before any thread ran: "
		  "%s\nwhere: %s\n%s",
		  r->options.command, r->program->name, r->kernel->name,
		  end->text, end->where, end->backtrace);
	return is_broken(end) ? CLI_VIOLATION : CLI_UNDECIDED;
}

static int schedule_failed(const struct request *r,
			   const struct fl_schedule_error *schedule)
{
	return cli_error("%s: --schedule: column %u of %s: %s",
			 r->options.command, schedule->column,
			 cli_quote(r->schedule, 1), schedule->text);
}

/*
 * Return: the temporary file that is written before it replaces the checkpoint,
 * or the target of the checkpoint if that is a link.
 */
static const char *beside(const char *checkpoint)
{
	static char name[PATH_MAX + sizeof(".faultlab-new")];

	snprintf(name, sizeof(name), "%s.faultlab-new", checkpoint);
	return name;
}

static int checkpoint_failed(const struct request *r, int error, int holder)
{
	const char *command = r->options.command;
	const char *file = cli_quote(r->checkpoint, 1);

	switch (error) {
	case -EWOULDBLOCK:
		if (holder)
			return cli_error("%s: checkpoint %s is in use by "
					 "another search, process %d; wait "
					 "for it, or name another file",
					 command, file, holder);
		return cli_error("%s: checkpoint %s is in use by another "
				 "search; wait for it, or name another file",
				 command, file);
	case -EISDIR:
		return cli_error("%s: checkpoint %s is a directory: expected "
				 "a regular file, or a new name",
				 command, file);
	case -ENOTEMPTY:
		return cli_error("%s: checkpoint %s cannot be written: %s is "
				 "a directory: remove it, or name another file",
				 command, file,
				 cli_quote(beside(r->checkpoint), 1));
	case -ENXIO:
		return cli_error("%s: checkpoint %s is a device, a FIFO or a "
				 "socket: expected a regular "
				 "file, or a new name",
				 command, file);
	case -EBADMSG:
		return cli_error("%s: checkpoint %s is damaged, or is not a "
				 "checkpoint of this version; remove it to "
				 "start over, or name another file",
				 command, file);
	case -ESTALE:
		return cli_error("%s: checkpoint %s is from another program, "
				 "kernel, kind of search or build; "
				 "name another file",
				 command, file);
	case -EOVERFLOW:
		return cli_error("%s: checkpoint %s has longer runs than "
				 "--max-steps allows; raise --max-steps",
				 command, file);
	default:
		return cli_error("%s: checkpoint %s cannot be written: %s",
				 command, file, strerror(-error));
	}
}

int request_failed(const struct request *r, int error,
		   const struct fl_schedule_error *schedule, int holder)
{
	const char *command = r->options.command;

	switch (error) {
	case -ENOMEM:
		return no_memory(r);
	case -ENOTRECOVERABLE:
		return set_up_failed(r);
	case -ENOEXEC:
		cli_error("%s: %s does not boot", command, r->kernel->name);
		return CLI_UNDECIDED;
	case -E2BIG:
		cli_error("%s: the run has more than %u operations, the limit "
			  "of a story; it may be endless",
			  command, FL_RECORD_OPS);
		return CLI_UNDECIDED;
	case -EINVAL:
	case -EILSEQ:
		if (schedule)
			return schedule_failed(r, schedule);
		if (error == -EILSEQ)
			return cli_error(
				"%s: internal bug: a run of %s did "
				"not repeat: its threads share "
				"memory outside the world%s%s",
				command, r->program->name,
				r->checkpoint ?
					", or the checkpoint is wrong: " :
					"",
				r->checkpoint ? cli_quote(r->checkpoint, 1) :
						"");
		break;
	default:
		if (r->checkpoint)
			return checkpoint_failed(r, error, holder);
	}
	return cli_error("%s: %s cannot be run on %s: %s", command,
			 r->program->name, r->kernel->name, strerror(-error));
}
