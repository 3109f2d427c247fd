/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * world.h - one booted machine with one kernel
 *
 *  - kernels   fl_kernel_count(), fl_kernel_info()
 *  - life      fl_world_boot(), fl_world_shutdown(), fl_world_end()
 *  - failures  fl_world_allocs(), fl_world_fail_alloc()
 *  - leaks     fl_world_audit()
 *  - output    fl_world_console(), fl_world_warnings()
 *
 * Errors are negative errno values.  After a world ended (a rule broken, an
 * assertion of the kernel, a leaf that is missing) every call that would run
 * kernel code returns -ENOTRECOVERABLE; only fl_world_end(), the views of the
 * log and fl_world_shutdown() are of use then.
 *
 * Context: one world at a time in a process, used by the OS thread that booted it.
 */
#ifndef FAULTLAB_WORLD_H
#define FAULTLAB_WORLD_H

#include "faultlab/types.h"

struct fl_world;

/* A kernel that is linked into this program. */
struct fl_kernel_info {
	const char *name;	/* "linux-6.12" */
	const char *release;	/* "6.12.117" */
	const char *tree;	/* where its source was, or "built in" */
	/* The bug that was put in, by its name in kernels/mutants; NULL: none. */
	const char *mutant;
	/* Lines "SHA256  PATH", one for each file of the tree that was compiled,
	 * paths relative to the tree; not terminated; empty for a built-in. */
	const char *provenance;
	unsigned long provenance_len;
	unsigned int nr_files;	/* lines of it */
	struct fl_traits traits;
	_Bool has_vma_lock;	/* can fault under a VMA's lock */
	_Bool has_huge_pages;
	_Bool has_test_driver;	/* lib/test_hmm.c */
};

/* Return: how many kernels there are; at least one, the model. */
unsigned int fl_kernel_count(void);

/* Return: kernel @i, 0 .. fl_kernel_count() - 1, or NULL beyond. */
const struct fl_kernel_info *fl_kernel_info(unsigned int i);

/* What to boot.  Zero means the default. */
struct fl_world_config {
	const char *kernel;	/* name of a kernel; NULL: the model */
	unsigned long frames;	/* of 4 KiB; default 8192, at most 2^28 */
	unsigned int cpus;	/* default 2, at most 8 */
	/* Memory of devices, which no allocation gets; default 0, at most 2^28. */
	unsigned long device_frames;
	/* Of the swap file, its header included; default 64, at least 8, at most 4096.
	 * From 1024 on large folios go there as they are, in kernels that can. */
	unsigned long swap_pages;
	/* A child process that the host forks has the same world, not a copy of it.
	 * Whoever uses it then sees to it that it is one process at a time. */
	_Bool shared;
	/* Return the end of the world to the caller.  Otherwise it is printed to
	 * standard error, and the process aborts. */
	_Bool catch_end;
	/* A warning of the kernel's (WARN_ON() and its like) is printed to standard error
	 * and counted, and the kernel goes on, as one that is booted does.  Otherwise it
	 * ends the world as a bug does.  A bug ends it in any case. */
	_Bool print_warnings;
};

/*
 * fl_world_boot - a machine with a kernel that is up
 * @config: what to boot; NULL: all defaults
 * @world: where to put it
 *
 * Return: 0; -ENOENT: no kernel of that name; -EINVAL: a figure out of range;
 * -EBUSY: a world is booted already; -ENOMEM: the host is short of memory;
 * -ENOTRECOVERABLE: the kernel ended in its boot, and no world is left.  The
 * caller shuts the world down.
 */
int fl_world_boot(const struct fl_world_config *config,
		  struct fl_world **world);

/*
 * fl_world_shutdown - end all processes and devices, look for leaks, free all
 * @world: ends here; NULL is ignored
 * @leaked: NULL, or what was still live compared with just after boot
 *
 * Return: 0; -EUCLEAN: something was leaked; -ENOTRECOVERABLE: the world had
 * ended, so nothing was looked for.  Where it ends only here, the report goes to
 * stderr, and so does the number of warnings that were printed, if any was.  The world is
 * gone in every case.
 */
int fl_world_shutdown(struct fl_world *world, struct fl_audit *leaked);

/* Return: why the world ended, valid until shutdown; NULL while it has not. */
const struct fl_end *fl_world_end(struct fl_world *world);

/* fl_world_kernel - Return: what @world runs. */
const struct fl_kernel_info *fl_world_kernel(struct fl_world *world);

/*
 * fl_world_audit - what is live now, beyond what was live after boot
 * RCU callbacks that are ready are run first, pages that only the swap cache has are
 * dropped, as reclaim would drop them, and ksmd forgets processes that have exited.
 * Context: no simulated thread is running.  Return: 0 or -ENOTRECOVERABLE.
 */
int fl_world_audit(struct fl_world *world, struct fl_audit *audit);

/* fl_world_allocs - Return: allocations that may fail, since boot. */
unsigned long fl_world_allocs(struct fl_world *world);

/*
 * fl_world_fail_alloc - let the @nth allocation from now fail, once
 * @nth: 1 is the next one that may fail; 0: none
 */
void fl_world_fail_alloc(struct fl_world *world, unsigned long nth);

/* fl_world_console - Return: the last 8 KiB that the kernel printed; valid
 * until the next call. */
const char *fl_world_console(struct fl_world *world);

/* fl_world_warnings - Return: how many warnings of the kernel's were printed; one that it
 * gives once for a place counts once.  Always 0 without print_warnings. */
unsigned long fl_world_warnings(struct fl_world *world);

#endif /* FAULTLAB_WORLD_H */
