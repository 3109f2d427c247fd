/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ordered.c - two real threads that one pair of operations orders, or does not
 *
 * usage: ordered release|rmw|lock|wake|rcu|relaxed
 *
 * 	first			second
 * 	-----			------
 * 	shared = 1
 * 	the one operation
 * 				the other, which waits for it
 * 				shared++
 *
 * A race detector must report only "relaxed".  Compiled like kernel code.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "machine/machine.h"
#include "machine/port.h"

static struct fl_machine *machine;
static unsigned long shared, flag, word;
static int order;

/* -- an atomic store, or an atomic operation -- */

static void store(void *arg)
{
	(void)arg;
	shared = 1;
	if (order == __ATOMIC_RELEASE)
		__atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
	else
		__atomic_store_n(&flag, 1, __ATOMIC_RELAXED);
}

static void load(void *arg)
{
	(void)arg;
	while (!__atomic_load_n(&flag, __ATOMIC_ACQUIRE))
		sched_yield();
	shared++;
}

static void set_bit(void *arg)
{
	(void)arg;
	shared = 1;
	__atomic_fetch_or(&flag, 1, __ATOMIC_RELEASE);
}

static void clear_bit(void *arg)
{
	(void)arg;
	while (!(__atomic_fetch_and(&flag, ~1UL, __ATOMIC_ACQUIRE) & 1))
		sched_yield();
	shared++;
}

/* -- operations of the machine; the first thread stores relaxed to a flag -- */

static void say(void)
{
	__atomic_store_n(&flag, 1, __ATOMIC_RELAXED);
}

static void await(void)
{
	while (!__atomic_load_n(&flag, __ATOMIC_RELAXED))
		sched_yield();
}

static void unlock(void *arg)
{
	(void)arg;
	fl_hw_lock(&word, FL_HW_SPINLOCK, 0, &word, "the lock");
	say();
	shared = 1;
	fl_hw_unlock(&word, 0, &word);
}

static void lock(void *arg)
{
	(void)arg;
	await();
	fl_hw_lock(&word, FL_HW_SPINLOCK, 0, &word, "the lock");
	shared++;
	fl_hw_unlock(&word, 0, &word);
}

static void wake(void *arg)
{
	shared = 1;
	fl_hw_wake(fl_machine_thread(machine, (unsigned long)arg));
}

static void block(void *arg)
{
	(void)arg;
	fl_hw_block("the other thread", NULL);
	shared++;
}

static void read_section(void *arg)
{
	(void)arg;
	fl_hw_rcu_read_lock();
	say();
	shared = 1;
	fl_hw_rcu_read_unlock();
}

static void synchronize(void *arg)
{
	(void)arg;
	await();
	fl_hw_synchronize_rcu();
	shared++;
}

static const struct {
	const char *name;
	void (*first)(void *);
	void (*second)(void *);
	int order;
} pairs[] = {
	{ "release", store, load, __ATOMIC_RELEASE },
	{ "relaxed", store, load, __ATOMIC_RELAXED },
	{ "rmw", set_bit, clear_bit, 0 },
	{ "lock", unlock, lock, 0 },
	{ "wake", wake, block, 0 },
	{ "rcu", read_section, synchronize, 0 },
};

/* Return: 1 if both threads ran to their ends. */
static int run(unsigned int i)
{
	struct fl_machine_config config = { .nr_frames = 64, .nr_cpus = 2 };
	long second;
	int ran;

	machine = fl_machine_create(&config);
	if (!machine)
		argument_machine_error("no machine can be made: %s",
				       strerror(ENOMEM));
	order = pairs[i].order;
	second = fl_machine_spawn(machine, 1, "second", pairs[i].second, NULL);
	ran = second > 0 &&
	      fl_machine_spawn(machine, 0, "first", pairs[i].first,
			       (void *)second) > 0 &&
	      !fl_machine_run_native(machine);
	fl_machine_destroy(machine);
	return ran && shared == 2;
}

int main(int argc, char **argv)
{
	const char *words[sizeof(pairs) / sizeof(pairs[0]) + 1] = { NULL };
	unsigned int i;

	arguments_begin("ordered", "release|rmw|lock|wake|rcu|relaxed");
	arguments_count(argc, 1, 1);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		words[i] = pairs[i].name;
	return !run(argument_word("pair", argv[1], words));
}
