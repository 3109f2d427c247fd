/* SPDX-License-Identifier: GPL-2.0-only */
/* output.c - failed writes to standard output are errors */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"

/*
 * If @fd is closed, open /dev/null in its place, so that no file opened later
 * becomes standard output or standard error.
 * Return: 1 if @fd was closed.
 */
static int was_closed(int fd)
{
	if (fcntl(fd, F_GETFD) >= 0)
		return 0;
	/*
	 * open() returns the lowest free number: @fd, as those below it are
	 * open.
	 */
	return open("/dev/null", O_RDWR) == fd;
}

int cli_begin(void)
{
	static char buffer[1 << 20];
	int closed;

	was_closed(STDIN_FILENO);
	closed = was_closed(STDOUT_FILENO);
	was_closed(STDERR_FILENO);
	/* A write then fails with EPIPE or EFBIG. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	/* With this buffer, only cli_flush() writes, and it records errno. */
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	if (closed)
		return cli_error("standard output cannot be written: closed");
	return 0;
}

void cli_default_signals(void)
{
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
}

/* errno of the first failed write; 0: unknown. */
static int write_error;

int cli_flush(void)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	if (!write_error)
		write_error = errno;
	return -1;
}

int cli_end(int status)
{
	int failed = cli_flush();

	if (fclose(stdout) && !failed) {
		failed = 1;
		write_error = errno;
	}
	if (!failed)
		return status;
	fprintf(stderr, "faultlab: standard output cannot be written%s%s\n",
		write_error ? ": " : "",
		write_error ? strerror(write_error) : "");
	return CLI_ERROR;
}

/* https://no-color.org: any value counts, except the empty string. */
int cli_colour(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && term && strcmp(term, "dumb") &&
	       isatty(fileno(out));
}

unsigned int cli_width(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) ||
	    !size.ws_col)
		return 80;
	return size.ws_col;
}
