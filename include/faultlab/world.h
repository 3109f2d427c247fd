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
 * Errors are negative errno values.  A world ends if a rule is violated, an
 * assertion of the kernel fails, or the kernel calls a function that the port
 * lacks.  After that, every call that would run kernel code returns
 * -ENOTRECOVERABLE; only fl_world_end(), the views of the log and
 * fl_world_shutdown() are still useful.
 *
 * Context: a process has one world at a time, used only by the OS thread that
 * booted it.
 */
#ifndef FAULTLAB_WORLD_H
#define FAULTLAB_WORLD_H

#include "faultlab/types.h"

struct fl_world;

/* A kernel that is linked into this program. */
struct fl_kernel_info {
	const char *name;    /* "linux-6.12" */
	const char *release; /* "6.12.117" */
	const char *tree;    /* path of its source, or "built in" */
	/* Name of the mutant in kernels/mutants that was applied, or NULL. */
	const char *mutant;
	/* Lines "SHA256  PATH", one for each file of the tree that was
	 * compiled; paths are relative to the tree.  Not NUL-terminated.  Empty
	 * for a built-in kernel. */
	const char *provenance;
	unsigned long provenance_len;
	unsigned int nr_files; /* lines of @provenance */
	struct fl_traits traits;
	_Bool has_vma_lock; /* can fault under a VMA lock */
	_Bool has_huge_pages;
	_Bool has_test_driver; /* lib/test_hmm.c */
};

/* Return: the number of kernels, at least one: the model. */
unsigned int fl_kernel_count(void);

/* Return: kernel @i, or NULL if @i >= fl_kernel_count(). */
const struct fl_kernel_info *fl_kernel_info(unsigned int i);

/* What to boot.  Zero means the default. */
struct fl_world_config {
	const char *kernel;   /* name of a kernel; NULL: the model */
	unsigned long frames; /* of 4 KiB; default 8192, at most 2^28 */
	unsigned int cpus;    /* default 2, at most 8 */
	/*
	 * Frames of device memory, never allocated; default 0, at most 2^28.
	 */
	unsigned long device_frames;
	/* Pages of the swap file, including its header; default 64, at least 8,
	 * at most 4096.  With 1024 or more, a kernel that supports it swaps out
	 * large folios whole. */
	unsigned long swap_pages;
	/* Share the world with child processes that the host forks, instead
	 * of copying it.  The host must ensure that one process at a time
	 * uses it. */
	_Bool shared;
	/* Report the end of the world to the caller.  Otherwise it is printed
	 * to standard error, and the process aborts. */
	_Bool catch_end;
	/* Print warnings of the kernel (WARN_ON() and the like) to standard
	 * error, count them and continue, as a booted kernel does.  Otherwise a
	 * warning ends the world.  A BUG ends it in any case. */
	_Bool print_warnings;
};

/*
 * fl_world_boot - boot a kernel on a new machine
 * @config: what to boot; NULL: all defaults
 * @world: receives the world
 *
 * Return: 0; -ENOENT: no kernel of that name; -EINVAL: a number out of range;
 * -EBUSY: a world is already booted; -ENOMEM: the host is short of memory;
 * -ENOTRECOVERABLE: the kernel ended during boot, and there is no world.  The
 * caller shuts the world down.
 */
int fl_world_boot(const struct fl_world_config *config,
		  struct fl_world **world);

/*
 * fl_world_shutdown - end all processes and devices, check for leaks, free all
 * @world: freed; NULL is ignored
 * @leaked: NULL, or receives what is live beyond what was live after boot
 *
 * If the world ends only during shutdown, the report is printed to standard
 * error.  So is the number of warnings, if any were printed.  The world is
 * freed in every case.
 * Return: 0; -EUCLEAN: something leaked; -ENOTRECOVERABLE: the world has ended,
 * so leaks were not checked.
 */
int fl_world_shutdown(struct fl_world *world, struct fl_audit *leaked);

/* Return: why the world ended, valid until shutdown; NULL if it did not end. */
const struct fl_end *fl_world_end(struct fl_world *world);

/* fl_world_kernel - Return: the kernel that @world runs. */
const struct fl_kernel_info *fl_world_kernel(struct fl_world *world);

/*
 * fl_world_audit - count what is live now beyond what was live after boot
 * Before that, RCU callbacks that are ready are run, pages that only the swap
 * cache holds are dropped as reclaim would drop them, and ksmd forgets
 * processes that have exited.
 * Context: no simulated thread is running.
 * Return: 0 or -ENOTRECOVERABLE.
 */
int fl_world_audit(struct fl_world *world, struct fl_audit *audit);

/* fl_world_allocs - Return: number of failable allocations since boot. */
unsigned long fl_world_allocs(struct fl_world *world);

/*
 * fl_world_fail_alloc - make the @nth failable allocation from now fail, once
 * @nth: 1 is the next one; 0: none fails
 */
void fl_world_fail_alloc(struct fl_world *world, unsigned long nth);

/* fl_world_console - Return: the last 8 KiB of the kernel's console output,
 * valid until the next call. */
const char *fl_world_console(struct fl_world *world);

/* fl_world_warnings - Return: number of kernel warnings printed.  A WARN_ONCE()
 * counts once.  Always 0 without print_warnings. */
unsigned long fl_world_warnings(struct fl_world *world);

#endif /* FAULTLAB_WORLD_H */
