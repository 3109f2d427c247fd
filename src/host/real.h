/* SPDX-License-Identifier: GPL-2.0-only */
/* real.h - the host's own functions, where user code's calls are wrapped (wrap.c) */
#ifndef FL_HOST_REAL_H
#define FL_HOST_REAL_H

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

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
void *__real_mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset);
int __real_munmap(void *addr, size_t len);
int __real_mprotect(void *addr, size_t len, int prot);
int __real_madvise(void *addr, size_t len, int advice);
void *__real_mremap(void *addr, size_t len, size_t new_len, int flags, ...);
unsigned int __real_alarm(unsigned int seconds);
int __real_poll(struct pollfd *files, nfds_t n, int timeout);
int __real_sigaction(int sig, const struct sigaction *action, struct sigaction *old);
int __real_sigprocmask(int how, const sigset_t *set, sigset_t *old);
int __real_pthread_sigmask(int how, const sigset_t *set, sigset_t *old);
int __real_sigsuspend(const sigset_t *set);
long __real_syscall(long number, ...);
pid_t __real_fork(void);
pid_t __real_waitpid(pid_t pid, int *status, int options);
pid_t __real_wait4(pid_t pid, int *status, int options, struct rusage *usage);
void __real__exit(int status) __attribute__((noreturn));

#endif /* FL_HOST_REAL_H */
