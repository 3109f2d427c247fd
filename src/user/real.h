/* SPDX-License-Identifier: GPL-2.0-only */
/* real.h - the host's own functions behind the wrappers, and the wrappers */
#ifndef FL_USER_REAL_H
#define FL_USER_REAL_H

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/vfs.h>

void *__real_dlsym(void *handle, const char *name);
int __real_open(const char *path, int flags, ...);
int __real_openat(int folder, const char *path, int flags, ...);
int __real_close(int fd);
int __real_dup(int fd);
int __real_dup2(int fd, int to);
int __real_ioctl(int fd, unsigned long request, ...);
ssize_t __real_read(int fd, void *memory, size_t n);
ssize_t __real_write(int fd, const void *memory, size_t n);
ssize_t __real_pread(int fd, void *memory, size_t n, off_t offset);
ssize_t __real_pwrite(int fd, const void *memory, size_t n, off_t offset);
off_t __real_lseek(int fd, off_t offset, int whence);
int __real_ftruncate(int fd, off_t size);
void *__real_mmap(void *addr, size_t len, int prot, int flags, int fd,
		  off_t offset);
int __real_munmap(void *addr, size_t len);
int __real_mprotect(void *addr, size_t len, int prot);
int __real_madvise(void *addr, size_t len, int advice);
void *__real_mremap(void *addr, size_t len, size_t new_len, int flags, ...);
unsigned int __real_alarm(unsigned int seconds);
int __real_poll(struct pollfd *files, nfds_t n, int timeout);
int __real_sigaction(int sig, const struct sigaction *action,
		     struct sigaction *old);
int __real_sigprocmask(int how, const sigset_t *set, sigset_t *old);
int __real_pthread_sigmask(int how, const sigset_t *set, sigset_t *old);
int __real_sigsuspend(const sigset_t *set);
int __real_sigwait(const sigset_t *set, int *sig);
int __real_sigwaitinfo(const sigset_t *set, siginfo_t *info);
int __real_sigtimedwait(const sigset_t *set, siginfo_t *info,
			const struct timespec *timeout);
int __real_sigaltstack(const stack_t *stack, stack_t *old);
int __real_signalfd(int fd, const sigset_t *set, int flags);
int __real_epoll_pwait(int fd, struct epoll_event *events, int n, int timeout,
		       const sigset_t *mask);
int __real_epoll_pwait2(int fd, struct epoll_event *events, int n,
			const struct timespec *timeout, const sigset_t *mask);
pid_t __real_fork(void);
pid_t __real_waitpid(pid_t pid, int *status, int options);
pid_t __real_wait4(pid_t pid, int *status, int options, struct rusage *usage);
void __real__exit(int status) __attribute__((noreturn));
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
			  void *(*fn)(void *), void *arg);
int __real_pthread_cancel(pthread_t thread);
int __real_kill(pid_t pid, int sig);
int __real_msync(void *addr, size_t len, int flags);
ssize_t __real_readv(int fd, const struct iovec *vector, int n);
ssize_t __real_writev(int fd, const struct iovec *vector, int n);
ssize_t __real_preadv(int fd, const struct iovec *vector, int n, off_t offset);
ssize_t __real_pwritev(int fd, const struct iovec *vector, int n, off_t offset);
ssize_t __real_preadv2(int fd, const struct iovec *vector, int n, off_t offset,
		       int flags);
ssize_t __real_pwritev2(int fd, const struct iovec *vector, int n, off_t offset,
			int flags);
int __real_fallocate(int fd, int mode, off_t offset, off_t len);
int __real_posix_fallocate(int fd, off_t offset, off_t len);
int __real_posix_fadvise(int fd, off_t offset, off_t len, int advice);
ssize_t __real_sendfile(int to, int from, off_t *offset, size_t n);
ssize_t __real_splice(int from, off_t *at, int to, off_t *offset, size_t n,
		      unsigned int flags);
int __real_fstatfs(int fd, struct statfs *to);
int __real_fstat(int fd, struct stat *to);
int __real_getrlimit(int which, struct rlimit *old);
int __real_setrlimit(int which, const struct rlimit *new);
int __real_prlimit(pid_t pid, int which, const struct rlimit *new,
		   struct rlimit *old);
int __real_ppoll(struct pollfd *files, nfds_t n, const struct timespec *timeout,
		 const sigset_t *mask);
int __real_select(int n, fd_set *in, fd_set *out, fd_set *other,
		  struct timeval *timeout);
int __real_pselect(int n, fd_set *in, fd_set *out, fd_set *other,
		   const struct timespec *timeout, const sigset_t *mask);
int __real_fcntl(int fd, int command, ...);
int __real_clone(int (*fn)(void *), void *stack, int flags, void *arg, ...);
int __real_prctl(int option, ...);
long __real_ptrace(int request, ...);
int __real_execve(const char *path, char *const argv[], char *const envp[]);
int __real_execvpe(const char *file, char *const argv[], char *const envp[]);
int __real_fexecve(int fd, char *const argv[], char *const envp[]);
long __real_sysconf(int name);
long __real_get_phys_pages(void);
long __real_get_avphys_pages(void);
DIR *__real_opendir(const char *name);
FILE *__real_fopen(const char *name, const char *mode);
FILE *__real_freopen(const char *name, const char *mode, FILE *stream);
FILE *__real_fdopen(int fd, const char *mode);

/* The wrappers that calls by number use (served.c). */
int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_dup(int fd);
int __wrap_dup2(int fd, int to);
int __wrap_ioctl(int fd, unsigned long request, ...);
ssize_t __wrap_read(int fd, void *memory, size_t n);
ssize_t __wrap_write(int fd, const void *memory, size_t n);
ssize_t __wrap_pread(int fd, void *memory, size_t n, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *memory, size_t n, off_t offset);
off_t __wrap_lseek(int fd, off_t offset, int whence);
int __wrap_ftruncate(int fd, off_t size);
void *__wrap_mmap(void *addr, size_t len, int prot, int flags, int fd,
		  off_t offset);
int __wrap_munmap(void *addr, size_t len);
int __wrap_mprotect(void *addr, size_t len, int prot);
int __wrap_madvise(void *addr, size_t len, int advice);
void *__wrap_mremap(void *addr, size_t len, size_t new_len, int flags, ...);
unsigned int __wrap_alarm(unsigned int seconds);
int __wrap_poll(struct pollfd *files, nfds_t n, int timeout);
int __wrap_sigaction(int sig, const struct sigaction *action,
		     struct sigaction *old);
int __wrap_sigaltstack(const stack_t *stack, stack_t *old);
int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *old);
pid_t __wrap_fork(void);
pid_t __wrap_wait4(pid_t pid, int *status, int options, struct rusage *usage);
void __wrap__exit(int status) __attribute__((noreturn));

#endif /* FL_USER_REAL_H */
