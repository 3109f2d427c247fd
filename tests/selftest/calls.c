/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * calls.c - no system call about memory of the world reaches the host
 * undetected
 *
 * usage: calls NAME
 *
 * Standard error goes to a file of the host, whose contents are checked.
 */
#define _GNU_SOURCE
#include <aio.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <threads.h>
#include <unistd.h>

#include <linux/aio_abi.h>
#include <linux/close_range.h>
#include <linux/openat2.h>

#include "user/user.h"
#include "plain.h"

/* Standard error is redirected. */
#undef CHECK
#define CHECK(condition)                            \
	do {                                        \
		if (!(condition))                   \
			fail(__func__, #condition); \
	} while (0)

static void fail(const char *what, const char *why) __attribute__((noreturn));

extern char **environ;

static char *page;	    /* of the world */
static int file;	    /* of the world */
static int messages;	    /* a file of the host */
static int before_messages; /* original standard error */

/* The dynamic linker's own function; the program only has the wrapper. */
extern void *__real_dlsym(void *handle, const char *name);

/* Return: the C library's own function, as called by shared libraries. */
static void *libc_function(const char *name)
{
	return __real_dlsym(dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD), name);
}

static int end_with_four(void *unused)
{
	(void)unused;
	return 4;
}

/* Called before the world exists, and in it. */
static int clone_of_libc(void)
{
	static char stack[64 * PAGE] __attribute__((aligned(16)));

	return clone(end_with_four, stack + sizeof(stack), SIGCHLD, NULL);
}

static void begin(void)
{
	char name[] = "/tmp/faultlab-calls-XXXXXX";
	int status;

	messages = mkstemp(name);
	CHECK(messages >= 0 && !unlink(name));
	before_messages = dup(STDERR_FILENO);
	CHECK(before_messages >= 0 &&
	      dup2(messages, STDERR_FILENO) == STDERR_FILENO);
	CHECK(waitpid(clone_of_libc(), &status, 0) > 0 &&
	      WEXITSTATUS(status) == 4);
	CHECK(open("/dev/hmm_dmirror0", O_RDWR) >= 0);
	page = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(page != MAP_FAILED);
	memset(page, 7, 2 * PAGE);
	file = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	CHECK(file >= 0);
}

static char *all_messages(void)
{
	static char text[1 << 16];
	ssize_t n = pread(messages, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* Return: how often @text was printed. */
static int times(const char *text)
{
	const char *at = all_messages();
	int n = 0;

	while ((at = strstr(at, text))) {
		n++;
		at++;
	}
	return n;
}

/* If a check fails, also print the messages. */
static void fail(const char *what, const char *why)
{
	dprintf(before_messages, "%s: %s; output:\n%s", what, why,
		all_messages());
	_exit(EXIT_FAILURE);
}

/* -- calls without the C library -- */

static long call(long number, unsigned long a, unsigned long b, unsigned long c,
		 unsigned long d, unsigned long e, unsigned long f)
{
	register unsigned long r10 __asm__("r10") = d;
	register unsigned long r8 __asm__("r8") = e;
	register unsigned long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10),
			   "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

/*
 * The same with the C library's syscall(), and errors as the kernel returns
 * them.
 */
static long by_number(long number, unsigned long a, unsigned long b,
		      unsigned long c, unsigned long d, unsigned long e,
		      unsigned long f)
{
	long ret = syscall(number, a, b, c, d, e, f);

	return ret == -1 ? -errno : ret;
}

typedef long call_fn(long number, unsigned long a, unsigned long b,
		     unsigned long c, unsigned long d, unsigned long e,
		     unsigned long f);

/* -- what is served -- */

static sigjmp_buf back;

static void on_segv(int sig)
{
	(void)sig;
	siglongjmp(back, 1);
}

static _Bool traps(char *at, _Bool write)
{
	if (sigsetjmp(back, 1))
		return 1;
	if (write)
		*(volatile char *)at = 1;
	else
		(void)*(volatile char *)at;
	return 0;
}

static void serves_memory(call_fn *fn)
{
	const int rw = PROT_READ | PROT_WRITE,
		  flags = MAP_PRIVATE | MAP_ANONYMOUS;
	char *p = (char *)fn(SYS_mmap, 0, 4 * PAGE, rw, flags, -1, 0), *q;

	signal(SIGSEGV, on_segv);
	CHECK(fl_user_address((unsigned long)p));
	memset(p, 1, 4 * PAGE);
	CHECK(!fn(SYS_mprotect, (unsigned long)p, PAGE, PROT_READ, 0, 0, 0));
	CHECK(!traps(p, 0) && traps(p, 1));
	CHECK(!fn(SYS_madvise, (unsigned long)p + PAGE, PAGE, MADV_DONTNEED, 0,
		  0, 0));
	CHECK(!p[PAGE] && p[2 * PAGE] == 1);
	q = (char *)fn(SYS_mremap, (unsigned long)p + 2 * PAGE, PAGE, 3 * PAGE,
		       MREMAP_MAYMOVE, 0, 0);
	CHECK(fl_user_address((unsigned long)q) && q[0] == 1 && !q[PAGE]);
	CHECK(traps(p + 2 * PAGE, 0));
	CHECK(!fn(SYS_munmap, (unsigned long)p, 4 * PAGE, 0, 0, 0, 0));
	CHECK(traps(p, 0));
	CHECK(fn(SYS_mprotect, (unsigned long)p, PAGE, PROT_READ, 0, 0, 0) ==
	      -ENOMEM);
}

static void memory_by_number(void)
{
	serves_memory(by_number);
}

static void memory_without_libc(void)
{
	serves_memory(call);
}

static void serves_files(call_fn *fn)
{
	int fd = fn(SYS_open, (unsigned long)"/tmp", O_TMPFILE | O_RDWR, 0600,
		    0, 0, 0),
	    same;
	struct open_how how = { .flags = O_RDONLY };
	unsigned long entry = 0;
	char text[8] = "";

	CHECK(fd >= 0 && fl_user_file(fd));
	CHECK(!fn(SYS_ftruncate, fd, PAGE, 0, 0, 0, 0));
	CHECK(fn(SYS_write, fd, (unsigned long)"hello", 6, 0, 0, 0) == 6);
	CHECK(fn(SYS_pread64, fd, (unsigned long)text, 6, 0, 0, 0) == 6 &&
	      !strcmp(text, "hello"));
	CHECK(fn(SYS_lseek, fd, 0, SEEK_SET, 0, 0, 0) == 0);
	CHECK(fn(SYS_pread64, fd, (unsigned long)text, 6, -1UL, 0, 0) ==
	      -EINVAL);
	same = fn(SYS_dup, fd, 0, 0, 0, 0, 0);
	CHECK(same >= 0 && fl_user_file(same) == fl_user_file(fd));
	CHECK(fn(SYS_dup3, fd, same, O_CLOEXEC, 0, 0, 0) == same);
	CHECK(!fn(SYS_close, fd, 0, 0, 0, 0, 0) && !fl_user_file(fd));
	CHECK(!fn(SYS_close_range, same, same, 0, 0, 0, 0) &&
	      !fl_user_file(same));
	fd = fn(SYS_openat2, AT_FDCWD, (unsigned long)"/proc/self/pagemap",
		(unsigned long)&how, sizeof(how), 0, 0);
	CHECK(fd >= 0 && fl_user_file(fd));
	CHECK(fn(SYS_pread64, fd, (unsigned long)&entry, 8,
		 (unsigned long)page / PAGE * 8, 0, 0) == 8);
	CHECK(entry >> 63);
}

static void files_by_number(void)
{
	serves_files(by_number);
}

static void files_without_libc(void)
{
	serves_files(call);
}

static void forks(call_fn *fn, long number, unsigned long flags)
{
	int status;
	pid_t child = fn(number, flags, 0, 0, 0, 0, 0);

	CHECK(child >= 0);
	if (!child) {
		page[0] = 9;
		call(SYS_exit_group, page[0] == 9 && page[PAGE] == 7 ? 3 : 4, 0,
		     0, 0, 0, 0);
	}
	CHECK(fn(SYS_wait4, child, (unsigned long)&status, 0, 0, 0, 0) ==
	      child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3 && page[0] == 7);
}

static void forks_by_number(void)
{
	forks(by_number, SYS_fork, 0);
	forks(by_number, SYS_vfork, 0);
	forks(by_number, SYS_clone, SIGCHLD);
}

static void forks_without_libc(void)
{
	forks(call, SYS_fork, 0);
	forks(call, SYS_vfork, 0);
	forks(call, SYS_clone, SIGCHLD);
	CHECK(call(SYS_clone, 0x3d0f00, (unsigned long)page + PAGE, 0, 0, 0,
		   0) == -ENOSYS);
	CHECK(times("clone() with flags 0x3d0f00 is refused") == 1);
	CHECK(clone_of_libc() == -1 && errno == ENOSYS);
}

static void *munmap_without_libc(void *memory)
{
	call(SYS_munmap, (unsigned long)memory, PAGE, 0, 0, 0, 0);
	return NULL;
}

static int munmap_in_c11(void *memory)
{
	return munmap_without_libc(memory) != NULL;
}

static void in_threads_of_c11(void)
{
	thrd_t thread;
	int ret;

	signal(SIGSEGV, on_segv);
	CHECK(thrd_create(&thread, munmap_in_c11, page) == thrd_success);
	CHECK(thrd_join(thread, &ret) == thrd_success && !ret &&
	      traps(page, 0));
}

/* Functions looked up by name are the wrappers, too. */
static void functions_looked_up_by_name(void)
{
	void *const libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
	int (*advises)(void *, size_t, int) =
		(int (*)(void *, size_t, int))dlsym(RTLD_DEFAULT, "madvise");
	int (*unmaps)(void *,
		      size_t) = (int (*)(void *, size_t))dlsym(libc, "munmap");
	int (*locks)(void *, size_t) = (int (*)(void *, size_t))dlsym(libc,
								      "mlock");
	void *(*maps)(void *, size_t, int, int, int,
		      off_t) = (void *(*)(void *, size_t, int, int, int,
					  off_t))dlsym(RTLD_NEXT, "mmap");
	size_t (*measures)(
		const char *) = (size_t(*)(const char *))dlsym(libc, "strlen");
	char *p;

	signal(SIGSEGV, on_segv);
	CHECK(libc && advises && unmaps && locks && maps && measures);
	CHECK(!advises(page, PAGE, MADV_DONTNEED) && !*page);
	CHECK(!unmaps(page, PAGE) && traps(page, 0));
	CHECK(locks(page + PAGE, PAGE) == -1 && errno == ENOSYS);
	p = maps(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(fl_user_address((unsigned long)p) && measures("four") == 4);
	CHECK(dlvsym(libc, "madvise", "GLIBC_2.2.5") == (void *)advises);
	CHECK(!dlsym(RTLD_DEFAULT, "faultlab_has_no_such_function"));
}

/* A system call of 32-bit programs.
 * Return: its result; or 1 after SIGSEGV, if the host has no such calls. */
static long getpid_of_32_bit_programs(void)
{
	long ret;

	if (sigsetjmp(back, 1))
		return 1;
	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(20L)
			 : "r8", "r9", "r10", "r11", "memory");
	return ret;
}

/* Calls that have other numbers are not those of x86-64. */
static void numbers_of_other_abis(void)
{
	signal(SIGSEGV, on_segv);
	CHECK(call(0x40000000 | SYS_getpid, 0, 0, 0, 0, 0, 0) == -ENOSYS);
	CHECK(getpid_of_32_bit_programs() ==
	      (FL_HOST_RUNS_INT80 ? -ENOSYS : 1));
	CHECK(times("a system call of 32-bit programs (int "
		    "$0x80, x32) is refused") == 1);
	CHECK(times("where: call() tests/selftest/calls.c:") == 1);
}

static void in_threads_and_children(void)
{
	pthread_t thread;
	int status;
	pid_t child;

	signal(SIGSEGV, on_segv);
	CHECK(!pthread_create(&thread, NULL, munmap_without_libc, page));
	CHECK(!pthread_join(thread, NULL) && traps(page, 0));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		munmap_without_libc(page + PAGE);
		_exit(traps(page + PAGE, 0) ? 0 : 1);
	}
	CHECK(waitpid(child, &status, 0) == child && !status &&
	      page[PAGE] == 7);
}

static volatile int handled;

static void count(int sig, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	handled += sig;
}

/* A handler set without the C library also runs below the projection's. */
static void signals_without_libc(void)
{
	struct {
		void *handler;
		unsigned long flags;
		void *restorer;
		unsigned long mask;
	} action = { .handler = (void *)on_segv };
	unsigned long all = ~0UL, seen = 0;

	CHECK(!call(SYS_rt_sigaction, SIGSEGV, (unsigned long)&action, 0, 8, 0,
		    0));
	CHECK(!call(SYS_rt_sigprocmask, SIG_SETMASK, (unsigned long)&all, 0, 8,
		    0, 0));
	CHECK(!call(SYS_rt_sigprocmask, SIG_BLOCK, 0, (unsigned long)&seen, 8,
		    0, 0));
	CHECK(seen & 1UL << (SIGUSR1 - 1));
	CHECK(!(seen & 1UL << (SIGSEGV - 1)) && !(seen & 1UL << (SIGSYS - 1)));
	page[3 * PAGE] = 1;
	munmap_without_libc(page);
	CHECK(traps(page, 0));
}

/*
 * The program's own SIGSYS handler gets every SIGSYS that is not from such a
 * call.
 */
static void sigsys_of_the_program(void)
{
	struct sigaction action = { .sa_sigaction = count,
				    .sa_flags = SA_SIGINFO };

	CHECK(!sigaction(SIGSYS, &action, NULL) && !raise(SIGSYS));
	CHECK(handled == SIGSYS &&
	      call(SYS_getpid, 0, 0, 0, 0, 0, 0) == getpid());
	CHECK(handled == SIGSYS);
}

/* -- what is refused -- */

struct refusal {
	const char *name;
	long number;
	unsigned long arg[6];
};

static const char *name_of_file(void)
{
	static char name[40];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", file);
	return name;
}

/* Return: a message that sends the world's file descriptor, in @rights. */
static struct msghdr message_with_file(char rights[CMSG_SPACE(sizeof(int))])
{
	struct cmsghdr part = { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS };

	memcpy(rights, &part, sizeof(part));
	memcpy(rights + CMSG_LEN(0), &file, sizeof(file));
	return (struct msghdr){ .msg_control = rights,
				.msg_controllen = CMSG_LEN(sizeof(int)) };
}

/* By number, each with arguments that concern the world. */
static void refused(call_fn *fn)
{
	struct iovec vector = { page, PAGE };
	struct pollfd polled = { .fd = file, .events = POLLIN };
	struct epoll_event event = { .events = EPOLLIN };
	unsigned char seen[4];
	fd_set set;
	int fd = open("/dev/null", O_RDWR);
	const unsigned long at = (unsigned long)page,
			    iov = (unsigned long)&vector;
	const unsigned long none = (unsigned long)"",
			    named = (unsigned long)name_of_file();
	const int pidfd = syscall(434 /* pidfd_open */, getpid(), 0);
	char rights[CMSG_SPACE(sizeof(int))];
	struct mmsghdr message = { .msg_hdr = message_with_file(rights) };
	struct iocb request = { .aio_fildes = file }, *requests = &request;
	const struct refusal calls[] = {
		{ "mlock", SYS_mlock, { at, PAGE } },
		{ "mlock2", SYS_mlock2, { at, PAGE } },
		{ "munlock", SYS_munlock, { at, PAGE } },
		{ "mlockall", SYS_mlockall, { MCL_CURRENT } },
		{ "munlockall", SYS_munlockall, { 0 } },
		{ "mincore", SYS_mincore, { at, PAGE, (unsigned long)seen } },
		{ "msync", SYS_msync, { at, PAGE, MS_SYNC } },
		{ "mseal", 462, { at, PAGE } },
		{ "remap_file_pages", SYS_remap_file_pages, { at, PAGE } },
		{ "process_madvise",
		  SYS_process_madvise,
		  { 0, iov, 1, MADV_COLD } },
		{ "process_vm_readv",
		  SYS_process_vm_readv,
		  { getpid(), iov, 1, iov, 1 } },
		{ "process_vm_writev",
		  SYS_process_vm_writev,
		  { getpid(), iov, 1, iov, 1 } },
		{ "process_mrelease", SYS_process_mrelease, { 0 } },
		{ "ptrace", SYS_ptrace, { PTRACE_PEEKDATA, getppid(), at } },
		{ "vmsplice", SYS_vmsplice, { fd, iov, 1 } },
		{ "mbind", SYS_mbind, { at, PAGE } },
		{ "set_mempolicy", SYS_set_mempolicy, { 0 } },
		{ "get_mempolicy", SYS_get_mempolicy, { 0 } },
		{ "set_mempolicy_home_node", 450, { at, PAGE } },
		{ "migrate_pages", SYS_migrate_pages, { 0 } },
		{ "move_pages", SYS_move_pages, { 0 } },
		{ "pkey_alloc", SYS_pkey_alloc, { 0 } },
		{ "pkey_free", SYS_pkey_free, { 0 } },
		{ "pkey_mprotect", SYS_pkey_mprotect, { at, PAGE } },
		{ "memfd_create", SYS_memfd_create, { (unsigned long)"x" } },
		{ "memfd_secret", SYS_memfd_secret, { 0 } },
		{ "shmget", SYS_shmget, { IPC_PRIVATE, PAGE, 0600 } },
		{ "shmat", SYS_shmat, { 0 } },
		{ "io_uring_setup", SYS_io_uring_setup, { 0 } },
		{ "swapon", SYS_swapon, { (unsigned long)"/nowhere" } },
		{ "swapoff", SYS_swapoff, { (unsigned long)"/nowhere" } },
		{ "sysinfo", SYS_sysinfo, { 0 } },
		{ "prctl", SYS_prctl, { PR_SET_THP_DISABLE, 1 } },
		{ "readv", SYS_readv, { file, iov, 1 } },
		{ "writev", SYS_writev, { file, iov, 1 } },
		{ "preadv", SYS_preadv, { file, iov, 1 } },
		{ "pwritev", SYS_pwritev, { file, iov, 1 } },
		{ "preadv2", SYS_preadv2, { file, iov, 1 } },
		{ "pwritev2", SYS_pwritev2, { file, iov, 1 } },
		{ "fallocate", SYS_fallocate, { file, 0, 0, PAGE } },
		{ "fadvise64", SYS_fadvise64, { file } },
		{ "readahead", SYS_readahead, { file } },
		{ "fstat", SYS_fstat, { file } },
		{ "sendfile", SYS_sendfile, { fd, file, 0, 1 } },
		{ "splice", SYS_splice, { fd, 0, file, 0, 1 } },
		{ "copy_file_range",
		  SYS_copy_file_range,
		  { file, 0, fd, 0, 1 } },
		{ "epoll_ctl",
		  SYS_epoll_ctl,
		  { fd, EPOLL_CTL_ADD, file, (unsigned long)&event } },
		{ "ppoll", SYS_ppoll, { (unsigned long)&polled, 1 } },
		{ "pselect6", SYS_pselect6, { file + 1, (unsigned long)&set } },
		{ "select", SYS_select, { file + 1, 0, (unsigned long)&set } },
		{ "fcntl", SYS_fcntl, { file, F_DUPFD } },
		{ "fstatfs", SYS_fstatfs, { file, at } },
		{ "fsync", SYS_fsync, { file } },
		{ "fdatasync", SYS_fdatasync, { file } },
		{ "sync_file_range", SYS_sync_file_range, { file } },
		{ "syncfs", SYS_syncfs, { file } },
		{ "flock", SYS_flock, { file, LOCK_EX } },
		{ "fchmod", SYS_fchmod, { file, 0640 } },
		{ "fchown", SYS_fchown, { file, 1, 1 } },
		{ "fsetxattr",
		  SYS_fsetxattr,
		  { file, (unsigned long)"user.x", at, 1 } },
		{ "fgetxattr",
		  SYS_fgetxattr,
		  { file, (unsigned long)"user.x", at, 1 } },
		{ "flistxattr", SYS_flistxattr, { file, at, 1 } },
		{ "fremovexattr",
		  SYS_fremovexattr,
		  { file, (unsigned long)"user.x" } },
		{ "cachestat", 451, { file } },
		{ "newfstatat",
		  SYS_newfstatat,
		  { file, none, at, AT_EMPTY_PATH } },
		{ "statx", SYS_statx, { file, none, AT_EMPTY_PATH, 0, at } },
		{ "fchownat",
		  SYS_fchownat,
		  { file, none, 1, 1, AT_EMPTY_PATH } },
		{ "fchmodat", SYS_fchmodat, { AT_FDCWD, named, 0640 } },
		{ "fchmodat2", 452, { file, none, 0640, AT_EMPTY_PATH } },
		{ "faccessat", SYS_faccessat, { AT_FDCWD, named, R_OK } },
		{ "faccessat2", 439, { file, none, R_OK, AT_EMPTY_PATH } },
		{ "utimensat", SYS_utimensat, { file } },
		{ "linkat",
		  SYS_linkat,
		  { file, none, AT_FDCWD, (unsigned long)"/tmp/x",
		    AT_EMPTY_PATH } },
		{ "name_to_handle_at",
		  SYS_name_to_handle_at,
		  { file, none, at, at, AT_EMPTY_PATH } },
		{ "open_tree", 428, { file, none, AT_EMPTY_PATH } },
		{ "fanotify_mark", SYS_fanotify_mark, { fd, 0, 0, file, 0 } },
		{ "setxattrat", 463, { file, none, AT_EMPTY_PATH } },
		{ "getxattrat", 464, { file, none, AT_EMPTY_PATH } },
		{ "listxattrat", 465, { file, none, AT_EMPTY_PATH } },
		{ "removexattrat", 466, { file, none, AT_EMPTY_PATH } },
		{ "file_getattr", 468, { file, none, at, 24, AT_EMPTY_PATH } },
		{ "file_setattr", 469, { file, none, at, 24, AT_EMPTY_PATH } },
		{ "truncate", SYS_truncate, { named } },
		{ "setxattr", SYS_setxattr, { named } },
		{ "getxattr", SYS_getxattr, { named } },
		{ "listxattr", SYS_listxattr, { named } },
		{ "removexattr", SYS_removexattr, { named } },
		{ "statfs", SYS_statfs, { named, at } },
		/* clang-format off */
		{ "inotify_add_watch",
		  SYS_inotify_add_watch,
		  { fd, named, 1 } },
		/* clang-format on */
		{ "stat", SYS_stat, { named, at } },
		{ "chmod", SYS_chmod, { named, 0640 } },
		{ "chown", SYS_chown, { named, 1, 1 } },
		{ "access", SYS_access, { named, R_OK } },
		{ "utime", SYS_utime, { named } },
		{ "utimes", SYS_utimes, { named } },
		{ "futimesat", SYS_futimesat, { file } },
		{ "sendmsg",
		  SYS_sendmsg,
		  { fd, (unsigned long)&message.msg_hdr } },
		/* clang-format off */
		{ "sendmmsg",
		  SYS_sendmmsg,
		  { fd, (unsigned long)&message, 1 } },
		/* clang-format on */
		{ "io_submit",
		  SYS_io_submit,
		  { 0, 1, (unsigned long)&requests } },
		{ "pidfd_getfd", 438, { pidfd, file } },
	};
	const struct refusal *c;
	char text[80];

	FD_ZERO(&set);
	FD_SET(file, &set);
	for (c = calls; c < calls + sizeof(calls) / sizeof(*calls); c++) {
		long ret = fn(c->number, c->arg[0], c->arg[1], c->arg[2],
			      c->arg[3], c->arg[4], c->arg[5]);

		snprintf(text, sizeof(text),
			 "faultlab: %s() is refused: ", c->name);
		if (ret != -ENOSYS)
			fail(c->name,
			     ret < 0 ? strerror(-ret) : "it reached the host");
		if (times(text) != 1)
			fail(c->name, "expected one message with its name");
	}
	CHECK(page[0] == 7 && page[PAGE] == 7);
}

static void refused_by_number(void)
{
	refused(by_number);
	CHECK(times("where: by_number() tests/selftest/calls.c:") > 40);
	refused(by_number);
}

static void refused_without_libc(void)
{
	refused(call);
	CHECK(times("where: call() tests/selftest/calls.c:") > 40);
}

#define REFUSED(name, expression)                                          \
	do {                                                               \
		errno = 0;                                                 \
		if ((long)(expression) != -1 || errno != ENOSYS)           \
			fail(#name, "it is not refused with ENOSYS");      \
		if (times("faultlab: " #name "() is refused: ") != 1)      \
			fail(#name, "expected one message with its name"); \
		++n;                                                       \
		if (times("where: refused_by_functions() "                 \
			  "tests/selftest/calls.c:") != n)                 \
			fail(#name, "expected the place of the call");     \
	} while (0)

/* By functions of the C library. */
static void refused_by_functions(void)
{
	struct iovec vector = { page, PAGE };
	struct pollfd polled = { .fd = file, .events = POLLIN };
	unsigned char seen[4];
	struct stat status;
	fd_set set;
	int n = 0;

	FD_ZERO(&set);
	FD_SET(file, &set);
	REFUSED(mlock, mlock(page, PAGE));
	REFUSED(mlock2, mlock2(page, PAGE, 0));
	REFUSED(munlock, munlock(page, PAGE));
	REFUSED(mlockall, mlockall(MCL_CURRENT));
	REFUSED(munlockall, munlockall());
	REFUSED(mincore, mincore(page, PAGE, seen));
	REFUSED(msync, msync(page, PAGE, MS_SYNC));
	REFUSED(remap_file_pages, remap_file_pages(page, PAGE, 0, 0, 0));
	REFUSED(process_madvise, process_madvise(0, &vector, 1, MADV_COLD, 0));
	REFUSED(process_vm_readv,
		process_vm_readv(getpid(), &vector, 1, &vector, 1, 0));
	REFUSED(process_vm_writev,
		process_vm_writev(getpid(), &vector, 1, &vector, 1, 0));
	REFUSED(vmsplice, vmsplice(1, &vector, 1, 0));
	REFUSED(memfd_create, memfd_create("x", 0));
	REFUSED(shmget, shmget(IPC_PRIVATE, PAGE, 0600));
	REFUSED(shmat, shmat(0, NULL, 0));
	REFUSED(pkey_alloc, pkey_alloc(0, 0));
	REFUSED(pkey_mprotect, pkey_mprotect(page, PAGE, PROT_READ, 1));
	REFUSED(prctl, prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
	REFUSED(ptrace, ptrace(PTRACE_POKEDATA, getppid(), page, 1));
	REFUSED(readv, readv(file, &vector, 1));
	REFUSED(writev, writev(file, &vector, 1));
	REFUSED(preadv, preadv(file, &vector, 1, 0));
	REFUSED(pwritev, pwritev(file, &vector, 1, 0));
	REFUSED(fallocate, fallocate(file, 0, 0, PAGE));
	REFUSED(fstat, fstat(file, &status));
	REFUSED(sendfile, sendfile(1, file, NULL, 1));
	REFUSED(splice, splice(file, NULL, 1, NULL, 1, 0));
	REFUSED(copy_file_range, copy_file_range(file, NULL, 1, NULL, 1, 0));
	REFUSED(ppoll, ppoll(&polled, 1, NULL, NULL));
	REFUSED(pselect6, select(file + 1, &set, NULL, NULL, NULL));
	REFUSED(fcntl, fcntl(file, F_DUPFD, 0));
	CHECK(page[0] == 7 && page[PAGE] == 7);
}

/* Calls on descriptors, whose functions do not always have the calls' names. */
static void refused_descriptors(void)
{
	char rights[CMSG_SPACE(sizeof(int))], byte;
	struct msghdr message = message_with_file(rights);
	struct aiocb request = { .aio_fildes = file,
				 .aio_buf = &byte,
				 .aio_nbytes = 1 };
	struct aiocb *requests = &request;
	struct stat status;
	struct statx more;
	struct statvfs volume;
	struct statfs fs;

#define IS_REFUSED(expression) \
	CHECK((errno = 0, (expression) == -1) && errno == ENOSYS)
	IS_REFUSED(flock(file, LOCK_EX));
	IS_REFUSED(fsync(file));
	IS_REFUSED(fdatasync(file));
	IS_REFUSED(sync_file_range(file, 0, 0, 0));
	IS_REFUSED(syncfs(file));
	IS_REFUSED(readahead(file, 0, PAGE));
	IS_REFUSED(fchmod(file, 0640));
	IS_REFUSED(fchown(file, 1, 1));
	IS_REFUSED(fstatfs(file, &fs));
	IS_REFUSED(fstatvfs(file, &volume));
	IS_REFUSED(statvfs(name_of_file(), &volume));
	IS_REFUSED(fsetxattr(file, "user.x", "", 1, 0));
	IS_REFUSED(fgetxattr(file, "user.x", &byte, 1));
	IS_REFUSED(flistxattr(file, &byte, 1));
	IS_REFUSED(fremovexattr(file, "user.x"));
	IS_REFUSED(futimens(file, NULL));
	IS_REFUSED(futimes(file, NULL));
	IS_REFUSED(lockf(file, F_LOCK, 0));
	IS_REFUSED(stat(name_of_file(), &status));
	IS_REFUSED(fstatat(file, "", &status, AT_EMPTY_PATH));
	IS_REFUSED(statx(file, "", AT_EMPTY_PATH, STATX_SIZE, &more));
	IS_REFUSED(statfs(name_of_file(), &fs));
	IS_REFUSED(truncate(name_of_file(), 0));
	IS_REFUSED(setxattr(name_of_file(), "user.x", "", 1, 0));
	IS_REFUSED(getxattr(name_of_file(), "user.x", &byte, 1));
	IS_REFUSED(listxattr(name_of_file(), &byte, 1));
	IS_REFUSED(removexattr(name_of_file(), "user.x"));
	IS_REFUSED(inotify_add_watch(0, name_of_file(), IN_ACCESS));
	IS_REFUSED(chmod(name_of_file(), 0640));
	IS_REFUSED(chown(name_of_file(), 1, 1));
	IS_REFUSED(fchmodat(AT_FDCWD, name_of_file(), 0640, 0));
	IS_REFUSED(fchownat(file, "", 1, 1, AT_EMPTY_PATH));
	IS_REFUSED(access(name_of_file(), R_OK));
	IS_REFUSED(utimes(name_of_file(), NULL));
	IS_REFUSED(
		linkat(file, "", AT_FDCWD, "/tmp/faultlab-x", AT_EMPTY_PATH));
	IS_REFUSED(sendmsg(0, &message, 0));
	IS_REFUSED(aio_read(&request));
	IS_REFUSED(aio_write(&request));
	IS_REFUSED(aio_fsync(O_SYNC, &request));
	IS_REFUSED(lio_listio(LIO_WAIT, &requests, 1, NULL));
#undef IS_REFUSED
	CHECK(times("where: refused_descriptors() tests/selftest/calls.c:") >
	      20);
	CHECK(!lstat(name_of_file(), &status) && S_ISLNK(status.st_mode));
}

/* The C library has some functions under two names. */
extern ssize_t __pwrite64(int fd, const void *memory, size_t n, off_t offset);
extern ssize_t __pread64(int fd, void *memory, size_t n, off_t offset);
extern int __open(const char *name, int flags, ...);
extern int __close(int fd);
extern int __fcntl(int fd, int command, ...);
extern int __fxstat(int version, int fd, struct stat *to);

static void second_names_of_functions(void)
{
	int fd = __open("/tmp", O_TMPFILE | O_RDWR, 0600);
	char text[8] = "";
	struct stat status;

	CHECK(fl_user_file(fd) && __pwrite64(fd, "abc", 3, 0) == 3);
	CHECK(__pread64(fd, text, sizeof(text), 0) == 3 &&
	      !strcmp(text, "abc"));
	CHECK(__fcntl(fd, F_GETFL) == -1 && errno == ENOSYS);
	CHECK(__fxstat(1, fd, &status) == -1 && errno == ENOSYS);
	CHECK(!__close(fd) && !fl_user_file(fd));
}

static void dprintf_to_a_file(void)
{
	char text[8] = "";

	CHECK(dprintf(file, "%d, %s", 41, "x") == 5);
	CHECK(pread(file, text, sizeof(text), 0) == 5 &&
	      !strcmp(text, "41, x"));
	CHECK(lseek(file, 0, SEEK_CUR) == 5);
}

/*
 * Calls that reach the host in spite of everything, such as those of shared
 * libraries, change no file of others: neither a file shared with another
 * process, nor one with a name.
 */
static void host_is_not_changed(void)
{
	int (*changes)(int,
		       mode_t) = (int (*)(int, mode_t))libc_function("fchmod");
	int (*owns)(int, uid_t, gid_t) =
		(int (*)(int, uid_t, gid_t))libc_function("fchown");
	ssize_t (*writes)(int, const void *, size_t) =
		(ssize_t(*)(int, const void *, size_t))libc_function("write");
	char name[100] = "";
	struct stat before, after;

	CHECK(!stat("/dev/null", &before) && changes && owns && writes);
	CHECK(changes(file, 0604) == -1 && errno == EBADF);
	CHECK(owns(file, 1, 1) == -1 && errno == EBADF);
	CHECK(writes(file, "x", 1) == -1 && errno == EBADF);
	CHECK(!stat("/dev/null", &after) && before.st_mode == after.st_mode &&
	      before.st_uid == after.st_uid);
	CHECK(readlink(name_of_file(), name, sizeof(name) - 1) > 0);
	CHECK(strstr(name, "(deleted)"));
}

/*
 * The descriptor of the world's memory stays open and unchanged; all others can
 * be closed.
 */
static void memory_stays_open(void)
{
	const int out = dup2(messages, 600);
	int fd, again, status;
	pid_t child;

	again = dup(file);
	CHECK(out == 600 && again >= 0);
	CHECK(!close_range(again, ~0U, 0) && fcntl(again, F_GETFD) == -1);
	CHECK(fcntl(out, F_GETFD) == -1 && !fl_user_file(again) &&
	      (page[2 * PAGE] = 1));
	CHECK(!call(SYS_close_range, again, ~0U, 0, 0, 0, 0) &&
	      (page[3 * PAGE] = 1));
	CHECK(!close_range(again, ~0U, CLOSE_RANGE_CLOEXEC));
	closefrom(again);
	for (fd = 1023; fd >= again; fd--) {
		dup2(messages, fd);
		CHECK(dup3(messages, fd, O_CLOEXEC) == fd || errno == EBADF);
	}
	CHECK(times("it is the memory of the world; it fails with EBADF") == 1);
	CHECK(fcntl(600, F_GETFD) == FD_CLOEXEC);
	CHECK(!madvise(page, 4 * PAGE, MADV_DONTNEED) && !*page && (*page = 1));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		closefrom(again);
		page[PAGE] = 2;
		_exit(page[PAGE] == 2 && *page == 1 ? 0 : 1);
	}
	CHECK(waitpid(child, &status, 0) == child && !status);
}

/* The errors of the kernel. */
static void dup_errors(void)
{
	struct open_how how = { .flags = O_RDWR | O_TMPFILE, .mode = 0600 };
	int same = dup(file), other, tmp;

	CHECK(same >= 0 && dup2(12345, same) == -1 && errno == EBADF &&
	      fl_user_file(same));
	CHECK(dup3(file, same, 3) == -1 && errno == EINVAL &&
	      fl_user_file(same));
	CHECK(dup3(file, file, 0) == -1 && errno == EINVAL);
	CHECK(dup3(file, same, O_CLOEXEC) == same &&
	      fcntl(same, F_GETFD) == FD_CLOEXEC);
	CHECK(dup2(file, same) == same && fcntl(same, F_GETFD) == 0);
	other = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	CHECK(other >= 0 && fcntl(other, F_GETFD) == FD_CLOEXEC);
	tmp = syscall(SYS_openat2, AT_FDCWD, "/tmp", &how, sizeof(how));
	CHECK(tmp >= 0 && fl_user_file(tmp));
	CHECK(dup2(file, 500) == 500 &&
	      fl_user_file(500) == fl_user_file(file));
	CHECK(dup2(file, FL_USER_FILES) == -1 && errno == EMFILE);
	CHECK(dup2(file, FL_USER_FILES) == -1 && errno == EMFILE);
	CHECK(times("limit FL_USER_FILES = ") == 1);
}

static void refused_file(const char *path, int flags)
{
	errno = 0;
	if (open(path, flags) != -1 || errno != EACCES)
		fail(path, "it is not refused with EACCES");
}

/* An unmapped address returns the kernel's error. */
static void bad_pointers(void)
{
	char *volatile nowhere = (char *)8, *text = page + 2 * PAGE - 3;
	struct pollfd *polled = (struct pollfd *)(page + PAGE);
	/* By this pointer, since the compiler knows that NULL is no name. */
	int (*volatile open_any)(const char *, int, ...) = open;

	CHECK(open_any(NULL, O_RDONLY) == -1 && errno == EFAULT);
	CHECK(open(nowhere, O_TMPFILE | O_RDWR, 0600) == -1 && errno == EFAULT);
	CHECK(call(SYS_openat, AT_FDCWD, 0, 0, 0, 0, 0) == -EFAULT);
#ifndef __SANITIZE_ADDRESS__ /* it reads the memory before the call */
	CHECK(!fopen(nowhere, "r") && errno == EFAULT);
	CHECK(stat(nowhere, (struct stat *)page) == -1 && errno == EFAULT);
	CHECK(poll((struct pollfd *)nowhere, 1, 0) == -1 && errno == EFAULT);
#endif
	CHECK(call(SYS_poll, 8, 1, 0, 0, 0, 0) == -EFAULT);
	polled->fd = file;
	polled->events = POLLIN;
	CHECK(poll(polled, 1, 0) == 1 && polled->revents == POLLIN);
	CHECK(!mprotect(page + PAGE, PAGE, PROT_READ));
	CHECK(poll(polled, 1, 0) == -1 && errno == EFAULT);
	if (!fork())
		_exit(0);
	CHECK(wait((int *)(page + PAGE)) == -1 && errno == EFAULT);
	/* A file name that extends into unmapped memory. */
	CHECK(!mprotect(page + PAGE, PAGE, PROT_READ | PROT_WRITE));
	memcpy(text, "/tm", 3);
	CHECK(!munmap(page + 2 * PAGE, PAGE));
	CHECK(open(text, O_RDONLY) == -1 && errno == EFAULT);
	strcpy(text - 4, "/tmp");
	CHECK(open(text - 4, O_RDONLY) >= 0);
}

/* Return: how many of the first four pages of @p are present. */
static int present(const char *p)
{
	uint64_t entries[4];
	int map = open("/proc/self/pagemap", O_RDONLY), i, n = 0;

	CHECK(pread(map, entries, sizeof(entries),
		    (unsigned long)p / PAGE * 8) == sizeof(entries));
	close(map);
	for (i = 0; i < 4; i++)
		n += entries[i] >> 63;
	return n;
}

/*
 *   page | 3 bytes ... | (not present) | (unmapped)
 *        `---------- asked for -----------'
 * Expect as much data as exists, or as there is mapped memory for, and only
 * pages that are reached to become present.
 */
static void buffers_beyond_mapped_memory(void)
{
	static char text[4 * PAGE];
	char *p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int host = fileno(tmpfile()), ends[2];

	CHECK(p != MAP_FAILED && !pipe(ends));
	CHECK(write(ends[1], "abc", 3) == 3 && read(ends[0], p, 4 * PAGE) == 3);
	CHECK(!memcmp(p, "abc", 4) && present(p) == 1);
	CHECK(pwrite(file, "world", 5, 0) == 5 &&
	      pread(file, p, 4 * PAGE, 0) == 5);
	CHECK(!memcmp(p, "world", 6) && present(p) == 1);
	/* All of it, present or not. */
	memset(text, 5, sizeof(text));
	CHECK(pwrite(host, text, sizeof(text), 0) == sizeof(text));
	CHECK(pread(host, p, 4 * PAGE, 0) == 4 * PAGE && p[4 * PAGE - 1] == 5);
	CHECK(!madvise(p, 4 * PAGE, MADV_DONTNEED));
	CHECK(write(ends[1], p, 4 * PAGE) == 4 * PAGE &&
	      read(ends[0], text, sizeof(text)) == 4 * PAGE);
	CHECK(!text[0] && !text[4 * PAGE - 1]);
	/* Only a part is mapped. */
	CHECK(!munmap(p + 2 * PAGE, 2 * PAGE));
	CHECK(pread(host, p + PAGE + 1, 1 << 20, 0) == PAGE - 1 &&
	      p[2 * PAGE - 1] == 5);
	CHECK(pwrite(host, p + PAGE, 2 * PAGE, 0) == PAGE);
	CHECK(pwrite(file, p + PAGE, 2 * PAGE, 0) == PAGE);
	CHECK(pread(file, p + PAGE + 1, 1 << 20, 0) == PAGE - 1);
	CHECK(lseek(file, 0, SEEK_SET) == 0 &&
	      read(file, p + PAGE + 1, 1 << 20) == PAGE - 1);
	CHECK(lseek(file, 0, SEEK_CUR) == PAGE - 1);
	/* Nothing is mapped. */
	CHECK(pread(host, p + 2 * PAGE, 1, 0) == -1 && errno == EFAULT);
	CHECK(pread(file, p + 2 * PAGE, 1, 0) == -1 && errno == EFAULT);
	CHECK(pwrite(file, p + 2 * PAGE, 1, 0) == -1 && errno == EFAULT);
	CHECK(!mprotect(p, PAGE, PROT_READ) && read(host, p, 1) == -1 &&
	      errno == EFAULT);
	CHECK(call(SYS_pread64, file, (unsigned long)p, -1UL, 0, 0, 0) ==
	      -EFAULT);
}

/* The folder of an unnamed file must exist, be a folder, and allow it. */
static void folder_of_an_unnamed_file(void)
{
	static char longest[5000];

	memset(longest, 'a', sizeof(longest) - 1);
	CHECK(open("/nowhere", O_TMPFILE | O_RDWR, 0600) == -1 &&
	      errno == ENOENT);
	CHECK(open("/etc/passwd", O_TMPFILE | O_RDWR, 0600) == -1 &&
	      errno == ENOTDIR);
	CHECK(openat(12345, "x", O_TMPFILE | O_RDWR, 0600) == -1 &&
	      errno == EBADF);
	CHECK(open("/tmp", O_TMPFILE | O_RDONLY, 0600) == -1 &&
	      errno == EINVAL);
	CHECK(open(longest, O_TMPFILE | O_RDWR, 0600) == -1 &&
	      errno == ENAMETOOLONG);
	CHECK(open("/tmp", O_TMPFILE | O_WRONLY | O_EXCL, 0600) >= 0);
	CHECK(openat(12345, "/tmp", O_TMPFILE | O_RDWR, 0600) >= 0);
}

static void host_memory_figures_are_hidden(void)
{
	CHECK(sysconf(_SC_PHYS_PAGES) == -1 && errno == ENOSYS);
	CHECK(sysconf(_SC_AVPHYS_PAGES) == -1 && errno == ENOSYS);
	CHECK(get_phys_pages() == -1 && get_avphys_pages() == -1);
	CHECK(times("it describes the host's memory; it fails with ENOSYS") ==
	      1);
	CHECK(sysconf(_SC_PAGESIZE) == PAGE);
	refused_file("/proc/pressure/memory", O_RDONLY);
	refused_file("/proc/self/coredump_filter", O_RDWR);
	refused_file("/proc/self/oom_score_adj", O_WRONLY);
	CHECK(open("/proc/self/oom_score_adj", O_RDONLY) >= 0);
}

/* Expect @name in a second mount to be refused. */
static void in_mount(const char *folder, const char *name, int flags)
{
	char path[100];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	refused_file(path, flags);
}

/*
 * File systems of the host's kernel are recognised in every mount, whole or
 * partial.
 */
static void other_mounts(void)
{
	char folder[] = "/tmp/faultlab mount-XXXXXX";
	uint64_t entry = 0;
	char path[100];
	int fd;

	CHECK(mkdtemp(folder));
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", folder, "proc", 0, NULL)) {
		rmdir(folder);
		exit(77); /* may not mount */
	}
	in_mount(folder, "self/maps", O_RDONLY);
	in_mount(folder, "self/mem", O_RDWR);
	in_mount(folder, "meminfo", O_RDONLY);
	in_mount(folder, "sys/vm/swappiness", O_WRONLY);
	in_mount(folder, "sys/kernel/core_pattern", O_WRONLY);
	snprintf(path, sizeof(path), "%s/self/pagemap", folder);
	fd = open(path, O_RDONLY);
	CHECK(fl_user_file(fd));
	CHECK(pread(fd, &entry, 8, (unsigned long)page / PAGE * 8) == 8 &&
	      entry >> 63);
	snprintf(path, sizeof(path), "%s/self/limits", folder);
	CHECK(open(path, O_RDONLY) >= 0);
	snprintf(path, sizeof(path), "%s/self/fd/%d", folder, file);
	refused_file(path, O_RDWR);
	CHECK(!umount2(folder, MNT_DETACH) &&
	      !mount("/proc/self", folder, NULL, MS_BIND, NULL));
	in_mount(folder, "maps", O_RDONLY);
	in_mount(folder, "task/../smaps", O_RDONLY);
	CHECK(!umount2(folder, MNT_DETACH));
	CHECK(!mount("/sys/kernel", folder, NULL, MS_BIND, NULL));
	in_mount(folder, "mm/transparent_hugepage/enabled", O_RDONLY);
	CHECK(!umount2(folder, MNT_DETACH) && !rmdir(folder));
}

/* FL_LIBRARY is the file of library.c. */
static void refused_in_a_library(void)
{
	void *library = dlopen(FL_LIBRARY, RTLD_NOW);
	int (*locks)(void *), (*by_number)(void *);

	CHECK(library);
	locks = (int (*)(void *))dlsym(library, "library_locks");
	by_number = (int (*)(void *))dlsym(library, "library_locks_by_number");
	CHECK(locks && locks(page) == -1 && errno == ENOSYS);
	CHECK(by_number && by_number(page) == -1 && errno == ENOSYS);
	CHECK(times("mlock() is refused") == 1 &&
	      times("munlock() is refused") == 1);
	CHECK(times("where: library_locks()") == 1);
	CHECK(times("where: library_locks_by_number()") == 1);
}

/* Each is reported once per world, by any process. */
static void refusals_are_reported_once(void)
{
	int status;
	pid_t child;

	CHECK(mlock(page, PAGE) == -1 && mlock(page, PAGE) == -1);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		CHECK(mlock(page, PAGE) == -1 && errno == ENOSYS);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child && !status);
	CHECK(times("mlock() is refused") == 1);
}

/* -- files -- */

static void files_of_the_kernel(void)
{
	static const char *const names[] = {
		"maps", "smaps", "smaps_rollup", "numa_maps", "status",
		"statm", "mem", "stat",
	}, *const paths[] = {
		"/proc/kpageflags", "/proc/kpagecount", "/proc/kpagecgroup",
		"/proc/meminfo", "/proc/vmstat", "/proc/swaps",
		"/proc/sys/vm/nr_hugepages", "/sys/kernel/mm/ksm/run",
		"/sys/kernel/mm/transparent_hugepage/enabled",
		"/sys/kernel/debug/split_huge_pages",
		"/sys//kernel/./mm/../mm/ksm/pages_shared",
		"/sys/devices/system/node/node0/meminfo", "/dev/userfaultfd",
		"/dev/mem",
	};
	char path[200];
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "/proc/self/%s", names[i]);
		refused_file(path, O_RDONLY);
		snprintf(path, sizeof(path), "/proc/%d/%s", (int)getpid(),
			 names[i]);
		refused_file(path, O_RDONLY);
		snprintf(path, sizeof(path), "/proc/thread-self/%s", names[i]);
		refused_file(path, O_RDONLY);
		snprintf(path, sizeof(path), "/proc/%d/task/%d/%s",
			 (int)getpid(), (int)gettid(), names[i]);
		refused_file(path, O_RDONLY);
		snprintf(path, sizeof(path),
			 "faultlab: /proc/self/%s is not opened", names[i]);
		if (times(path) != 1)
			fail(path, "expected this message once");
	}
	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		refused_file(paths[i], O_RDONLY);
	CHECK(times("where: refused_file() tests/selftest/calls.c:") > 12);
}

static void files_of_other_processes(void)
{
	char path[60], byte;
	uint64_t there = 0;
	int ends[2], fd;
	pid_t child;

	*page = 1;
	CHECK(!pipe(ends));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		CHECK(write(ends[1], "x", 1) == 1);
		sleep(20);
		_exit(0);
	}
	CHECK(read(ends[0], &byte, 1) == 1);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)child);
	refused_file(path, O_RDONLY);
	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)child);
	refused_file(path, O_RDONLY);
	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)child);
	fd = open(path, O_RDONLY);
	CHECK(fd >= 0);
	CHECK(pread(fd, &there, sizeof(there),
		    (uintptr_t)page / PAGE * sizeof(there)) == sizeof(there));
	CHECK(there >> 63 == 1);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	/* A process outside the world. */
	CHECK(open("/proc/1/limits", O_RDONLY) >= 0 || errno != EACCES ||
	      getuid());
	CHECK(open("/proc/1/status", O_RDONLY) >= 0);
}

/* Files of the host's kernel cannot be opened for writing, by any path. */
static void host_kernel_files_are_read_only(void)
{
	const char *const setting = "/proc/sys/kernel/core_pattern";
	struct open_how how = { .flags = O_WRONLY };
	char link[] = "/tmp/faultlab-link-XXXXXX",
	     dir[] = "/tmp/faultlab-dir-XXXXXX";
	int folder = open("/proc/sys", O_RDONLY | O_DIRECTORY),
	    same = dup(folder);
	int path = open("/sys", O_PATH | O_DIRECTORY);

	CHECK(folder >= 0 && same >= 0 && path >= 0);
	CHECK(open(setting, O_RDONLY) >= 0);
	refused_file(setting, O_WRONLY);
	refused_file(setting, O_RDWR);
	refused_file(setting, O_RDONLY | O_TRUNC);
	refused_file("/sys/kernel/profiling", O_WRONLY);
	CHECK(openat(folder, "kernel/core_pattern", O_WRONLY) == -1 &&
	      errno == EACCES);
	CHECK(openat(same, "../sys/kernel/core_pattern", O_RDWR) == -1 &&
	      errno == EACCES);
	CHECK(openat(path, "kernel/profiling", O_WRONLY) == -1 &&
	      errno == EACCES);
	CHECK(syscall(SYS_openat2, folder, "kernel/core_pattern", &how,
		      sizeof(how)) == -1 &&
	      errno == EACCES);
	CHECK(call(SYS_open, (unsigned long)setting, O_WRONLY, 0, 0, 0, 0) ==
	      -EACCES);
	CHECK(creat(setting, 0600) == -1 && errno == EACCES);
	CHECK(!fopen(setting, "w") && errno == EACCES);
	CHECK(!fopen(setting, "r+") && errno == EACCES);
	CHECK(!freopen(setting, "a", stdin) && errno == EACCES);
	CHECK(mkdtemp(dir) && !rmdir(dir) && !symlink("/proc/sys/kernel", dir));
	CHECK(mkstemp(link) >= 0 && !unlink(link) && !symlink(setting, link));
	CHECK(open(link, O_WRONLY) == -1 && errno == EACCES);
	strcpy(link + 5, dir + 5);
	CHECK(!chdir("/tmp") && !chdir(dir));
	CHECK(open("core_pattern", O_WRONLY) == -1 && errno == EACCES);
	CHECK(open("../kernel/core_pattern", O_WRONLY) == -1 &&
	      errno == EACCES);
	unlink(dir);
	CHECK(times("faultlab: /proc/sys/kernel/core_pattern is not "
		    "opened for writing") == 1);
	CHECK(times("/sys/kernel/profiling is not opened for writing") == 1);
}

static void streams(void)
{
	char path[40];

	CHECK(!fopen("/proc/self/pagemap", "r") && errno == EACCES);
	CHECK(!fdopen(file, "r") && errno == ENOSYS);
	CHECK(!fopen("/proc/self/smaps", "r") && errno == EACCES);
	CHECK(fopen("/proc/self/limits", "r"));
	CHECK(!opendir("/sys/kernel/mm/hugepages") && errno == EACCES);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	refused_file(path, O_RDONLY);
}

/* -- mappings that would belong to the host -- */

static void mappings_of_the_host(void)
{
	const int rw = PROT_READ | PROT_WRITE,
		  flags = MAP_PRIVATE | MAP_ANONYMOUS;
	char *low = (char *)0x20000000UL, *p;
	FILE *temporary = tmpfile();
	int zero = open("/dev/zero", O_RDWR), host = fileno(temporary);
	struct {
		char a[PAGE], b[PAGE];
	} *own = aligned_alloc(PAGE, 2 * PAGE);

	CHECK(zero >= 0 && host >= 0 && own && !ftruncate(host, PAGE));
	CHECK(mmap(low, PAGE, rw, flags | MAP_FIXED, -1, 0) == MAP_FAILED &&
	      errno == ENOMEM);
	CHECK(call(SYS_mmap, (unsigned long)low, PAGE, rw, flags | MAP_FIXED,
		   -1, 0) == -ENOMEM);
	CHECK(times("mmap() at 0x20000000 is refused") == 1);
	CHECK(mmap(NULL, PAGE, rw, MAP_SHARED, host, 0) == MAP_FAILED &&
	      errno == ENODEV);
	CHECK(mmap(NULL, PAGE, rw, MAP_PRIVATE, host, 0) == MAP_FAILED &&
	      errno == ENODEV);
	CHECK(times("a file of the host's, is refused") == 1);
	CHECK(mmap(NULL, PAGE, rw, MAP_SHARED, 12345, 0) == MAP_FAILED &&
	      errno == EBADF);
	p = mmap(NULL, PAGE, rw, MAP_PRIVATE, zero, 0);
	CHECK(p != MAP_FAILED && fl_user_address((unsigned long)p) && !*p &&
	      (*p = 1));
	/* Memory that the host has mapped before stays the host's. */
	CHECK(mmap(own, PAGE, rw, flags | MAP_FIXED, -1, 0) == own &&
	      !own->a[0]);
	CHECK(!mlock(own, PAGE) && !munlock(own, PAGE) &&
	      !mprotect(own, PAGE, PROT_READ));
	p = (char *)FL_USER_START - PAGE;
	CHECK(munmap(p, 2 * PAGE) == -1 && errno == EINVAL);
	CHECK(mremap(own, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, page) ==
	      MAP_FAILED);
	CHECK(page[0] == 7);
	CHECK(!mprotect(own, PAGE, rw) && !fclose(temporary));
	free(own);
}

/*
 * A child that the world does not know ends when it uses the world, and shares
 * nothing with it.
 */
static void unknown_child(void)
{
	int ends[2], status;
	pid_t child;
	char byte;

	CHECK(!pipe(ends));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		/* The C library forks by itself, and ends this process. */
		CHECK(!daemon(1, 1));
		page[0] = 1;
		_exit(0);
	}
	close(ends[1]);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(read(ends[0], &byte, 1) == 0 && page[0] == 7);
	CHECK(times("was created by an unsupported call") == 1);
}

/* -- ordinary programs work -- */

static void *work(void *arg)
{
	void *memory = malloc(1 << 20);

	memset(memory, 1, 1 << 20);
	free(memory);
	return arg;
}

static void threads_work(void)
{
	pthread_t threads[8];
	void *ret;
	long i;

	for (i = 0; i < 8; i++)
		CHECK(!pthread_create(&threads[i], NULL, work, (void *)i));
	for (i = 0; i < 8; i++)
		CHECK(!pthread_join(threads[i], &ret) && ret == (void *)i);
}

static void streams_work(void)
{
	FILE *f = tmpfile(), *p = popen("echo pipe", "r");
	char text[20] = "";

	CHECK(f && p && fputs("text", f) >= 0 && !fseek(f, 0, SEEK_SET));
	CHECK(fgets(text, sizeof(text), f) && !strcmp(text, "text") &&
	      !fclose(f));
	CHECK(fgets(text, sizeof(text), p) && !strcmp(text, "pipe\n") &&
	      !pclose(p));
	f = fopen("/proc/version", "r");
	CHECK(f && fgets(text, sizeof(text), f) && !fclose(f));
}

static void other_programs_work(void)
{
	char *const command[] = { "/bin/sh", "-c",
				  "cat /proc/self/maps >/dev/null && exit 5",
				  NULL };
	pid_t child;
	int status;

	CHECK(system("exit 6") == 6 << 8);
	CHECK(!posix_spawn(&child, command[0], NULL, NULL, command, environ));
	CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 5);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		execv(command[0], command);
		_exit(7);
	}
	CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 5);
}

/* A page shared by a child is unmapped while it runs another program. */
static void exec_during_a_tlb_flush(void)
{
	int status;
	pid_t child;
	char *p;

	CHECK(!ftruncate(file, PAGE));
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	CHECK(p != MAP_FAILED && (*p = 5));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		CHECK(*(volatile char *)p == 5);
		CHECK(execl("/nowhere/at/all", "all", NULL) == -1 && *p == 5);
		execl("/bin/sh", "sh", "-c", "sleep 0.5; exit 8", NULL);
		_exit(7);
	}
	usleep(250000);
	CHECK(!ftruncate(file, 0));
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 8);
}

static void ordinary_program(void)
{
	char *large = malloc(16 << 20);
	struct stat status;
	DIR *folder;

	CHECK(large && memset(large, 1, 16 << 20));
	large = realloc(large, 32 << 20);
	CHECK(large && large[0] == 1 && !fl_user_address((unsigned long)large));
	free(large);
	CHECK(setlocale(LC_ALL, "") || setlocale(LC_ALL, "C"));
	threads_work();
	streams_work();
	other_programs_work();
	folder = opendir("/");
	CHECK(folder && readdir(folder) && !closedir(folder) &&
	      !stat("/tmp", &status));
	CHECK(dlopen("libm.so.6", RTLD_NOW) && usleep(1000) == 0);
	CHECK(fcntl(messages, F_GETFL) != -1 && !fstat(messages, &status));
	CHECK(prctl(PR_SET_NAME, "ordinary", 0, 0, 0) == 0);
	CHECK(page[0] == 7 && page[PAGE] == 7);
	if (*all_messages())
		fail("ordinary_program", "expected no message");
}

static void world_at_the_start(void)
{
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(fl_user && fl_user_address((unsigned long)page) && !*page &&
	      (*page = 1));
}

static const struct plain_test tests[] = {
	{ "memory_by_number", memory_by_number },
	{ "memory_without_libc", memory_without_libc },
	{ "files_by_number", files_by_number },
	{ "files_without_libc", files_without_libc },
	{ "forks_by_number", forks_by_number },
	{ "forks_without_libc", forks_without_libc },
	{ "in_threads_and_children", in_threads_and_children },
	{ "in_threads_of_c11", in_threads_of_c11 },
	{ "functions_looked_up_by_name", functions_looked_up_by_name },
	{ "numbers_of_other_abis", numbers_of_other_abis },
	{ "signals_without_libc", signals_without_libc },
	{ "sigsys_of_the_program", sigsys_of_the_program },
	{ "refused_by_number", refused_by_number },
	{ "refused_without_libc", refused_without_libc },
	{ "refused_by_functions", refused_by_functions },
	{ "refused_descriptors", refused_descriptors },
	{ "memory_stays_open", memory_stays_open },
	{ "bad_pointers", bad_pointers },
	{ "buffers_beyond_mapped_memory", buffers_beyond_mapped_memory },
	{ "folder_of_an_unnamed_file", folder_of_an_unnamed_file },
	{ "host_memory_figures_are_hidden", host_memory_figures_are_hidden },
	{ "other_mounts", other_mounts },
	{ "dup_errors", dup_errors },
	{ "second_names_of_functions", second_names_of_functions },
	{ "dprintf_to_a_file", dprintf_to_a_file },
	{ "host_is_not_changed", host_is_not_changed },
	{ "refused_in_a_library", refused_in_a_library },
	{ "refusals_are_reported_once", refusals_are_reported_once },
	{ "files_of_the_kernel", files_of_the_kernel },
	{ "files_of_other_processes", files_of_other_processes },
	{ "host_kernel_files_are_read_only", host_kernel_files_are_read_only },
	{ "streams", streams },
	{ "mappings_of_the_host", mappings_of_the_host },
	{ "unknown_child", unknown_child },
	{ "exec_during_a_tlb_flush", exec_during_a_tlb_flush },
	{ "ordinary_program", ordinary_program },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--table")) {
		fl_user_print_calls(stdout);
		printf("\n");
		fl_user_print_files(stdout);
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "world_at_the_start")) {
		messages = before_messages = STDERR_FILENO;
		world_at_the_start();
		return 0;
	}
	begin();
	return plain_run(argc, argv, tests);
}
