/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * path.c - files of the world's kernel, by name: served, refused, or the host's
 *
 *  - fl_user_open()            called first by open() and similar functions
 *  - fl_user_open_stream()     called first by fopen() and similar functions
 *  - fl_user_names_file()      is a name that of a descriptor of the world?
 *  - fl_user_is_file_of()      is a descriptor of another process the world's?
 *  - fl_user_print_files()     print the table, for the documentation
 *
 * The file that a name leads to decides.  Links, folders given by descriptors,
 * other mounts of the kernel's file systems, and all forms of "/proc/self" are
 * resolved first.  In the table, processes of the world are "/proc/self" and
 * "/proc/PID"; files of other processes are the host's.
 *
 * To serve a file that is refused, add a function that opens it to its line.
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

#include "user/user.h"
#include "user/real.h"

struct file_rule {
	const char *pattern; /* fnmatch(3), and "**"; all below a folder */
	_Bool only_writes;   /* else for any access */
	/* @pid: the process, for a file of /proc/PID.
	 * Context: inside.  Return: a descriptor, -errno.  NULL: refused. */
	int (*open)(const char *path, int flags, pid_t pid);
	const char *why;
};

static int open_device(const char *path, int flags, pid_t pid)
{
	(void)flags;
	(void)pid;
	return fl_user_file_open(strrchr(path, '/') + 1);
}

static int open_proc(const char *path, int flags, pid_t pid)
{
	return fl_user_file_proc(strrchr(path, '/') + 1, pid, flags);
}

/* The first matching line decides. */
static const struct file_rule rules[] = {
	{ "/dev/hmm_dmirror*", 0, open_device,
	  "the kernel's test driver; the first open boots the world" },
	{ "/sys/kernel/debug/gup_test", 0, open_device,
	  "the kernel's test driver; the first open boots the world" },
	{ "/proc/*/pagemap", 0, open_proc,
	  "the kernel's own file, for memory of the world" },
	{ "/proc/*/clear_refs", 0, open_proc,
	  "the kernel's own file, for memory of the world" },
#define HOST_MEMORY "the host's file describes the host's memory"
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
	{ "/proc/*/coredump_filter", 0, NULL, HOST_MEMORY },
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
	{ "/proc/pressure/memory", 0, NULL, HOST_MEMORY },
	{ "/sys/fs/cgroup/**/memory.*", 0, NULL, HOST_MEMORY },
	{ "/sys/devices/system/memory", 0, NULL, HOST_MEMORY },
	{ "/sys/devices/system/node", 0, NULL, HOST_MEMORY },
	{ "/dev/mem", 0, NULL, HOST_MEMORY },
	{ "/dev/kmem", 0, NULL, HOST_MEMORY },
	{ "/dev/userfaultfd", 0, NULL,
	  "it would handle memory of the host; use userfaultfd(2)" },
#define HOST_SETTINGS "the settings are those of the host's kernel"
	{ "/sys/kernel/mm", 0, NULL, HOST_SETTINGS },
	{ "/sys/kernel/slab", 0, NULL, HOST_SETTINGS },
	{ "/sys/kernel/debug", 0, NULL, HOST_SETTINGS },
	{ "/sys/kernel/tracing", 0, NULL, HOST_SETTINGS },
	{ "/proc/sys/vm", 0, NULL, HOST_SETTINGS },
#define HOST_KERNEL "the host's kernel is never changed"
	{ "/sys", 1, NULL, HOST_KERNEL },
	{ "/proc/sys", 1, NULL, HOST_KERNEL },
	{ "/proc/sysrq-trigger", 1, NULL, HOST_KERNEL },
	{ "/proc/*/oom_adj", 1, NULL, HOST_KERNEL },
	{ "/proc/*/oom_score_adj", 1, NULL, HOST_KERNEL },
#define DESCRIPTOR (&rules[RULES - 2])
#define KERNELS	   (&rules[RULES - 1])
	/* These two are not found by their patterns. */
	{ "/proc/self/fd/N", 0, NULL,
	  "files of the world have no names: use dup()" },
	{ "(any file of sysfs, debugfs, tracefs or cgroup)", 1, NULL,
	  HOST_KERNEL },
};

#define RULES (sizeof(rules) / sizeof(*rules))

/* -- identify the file -- */

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

/* Get the name as written, for a name that leads to no file of the host. */
static void written_name(int folder, const char *name, char path[PATH_MAX])
{
	size_t len = 0;

	path[0] = '\0';
	if (*name != '/') {
		if (folder == AT_FDCWD ? !getcwd(path, PATH_MAX) :
					 !name_of(folder, path))
			return;
		len = strlen(path);
	}
	snprintf(path + len, PATH_MAX - len, "%s%s", len ? "/" : "", name);
	normalise(path);
}

/* -- the kernel's file systems, wherever they are mounted -- */

static const struct kernel_fs {
	long magic;
	const char *name; /* its root in the table */
} kernel_fs[] = {
	{ PROC_SUPER_MAGIC, "/proc" },
	{ SYSFS_MAGIC, "/sys" },
	{ DEBUGFS_MAGIC, "/sys/kernel/debug" },
	{ TRACEFS_MAGIC, "/sys/kernel/tracing" },
	{ CGROUP_SUPER_MAGIC, "/sys/fs/cgroup" },
	{ CGROUP2_SUPER_MAGIC, "/sys/fs/cgroup" },
};

#define KERNEL_FS (sizeof(kernel_fs) / sizeof(*kernel_fs))

/* Return: the kernel's file system of the file behind @fd, or NULL. */
static const struct kernel_fs *kernel_fs_of(int fd)
{
	struct statfs fs = { 0 };
	unsigned int i;

	if (__real_fstatfs(fd, &fs))
		return NULL;
	for (i = 0; i < KERNEL_FS; i++)
		if (kernel_fs[i].magic == fs.f_type)
			return &kernel_fs[i];
	return NULL;
}

static _Bool is_below(const char *path, const char *folder)
{
	const size_t len = strlen(folder);

	return !strncmp(path, folder, len) && (!path[len] || path[len] == '/');
}

/* Return: the number after @key in the host's fdinfo of @fd, or -1. */
static long record_of(int fd, const char *key)
{
	char name[40], line[200];
	long value = -1;
	FILE *record;

	snprintf(name, sizeof(name), "/proc/self/fdinfo/%d", fd);
	record = __real_fopen(name, "re");
	while (record && fgets(line, sizeof(line), record))
		if (!strncmp(line, key, strlen(key)))
			value = strtol(line + strlen(key), NULL, 10);
	if (record)
		fclose(record);
	return value;
}

/* Spaces and similar characters are octal numbers in the list of mounts. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (*text == '\\' && text[1] && text[2] && text[3]) {
			*to++ = (text[1] & 3) << 6 | (text[2] & 7) << 3 |
				(text[3] & 7);
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/* Return: whether @line of the list is mount @id; *@root: the mounted part of
 * its file system; *@place: the mount point. */
static _Bool is_mount(char *line, long id, char **root, char **place)
{
	char *rest = NULL, *number = strtok_r(line, " ", &rest);

	if (!number || strtol(number, NULL, 10) != id ||
	    !strtok_r(NULL, " ", &rest) || !strtok_r(NULL, " ", &rest))
		return 0;
	*root = strtok_r(NULL, " ", &rest);
	*place = strtok_r(NULL, " ", &rest);
	if (!*root || !*place)
		return 0;
	unescape(*root);
	unescape(*place);
	return 1;
}

/* Change @path, on mount @id of @fs, to its name in the table.  A mount that is
 * not listed is in another namespace; its paths start at the mount's root. */
static void rename_mounted(const struct kernel_fs *fs, long id,
			   char path[PATH_MAX])
{
	FILE *list = __real_fopen("/proc/self/mountinfo", "re");
	char *line = NULL, *root = "/", *place = "", *rest;
	size_t size = 0;

	while (list && getline(&line, &size, list) > 0)
		if (is_mount(line, id, &root, &place))
			break;
	rest = strdupa(is_below(path, place) ? path + strlen(place) : path);
	snprintf(path, PATH_MAX, "%s%s%s", fs->name,
		 strcmp(root, "/") ? root : "", rest);
	free(line);
	if (list)
		fclose(list);
}

/* Return: whether the host's file is on one of the kernel's file systems
 * other than /proc. */
static _Bool resolve(int folder, const char *name, int flags,
		     char path[PATH_MAX])
{
	int fd = __real_openat(folder, name,
			       O_PATH | O_CLOEXEC | (flags & O_NOFOLLOW));
	const struct kernel_fs *fs = NULL;

	if (fd < 0 || !name_of(fd, path))
		written_name(folder, name, path);
	else
		fs = kernel_fs_of(fd);
	if (fs && !is_below(path, fs->name))
		rename_mounted(fs, record_of(fd, "mnt_id:"), path);
	if (fd >= 0)
		__real_close(fd);
	return fs && fs->magic != PROC_SUPER_MAGIC;
}

/* -- processes and descriptors of the world -- */

/* Return: the world's process @pid, or NULL. */
static const struct fl_user_process *in_world(long pid)
{
	const struct fl_user_process *p;

	for (p = fl_user->processes; p < fl_user->processes + FL_USER_PROCESSES;
	     p++)
		if (p->process && p->number == pid)
			return p;
	return NULL;
}

_Bool fl_user_is_file_of(int pidfd, int fd)
{
	const struct fl_user_process *p = in_world(record_of(pidfd, "Pid:"));

	return p && fd >= 0 && fd < FL_USER_FILES && p->files[fd];
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
 * In @path, replace a process of the world by "self" or "PID", and remove its
 * thread; *@process: its number.
 * Return: 0: another process, so the file is the host's.
 */
static _Bool name_process(char path[PATH_MAX], pid_t *process)
{
	char *rest = path + strlen("/proc/"), *end;
	const char *who = "self", *tail;
	long pid;

	*process = fl_user_self->number;
	if (strncmp(path, "/proc/", rest - path))
		return 1;
	pid = strtol(rest, &end, 10);
	if (end == rest) {
		if (strncmp(rest, "self/", 5) &&
		    strncmp(rest, "thread-self/", 12))
			return 1;
		end = strchr(rest, '/');
	} else if (!in_world(pid)) {
		/* A thread has its own folder there, which is not listed. */
		char task[60];

		snprintf(task, sizeof(task), "/proc/self/task/%ld", pid);
		if (access(task, F_OK))
			return 0;
	} else if (pid != fl_user_self->number) {
		who = "PID";
		*process = pid;
	}
	tail = strdupa(skip_task(end));
	snprintf(rest, PATH_MAX - (rest - path), "%s%s", who, tail);
	return 1;
}

/* Return: whether @path is the host's file behind a world's descriptor. */
static _Bool is_descriptor(const char *path)
{
	return is_below(path, "/memfd:" FL_USER_STAND_IN " (deleted)");
}

/* Copy @name from user code.  Return: 0: not readable; the host's kernel then
 * returns the error. */
static _Bool copy_name(char to[PATH_MAX], const char *name)
{
	unsigned long at = (unsigned long)name;
	size_t len = 0, n;

	while (len < PATH_MAX) {
		n = FL_PAGE_SIZE - (at + len) % FL_PAGE_SIZE;
		n = n < PATH_MAX - len ? n : PATH_MAX - len;
		if (fl_user_copy_in(to + len, at + len, n))
			return 0;
		if (memchr(to + len, '\0', n))
			return 1;
		len += n;
	}
	return 0;
}

_Bool fl_user_names_file(int folder, const char *name, int flags)
{
	char own[PATH_MAX], path[PATH_MAX];

	if (!name)
		return fl_user_file(folder) != NULL;
	if (!copy_name(own, name))
		return 0;
	if (!*own)
		return fl_user_file(folder) != NULL;
	if (flags & AT_SYMLINK_NOFOLLOW)
		return 0;
	resolve(folder, own, 0, path);
	return is_descriptor(path);
}

static const struct file_rule *rule_of(const char *path, int flags,
				       _Bool kernels)
{
	const _Bool writes = (flags & O_ACCMODE) != O_RDONLY ||
			     flags & (O_CREAT | O_TRUNC);
	unsigned int i;

	for (i = 0; i < RULES; i++)
		if ((writes || !rules[i].only_writes) &&
		    !fnmatch(rules[i].pattern, path,
			     strstr(rules[i].pattern, "**") ?
				     0 :
				     FNM_PATHNAME | FNM_LEADING_DIR))
			return &rules[i];
	return kernels && writes ? KERNELS : NULL;
}

/* -- open -- */

/* Return: the line of the table that decides; NULL: the file is the host's.
 * @path: its name in the table; *@pid: for a file of /proc/PID. */
static const struct file_rule *decide(int folder, const char *name, int flags,
				      char path[PATH_MAX], pid_t *pid)
{
	const struct file_rule *rule;
	_Bool kernels;

	written_name(AT_FDCWD, name, path);
	rule = *name == '/' ? rule_of(path, flags, 0) : NULL;
	if (rule && rule->open == open_device && !fl_user && fl_user_boot())
		return NULL;
	if (!fl_user_is_caller())
		return NULL;
	if (rule && rule->open == open_device)
		return rule;
	kernels = resolve(folder, name, flags, path);
	if (is_descriptor(path)) {
		written_name(folder, name, path);
		return DESCRIPTOR;
	}
	return name_process(path, pid) ? rule_of(path, flags, kernels) : NULL;
}

_Static_assert(FL_USER_REFUSED_FILES + RULES <= FL_USER_REFUSED_STREAM,
	       "a kind for each file that is refused");

static long refuse(const struct file_rule *rule, const char *path,
		   const void *caller)
{
	return fl_user_refuse(FL_USER_REFUSED_FILES + (rule - rules), EACCES,
			      caller, "%s is not opened%s: %s", path,
			      rule->only_writes ? " for writing" : "",
			      rule->why);
}

/* Check, as the host's kernel does, whether an unnamed file may be created in
 * folder @name.  Return: 0, -errno. */
static int may_create(int folder, const char *name, int flags)
{
	int fd;

	if ((flags & O_ACCMODE) == O_RDONLY || flags & O_CREAT)
		return -EINVAL;
	fd = __real_openat(folder, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	__real_close(fd);
	return faccessat(folder, name, W_OK | X_OK, AT_EACCESS) ? -errno : 0;
}

static long create(int folder, const char *name, int flags)
{
	int ret = may_create(folder, name, flags);

	if (ret)
		return ret;
	fl_user_enter();
	ret = fl_user_file_create();
	fl_user_return();
	return ret;
}

static long open_served(const struct file_rule *rule, const char *path,
			int flags, pid_t pid)
{
	long fd;

	fl_user_enter();
	fd = rule->open(path, flags, pid);
	fl_user_return();
	return fd;
}

_Bool fl_user_open(int folder, const char *name, int flags, const void *caller,
		   long *fd)
{
	const _Bool temporary = (flags & O_TMPFILE) == O_TMPFILE;
	const struct file_rule *rule;
	char own[PATH_MAX], path[PATH_MAX];
	pid_t pid;

	if (fl_user_inside || !copy_name(own, name))
		return 0;
	rule = decide(folder, own, flags, path, &pid);
	if (!fl_user_is_caller() || (flags & O_PATH) || !(rule || temporary))
		return 0;
	if (rule && !rule->open) {
		*fd = refuse(rule, path, caller);
		return 1;
	}
	*fd = fl_user_result(rule ? open_served(rule, path, flags, pid) :
				    create(folder, own, flags));
	if (*fd >= 0 && flags & O_CLOEXEC)
		__real_fcntl(*fd, F_SETFD, FD_CLOEXEC);
	return 1;
}

_Bool fl_user_open_stream(const char *name, const char *mode,
			  const void *caller)
{
	const int flags = strpbrk(mode, "wa+") ? O_WRONLY : O_RDONLY;
	const struct file_rule *rule;
	char own[PATH_MAX], path[PATH_MAX];
	pid_t pid;

	if (fl_user_inside || !copy_name(own, name))
		return 1;
	rule = decide(AT_FDCWD, own, flags, path, &pid);
	if (!rule)
		return 1;
	if (!rule->open)
		return refuse(rule, path, caller) == 0;
	return fl_user_refuse(FL_USER_REFUSED_STREAM, EACCES, caller,
			      "%s is not opened as a stream: use open(), "
			      "read() and write()",
			      path) == 0;
}

/* -- print the table, for the documentation -- */

static _Bool same_line(const struct file_rule *a, const struct file_rule *b)
{
	return !a->open == !b->open && a->only_writes == b->only_writes &&
	       !strcmp(a->why, b->why);
}

void fl_user_print_files(FILE *to)
{
	const struct file_rule *r = rules, *first;

	fprintf(to, "| file | handling | why |\n| --- | --- | --- |\n");
	while (r < rules + RULES) {
		fprintf(to, "|");
		for (first = r; r < rules + RULES && same_line(first, r); r++)
			fprintf(to, " `%s`", r->pattern);
		fprintf(to, " | %s | %s |\n",
			first->open	   ? "served" :
			first->only_writes ? "refused for writing" :
					     "refused",
			first->why);
	}
}
