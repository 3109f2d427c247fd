/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * on_notifier.c - which devices are notified of what, and when
 *
 * Questions of the review: which event is right, and why notify at all if a PTE
 * goes from invalid to valid?  Because the device has the page until it is
 * notified: what must be invalidated is not the CPU's PTE, but the device's.
 */
#include "suite.h"

/*
 * Return: the first event of @phase from @from on, or a dummy that fails all
 * checks.
 */
static const struct fl_event *next(unsigned long *from,
				   enum fl_event_phase phase)
{
	static const struct fl_event none = { .name = "none" };
	const struct fl_event *event;

	while ((event = fl_event(t.world, *from))) {
		++*from;
		if (event->phase == phase)
			return event;
	}
	EXPECT(!"no such event");
	return &none;
}

/*
 *   START  EXCLUSIVE [page, page + 1)  owner: the device
 *   DEVICE the same
 *   END
 * Expect these events, in a context that may block.
 */
TEST(notifier, marking_notifies_exclusive_with_the_owner)
{
	unsigned long at;
	const struct fl_event *event;

	EXPECT_EQ(fl_store(t.process, PAGE(2), 1), 0);
	at = fl_event_count(t.world);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(2), FL_PAGE), 1);
	event = next(&at, FL_EVENT_DEVICE);
	EXPECT(!strcmp(event->name, "EXCLUSIVE"));
	EXPECT(event->owner == fl_device_owner(t.device));
	EXPECT_EQ(event->start, PAGE(2));
	EXPECT_EQ(event->end, PAGE(3));
	EXPECT(event->may_block);
	EXPECT(event->device == t.device && event->process == t.process);
}

/*
 *   START  <event of this release> [page, page + 1)  owner: none
 * Expect one page, whatever else is mapped, and no owner, so that no driver
 * mistakes it for its own marking.
 */
TEST(notifier, restoring_notifies_without_an_owner)
{
	unsigned long at;
	const struct fl_event *event;

	store_and_mark(PAGE(2), 1);
	store_and_mark(PAGE(3), 1);
	at = fl_event_count(t.world);
	load(PAGE(2));
	event = next(&at, FL_EVENT_DEVICE);
	EXPECT(!strcmp(event->name, t.kernel->traits.restore_event));
	EXPECT(event->owner == NULL);
	EXPECT_EQ(event->start, PAGE(2));
	EXPECT_EQ(event->end, PAGE(3));
	EXPECT(event->may_block);
	EXPECT(device_at(PAGE(3)).mapped);
}

/*
 *   START ... END  START ... END  of marking, restoring, mprotect, zap, munmap
 * Expect (C10) each START closed by an END of the same range and event.
 */
TEST(notifier, every_start_has_an_end)
{
	const struct fl_event *event, *open = NULL;
	unsigned long i, starts = 0;

	store_and_mark(PAGE(0), 1);
	load(PAGE(0));
	store_and_mark(PAGE(0), 1);
	EXPECT_EQ(fl_mprotect(t.process, PAGE(0), FL_PAGE, FL_PROT_READ), 0);
	EXPECT_EQ(fl_zap(t.process, PAGE(0), FL_PAGE), 0);
	EXPECT_EQ(fl_munmap(t.process, PAGE(0), FL_PAGE), 0);
	for (i = 0; (event = fl_event(t.world, i)); i++) {
		if (event->phase == FL_EVENT_START) {
			EXPECT(!open);
			open = event;
			starts++;
		} else if (event->phase == FL_EVENT_END) {
			EXPECT(open != NULL);
			EXPECT(open && open->start == event->start &&
			       open->end == event->end &&
			       !strcmp(open->name, event->name));
			open = NULL;
		}
	}
	EXPECT(!open);
	EXPECT(starts >= 6);
}

static struct {
	unsigned int notified;
	_Bool present, device_mapped;
} seen;

static void look(void *cookie, const struct fl_event *event)
{
	(void)cookie;
	if (event->phase != FL_EVENT_DEVICE)
		return;
	seen.notified++;
	seen.present |= pte_at(event->start).present;
	seen.device_mapped |= device_at(event->start).mapped;
}

/*
 *   fault                         driver
 *   lock folio
 *   START  ---------------------> notified: PTE not present, device mapped
 *                                 revokes the right
 *   PTE present
 * Expect (C2) the notification first, and the right revoked before the PTE is
 * present.
 */
TEST(notifier, driver_is_notified_before_the_pte_is_present)
{
	store_and_mark(PAGE(0), 1);
	memset(&seen, 0, sizeof(seen));
	fl_events_watch(t.world, look, NULL);
	load(PAGE(0));
	fl_events_watch(t.world, NULL, NULL);
	EXPECT_EQ(seen.notified, 1);
	EXPECT(!seen.present);
	EXPECT(seen.device_mapped);
	EXPECT(pte_at(PAGE(0)).present);
	EXPECT(!device_at(PAGE(0)).mapped);
}

/* Expect -EFAULT for the device, until it marks the page again. */
TEST(notifier, device_has_no_right_after_the_restore)
{
	unsigned long value;

	store_and_mark(PAGE(0), 5);
	load(PAGE(0));
	EXPECT_EQ(fl_device_read(t.device, PAGE(0), &value), -EFAULT);
	EXPECT_EQ(fl_device_write(t.device, PAGE(0), 1), -EFAULT);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), -EFAULT);
	EXPECT_EQ(load(PAGE(0)), 5);
	EXPECT_EQ(fl_device_make_exclusive(t.device, PAGE(0), FL_PAGE), 1);
	EXPECT_EQ(fl_device_atomic_add(t.device, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(load(PAGE(0)), 6);
}

/* Expect no notification about page 0 for a device that mirrors page 8. */
TEST(notifier, device_is_only_notified_of_its_range)
{
	struct fl_device *other;
	unsigned long at;
	const struct fl_event *event;

	EXPECT_EQ(fl_device_create(t.world, "other", &other), 0);
	EXPECT_EQ(fl_device_attach(other, t.process, PAGE(8), FL_PAGE), 0);
	at = fl_event_count(t.world);
	store_and_mark(PAGE(0), 1);
	load(PAGE(0));
	for (; (event = fl_event(t.world, at)); at++)
		EXPECT(event->device != other);
	EXPECT_EQ(fl_zap(t.process, PAGE(8), FL_PAGE), 0);
	EXPECT_EQ(fl_device_destroy(other), 0);
}

/*
 *   device A has the page  --B marks it-->  device B has it
 * Expect B's marking, which A cannot mistake for its own, to revoke A's right.
 */
TEST(notifier, marking_for_another_device_revokes_the_first)
{
	struct fl_device *other;
	struct fl_device_pte pte = { 0 };

	EXPECT_EQ(fl_device_create(t.world, "other", &other), 0);
	EXPECT_EQ(fl_device_attach(other, t.process, PAGE(0), FL_PAGE), 0);
	store_and_mark(PAGE(0), 1);
	EXPECT_EQ(fl_device_make_exclusive(other, PAGE(0), FL_PAGE), 1);
	EXPECT(!device_at(PAGE(0)).mapped);
	EXPECT_EQ(fl_device_pte_view(other, PAGE(0), &pte), 0);
	EXPECT(pte.mapped);
	EXPECT_EQ(fl_device_atomic_add(other, PAGE(0), 1, NULL), 0);
	EXPECT_EQ(load(PAGE(0)), 2);
	EXPECT_EQ(fl_device_pte_view(other, PAGE(0), &pte), 0);
	EXPECT(!pte.mapped);
}

/* Expect a RELEASE at exit, and no later event of the process. */
TEST(notifier, exit_notifies_release)
{
	const struct fl_event *event, *last = NULL;
	unsigned long i = fl_event_count(t.world);

	EXPECT_EQ(fl_device_detach(t.device), 0);
	EXPECT_EQ(fl_process_exit(t.process), 0);
	for (; (event = fl_event(t.world, i)); i++)
		last = event;
	EXPECT(last && last->phase == FL_EVENT_RELEASE);
}
