/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * path.c - files of the world's kernel, by name: served, refused, or the host's
 *
 *  - fl_host_open()            what open() and its like do first
 *  - fl_host_open_stream()     ... of fopen() and its like
 *  - fl_host_print_files()     the table, for the documentation
 *
 * A name is decided by the file that it leads to: links, folders given by descriptors, and
 * "/proc/self" in all its forms are resolved.  Processes of the world are "/proc/self" and
 * "/proc/PID" in the table; files of other processes are the host's.
 *
 * To serve a file that is refused, give its line a function that opens it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "host/host.h"
#include "host/real.h"

struct file_rule {
	const char *pattern;	/* as of fnmatch(3); all below a folder as well */
	_Bool only_writes;	/* else whatever it is opened for */
	/* @pid: of the process, for a file of /proc/PID.
	 * Context: inside.  Return: a descriptor, -errno.  NULL: it is refused. */
	int (*open)(const char *path, int flags, pid_t pid);
	const char *why;
};

static int open_device(const char *path, int flags, pid_t pid)
{
	(void)flags;
	(void)pid;
	return fl_host_file_open(strrchr(path, '/') + 1);
}

static int open_proc(const char *path, int flags, pid_t pid)
{
	return fl_host_file_proc(strrchr(path, '/') + 1, pid, flags);
}

/* The first line that matches decides. */
static const struct file_rule rules[] = {
	{ "/dev/hmm_dmirror*", 0, open_device, "the kernel's test driver; the first open boots the world" },
	{ "/sys/kernel/debug/gup_test", 0, open_device, "the kernel's test driver; the first open boots the world" },
	{ "/proc/*/pagemap", 0, open_proc, "the kernel's own, of memory of the world" },
	{ "/proc/*/clear_refs", 0, open_proc, "the kernel's own, of memory of the world" },
#define HOST_MEMORY	"the host's file describes the host's memory"
	{ "/proc/*/maps", 0, NULL, HOST_MEMORY },
	{ "/proc/*/smaps", 0, NULL, HOST_MEMORY },
	{ "/proc/*/smaps_rollup", 0, NULL, HOST_MEMORY },
	{ "/proc/*/numa_maps", 0, NULL, HOST_MEMORY },
	{ "/proc/*/map_files", 0, NULL, HOST_MEMORY },
	{ "/proc/*/mem", 0, NULL, HOST_MEMORY },
	{ "/proc/*/status", 0, NULL, HOST_MEMORY },
	{ "/proc/*/statm", 0, NULL, HOST_MEMORY },
	{ "/proc/*/stat", 0, NULL, HOST_MEMORY },
	{ "/proc/*/oom_score", 0, NULL, HOST_MEMORY },
	{ "/proc/*/ksm_*", 0, NULL, HOST_MEMORY },
	{ "/proc/kpage*", 0, NULL, HOST_MEMORY },
	{ "/proc/kcore", 0, NULL, HOST_MEMORY },
	{ "/proc/meminfo", 0, NULL, HOST_MEMORY },
	{ "/proc/vmstat", 0, NULL, HOST_MEMORY },
	{ "/proc/zoneinfo", 0, NULL, HOST_MEMORY },
	{ "/proc/buddyinfo", 0, NULL, HOST_MEMORY },
	{ "/proc/pagetypeinfo", 0, NULL, HOST_MEMORY },
	{ "/proc/slabinfo", 0, NULL, HOST_MEMORY },
	{ "/proc/vmallocinfo", 0, NULL, HOST_MEMORY },
	{ "/proc/swaps", 0, NULL, HOST_MEMORY },
	{ "/sys/devices/system/memory", 0, NULL, HOST_MEMORY },
	{ "/sys/devices/system/node", 0, NULL, HOST_MEMORY },
	{ "/dev/mem", 0, NULL, HOST_MEMORY },
	{ "/dev/kmem", 0, NULL, HOST_MEMORY },
	{ "/dev/userfaultfd", 0, NULL, "the host's would be one of the host's memory; see userfaultfd(2)" },
#define HOST_SETTINGS	"the settings are those of the host's kernel"
	{ "/sys/kernel/mm", 0, NULL, HOST_SETTINGS },
	{ "/sys/kernel/slab", 0, NULL, HOST_SETTINGS },
	{ "/sys/kernel/debug", 0, NULL, HOST_SETTINGS },
	{ "/sys/kernel/tracing", 0, NULL, HOST_SETTINGS },
	{ "/proc/sys/vm", 0, NULL, HOST_SETTINGS },
#define HOST_KERNEL	"the host's kernel is never changed"
	{ "/sys", 1, NULL, HOST_KERNEL },
	{ "/proc/sys", 1, NULL, HOST_KERNEL },
	{ "/proc/sysrq-trigger", 1, NULL, HOST_KERNEL },
	/* The last two are found in other ways than by their names. */
#define DESCRIPTOR	(&rules[RULES - 2])
#define KERNELS		(&rules[RULES - 1])
	{ "/proc/self/fd/N", 0, NULL, "files of the world have no names: use dup()" },
	{ "(any file of sysfs, debugfs or tracefs)", 1, NULL, HOST_KERNEL },
};

#define RULES	(sizeof(rules) / sizeof(*rules))

/* -- which file is it? -- */

/* Remove "//", "/./" and "/../" from @path, which is absolute. */
static void normalise(char *path)
{
	char *from = path, *to = path, *end;
	size_t len;

	while (*from) {
		from += strspn(from, "/");
		end = strchrnul(from, '/');
		len = end - from;
		if (len == 2 && !memcmp(from, "..", 2)) {
			while (to > path && *--to != '/')
				;
		} else if (len && !(len == 1 && *from == '.')) {
			*to++ = '/';
			memmove(to, from, len);
			to += len;
		}
		from = end;
	}
	if (to == path)
		*to++ = '/';
	*to = '\0';
}

static _Bool name_of(int fd, char path[PATH_MAX])
{
	char link[40];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	path[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The name as it is written, if it leads to no file of the host's. */
static void written_name(int folder, const char *name, char path[PATH_MAX])
{
	size_t len = 0;

	path[0] = '\0';
	if (*name != '/') {
		if (folder == AT_FDCWD ? !getcwd(path, PATH_MAX) : !name_of(folder, path))
			return;
		len = strlen(path);
	}
	snprintf(path + len, PATH_MAX - len, "%s%s", len ? "/" : "", name);
	normalise(path);
}

/* Return: whether the host's file is of a kind that only a kernel has. */
static _Bool resolve(int folder, const char *name, int flags, char path[PATH_MAX])
{
	int fd = __real_openat(folder, name, O_PATH | O_CLOEXEC | (flags & O_NOFOLLOW));
	struct statfs fs = { 0 };

	if (fd < 0 || !name_of(fd, path))
		written_name(folder, name, path);
	if (fd >= 0) {
		fstatfs(fd, &fs);
		__real_close(fd);
	}
	return fs.f_type == SYSFS_MAGIC || fs.f_type == DEBUGFS_MAGIC ||
	       fs.f_type == TRACEFS_MAGIC;
}

static _Bool in_world(long pid)
{
	const struct fl_host_process *p;

	for (p = fl_host->processes; p < fl_host->processes + FL_HOST_PROCESSES; p++)
		if (p->process && p->number == pid)
			return 1;
	return 0;
}

/* Skip "/task/TID". */
static const char *skip_task(const char *rest)
{
	const char *id = rest + strlen("/task/"), *end;

	if (strncmp(rest, "/task/", id - rest))
		return rest;
	end = id + strspn(id, "0123456789");
	return end > id && *end == '/' ? end : rest;
}

/*
 * Name a process of the world "self" or "PID" in @path, with its threads; *@process: its number.
 * Return: 0: it is another's, and the host's.
 */
static _Bool name_process(char path[PATH_MAX], pid_t *process)
{
	char *rest = path + strlen("/proc/"), *end;
	const char *who = "self", *tail;
	long pid;

	*process = fl_host_self->number;
	if (strncmp(path, "/proc/", rest - path))
		return 1;
	pid = strtol(rest, &end, 10);
	if (end == rest) {
		if (strncmp(rest, "self/", 5) && strncmp(rest, "thread-self/", 12))
			return 1;
		end = strchr(rest, '/');
	} else if (!in_world(pid)) {
		/* A thread has a folder of its own there, which lists do not show. */
		char task[60];

		snprintf(task, sizeof(task), "/proc/self/task/%ld", pid);
		if (access(task, F_OK))
			return 0;
	} else if (pid != fl_host_self->number) {
		who = "PID";
		*process = pid;
	}
	tail = strdupa(skip_task(end));
	snprintf(rest, PATH_MAX - (rest - path), "%s%s", who, tail);
	return 1;
}

/* What stands for a file of the world is another file of the host's. */
static _Bool is_descriptor(const char *path)
{
	const char *start = "/proc/self/fd/";

	if (!strncmp(path, "/dev/fd/", 8))
		return fl_host_file(atoi(path + 8)) != NULL;
	return !strncmp(path, start, strlen(start)) &&
	       fl_host_file(atoi(path + strlen(start))) != NULL;
}

static const struct file_rule *rule_of(const char *path, int flags, _Bool kernels)
{
	const _Bool writes = (flags & O_ACCMODE) != O_RDONLY ||
			     flags & (O_CREAT | O_TRUNC);
	unsigned int i;

	for (i = 0; i < RULES; i++)
		if ((writes || !rules[i].only_writes) &&
		    !fnmatch(rules[i].pattern, path,
			     FNM_PATHNAME | FNM_LEADING_DIR))
			return &rules[i];
	return kernels && writes ? KERNELS : NULL;
}

/* -- opening -- */

/* Return: the line of the table that decides, or NULL: the file is the host's.
 * @path: how the table names the file; *@pid: of a file of /proc/PID. */
static const struct file_rule *decide(int folder, const char *name, int flags,
				      char path[PATH_MAX], pid_t *pid)
{
	const struct file_rule *rule;
	_Bool kernels;

	written_name(AT_FDCWD, name, path);
	rule = *name == '/' ? rule_of(path, flags, 0) : NULL;
	if (rule && rule->open == open_device && !fl_host && fl_host_boot())
		return NULL;
	if (!fl_host_user_calls())
		return NULL;
	if (rule && rule->open == open_device)
		return rule;
	if (is_descriptor(path))
		return DESCRIPTOR;
	kernels = resolve(folder, name, flags, path);
	return name_process(path, pid) ? rule_of(path, flags, kernels) : NULL;
}

_Static_assert(FL_HOST_REFUSED_FILES + RULES <= FL_HOST_REFUSED_STREAM,
	       "a kind for each file that is refused");

static long refuse(const struct file_rule *rule, const char *path, const void *caller)
{
	return fl_host_refuse(FL_HOST_REFUSED_FILES + (rule - rules), EACCES, caller,
			      "%s is not opened%s: %s", path,
			      rule->only_writes ? " for writing" : "", rule->why);
}

_Bool fl_host_open(int folder, const char *name, int flags, const void *caller, long *fd)
{
	char path[PATH_MAX];
	pid_t pid;
	const struct file_rule *rule = decide(folder, name, flags, path, &pid);
	const _Bool temporary = (flags & O_TMPFILE) == O_TMPFILE;

	if (!fl_host_user_calls() || (flags & O_PATH) || !(rule || temporary))
		return 0;
	if (rule && !rule->open) {
		*fd = refuse(rule, path, caller);
		return 1;
	}
	fl_host_enter();
	*fd = rule ? rule->open(path, flags, pid) : fl_host_file_create();
	fl_host_return();
	*fd = fl_host_result(*fd);
	return 1;
}

_Bool fl_host_open_stream(const char *name, const char *mode, const void *caller)
{
	const int flags = strpbrk(mode, "wa+") ? O_WRONLY : O_RDONLY;
	char path[PATH_MAX];
	pid_t pid;
	const struct file_rule *rule = decide(AT_FDCWD, name, flags, path, &pid);

	if (!rule)
		return 1;
	if (!rule->open)
		return refuse(rule, path, caller) == 0;
	return fl_host_refuse(FL_HOST_REFUSED_STREAM, EACCES, caller,
			      "%s is not opened as a stream: use open(), read() and write()",
			      path) == 0;
}

/* -- the table, for the documentation -- */

static _Bool same_line(const struct file_rule *a, const struct file_rule *b)
{
	return !a->open == !b->open && a->only_writes == b->only_writes &&
	       !strcmp(a->why, b->why);
}

void fl_host_print_files(FILE *to)
{
	const struct file_rule *r = rules, *first;

	fprintf(to, "| file | what becomes of it | why |\n| --- | --- | --- |\n");
	while (r < rules + RULES) {
		fprintf(to, "|");
		for (first = r; r < rules + RULES && same_line(first, r); r++)
			fprintf(to, " `%s`", r->pattern);
		fprintf(to, " | %s | %s |\n",
			first->open ? "served" :
			first->only_writes ? "refused for writing" : "refused",
			first->why);
	}
}
