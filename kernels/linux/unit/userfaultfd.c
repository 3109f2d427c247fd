/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * userfaultfd.c - the tree's mm/userfaultfd.c, with the system call if that
 * file has it
 *
 * The first call does the initialisation that a kernel does at boot.
 */
#include "mm/userfaultfd.c"
#include "../port.h"

#ifdef FL_HAVE_USERFAULTFD
static int fl_userfaultfd(struct fl_mm *mm, unsigned int flags,
			  struct fl_file **out)
{
	int ret = userfaultfd_ctx_cachep ? 0 : userfaultfd_init();

	fl_use_mm(mm);
	sysctl_unprivileged_userfaultfd = 1; /* without CAP_SYS_PTRACE */
	if (!ret)
		ret = sys_userfaultfd(flags);
	if (ret >= 0)
		*out = (struct fl_file *)fl_file_published();
	return ret;
}

/* noop: there is no /dev/userfaultfd. */
int misc_register(struct miscdevice *device)
{
	return 0;
}

const struct fl_userfaultfd_ops fl_userfaultfd_ops = {
	.create = fl_userfaultfd,
};
#endif
