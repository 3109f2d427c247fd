/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_test.c - each rule of src/check rings for a driver or a kernel that
 * breaks only it
 *
 * The kernel is the model with one function replaced.  The threads are
 * explored, and the end of the world must name the rule.  Two more tests are of
 * the hooks by which checkers learn of events.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/check.h"
#include "device/internal.h"
#include "faultlab/faultlab.h"

#define PAGE(i) (0x40000000UL + FL_PAGE * (i))
#define RW	(FL_PROT_READ | FL_PROT_WRITE)

static struct fl_world *world;
static struct fl_process *process;
static struct fl_device *device[2];
static const struct fl_kernel *real;
/* A copy of the real kernel, and copies of its tables. */
static struct fl_kernel wrong;
static struct fl_mm_ops wrong_mm;
static struct fl_notifier_ops wrong_notifier;
static struct fl_folio_ops wrong_folio;
static struct fl_hmm_ops wrong_hmm;
static struct fl_view_ops wrong_view;
/* Distance to the wrong page that a test maps. */
static unsigned long wrong_pfn;

static void copy_kernel(void)
{
	wrong = *real;
	wrong_mm = *real->mm;
	wrong_notifier = *real->notifier;
	wrong_folio = *real->folio;
	wrong_hmm = *real->hmm;
	wrong_view = *real->view;
	wrong.mm = &wrong_mm;
	wrong.notifier = &wrong_notifier;
	wrong.folio = &wrong_folio;
	wrong.hmm = &wrong_hmm;
	wrong.view = &wrong_view;
}

static int set_up(void **state)
{
	const struct fl_world_config config = { .catch_end = 1 };

	(void)state;
	if (fl_world_boot(&config, &world))
		return -1;
	wrong_pfn = 0;
	real = world->kernel;
	copy_kernel();
	world->kernel = &wrong;
	return fl_process_create(world, &process) ||
	       fl_mmap(process, PAGE(0), 4 * FL_PAGE, RW, FL_MAP_ANON) ||
	       fl_device_create(world, "dev0", &device[0]) ||
	       fl_device_create(world, "dev1", &device[1]) ||
	       fl_store(process, PAGE(0), 5);
}

static int tear_down(void **state)
{
	(void)state;
	world->kernel = real;
	fl_world_shutdown(world, NULL);
	return 0;
}

static void attach(unsigned int i, enum fl_driver driver, unsigned int flaws)
{
	assert_int_equal(fl_device_set_driver(device[i], driver, flaws), 0);
	assert_int_equal(
		fl_device_attach(device[i], process, PAGE(0), 4 * FL_PAGE), 0);
}

static void mark(void *arg)
{
	(void)arg;
	fl_device_make_exclusive(device[0], PAGE(0), FL_PAGE);
}

static void load(void *arg)
{
	unsigned long value;

	(void)arg;
	fl_load(process, PAGE(0), &value);
}

static void zap(void *arg)
{
	(void)arg;
	fl_zap(process, PAGE(0), FL_PAGE);
}

static void spawn(unsigned int cpu, void (*fn)(void *))
{
	assert_true(fl_thread_spawn(world, cpu, cpu ? "CPU1" : "CPU0", fn,
				    NULL) > 0);
}

/* Expect a violation whose text has @rule. */
static void expect(const char *rule)
{
	struct fl_explore_result r;

	assert_int_equal(fl_explore(world, NULL, &r), 1);
	if (!strstr(r.end.text, rule))
		fail_msg("not \"%s\", but: %s", rule, r.end.text);
}

/* -- drivers -- */

static void c1_device_right_with_a_present_pte(void **state)
{
	(void)state;
	attach(0, FL_DRIVER_MIRROR, FL_FLAW_UNLOCK_EARLY);
	spawn(0, mark);
	spawn(1, load);
	expect("C1 exclusive: device dev0 gets the right");
}

static void c2_present_pte_before_the_right_is_revoked(void **state)
{
	(void)state;
	attach(0, FL_DRIVER_MIRROR, FL_FLAW_FILTER_EVENT);
	mark(NULL);
	spawn(0, load);
	expect("C2: it was not notified before");
}

static void c1_two_devices_map_one_page(void **state)
{
	(void)state;
	attach(0, FL_DRIVER_MIRROR, 0);
	attach(1, FL_DRIVER_MIRROR, FL_FLAW_FILTER_EVENT);
	assert_int_equal(fl_device_map_read(device[1], PAGE(0), FL_PAGE), 0);
	spawn(0, mark);
	expect("which device dev1 maps");
}

static void c13_own_marking_invalidates_the_sequence(void **state)
{
	(void)state;
	attach(0, FL_DRIVER_SEQ, FL_FLAW_NO_FILTER);
	spawn(0, mark);
	expect("C13 own marking");
}

/* Each attempt releases the page that it has just marked. */
static long mark_for_ever(struct fl_mm *mm, unsigned long start,
			  unsigned long npages, const void *owner,
			  unsigned long *pfns)
{
	while (real->hmm->mark(mm, start, npages, owner, pfns) == 1) {
		real->folio->unlock(*pfns);
		real->folio->put(*pfns);
	}
	return 0;
}

static void c14_marking_retries_forever(void **state)
{
	(void)state;
	wrong_hmm.mark = mark_for_ever;
	attach(0, FL_DRIVER_MIRROR, 0);
	spawn(0, mark);
	expect("C14 livelock: the same ");
}

/* The same, but each attempt is longer than the one before: no loop repeats. */
static long mark_longer_and_longer(struct fl_mm *mm, unsigned long start,
				   unsigned long npages, const void *owner,
				   unsigned long *pfns)
{
	unsigned long attempt, i, word;

	for (attempt = 0; real->hmm->mark(mm, start, npages, owner, pfns) == 1;
	     attempt++) {
		for (i = 0; i < attempt; i++)
			fl_hw_access(FL_HW_LOAD, &word, sizeof(word));
		real->folio->unlock(*pfns);
		real->folio->put(*pfns);
	}
	return 0;
}

static void c14_marking_retries_forever_with_changing_attempts(void **state)
{
	(void)state;
	wrong_hmm.mark = mark_longer_and_longer;
	attach(0, FL_DRIVER_MIRROR, 0);
	spawn(0, mark);
	expect("C14 livelock: the marking of");
}

/* -- kernels that forget to flush: they flush a number that no CPU uses -- */

static unsigned int other_asid(struct fl_mm *mm)
{
	return real->view->asid(mm) + 100;
}

static void load_and_mark(void *arg)
{
	load(arg);
	mark(arg);
}

static void c1_device_right_with_a_tlb_entry(void **state)
{
	(void)state;
	wrong_view.asid = other_asid;
	attach(0, FL_DRIVER_MIRROR, 0);
	spawn(1, load_and_mark);
	expect("which the TLB of CPU 1 holds");
}

static void load_zap_load(void *arg)
{
	load(arg);
	zap(arg);
	load(arg);
}

static void c15_tlb_entry_for_a_free_page(void **state)
{
	(void)state;
	wrong_view.asid = other_asid;
	spawn(1, load_zap_load);
	expect("C15 stale: CPU 1");
}

/* -- kernels that restore wrongly, after the device was notified -- */

static unsigned long take_bits, give_bits;

static int restore_wrongly(struct fl_mm *mm, unsigned long start,
			   unsigned long len)
{
	int level, ret = real->mm->mprotect(mm, start, len, FL_PROT_READ);
	unsigned long *place = fl_mmu_pte(real->view->pgd(mm), start, &level);
	struct fl_pte pte;

	real->view->pte(mm, start, &pte);
	fl_hw_access(FL_HW_PT_STORE, place, sizeof(*place));
	*place = ((pte.pfn + wrong_pfn) << FL_PTE_PFN_SHIFT | FL_PTE_PRESENT |
		  FL_PTE_USER | FL_PTE_SOFT_DIRTY | give_bits) &
		 ~take_bits;
	fl_hw_access(FL_HW_LOAD, place, sizeof(*place));
	return ret;
}

static void restore(unsigned long take, unsigned long give)
{
	take_bits = take;
	give_bits = give;
	wrong_mm.zap = restore_wrongly;
	attach(0, FL_DRIVER_MIRROR, 0);
	mark(NULL);
	spawn(0, zap);
}

static void folio_one_mapping_more(unsigned long pfn, struct fl_folio *out)
{
	real->view->folio(pfn, out);
	out->mapcount++;
}

static void c3_restores_a_page_other_than_the_entrys(void **state)
{
	(void)state;
	wrong_pfn = 1;
	restore(0, 0);
	expect("C3 subpage");
}

static void c4_restored_writable_under_uffd_wp(void **state)
{
	(void)state;
	restore(0, FL_PTE_WRITE | FL_PTE_UFFD_WP);
	expect("C4 writable");
}

/* The PTE is made writable after mprotect() has set the mapping read-only. */
static void c4_restored_writable_after_mprotect(void **state)
{
	(void)state;
	restore(0, FL_PTE_WRITE);
	expect("is writable, but its mapping is not");
}

static void c5_soft_dirty_is_lost(void **state)
{
	(void)state;
	wrong_view.folio = folio_one_mapping_more;
	restore(FL_PTE_SOFT_DIRTY, 0);
	expect("C5 bits: the PTE restored");
}

static void c10_change_outside_an_invalidated_range(void **state)
{
	(void)state;
	wrong_view.folio = folio_one_mapping_more;
	restore(0, 0);
	expect("C10 notifier: the entry of");
}

/* -- kernels that send only half of the notifications -- */

static fl_notify_fn *listener;

static int no_ends(void *cookie, const struct fl_notification *n)
{
	return n->phase == FL_EVENT_END ? 0 : listener(cookie, n);
}

static int no_starts(void *cookie, const struct fl_notification *n)
{
	return n->phase == FL_EVENT_START ? 0 : listener(cookie, n);
}

static int listen_without_ends(struct fl_mm *mm, fl_notify_fn *fn, void *cookie)
{
	listener = fn;
	return real->notifier->listen(mm, no_ends, cookie);
}

static int listen_without_starts(struct fl_mm *mm, fl_notify_fn *fn,
				 void *cookie)
{
	listener = fn;
	return real->notifier->listen(mm, no_starts, cookie);
}

static void zap_of_a_new_process(int (*listen)(struct fl_mm *mm,
					       fl_notify_fn *fn, void *cookie))
{
	wrong_notifier.listen = listen;
	assert_int_equal(fl_process_create(world, &process), 0);
	assert_int_equal(
		fl_mmap(process, PAGE(0), 4 * FL_PAGE, RW, FL_MAP_ANON), 0);
	assert_int_equal(fl_store(process, PAGE(0), 5), 0);
	spawn(0, zap);
}

static void c10_start_without_end(void **state)
{
	(void)state;
	zap_of_a_new_process(listen_without_ends);
	expect("C10 notifier: thread 1 started");
}

static void c10_end_without_start(void **state)
{
	(void)state;
	zap_of_a_new_process(listen_without_starts);
	expect("C10 notifier: the end of");
}

/* -- fork, marking, counts -- */

static int fork_with_entry(struct fl_mm *mm, struct fl_mm **child)
{
	int level, ret;
	unsigned long entry = *fl_mmu_pte(real->view->pgd(mm), PAGE(0), &level);

	ret = real->mm->fork(mm, child);
	if (!ret)
		*fl_mmu_pte(real->view->pgd(*child), PAGE(0), &level) = entry;
	return ret;
}

static void do_fork(void *arg)
{
	struct fl_process *child;

	(void)arg;
	fl_fork(process, &child);
}

static void c11_child_has_an_exclusive_entry(void **state)
{
	(void)state;
	wrong_mm.fork = fork_with_entry;
	attach(0, FL_DRIVER_MIRROR, 0);
	mark(NULL);
	spawn(0, do_fork);
	expect("C11 fork");
}

static long mark_another(struct fl_mm *mm, unsigned long start,
			 unsigned long npages, const void *owner,
			 unsigned long *pfns)
{
	long ret = real->hmm->mark(mm, start, npages, owner, pfns);

	*pfns = wrong_pfn;
	return ret;
}

static void c12_device_maps_a_page_that_was_not_marked(void **state)
{
	struct fl_pte pte;

	(void)state;
	assert_int_equal(fl_store(process, PAGE(1), 6), 0);
	assert_int_equal(fl_pte_view(process, PAGE(1), &pte), 0);
	wrong_pfn = pte.pfn;
	wrong_hmm.mark = mark_another;
	attach(0, FL_DRIVER_MIRROR, 0);
	spawn(0, mark);
	expect("C12 marking");
}

static int no_put(unsigned long pfn)
{
	(void)pfn;
	return 0;
}

static void c6_entry_owns_two_references(void **state)
{
	(void)state;
	wrong_folio.put = no_put;
	attach(0, FL_DRIVER_MIRROR, 0);
	spawn(0, mark);
	expect("C6, C7 counts: refcount");
}

static void c6_entry_owns_a_mapcount(void **state)
{
	(void)state;
	wrong_view.folio = folio_one_mapping_more;
	attach(0, FL_DRIVER_MIRROR, 0);
	spawn(0, mark);
	expect("C6, C7 counts: mapcount");
}

static void c6_restored_entry_is_not_counted(void **state)
{
	(void)state;
	restore(0, 0);
	expect("C6 counts: the PTE restored");
}

static void rss_one_more(struct fl_mm *mm, struct fl_rss *rss)
{
	real->view->rss(mm, rss);
	rss->anon++;
}

static void c7_wrong_rss(void **state)
{
	(void)state;
	wrong_view.rss = rss_one_more;
	spawn(0, load);
	expect("C7 counts: rss");
}

static void rss_of_no_file(struct fl_mm *mm, struct fl_rss *rss)
{
	real->view->rss(mm, rss);
	rss->file = 0;
}

static void load_from_file(void *arg)
{
	unsigned long value;

	(void)arg;
	fl_load(process, PAGE(8), &value);
}

static void c7_wrong_file_rss(void **state)
{
	(void)state;
	wrong_view.rss = rss_of_no_file;
	assert_int_equal(fl_mmap(process, PAGE(8), FL_PAGE, RW, FL_MAP_FILE),
			 0);
	spawn(0, load_from_file);
	expect("C7 counts: rss");
}

static void get_and_zap(void *arg)
{
	struct fl_pte pte;

	fl_pte_view(process, PAGE(0), &pte);
	fl_folio_get(world, pte.pfn);
	zap(arg);
}

static void c7_leaked_page(void **state)
{
	(void)state;
	spawn(0, get_and_zap);
	expect("C7 counts: left after all processes exited: 1 frames");
}

static void c7_leaked_lock(void **state)
{
	(void)state;
	attach(0, FL_DRIVER_SEQ, FL_FLAW_KEEP_LOCKED);
	spawn(0, mark);
	spawn(1, zap);
	expect("is left locked by thread 1 (CPU0)");
}

static void correct_program_breaks_no_rule(void **state)
{
	struct fl_explore_result r;

	(void)state;
	attach(0, FL_DRIVER_SEQ, 0);
	spawn(0, mark);
	spawn(1, zap);
	assert_int_equal(fl_explore(world, NULL, &r), 0);
	assert_true(r.exhaustive);
}

/* -- hooks -- */

static void note_exiting(void *arg, struct fl_process *p)
{
	if (p->mm)
		*(struct fl_process **)arg = p;
}

static void subscriber_is_called_until_it_unsubscribes(void **state)
{
	static const struct fl_hooks hooks = { .exiting = note_exiting };
	struct fl_process *exiting = NULL, *child;
	struct fl_subscriber subscriber = { .hooks = &hooks, .arg = &exiting };

	(void)state;
	assert_int_equal(fl_fork(process, &child), 0);
	fl_subscribe(world, &subscriber);
	assert_int_equal(fl_process_exit(child), 0);
	assert_ptr_equal(exiting, child);
	fl_unsubscribe(world, &subscriber);
	assert_int_equal(fl_process_exit(process), 0);
	assert_ptr_equal(exiting, child);
}

static void checkers_unsubscribe_after_a_violation(void **state)
{
	const struct fl_subscriber *before = world->subscribers;

	(void)state;
	attach(0, FL_DRIVER_SEQ, FL_FLAW_NO_FILTER);
	spawn(0, mark);
	expect("C13 own marking");
	assert_ptr_equal(world->subscribers, before);
}

#define CANARY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CANARY(c1_device_right_with_a_present_pte),
		CANARY(c2_present_pte_before_the_right_is_revoked),
		CANARY(c1_two_devices_map_one_page),
		CANARY(c1_device_right_with_a_tlb_entry),
		CANARY(c3_restores_a_page_other_than_the_entrys),
		CANARY(c4_restored_writable_under_uffd_wp),
		CANARY(c4_restored_writable_after_mprotect),
		CANARY(c5_soft_dirty_is_lost),
		CANARY(c6_entry_owns_two_references),
		CANARY(c6_entry_owns_a_mapcount),
		CANARY(c6_restored_entry_is_not_counted),
		CANARY(c7_wrong_rss),
		CANARY(c7_wrong_file_rss),
		CANARY(c7_leaked_page),
		CANARY(c7_leaked_lock),
		CANARY(c10_change_outside_an_invalidated_range),
		CANARY(c10_start_without_end),
		CANARY(c10_end_without_start),
		CANARY(c11_child_has_an_exclusive_entry),
		CANARY(c12_device_maps_a_page_that_was_not_marked),
		CANARY(c13_own_marking_invalidates_the_sequence),
		CANARY(c14_marking_retries_forever),
		CANARY(c14_marking_retries_forever_with_changing_attempts),
		CANARY(c15_tlb_entry_for_a_free_page),
		CANARY(correct_program_breaks_no_rule),
		CANARY(subscriber_is_called_until_it_unsubscribes),
		CANARY(checkers_unsubscribe_after_a_violation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
