/* SPDX-License-Identifier: GPL-2.0-only */
/* served.h - system calls by number that the world serves, for number.c */
#ifndef FL_USER_SERVED_H
#define FL_USER_SERVED_H

/* Return: as the C library's function: -1 with errno. */
typedef long fl_host_serve_fn(const unsigned long *arg);

fl_host_serve_fn fl_host_serve_mmap, fl_host_serve_munmap, fl_host_serve_mprotect,
	fl_host_serve_madvise, fl_host_serve_mremap, fl_host_serve_userfaultfd,
	fl_host_serve_open, fl_host_serve_openat, fl_host_serve_openat2, fl_host_serve_creat,
	fl_host_serve_close, fl_host_serve_close_range, fl_host_serve_dup, fl_host_serve_dup2,
	fl_host_serve_dup3, fl_host_serve_ioctl, fl_host_serve_read, fl_host_serve_write,
	fl_host_serve_pread64, fl_host_serve_pwrite64, fl_host_serve_lseek,
	fl_host_serve_ftruncate, fl_host_serve_poll, fl_host_serve_alarm, fl_host_serve_fork,
	fl_host_serve_vfork, fl_host_serve_clone, fl_host_serve_clone3, fl_host_serve_wait4,
	fl_host_serve_execve, fl_host_serve_execveat, fl_host_serve_exit_group, fl_host_serve_rt_sigaction, fl_host_serve_rt_sigprocmask;
fl_host_serve_fn fl_host_serve_prlimit64, fl_host_serve_getrlimit, fl_host_serve_setrlimit;
fl_host_serve_fn fl_host_serve_sigaltstack;

#endif /* FL_USER_SERVED_H */
