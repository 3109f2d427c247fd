/* SPDX-License-Identifier: GPL-2.0-only */
/* rcu_test.c - RCU callbacks and read-side sections */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bare.h"
#include "faultlab/explore.h"
#include "found.h"

struct object {
	struct fl_hw_rcu_head head;
	unsigned long value;
};

static void free_object(struct fl_hw_rcu_head *head)
{
	fl_hw_free(head);
}

static void drop_object(void *arg)
{
	unsigned long object = bare_load(&bare->slot);

	(void)arg;
	bare_store(&bare->slot, 0);
	fl_hw_call_rcu((struct fl_hw_rcu_head *)object, free_object);
}

/*
 * Another thread may remove the object between the two loads; a read-side
 * section keeps it.
 */
static void look_at_object(void *arg)
{
	struct object *object;

	(void)arg;
	object = (struct object *)bare_load(&bare->slot);
	if (object && bare_load(&object->value) != 1)
		fl_machine_violate("C8 lifetime: the object is free");
}

static void look_in_section(void *arg)
{
	fl_hw_rcu_read_lock();
	look_at_object(arg);
	fl_hw_rcu_read_unlock();
}

static void make_object(void)
{
	struct object *object = fl_hw_alloc(sizeof(*object), FL_ALLOC_NOFAIL);

	object->value = 1;
	bare->slot = (unsigned long)object;
}

/* Return: the number of runs in which a reader found the object free. */
static unsigned long uses_after_free(void (*reader)(void *), unsigned int what)
{
	struct found f;

	bare_begin(reader, 1);
	bare_add(drop_object);
	assert_int_equal(FL_GUARDED(bare_machine, (make_object(), 0)), 0);
	fl_machine_choices(bare_machine, what);
	f = found_by(FL_SEARCH_OPTIMAL, 1, LIMIT_RUNS);
	assert_true(f.whole);
	found_free(&f);
	return f.ends;
}

/* Without FL_CHOOSE_RCU, callbacks run late: none is seen to run too early. */
static void rcu_callbacks_run_after_readers_have_left(void **state)
{
	(void)state;
	assert_int_equal(uses_after_free(look_in_section, FL_CHOOSE_RCU), 0);
	assert_int_equal(uses_after_free(look_at_object, FL_CHOOSE_RCU), 1);
	assert_int_equal(uses_after_free(look_at_object, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rcu_callbacks_run_after_readers_have_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
