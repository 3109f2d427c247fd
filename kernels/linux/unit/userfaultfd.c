/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * userfaultfd.c - the tree's mm/userfaultfd.c, and where it has it the system
 * call
 *
 * What it sets up at boot is set up by the first call.
 */
#include "mm/userfaultfd.c"
#include "../port.h"

#ifdef FL_HAVE_USERFAULTFD
int fl_userfaultfd(struct fl_mm *mm, unsigned int flags, struct fl_file **out)
{
	int ret = userfaultfd_ctx_cachep ? 0 : userfaultfd_init();

	fl_use_mm(mm);
	sysctl_unprivileged_userfaultfd = 1;	/* without CAP_SYS_PTRACE */
	if (!ret)
		ret = sys_userfaultfd(flags);
	if (ret >= 0)
		*out = (struct fl_file *)fl_file_published();
	return ret;
}

/* noop: /dev/userfaultfd is not there. */
int misc_register(struct miscdevice *device) { return 0; }
#endif
