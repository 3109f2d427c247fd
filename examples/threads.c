/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * threads.c - one thread waits for a folio lock, another ends its wait
 *
 * shows: fl_thread_spawn() fl_threads_run() fl_thread_yield()
 *        fl_thread_waits() fl_thread_kill() fl_folio_get() fl_folio_put()
 *        fl_folio_lock() fl_folio_unlock()
 */
#include "example.h"

struct scene {
	struct fl_world *world;
	struct fl_process *process;
	unsigned long pfn;
	int waiter, ret;
};

static void hold(void *arg)
{
	struct scene *s = arg;

	CHECK(!fl_folio_get(s->world, s->pfn));
	CHECK(!fl_folio_lock(s->world, s->pfn));
	fl_thread_yield();
	printf("the other thread waits for: %s\n",
	       fl_thread_waits(s->world, s->waiter));
	CHECK(!fl_thread_kill(s->world, s->waiter));
	fl_thread_yield();
	CHECK(!fl_folio_unlock(s->world, s->pfn));
	CHECK(!fl_folio_put(s->world, s->pfn));
}

static void wait_for_it(void *arg)
{
	struct scene *s = arg;
	unsigned long value;

	s->ret = fl_load(s->process, ADDR, &value);
}

int main(int argc, char **argv)
{
	struct scene s = { .world = example_boot(argc, argv) };
	struct fl_device *device;
	struct fl_pte pte;

	s.process = example_process(s.world);
	device = example_device(s.world, s.process);
	CHECK(!fl_store(s.process, ADDR, 1));
	CHECK(fl_device_make_exclusive(device, ADDR, FL_PAGE) == 1);
	CHECK(!fl_pte_view(s.process, ADDR, &pte));
	s.pfn = pte.pfn;
	CHECK(fl_thread_spawn(s.world, 0, "holder", hold, &s) > 0);
	s.waiter = fl_thread_spawn(s.world, 1, "waiter", wait_for_it, &s);
	CHECK(!fl_threads_run(s.world));
	CHECK(s.ret == -EINTR);
	return example_end(s.world);
}
