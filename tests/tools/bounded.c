/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bounded.c - run a command that must end, on a machine that may be busy
 *
 *   bounded [--cpu SECONDS] [--idle SECONDS] COMMAND [ARGUMENT...]
 *
 * On a busy machine, wall-clock time says little about a test.  So the command
 * and all processes that it starts are ended
 *
 *   - after SECONDS of CPU time: the command spins, or is too large.  Without
 *     --cpu: FAULTLAB_BUDGET from the environment, or 1200
 *   - or after SECONDS in which it used hardly any CPU time and none of its
 *     threads could run: the command waits forever.  Without --idle: 120
 *
 * In both cases bounded prints the state of each process, and then dies of
 * SIGXCPU (152 in a shell), which CTest reports as a failure whatever was
 * printed.  Otherwise bounded ends as the command does; processes that the
 * command leaves behind are killed.  Usage errors: 129.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "number.h"

#define CPU_SECONDS    1200 /* default budget */
#define IDLE_SECONDS   120
#define MOST_SECONDS   1000000
#define HARDLY_ANY     0.01 /* at most this share of the time, */
#define LEAST	       0.05 /* plus these seconds */
#define LOOKS	       20   /* samples that prove that the command waits */
#define MOST_PROCESSES 4096
#define USAGE	       129

struct process {
	pid_t pid, parent;
	char state; /* of its first thread, as in /proc/PID/stat */
	/* Ticks of CPU, including children it has waited for. */
	unsigned long ticks;
	_Bool ours;
};

static struct process processes[MOST_PROCESSES];
static unsigned int nr_processes;
static unsigned long budget = CPU_SECONDS, idle = IDLE_SECONDS;
static char **command;
static pid_t child;

static int usage(const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "bounded: ");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr,
		"\nusage: bounded [--cpu SECONDS] [--idle SECONDS] COMMAND [ARGUMENT...]\n");
	return USAGE;
}

static int parse_seconds(const char *name, const char *text, unsigned long *out)
{
	char why[FL_NUMBER_WHY];

	if (!fl_number_parse(text, 1, MOST_SECONDS, out))
		return 0;
	fl_number_explain(text, 1, MOST_SECONDS, why);
	return usage("%s: %s", name, why);
}

/* Return: 0: command is set; otherwise an exit code. */
static int parse(int argc, char **argv)
{
	const char *text = getenv("FAULTLAB_BUDGET");
	int i, ret;

	if (text) {
		ret = parse_seconds("FAULTLAB_BUDGET", text, &budget);
		if (ret)
			return ret;
	}
	unsetenv("FAULTLAB_BUDGET");
	for (i = 1; i < argc && argv[i][0] == '-'; i += 2) {
		unsigned long *out = !strcmp(argv[i], "--cpu")	? &budget :
				     !strcmp(argv[i], "--idle") ? &idle :
								  NULL;

		if (!out)
			return usage("unknown option '%s'", argv[i]);
		ret = parse_seconds(argv[i], argv[i + 1], out);
		if (ret)
			return ret;
	}
	command = argv + i;
	return i < argc ? 0 : usage("expected a command");
}

/* -- the processes of the command -- */

/* Return: 0: @p is filled in; -1: the file no longer exists. */
static int read_stat(const char *path, struct process *p)
{
	unsigned long user, system;
	long children_user, children_system;
	char line[1024];
	FILE *file = fopen(path, "r");
	const char *at;
	size_t n;

	if (!file)
		return -1;
	n = fread(line, 1, sizeof(line) - 1, file);
	fclose(file);
	line[n] = '\0';
	/* The name, in parentheses, may have any character. */
	at = strrchr(line, ')');
	if (!at || sscanf(at,
			  ") %c %d %*d %*d %*d %*d %*u %*u %*u %*u "
			  "%*u %lu %lu %ld %ld",
			  &p->state, &p->parent, &user, &system, &children_user,
			  &children_system) != 6)
		return -1;
	p->ticks = user + system + children_user + children_system;
	return 0;
}

static void mark_ours(void)
{
	unsigned int i, j;
	_Bool more = 1;

	while (more) {
		more = 0;
		for (i = 0; i < nr_processes; i++) {
			_Bool ours = processes[i].parent == getpid();

			for (j = 0; j < nr_processes && !ours; j++)
				ours = processes[j].ours &&
				       processes[j].pid == processes[i].parent;
			more |= ours && !processes[i].ours;
			processes[i].ours = ours;
		}
	}
}

/*
 * Read all processes, and mark those of the command.  Orphans become our
 * children.
 */
static void read_processes(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	char path[300];

	nr_processes = 0;
	while (proc && (entry = readdir(proc)) &&
	       nr_processes < MOST_PROCESSES) {
		struct process *p = &processes[nr_processes];

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
		*p = (struct process){ .pid = atoi(entry->d_name) };
		nr_processes += !read_stat(path, p);
	}
	if (proc)
		closedir(proc);
	mark_ours();
}

/*
 * Return: seconds of CPU time used by the command and everything it has
 * started.
 */
static double used(void)
{
	unsigned long ticks = 0;
	struct rusage ended;
	unsigned int i;

	for (i = 0; i < nr_processes; i++)
		if (processes[i].ours)
			ticks += processes[i].ticks;
	getrusage(RUSAGE_CHILDREN, &ended);
	return (double)ticks / sysconf(_SC_CLK_TCK) + ended.ru_utime.tv_sec +
	       ended.ru_utime.tv_usec / 1e6 + ended.ru_stime.tv_sec +
	       ended.ru_stime.tv_usec / 1e6;
}

/* Return: 1 if a thread of @pid runs, can run, or waits for a disk. */
static _Bool has_runnable_thread(pid_t pid)
{
	const struct dirent *entry;
	char path[400];
	_Bool found = 0;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	while (tasks && !found && (entry = readdir(tasks))) {
		struct process p;

		snprintf(path, sizeof(path), "/proc/%d/task/%s/stat", (int)pid,
			 entry->d_name);
		found = entry->d_name[0] != '.' && !read_stat(path, &p) &&
			(p.state == 'R' || p.state == 'D');
	}
	if (tasks)
		closedir(tasks);
	return found;
}

static void print_process(const struct process *p)
{
	char path[64], line[200];
	FILE *file;
	size_t n, i;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)p->pid);
	file = fopen(path, "r");
	n = file ? fread(line, 1, sizeof(line) - 1, file) : 0;
	if (file)
		fclose(file);
	for (i = 0; i < n; i++)
		line[i] = line[i] >= ' ' ? line[i] : ' ';
	line[n] = '\0';
	fprintf(stderr, "bounded: process %d, state %c, %.1f s of CPU: %s\n",
		(int)p->pid, p->state, (double)p->ticks / sysconf(_SC_CLK_TCK),
		line);
}

/*
 * Kill all processes of the command.  Repeat until none is left, as one may
 * have forked.
 */
static void kill_all(void)
{
	unsigned int i, left = 1;

	while (left) {
		left = 0;
		read_processes();
		for (i = 0; i < nr_processes; i++) {
			if (!processes[i].ours)
				continue;
			left = 1;
			kill(processes[i].pid, SIGKILL);
		}
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (left)
			nanosleep(&(struct timespec){ .tv_nsec = 1000000 },
				  NULL);
	}
}

/* -- ends -- */

/* Die of @sig, without a core dump. */
static void __attribute__((noreturn)) die_of(int sig)
{
	sigset_t all;

	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
	signal(sig, SIG_DFL);
	sigfillset(&all);
	raise(sig);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	_exit(128 + sig);
}

static void __attribute__((noreturn, format(printf, 1, 2)))
give_up(const char *fmt, ...)
{
	unsigned int i;
	va_list args;

	fflush(stdout);
	fprintf(stderr, "bounded: ended: %s: ", command[0]);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\n");
	for (i = 0; i < nr_processes; i++)
		if (processes[i].ours)
			print_process(&processes[i]);
	kill_all();
	die_of(SIGXCPU);
}

/* Reap all ended processes; does not return if the command itself has ended. */
static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != child)
			continue;
		kill_all();
		if (WIFSIGNALED(status))
			die_of(WTERMSIG(status));
		exit(WEXITSTATUS(status));
	}
}

/* Return: 1 if no thread of the command could run in any of several samples. */
static _Bool waits(void)
{
	unsigned int look, i;

	for (look = 0; look < LOOKS; look++) {
		reap();
		read_processes();
		for (i = 0; i < nr_processes; i++)
			if (processes[i].ours &&
			    has_runnable_thread(processes[i].pid))
				return 0;
		nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	}
	return 1;
}

static void __attribute__((noreturn)) watch(const sigset_t *signals)
{
	double since = 0, now;
	unsigned long calm = 0;
	int sig;

	for (;;) {
		sig = sigtimedwait(signals, NULL,
				   &(struct timespec){ .tv_sec = 1 });
		reap();
		if (sig == SIGCHLD || (sig < 0 && errno == EINTR))
			continue;
		if (sig > 0) {
			kill_all();
			die_of(sig);
		}
		read_processes();
		now = used();
		if (now > budget)
			give_up("used more than %lu s of CPU: it runs "
				"forever, or needs more (TIMEOUT in "
				"its CMakeLists.txt)",
				budget);
		calm++;
		if (now - since >= LEAST + HARDLY_ANY * calm) {
			since = now;
			calm = 0;
		} else if (calm >= idle) {
			if (waits())
				give_up("used no CPU for %lu "
					"s: it waits forever",
					calm);
			since = now;
			calm = 0;
		}
	}
}

int main(int argc, char **argv)
{
	sigset_t signals, before;
	int ret = parse(argc, argv);

	if (ret)
		return ret;
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, &before);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	child = fork();
	if (child < 0)
		return usage("cannot fork: %s", strerror(errno));
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sigprocmask(SIG_SETMASK, &before, NULL);
		execvp(command[0], command);
		fprintf(stderr, "bounded: %s: %s\n", command[0],
			strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	watch(&signals);
}
