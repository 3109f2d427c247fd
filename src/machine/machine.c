/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.c - creation and destruction of a machine
 *
 *  - fl_machine_create(), fl_machine_destroy()
 *  - fl_machine_user(), fl_machine_audit()
 *
 * Invariant: fl_machine_current is the only machine, or NULL.
 */
#include <errno.h>
#include <string.h>

#include "internal.h"
#include "poison.h"

struct fl_machine *fl_machine_current;
int fl_poison_off;

struct fl_machine *fl_machine_create(const struct fl_machine_config *config)
{
	struct fl_machine *m;

	if (config->nr_frames < 2 || config->nr_frames > 1UL << 28 ||
	    config->nr_device_frames > 1UL << 28 || !config->nr_cpus ||
	    config->nr_cpus > FL_MAX_CPUS) {
		errno = EINVAL;
		return NULL;
	}
	if (fl_machine_current) {
		errno = EBUSY;
		return NULL;
	}
	m = fl_arena_map(config);
	if (!m)
		return NULL;
	if (fl_report_init(m, config))
		goto err_unmap;
	/* A process can end while others still use the machine. */
	if (config->shared)
		fl_root(m, sizeof(*m));
	fl_hw.nr_cpus = config->nr_cpus;
	fl_hw.stepping = 0;
	/* Each process has its own record of what is poisoned. */
	fl_poison_off = config->shared;
	fl_machine_current = m;
	fl_mmu_init(m);
	fl_frame_init(m);
	fl_thread_init(m);
	fl_report_install(m);
	return m;

err_unmap:
	fl_arena_unmap(m);
	memset(&fl_hw, 0, sizeof(fl_hw));
	errno = ENOMEM;
	return NULL;
}

void fl_machine_destroy(struct fl_machine *m)
{
	if (!m)
		return;
	if (fl_guard_is_entered(m))
		fl_internal("machine destroyed inside a guard");
	fl_machine_forget(m);
	fl_report_remove(m);
	fl_thread_exit(m);
	fl_states_remove(m);
	if (fl_arena_is_shared(m))
		fl_no_root(m, sizeof(*m));
	fl_arena_unmap(m);
	memset(&fl_hw, 0, sizeof(fl_hw));
	fl_machine_current = NULL;
}

void fl_machine_user(struct fl_machine *m, const struct fl_user *user)
{
	m->user = user;
}

void fl_machine_audit(struct fl_machine *m, struct fl_audit *audit)
{
	memset(audit, 0, sizeof(*audit));
	audit->frames = fl_frame_count(m);
	audit->objects = fl_object_count(m);
	fl_locks_audit(m, audit);
	fl_rcu_audit(m, audit);
}
