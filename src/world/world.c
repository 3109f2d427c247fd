/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * world.c - a machine with a kernel: from boot to shutdown
 *
 * All state of a world is in its machine, and is freed with it.
 *
 * Invariant: at most one world exists, because at most one machine does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "world/internal.h"
#include "world/kernels.h"

#define DEFAULT_FRAMES	   8192
#define DEFAULT_CPUS	   2
#define DEFAULT_SWAP_PAGES 64
#define FEWEST_SWAP_PAGES  8
#define MOST_SWAP_PAGES	   4096

static const struct fl_kernel *find_kernel(const char *name)
{
	const struct fl_kernel *kernel;
	unsigned int i;

	for (i = 0; (kernel = fl_kernel_at(i)); i++)
		if (!name || !strcmp(kernel->name, name))
			return kernel;
	return NULL;
}

/* Warnings that did not end the world are part of the result. */
static void report_warnings(struct fl_world *world)
{
	unsigned long n = fl_machine_warnings(world->machine);

	if (n)
		dprintf(STDERR_FILENO,
			"faultlab: %s (%s): warned %lu %s, and continued\n",
			world->kernel->name, world->kernel->release, n,
			n == 1 ? "time" : "times");
}

static void print_end(struct fl_world *world)
{
	const struct fl_end *end = fl_machine_end(world->machine);
	const char *console = fl_machine_console(world->machine);

	dprintf(STDERR_FILENO, "%s\nkernel: %s (%s)\nwhere: %s\n%s", end->text,
		world->kernel->name, world->kernel->release, end->where,
		end->backtrace);
	if (*console)
		dprintf(STDERR_FILENO, "console:\n%s\n", console);
	report_warnings(world);
}

void fl_world_check_end(struct fl_world *world)
{
	if (!world->catch_end && fl_machine_end(world->machine)) {
		print_end(world);
		fl_machine_abort();
	}
}

static void audit_world(struct fl_world *world, struct fl_audit *audit)
{
	fl_machine_audit(world->machine, audit);
	audit->swap = world->kernel->view->swap_used();
}

static int boot(struct fl_world *world)
{
	int ret = world->kernel->boot();

	if (!ret)
		audit_world(world, &world->after_boot);
	return ret;
}

static struct fl_machine_config machine_of(const struct fl_world_config *config)
{
	return (struct fl_machine_config){
		.nr_frames = config->frames ? config->frames : DEFAULT_FRAMES,
		.nr_cpus = config->cpus ? config->cpus : DEFAULT_CPUS,
		.nr_device_frames = config->device_frames,
		.nr_swap_pages = config->swap_pages ? config->swap_pages :
						      DEFAULT_SWAP_PAGES,
		.shared = config->shared,
		.print_warnings = config->print_warnings,
	};
}

unsigned long fl_world_memory(const struct fl_world_config *config)
{
	const struct fl_machine_config machine = machine_of(config);

	return fl_machine_size(&machine);
}

int fl_world_boot(const struct fl_world_config *config, struct fl_world **out)
{
	const struct fl_world_config defaults = { 0 };
	struct fl_machine_config machine;
	const struct fl_kernel *kernel;
	struct fl_machine *m;
	struct fl_world *world;
	int ret;

	if (!out)
		return -EINVAL;
	if (!config)
		config = &defaults;
	machine = machine_of(config);
	if (machine.nr_swap_pages < FEWEST_SWAP_PAGES ||
	    machine.nr_swap_pages > MOST_SWAP_PAGES)
		return -EINVAL;

	kernel = find_kernel(config->kernel);
	if (!kernel)
		return -ENOENT;
	m = fl_machine_create(&machine);
	if (!m)
		return -errno;
	world = fl_machine_alloc(m, sizeof(*world));
	ret = -ENOMEM;
	if (!world)
		goto err_destroy;
	world->log = fl_machine_alloc(m, FL_EVENT_LOG * sizeof(*world->log));
	if (!world->log)
		goto err_destroy;
	world->kernel = kernel;
	world->machine = m;
	world->catch_end = config->catch_end;
	world->watcher.hooks = &world->watch;
	fl_subscribe(world, &world->watcher);
	fl_machine_add_state(m, kernel->state_start,
			     kernel->state_end - kernel->state_start);
	ret = FL_IN_KERNEL(world, boot(world));
	if (ret) {
		if (ret == -ENOTRECOVERABLE)
			print_end(world);
		goto err_destroy;
	}
	*out = world;
	return 0;

err_destroy:
	fl_machine_destroy(m);
	return ret;
}

/* Return: by how much @now exceeds @before, or 0. */
static unsigned long excess(unsigned long now, unsigned long before)
{
	return now > before ? now - before : 0;
}

/* Free what is not a leak: pages that only the swap cache holds, which reclaim
 * would find; ksmd's records of processes that have exited; a huge zero page
 * without users. */
static void shrink(struct fl_world *world)
{
	if (world->kernel->view->swap_used() > world->after_boot.swap)
		world->kernel->actor->shrink_swap_cache();
	if (world->kernel->ksm)
		world->kernel->ksm->exit();
	if (world->kernel->actor->shrink_huge_zero)
		world->kernel->actor->shrink_huge_zero();
}

int fl_world_audit(struct fl_world *world, struct fl_audit *audit)
{
	const struct fl_audit *boot = &world->after_boot;
	struct fl_audit now;

	if (fl_machine_end(world->machine))
		return -ENOTRECOVERABLE;
	if (FL_IN_KERNEL(world, (shrink(world), 0)))
		return -ENOTRECOVERABLE;
	fl_machine_quiesce(world->machine);
	if (fl_machine_end(world->machine))
		return -ENOTRECOVERABLE;
	audit_world(world, &now);
	*audit = (struct fl_audit){
		.frames = excess(now.frames, boot->frames),
		.objects = excess(now.objects, boot->objects),
		.swap = excess(now.swap, boot->swap),
		.locks = excess(now.locks, boot->locks),
		.rcu_sections = excess(now.rcu_sections, boot->rcu_sections),
		.rcu_callbacks = excess(now.rcu_callbacks, boot->rcu_callbacks),
	};
	return 0;
}

/* -- the kernel's own test driver -- */

static int load(struct fl_world *world)
{
	int ret = world->kernel->test_hmm->load();

	if (ret < 0 || world->driver_loaded)
		return ret;
	world->driver_loaded = 1;
	world->before_driver = world->after_boot;
	audit_world(world, &world->after_boot);
	return ret;
}

int fl_world_load_driver(struct fl_world *world)
{
	int ret = world->kernel->test_hmm ? FL_IN_KERNEL(world, load(world)) :
					    -ENODEV;

	return ret == -ENODEV ? -EOPNOTSUPP : ret;
}

/* Whatever the driver does not free is a leak. */
static int unload(struct fl_world *world)
{
	if (!world->driver_loaded)
		return 0;
	world->driver_loaded = 0;
	world->after_boot = world->before_driver;
	/* The unload may need memory that is waiting for RCU callbacks. */
	fl_machine_quiesce(world->machine);
	return world->kernel->test_hmm->unload();
}

/* Return: 0, -EUCLEAN, -ENOTRECOVERABLE. */
static int look_for_leaks(struct fl_world *world, struct fl_audit *leaked)
{
	const struct fl_audit none = { 0 };
	struct fl_process *p;

	for (p = world->processes; p; p = p->next)
		if (p->mm && fl_process_exit(p))
			return -ENOTRECOVERABLE;
	if (FL_IN_KERNEL(world, unload(world)) == -ENOTRECOVERABLE)
		return -ENOTRECOVERABLE;
	if (fl_world_audit(world, leaked))
		return -ENOTRECOVERABLE;
	return memcmp(leaked, &none, sizeof(none)) ? -EUCLEAN : 0;
}

int fl_world_shutdown(struct fl_world *world, struct fl_audit *leaked)
{
	struct fl_audit audit = { 0 };
	_Bool ended;
	int ret;

	if (!world)
		return 0;
	ended = fl_world_end(world) != NULL;
	ret = look_for_leaks(world, &audit);
	if (ret == -ENOTRECOVERABLE && !ended)
		print_end(world);
	else if (!ended)
		report_warnings(world);
	if (leaked)
		*leaked = audit;
	fl_machine_destroy(world->machine);
	return ret;
}

const struct fl_end *fl_world_end(struct fl_world *world)
{
	return fl_machine_end(world->machine);
}

unsigned long fl_world_warnings(struct fl_world *world)
{
	return fl_machine_warnings(world->machine);
}

const struct fl_kernel_info *fl_world_kernel(struct fl_world *world)
{
	unsigned int i;

	for (i = 0; fl_kernel_at(i) != world->kernel; i++)
		;
	return fl_kernel_info(i);
}

unsigned long fl_world_allocs(struct fl_world *world)
{
	return fl_machine_allocs(world->machine);
}

void fl_world_fail_alloc(struct fl_world *world, unsigned long nth)
{
	fl_machine_fail_alloc(world->machine, nth);
}

const char *fl_world_console(struct fl_world *world)
{
	return fl_machine_console(world->machine);
}
