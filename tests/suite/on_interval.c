/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_interval.c - devices attach, detach and read while a range is invalidated
 *
 *   zap                            device
 *   START: notifies all
 *                                  attaches: notified from the next START on
 *                                  detaches: not before the END
 *                                  reads: not before the END
 *   END
 */
#include "suite.h"

#define MAX_PARTS 3

/*
 * The parts that run.  Each part stops in the START of its first invalidation,
 * if it makes one, until the others have run as far as they can.
 */
static struct {
	int thread[MAX_PARTS];
	_Bool begun[MAX_PARTS], over[MAX_PARTS];
	void (*fn[MAX_PARTS])(void);
	unsigned int nr;
} parts;

static void take_turns(void *cookie, const struct fl_event *event)
{
	unsigned int i, n;

	(void)cookie;
	for (i = 0; i < parts.nr; i++)
		if (event->thread == parts.thread[i] &&
		    event->phase == FL_EVENT_START && !parts.begun[i]) {
			parts.begun[i] = 1;
			for (n = 1; n < parts.nr; n++)
				fl_thread_yield();
		}
}

static void part(void *arg)
{
	unsigned long i = (unsigned long)arg;

	parts.fn[i]();
	parts.over[i] = 1;
}

static void add_part(void (*fn)(void))
{
	unsigned long i = parts.nr++;

	parts.fn[i] = fn;
	parts.thread[i] = fl_thread_spawn(t.world, i % 2, "part", part,
					  (void *)i);
	EXPECT(parts.thread[i] > 0);
}

/* Run two or three parts at once, @a first. */
static void run_parts(void (*a)(void), void (*b)(void), void (*c)(void))
{
	unsigned int i;

	memset(&parts, 0, sizeof(parts));
	add_part(a);
	add_part(b);
	if (c)
		add_part(c);
	fl_events_watch(t.world, take_turns, NULL);
	EXPECT_EQ(fl_threads_run(t.world), 0);
	fl_events_watch(t.world, NULL, NULL);
	EXPECT(parts.begun[0]);
	for (i = 0; i < parts.nr; i++)
		EXPECT(parts.over[i]);
}

static void zap(void)
{
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
}

/* -- attaching -- */

static struct fl_device *other;

/*
 * The model needs the mmap lock, which the zap holds, to check for the first
 * device.
 */
static _Bool zap_is_over(void)
{
	return parts.over[0] && t.kernel->nr_files;
}

static void attach(void)
{
	EXPECT_EQ(fl_device_create(t.world, "other", &other), 0);
	EXPECT_EQ(fl_device_attach(other, t.process, PAGE(0), 8 * FL_PAGE), 0);
	EXPECT(!zap_is_over());
}

/* Expect the other device to be notified of changes to pages 0 to 7. */
static void expect_notified(void)
{
	struct fl_device_pte pte = { 0 };

	EXPECT_EQ(fl_store(t.process, PAGE(1), 7), 0);
	EXPECT_EQ(fl_device_make_exclusive(other, PAGE(1), FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(other, PAGE(1), 1, NULL), 0);
	EXPECT_EQ(load(PAGE(1)), 8);
	EXPECT_EQ(fl_device_pte_view(other, PAGE(1), &pte), 0);
	EXPECT(!pte.mapped);
}

/* Expect the device to be attached, without another call, after the zap. */
TEST(interval, device_that_attaches_is_inserted_at_the_end)
{
	const struct fl_event *event;
	unsigned long at;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	at = fl_event_count(t.world);
	run_parts(zap, attach, NULL);
	for (; (event = fl_event(t.world, at)); at++)
		EXPECT(event->device != other);
	expect_notified();
}

/*
 * No device mirrors the range that is zapped, so the device is inserted at
 * once; but the range may be part of what it mirrors.
 */
TEST(interval, device_attaches_during_an_invalidation_without_listeners)
{
	EXPECT_EQ(fl_device_detach(t.device), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	run_parts(zap, attach, NULL);
	expect_notified();
}

static void attach_and_read(void)
{
	attach();
	EXPECT_EQ(fl_device_map_read(other, PAGE(0), FL_PAGE), 0);
	EXPECT(parts.over[0]);
}

/* Expect the device to read what is mapped after the zap. */
TEST(interval, device_that_attaches_reads_after_the_end)
{
	unsigned long value = ~0UL;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	run_parts(zap, attach_and_read, NULL);
	EXPECT_EQ(fl_device_read(other, PAGE(0), &value), 0);
	EXPECT_EQ(value, 0);
}

static void attach_and_detach(void)
{
	attach();
	EXPECT_EQ(fl_device_detach(other), 0);
	EXPECT(!zap_is_over());
}

/* The device was never inserted: expect detach not to wait. */
TEST(interval, device_that_was_not_inserted_detaches_at_once)
{
	unsigned long at;
	const struct fl_event *event;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	run_parts(zap, attach_and_detach, NULL);
	at = fl_event_count(t.world);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	zap();
	for (; (event = fl_event(t.world, at)); at++)
		EXPECT(event->device != other);
}

/* -- detaching -- */

static void detach(void)
{
	EXPECT(!parts.over[0]);
	EXPECT_EQ(fl_device_detach(t.device), 0);
	EXPECT(parts.over[0] || !parts.begun[0]);
}

static void see_it_wait(void)
{
	EXPECT(fl_thread_waits(t.world, parts.thread[1]) != NULL);
	EXPECT(!parts.over[0] && !parts.over[1]);
}

/*
 * The device's driver may be working for the zap.  Expect detach to wait for
 * the END, and no notification afterwards.
 */
TEST(interval, detach_waits_for_the_end)
{
	unsigned long at;
	const struct fl_event *event;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	run_parts(zap, detach, see_it_wait);
	at = fl_event_count(t.world);
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	zap();
	for (; (event = fl_event(t.world, at)); at++)
		EXPECT(event->device != t.device);
}

static void detach_and_attach(void)
{
	detach();
	EXPECT_EQ(fl_device_attach(t.device, t.process, PAGE(0),
				   NR_PAGES * FL_PAGE),
		  0);
}

/* One detaches and one attaches.  Expect the same as for each alone. */
TEST(interval, one_device_detaches_while_another_attaches)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	run_parts(zap, detach_and_attach, attach);
	expect_notified();
	store_and_mark(PAGE(2), 1);
	EXPECT_EQ(load(PAGE(2)), 1);
	EXPECT(!device_at(PAGE(2)).mapped);
}

/* -- reading -- */

static void map_read(void)
{
	EXPECT(!parts.over[0]);
	EXPECT_EQ(fl_device_map_read(t.device, PAGE(0), FL_PAGE), 0);
	EXPECT(parts.over[0]);
}

/* Expect the device to get the page that is mapped after the zap. */
TEST(interval, reader_waits_for_the_end)
{
	unsigned long value = ~0UL;

	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	run_parts(zap, map_read, see_it_wait);
	EXPECT_EQ(device_at(PAGE(0)).pfn, pte_at(PAGE(0)).pfn);
	EXPECT_EQ(fl_device_read(t.device, PAGE(0), &value), 0);
	EXPECT_EQ(value, 0);
}

static void zap_another(void)
{
	EXPECT_EQ(fl_zap(t.process, PAGE(8), FL_PAGE), 0);
}

static void map_read_after_both(void)
{
	EXPECT(!parts.over[0] && !parts.over[1]);
	EXPECT_EQ(fl_device_map_read(t.device, PAGE(0), FL_PAGE), 0);
	EXPECT(parts.over[0] && parts.over[1]);
}

/*
 *   START 0      START 8      read
 *   END 0                     waits
 *                END 8
 *                             reads
 */
TEST(interval, reader_waits_for_the_last_of_two)
{
	EXPECT_EQ(fl_store(t.process, PAGE(0), 7), 0);
	EXPECT_EQ(fl_store(t.process, PAGE(8), 8), 0);
	run_parts(zap, zap_another, map_read_after_both);
	EXPECT_EQ(device_at(PAGE(0)).pfn, pte_at(PAGE(0)).pfn);
	EXPECT_EQ(load(PAGE(0)), 0);
	EXPECT_EQ(load(PAGE(8)), 0);
}

/* -- failing -- */

/*
 * The first device of a process: expect an error if memory is short, and
 * nothing left of the attempt.
 */
TEST(interval, first_attach_survives_each_failed_allocation)
{
	struct fl_process *process = NULL;
	struct fl_audit before, after;
	unsigned long n;
	int ret = -ENOMEM;

	EXPECT_EQ(fl_process_create(t.world, &process), 0);
	EXPECT_EQ(fl_mmap(process, PAGE(0), FL_PAGE, RW, FL_MAP_ANON), 0);
	EXPECT_EQ(fl_device_create(t.world, "other", &other), 0);
	for (n = 1; n < 10 && ret; n++) {
		EXPECT_EQ(fl_world_audit(t.world, &before), 0);
		fl_world_fail_alloc(t.world, n);
		ret = fl_device_attach(other, process, PAGE(0), FL_PAGE);
		fl_world_fail_alloc(t.world, 0);
		EXPECT(!ret || ret == -ENOMEM);
		EXPECT_EQ(fl_world_audit(t.world, &after), 0);
		if (ret)
			EXPECT_EQ(after.objects, before.objects);
	}
	EXPECT(!ret && n > 2);
	EXPECT_EQ(fl_device_make_exclusive(other, PAGE(0), FL_PAGE), 1);
}
