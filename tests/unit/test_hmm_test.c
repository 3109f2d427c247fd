/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * test_hmm_test.c - the kernel's own test driver, and its device files
 *
 *   test_hmm_test KERNEL
 *
 * The process has 16 pages at PAGE(0), and the memory for ioctl() at ARGS: a
 * page of arguments, and then a buffer of 1536.  After each test, the driver is
 * unloaded and nothing may be leaked.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "arguments.h"
#include "world/internal.h"

#define PAGE(i)	     (0x40000000UL + FL_PAGE * (i))
#define ARGS	     0x50000000UL
#define BUFFER	     (ARGS + FL_PAGE)
#define RW	     (FL_PROT_READ | FL_PROT_WRITE)
#define BUFFER_PAGES 1536
#define HUGE_PAGES   512
#define CHUNK	     65536UL /* frames of a device */

/* The driver's argument, the same in each release that has the driver. */
struct command {
	uint64_t addr, ptr, npages, cpages, faults;
};

enum request {
	READ,
	WRITE,
	TO_DEVICE,
	TO_SYSTEM,
	SNAPSHOT,
	EXCLUSIVE,
	CHECK_EXCLUSIVE,
	RELEASE
};

/* _IOWR('H', ...), in the encoding of the architecture. */
static unsigned int number(enum request request)
{
	return 3U << 30 | sizeof(struct command) << 16 | 'H' << 8 | request;
}

/* The bits of a page in a snapshot. */
enum {
	READABLE = 0x01,
	WRITABLE = 0x02,
	ZERO_PAGE = 0x10,
	PRIVATE_HERE = 0x20,
	PRIVATE_ELSEWHERE = 0x30,
	COHERENT_HERE = 0x40,
	COHERENT_ELSEWHERE = 0x50
};

static const char *kernel_name;
static struct fl_world *world;
static const struct fl_kernel *k;
static struct fl_process *process;
static struct fl_file *device[4];

/* -- into the kernel -- */

/* Return: @ret, the result of the kernel's function. */
static long survived(long ret)
{
	if (fl_world_end(world))
		fail_msg("%s\n%s", fl_world_end(world)->text,
			 fl_world_console(world));
	return ret;
}

#define INTO(call) survived(FL_IN_KERNEL(world, call))

static struct fl_file *open_by(struct fl_process *p, const char *name)
{
	struct fl_file *file = NULL;

	assert_int_equal(INTO(k->file->open(p->mm, name, &file)), 0);
	assert_non_null(file);
	return file;
}

static void put(struct fl_process *p, struct fl_file *file)
{
	INTO((k->file->put(p->mm, file), 0));
}

static long map(unsigned long addr, unsigned long len, unsigned long flags,
		struct fl_file *file)
{
	return INTO(k->sys->mmap(process->mm, addr, len, PROT_READ | PROT_WRITE,
				 flags | MAP_FIXED_NOREPLACE, file, 0));
}

/* -- the driver -- */

static void store_at(struct fl_process *p, unsigned long addr,
		     unsigned long value)
{
	assert_int_equal(fl_store(p, addr, value), 0);
}

static unsigned long load_by(struct fl_process *p, unsigned long addr)
{
	unsigned long value = ~0UL;

	assert_int_equal(fl_load(p, addr, &value), 0);
	return value;
}

/* The last call's result: the number of pages copied. */
static unsigned long cpages(void)
{
	return load_by(process, ARGS + 24);
}

static long ask(struct fl_process *p, struct fl_file *file,
		enum request request, unsigned long addr, unsigned long npages)
{
	store_at(p, ARGS, addr);
	store_at(p, ARGS + 8, BUFFER);
	store_at(p, ARGS + 16, npages);
	store_at(p, ARGS + 24, 0);
	store_at(p, ARGS + 32, 0);
	return INTO(k->file->ioctl(p->mm, file, number(request), ARGS));
}

/* Return: the byte for one page in the device's snapshot. */
static unsigned int snapshot_of(unsigned int i, unsigned long addr)
{
	store_at(process, BUFFER, ~0UL);
	assert_int_equal(ask(process, device[i], SNAPSHOT, addr, 1), 0);
	return load_by(process, BUFFER) & 0xff;
}

/* Store a different value to each of @n pages. */
static void fill(struct fl_process *p, unsigned long addr, unsigned int n,
		 unsigned long first)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		store_at(p, addr + i * FL_PAGE, first + i);
}

static void expect_values(struct fl_process *p, unsigned long addr,
			  unsigned int n, unsigned long first)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		assert_int_equal(load_by(p, addr + i * FL_PAGE), first + i);
}

static struct fl_pte pte_at(unsigned long addr)
{
	struct fl_pte pte;

	assert_int_equal(fl_pte_view(process, addr, &pte), 0);
	return pte;
}

static unsigned long first_device_frame(void)
{
	return fl_hw.nr_frames;
}

/* -- a world -- */

static void boot(unsigned long device_frames)
{
	const struct fl_world_config config = {
		.kernel = kernel_name,
		.frames = 16384,
		.device_frames = device_frames,
		.catch_end = 1,
	};

	/* If a test has failed, its world still exists. */
	fl_world_shutdown(world, NULL);
	world = NULL;
	memset(device, 0, sizeof(device));
	assert_int_equal(argument_boots(config.kernel,
					fl_world_boot(&config, &world)),
			 0);
	k = world->kernel;
	assert_int_equal(fl_process_create(world, &process), 0);
	assert_int_equal(
		fl_mmap(process, PAGE(0), 16 * FL_PAGE, RW, FL_MAP_ANON), 0);
	assert_int_equal(fl_mmap(process, ARGS, (1 + BUFFER_PAGES) * FL_PAGE,
				 RW, FL_MAP_ANON),
			 0);
}

static void boot_and_open(unsigned long device_frames)
{
	static const char *const names[] = { "hmm_dmirror0", "hmm_dmirror1",
					     "hmm_dmirror2", "hmm_dmirror3" };
	unsigned int i;

	boot(device_frames);
	assert_int_equal(fl_world_load_driver(world), 4);
	for (i = 0; i < 4; i++)
		device[i] = open_by(process, names[i]);
}

static int set_up(void **state)
{
	(void)state;
	boot_and_open(4 * CHUNK);
	return 0;
}

/*
 * Each private device may allocate a second chunk, as those of 7.3 do for huge
 * pages.
 */
static int set_up_roomy(void **state)
{
	(void)state;
	boot_and_open(6 * CHUNK);
	return 0;
}

static void end(void)
{
	struct fl_audit leaked;
	const struct fl_end *ended = fl_world_end(world);
	int ret;

	if (ended)
		print_error("%s\n%s\n", ended->text, fl_world_console(world));
	ret = fl_world_shutdown(world, &leaked);
	world = NULL;
	if (ret)
		print_error("leaked: %lu frames, %lu objects, %lu locks\n",
			    leaked.frames, leaked.objects, leaked.locks);
	assert_int_equal(ret, 0);
}

static int tear_down(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 4 && !fl_world_end(world); i++)
		if (device[i])
			put(process, device[i]);
	end();
	return 0;
}

/* -- reads and writes through the device's own page table -- */

static void device_reads_and_writes(void **state)
{
	(void)state;
	fill(process, PAGE(0), 4, 100);
	assert_int_equal(ask(process, device[0], READ, PAGE(0), 4), 0);
	assert_int_equal(cpages(), 4);
	expect_values(process, BUFFER, 4, 100);

	fill(process, BUFFER, 4, 200);
	assert_int_equal(ask(process, device[0], WRITE, PAGE(2), 4), 0);
	expect_values(process, PAGE(0), 2, 100);
	expect_values(process, PAGE(2), 4, 200);
	assert_true(pte_at(PAGE(2)).present);
}

static void device_reads_more_pages_than_a_block_of_frames(void **state)
{
	const unsigned long at = PAGE(4096);

	(void)state;
	assert_int_equal(fl_mmap(process, at, BUFFER_PAGES * FL_PAGE, RW,
				 FL_MAP_ANON),
			 0);
	fill(process, at, BUFFER_PAGES, 2000);
	assert_int_equal(ask(process, device[0], READ, at, BUFFER_PAGES), 0);
	assert_int_equal(cpages(), BUFFER_PAGES);
	expect_values(process, BUFFER, BUFFER_PAGES, 2000);
}

static void unmapped_address_is_rejected(void **state)
{
	(void)state;
	assert_int_equal(ask(process, device[0], READ, PAGE(64), 1), -EFAULT);
	assert_int_equal(fl_mprotect(process, PAGE(0), FL_PAGE, FL_PROT_READ),
			 0);
	assert_int_equal(ask(process, device[0], WRITE, PAGE(0), 1), -EPERM);
	assert_int_equal(INTO(k->file->ioctl(process->mm, device[0],
					     number(READ), PAGE(64))),
			 -EFAULT);
}

/* -- exclusive access -- */

static void page_is_exclusive_until_the_cpu_faults(void **state)
{
	(void)state;
	fill(process, PAGE(0), 4, 300);
	assert_int_equal(ask(process, device[0], EXCLUSIVE, PAGE(0), 4), 0);
	assert_int_equal(cpages(), 4);
	expect_values(process, BUFFER, 4, 300);
	assert_true(pte_at(PAGE(1)).exclusive);
	assert_int_equal(ask(process, device[0], CHECK_EXCLUSIVE, PAGE(0), 4),
			 -EPERM);
	fill(process, PAGE(0), 4, 310);
	assert_false(pte_at(PAGE(1)).exclusive);
	assert_int_equal(ask(process, device[0], CHECK_EXCLUSIVE, PAGE(0), 4),
			 0);
	expect_values(process, PAGE(0), 4, 310);
}

static void exit_with_exclusive_entries_leaks_nothing(void **state)
{
	(void)state;
	fill(process, PAGE(0), 16, 300);
	assert_int_equal(ask(process, device[1], EXCLUSIVE, PAGE(0), 16), 0);
}

/* -- private memory: the CPU must fetch it back -- */

static void private_page_migrates_back_at_a_fault(void **state)
{
	(void)state;
	fill(process, PAGE(0), 8, 400);
	assert_int_equal(ask(process, device[0], TO_DEVICE, PAGE(0), 8), 0);
	assert_int_equal(cpages(), 8);
	expect_values(process, BUFFER, 8, 400);
	assert_int_equal(snapshot_of(0, PAGE(3)), PRIVATE_HERE | WRITABLE);
	assert_int_equal(snapshot_of(1, PAGE(3)), 0);
	assert_false(pte_at(PAGE(3)).present);

	store_at(process, PAGE(3), 999);
	assert_true(pte_at(PAGE(3)).present);
	assert_true(pte_at(PAGE(3)).pfn < first_device_frame());
	assert_int_equal(load_by(process, PAGE(3)), 999);
	expect_values(process, PAGE(4), 4, 404);
	assert_int_equal(snapshot_of(0, PAGE(3)), WRITABLE);
}

static void untouched_page_is_zero_in_device_memory(void **state)
{
	(void)state;
	assert_int_equal(ask(process, device[0], TO_DEVICE, PAGE(0), 2), 0);
	assert_int_equal(load_by(process, BUFFER), 0);
	assert_int_equal(load_by(process, PAGE(1)), 0);
}

static void private_page_migrates_back_on_request(void **state)
{
	(void)state;
	fill(process, PAGE(0), 4, 500);
	assert_int_equal(ask(process, device[1], TO_DEVICE, PAGE(0), 4), 0);
	fill(process, BUFFER, 4, 510);
	assert_int_equal(ask(process, device[1], WRITE, PAGE(0), 4), 0);
	assert_int_equal(ask(process, device[1], TO_SYSTEM, PAGE(0), 4), 0);
	assert_int_equal(cpages(), 4);
	assert_true(pte_at(PAGE(0)).present);
	expect_values(process, PAGE(0), 4, 510);
}

static void exit_with_private_pages_leaks_nothing(void **state)
{
	(void)state;
	fill(process, PAGE(0), 16, 600);
	assert_int_equal(ask(process, device[0], TO_DEVICE, PAGE(0), 16), 0);
}

static void private_page_is_shared_with_a_child(void **state)
{
	struct fl_process *child;

	(void)state;
	fill(process, PAGE(0), 4, 700);
	assert_int_equal(ask(process, device[0], TO_DEVICE, PAGE(0), 4), 0);
	assert_int_equal(fl_fork(process, &child), 0);
	fill(child, PAGE(0), 2, 710);
	expect_values(process, PAGE(0), 4, 700);
	expect_values(child, PAGE(0), 2, 710);
	expect_values(child, PAGE(2), 2, 702);
	assert_int_equal(fl_process_exit(child), 0);
}

static void released_device_memory_is_reused(void **state)
{
	(void)state;
	fill(process, PAGE(0), 4, 800);
	assert_int_equal(ask(process, device[0], TO_DEVICE, PAGE(0), 4), 0);
	assert_int_equal(ask(process, device[0], RELEASE, PAGE(0), 4), 0);
	assert_true(pte_at(PAGE(0)).present);
	expect_values(process, PAGE(0), 4, 800);
	assert_int_equal(ask(process, device[0], TO_DEVICE, PAGE(0), 4), 0);
	assert_int_equal(snapshot_of(0, PAGE(0)), PRIVATE_HERE | WRITABLE);
	expect_values(process, PAGE(0), 4, 800);
}

static void huge_page_migrates_to_the_device_and_back(void **state)
{
	const unsigned long at = PAGE(16 * HUGE_PAGES);

	(void)state;
	assert_int_equal(fl_mmap(process, at, FL_HUGE_PAGE, RW,
				 FL_MAP_ANON | FL_MAP_HUGE),
			 0);
	fill(process, at, HUGE_PAGES, 1000);
	assert_true(pte_at(at).huge);
	assert_int_equal(ask(process, device[0], TO_DEVICE, at, HUGE_PAGES), 0);
	assert_int_equal(cpages(), HUGE_PAGES);
	expect_values(process, BUFFER, HUGE_PAGES, 1000);
	/* Page by page, or all at once. */
	store_at(process, at + FL_PAGE, 7);
	expect_values(process, at + 2 * FL_PAGE, HUGE_PAGES - 2, 1002);
	assert_int_equal(ask(process, device[0], TO_DEVICE, at, HUGE_PAGES), 0);
	assert_int_equal(ask(process, device[0], TO_SYSTEM, at, HUGE_PAGES), 0);
	expect_values(process, at + 2 * FL_PAGE, HUGE_PAGES - 2, 1002);
	assert_int_equal(ask(process, device[0], TO_DEVICE, at, HUGE_PAGES), 0);
	/* One part is unmapped, and the rest is left for the exit. */
	assert_int_equal(fl_munmap(process, at + 16 * FL_PAGE, 16 * FL_PAGE),
			 0);
	assert_int_equal(load_by(process, at), 1000);
}

static void private_page_follows_mremap(void **state)
{
	const unsigned long to = PAGE(1024);

	(void)state;
	fill(process, PAGE(0), 4, 500);
	assert_int_equal(ask(process, device[0], TO_DEVICE, PAGE(0), 4), 0);
	assert_int_equal(INTO(k->sys->mremap(
				 process->mm, PAGE(0), 4 * FL_PAGE, 4 * FL_PAGE,
				 MREMAP_MAYMOVE | MREMAP_FIXED, to)),
			 to);
	expect_values(process, to, 4, 500);
	assert_int_equal(fl_store(process, PAGE(0), 7), -EFAULT);
}

/* -- coherent memory: the CPU uses it in place -- */

static void coherent_page_is_used_in_place(void **state)
{
	(void)state;
	fill(process, PAGE(0), 4, 900);
	assert_int_equal(ask(process, device[2], TO_DEVICE, PAGE(0), 4), 0);
	assert_int_equal(cpages(), 4);
	assert_int_equal(snapshot_of(2, PAGE(0)), COHERENT_HERE | WRITABLE);
	assert_int_equal(snapshot_of(3, PAGE(0)),
			 COHERENT_ELSEWHERE | WRITABLE);
	assert_true(pte_at(PAGE(0)).pfn >= first_device_frame() + 2 * CHUNK);
	expect_values(process, PAGE(0), 4, 900);
	fill(process, PAGE(0), 4, 910);
	assert_true(pte_at(PAGE(0)).pfn >= first_device_frame() + 2 * CHUNK);

	assert_int_equal(ask(process, device[2], TO_SYSTEM, PAGE(0), 4), 0);
	assert_true(pte_at(PAGE(0)).pfn < first_device_frame());
	expect_values(process, PAGE(0), 4, 910);
}

static void exit_with_coherent_pages_leaks_nothing(void **state)
{
	(void)state;
	fill(process, PAGE(0), 16, 600);
	assert_int_equal(ask(process, device[3], TO_DEVICE, PAGE(0), 16), 0);
}

static void coherent_page_is_copied_for_a_child(void **state)
{
	struct fl_process *child;

	(void)state;
	fill(process, PAGE(0), 4, 700);
	assert_int_equal(ask(process, device[2], TO_DEVICE, PAGE(0), 4), 0);
	assert_int_equal(fl_fork(process, &child), 0);
	fill(child, PAGE(0), 4, 710);
	expect_values(process, PAGE(0), 4, 700);
	assert_int_equal(fl_process_exit(child), 0);
}

/* -- files -- */

static void device_is_mapped_by_its_driver(void **state)
{
	const unsigned long at = PAGE(1024);

	(void)state;
	assert_int_equal(map(at, 4 * FL_PAGE, MAP_PRIVATE, device[0]), at);
	assert_true(pte_at(at).present);
	assert_int_equal(load_by(process, at), 0);
	assert_int_equal(snapshot_of(0, at), READABLE);
	/* The mapping keeps the file open. */
	put(process, device[0]);
	device[0] = NULL;
	assert_int_equal(INTO(k->test_hmm->unload()), -EBUSY);
	assert_int_equal(fl_munmap(process, at, 4 * FL_PAGE), 0);
}

static void driver_is_unloaded_once_no_device_is_open(void **state)
{
	unsigned int i;

	(void)state;
	fill(process, PAGE(0), 4, 900);
	assert_int_equal(ask(process, device[2], TO_DEVICE, PAGE(0), 4), 0);
	assert_int_equal(INTO(k->test_hmm->unload()), -EBUSY);
	for (i = 0; i < 4; i++) {
		put(process, device[i]);
		device[i] = NULL;
	}
	assert_int_equal(INTO(k->test_hmm->unload()), 0);
	expect_values(process, PAGE(0), 4, 900);
	assert_int_equal(
		INTO(k->file->open(process->mm, "hmm_dmirror0", &device[0])),
		-ENOENT);
	assert_int_equal(fl_world_load_driver(world), 4);
	device[0] = open_by(process, "hmm_dmirror0");
	assert_int_equal(ask(process, device[0], TO_DEVICE, PAGE(0), 4), 0);
	expect_values(process, PAGE(0), 4, 900);
}

static void driver_needs_memory_for_two_devices(void **state)
{
	(void)state;
	boot(2 * CHUNK);
	assert_int_equal(fl_world_load_driver(world), 2);
	end();
	boot(CHUNK);
	assert_int_equal(fl_world_load_driver(world), -EOPNOTSUPP);
	end();
}

static struct fl_file *new_file(void)
{
	struct fl_file *file = NULL;

	assert_int_equal(INTO(k->file->create(&file)), 0);
	return file;
}

static void file_contents_are_those_written(void **state)
{
	const unsigned long at = PAGE(1024);
	struct fl_file *file = new_file();
	char text[8] = "";

	(void)state;
	assert_int_equal(INTO(k->file->write(file, FL_PAGE - 4, "faultlab", 8)),
			 8);
	assert_int_equal(map(at, 2 * FL_PAGE, MAP_SHARED, file), at);
	assert_int_equal(load_by(process, at + FL_PAGE) & 0xffffffff,
			 0x62616c74); /* "tlab" */
	store_at(process, at, 7);
	assert_int_equal(INTO(k->file->read(file, FL_PAGE - 4, text, 100)), 8);
	assert_memory_equal(text, "faultlab", 8);
	assert_int_equal(INTO(k->file->truncate(file, FL_PAGE)), 0);
	assert_int_equal(fl_store(process, at + FL_PAGE, 7), -EFAULT);
	assert_int_equal(load_by(process, at), 7);
	put(process, file);
}

static void shared_memory_is_shared(void **state)
{
	const unsigned long at = PAGE(1024);
	struct fl_process *child;

	(void)state;
	assert_int_equal(map(at, 2 * FL_PAGE, MAP_SHARED | MAP_ANONYMOUS, NULL),
			 at);
	assert_int_equal(fl_fork(process, &child), 0);
	store_at(child, at, 7);
	assert_int_equal(load_by(process, at), 7);
	assert_int_equal(ask(process, device[0], READ, at, 1), 0);
	assert_int_equal(load_by(process, BUFFER), 7);
	/* Only anonymous memory can move there. */
	assert_int_equal(ask(process, device[0], TO_DEVICE, at + FL_PAGE, 1),
			 -ENOENT);
	assert_int_equal(fl_process_exit(child), 0);
}

#define DRIVER(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define ROOMY(name) \
	cmocka_unit_test_setup_teardown(name, set_up_roomy, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		DRIVER(device_reads_and_writes),
		DRIVER(device_reads_more_pages_than_a_block_of_frames),
		DRIVER(unmapped_address_is_rejected),
		DRIVER(page_is_exclusive_until_the_cpu_faults),
		DRIVER(exit_with_exclusive_entries_leaks_nothing),
		DRIVER(private_page_migrates_back_at_a_fault),
		DRIVER(untouched_page_is_zero_in_device_memory),
		DRIVER(private_page_migrates_back_on_request),
		DRIVER(exit_with_private_pages_leaks_nothing),
		DRIVER(private_page_is_shared_with_a_child),
		DRIVER(released_device_memory_is_reused),
		DRIVER(private_page_follows_mremap),
		DRIVER(huge_page_migrates_to_the_device_and_back),
		ROOMY(huge_page_migrates_to_the_device_and_back),
		DRIVER(coherent_page_is_used_in_place),
		DRIVER(exit_with_coherent_pages_leaks_nothing),
		DRIVER(coherent_page_is_copied_for_a_child),
		DRIVER(device_is_mapped_by_its_driver),
		DRIVER(driver_is_unloaded_once_no_device_is_open),
		cmocka_unit_test(driver_needs_memory_for_two_devices),
		DRIVER(file_contents_are_those_written),
		DRIVER(shared_memory_is_shared),
	};
	struct fl_world_config config = { .catch_end = 1 };
	_Bool has;

	arguments_begin("test_hmm_test", "KERNEL [PATTERN]");
	arguments_count(argc, 1, 2);
	kernel_name = config.kernel = argument_kernel(argv[1]);
	if (argc > 2)
		cmocka_set_test_filter(argv[2]);
	if (argument_boots(kernel_name, fl_world_boot(&config, &world)))
		return 1;
	has = world->kernel->test_hmm != NULL;
	fl_world_shutdown(world, NULL);
	world = NULL;
	if (!has) {
		printf("skipped: %s has no lib/test_hmm.c\n", kernel_name);
		return 0;
	}
	return cmocka_run_group_tests_name(kernel_name, tests, NULL, NULL);
}
