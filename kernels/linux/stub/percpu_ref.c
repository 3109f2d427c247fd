/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * percpu_ref.c - percpu reference counts
 *
 * custom: a count is in atomic mode from the start.  Hides: the per-CPU mode.
 */
#include <linux/percpu-refcount.h>
#include <asm/hw.h>

int percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release,
		    unsigned int flags, gfp_t gfp)
{
	ref->data = fl_hw_alloc(sizeof(*ref->data), FL_ALLOC_ZERO);
	if (!ref->data)
		return -ENOMEM;
	ref->percpu_count_ptr = __PERCPU_REF_ATOMIC;
	if (flags & PERCPU_REF_INIT_DEAD)
		ref->percpu_count_ptr |= __PERCPU_REF_DEAD;
	else
		atomic_long_set(&ref->data->count, 1);
	ref->data->release = release;
	ref->data->ref = ref;
	return 0;
}

void percpu_ref_kill_and_confirm(struct percpu_ref *ref,
				 percpu_ref_func_t *confirm)
{
	WARN_ONCE(ref->percpu_count_ptr & __PERCPU_REF_DEAD,
		  "a reference is killed twice");
	ref->percpu_count_ptr |= __PERCPU_REF_DEAD;
	if (confirm)
		confirm(ref);
	percpu_ref_put(ref);
}

void percpu_ref_exit(struct percpu_ref *ref)
{
	fl_hw_free(ref->data);
	ref->data = NULL;
	ref->percpu_count_ptr = __PERCPU_REF_ATOMIC_DEAD;
}

void percpu_ref_resurrect(struct percpu_ref *ref)
{
	ref->percpu_count_ptr &= ~__PERCPU_REF_DEAD;
	atomic_long_inc(&ref->data->count);
}

bool percpu_ref_is_zero(struct percpu_ref *ref)
{
	return !atomic_long_read(&ref->data->count);
}
