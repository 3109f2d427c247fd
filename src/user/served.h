/* SPDX-License-Identifier: GPL-2.0-only */
/* served.h - system calls by number that the world serves, for number.c */
#ifndef FL_USER_SERVED_H
#define FL_USER_SERVED_H

/* Return: as the C library's function: -1 with errno. */
typedef long fl_user_serve_fn(const unsigned long *arg);

fl_user_serve_fn fl_user_serve_mmap, fl_user_serve_munmap,
	fl_user_serve_mprotect, fl_user_serve_madvise, fl_user_serve_mremap,
	fl_user_serve_userfaultfd, fl_user_serve_open, fl_user_serve_openat,
	fl_user_serve_openat2, fl_user_serve_creat, fl_user_serve_close,
	fl_user_serve_close_range, fl_user_serve_dup, fl_user_serve_dup2,
	fl_user_serve_dup3, fl_user_serve_ioctl, fl_user_serve_read,
	fl_user_serve_write, fl_user_serve_pread64, fl_user_serve_pwrite64,
	fl_user_serve_lseek, fl_user_serve_ftruncate, fl_user_serve_poll,
	fl_user_serve_alarm, fl_user_serve_fork, fl_user_serve_vfork,
	fl_user_serve_clone, fl_user_serve_clone3, fl_user_serve_wait4,
	fl_user_serve_execve, fl_user_serve_execveat, fl_user_serve_exit_group,
	fl_user_serve_rt_sigaction, fl_user_serve_rt_sigprocmask;
fl_user_serve_fn fl_user_serve_prlimit64, fl_user_serve_getrlimit,
	fl_user_serve_setrlimit;
fl_user_serve_fn fl_user_serve_sigaltstack;

#endif /* FL_USER_SERVED_H */
