/* SPDX-License-Identifier: GPL-2.0-only */
/* program.c - what programs for the explorer share */
#include <string.h>

#include "program.h"

struct program_state *p;

static struct program *programs;

/* By name, whatever the order in which constructors run. */
void program_register(struct program *program)
{
	struct program **link = &programs;

	while (*link && strcmp((*link)->name, program->name) < 0)
		link = &(*link)->next;
	program->next = *link;
	*link = program;
}

const struct program *program_first(void)
{
	return programs;
}

const struct program *program_find(const char *name)
{
	const struct program *program = programs;

	while (program && strcmp(program->name, name))
		program = program->next;
	return program;
}

const char *program_breaks(const struct program *program,
			   const struct fl_kernel_info *kernel)
{
	if (program->applies && !program->applies(kernel))
		return NULL;
	if (kernel->traits.restores_by_walk && program->v8)
		return program->v8;
	if (program->breaks_on && !program->breaks_on(kernel))
		return NULL;
	return program->breaks;
}

/* -- what is reached -- */

/* No part of a world: it is known of all runs.  What a program does not come to is not
 * known to be wanted; so a check that says REACH() is one that every run comes to. */
static struct reach *reaches;

void program_reach(struct reach *reach, _Bool seen)
{
	if (!reach->known) {
		reach->known = 1;
		reach->seen = 0;
		reach->next = reaches;
		reaches = reach;
	}
	reach->seen |= seen;
}

const char *program_not_reached(void)
{
	struct reach *reach = reaches;

	while (reach && reach->seen)
		reach = reach->next;
	return reach ? reach->text : NULL;
}

static void forget_reached(void)
{
	for (; reaches; reaches = reaches->next)
		reaches->known = 0;
}

/* -- setting up -- */

struct start {
	void (*fn)(unsigned long number);
	unsigned long number;
};

static void begin(void *arg)
{
	const struct start *start = arg;

	start->fn(start->number);
}

void cpu(unsigned int cpu, void (*fn)(unsigned long number))
{
	static const char *const names[] = {
		"CPU0", "CPU1", "CPU2", "CPU3", "CPU4", "CPU5", "CPU6", "CPU7",
	};
	struct start *start = fl_world_alloc(p->world, sizeof(*start));

	start->fn = fn;
	start->number = p->threads++;
	HOLD(fl_thread_spawn(p->world, cpu, names[cpu], begin, start) > 0);
}

void attach(unsigned int i, enum fl_driver driver, unsigned int flaws)
{
	HOLD(!fl_device_set_driver(p->device[i], driver, flaws));
	HOLD(!fl_device_attach(p->device[i], p->process, PAGE(0),
			       PAGES * FL_PAGE));
}

void mark(unsigned long addr, unsigned long value)
{
	HOLD(!fl_store(p->process, addr, value));
	HOLD(fl_device_make_exclusive(p->device[0], addr, FL_PAGE) == 1);
}

/* -- what threads do -- */

void load_page_0(unsigned long number)
{
	p->ret[number] = fl_load(p->process, PAGE(0), &p->value[number]);
}

void store_page_0(unsigned long number)
{
	p->ret[number] = fl_store(p->process, PAGE(0), number + 10);
}

static void take_and_add(struct fl_device *device, unsigned long number)
{
	p->ret[number] = fl_device_make_exclusive(device, PAGE(0), FL_PAGE);
	if (p->ret[number] == 1)
		p->value[number] = !fl_device_atomic_add(device, PAGE(0), 1,
							 NULL);
}

void mark_and_add(unsigned long number)
{
	take_and_add(p->device[0], number);
}

void mark_and_add_1(unsigned long number)
{
	take_and_add(p->device[1], number);
}

void only_add(unsigned long number)
{
	p->ret[number] = fl_device_atomic_add(p->device[0], PAGE(0), 1, NULL);
	p->value[number] = !p->ret[number];
}

void zap_page_0(unsigned long number)
{
	p->ret[number] = fl_zap(p->process, PAGE(0), FL_PAGE);
}

void unmap_page_0(unsigned long number)
{
	p->ret[number] = fl_munmap(p->process, PAGE(0), FL_PAGE);
}

void migrate_page_0(unsigned long number)
{
	p->ret[number] = fl_folio_migrate(p->world, p->pfn);
}

void reclaim_page_0(unsigned long number)
{
	p->ret[number] = fl_folio_reclaim(p->world, p->pfn);
}

void protect_page_0(unsigned long number)
{
	p->ret[number] = fl_mprotect(p->process, PAGE(0), FL_PAGE,
				     FL_PROT_READ);
}

void uffd_wp_page_0(unsigned long number)
{
	p->ret[number] = fl_uffd_wp(p->process, PAGE(0), FL_PAGE, 1);
}

void clear_soft_dirty_page_0(unsigned long number)
{
	p->ret[number] = fl_clear_soft_dirty(p->process, PAGE(0), FL_PAGE);
}

void fork_process(unsigned long number)
{
	p->ret[number] = fl_fork(p->process, &p->child);
}

/* -- what checks look at -- */

unsigned long value_at(unsigned long addr)
{
	unsigned long value = 0;

	HOLD(!fl_load(p->process, addr, &value));
	return value;
}

struct fl_pte pte_at(unsigned long addr)
{
	struct fl_pte pte = { 0 };

	HOLD(!fl_pte_view(p->process, addr, &pte));
	return pte;
}

struct fl_device_pte right_at(unsigned int device, unsigned long addr)
{
	struct fl_device_pte pte = { 0 };

	HOLD(!fl_device_pte_view(p->device[device], addr, &pte));
	return pte;
}

unsigned long freed(unsigned long pfn)
{
	struct fl_folio folio = { 0 };

	HOLD(!fl_folio_view(p->world, pfn, &folio));
	return !folio.refcount;
}

/* -- running -- */

static void set_up(const struct program *program)
{
	struct fl_pte pte;

	HOLD(!fl_process_create(p->world, &p->process));
	HOLD(!fl_mmap(p->process, PAGE(0), PAGES * FL_PAGE, RW, FL_MAP_ANON));
	HOLD(!fl_device_create(p->world, "dev0", &p->device[0]));
	HOLD(!fl_device_create(p->world, "dev1", &p->device[1]));
	program->set_up();
	if (!fl_pte_view(p->process, PAGE(0), &pte))
		p->pfn = pte.pfn;
}

int program_boot(const struct program *program, const char *kernel)
{
	struct fl_world_config config = {
		.kernel = kernel, .cpus = 4, .catch_end = 1,
		.device_frames = program->device_frames,
		.swap_pages = program->swap_pages,
	};
	struct fl_world *world;
	int ret = fl_world_boot(&config, &world);

	if (ret)
		return ret;
	forget_reached();
	p = fl_world_alloc(world, sizeof(*p));
	p->world = world;
	p->watched = PAGE(0);
	p->kernel = fl_world_kernel(world);
	set_up(program);
	return 0;
}

static void check(void *arg)
{
	(void)arg;
	if (p->check)
		p->check();
}

int program_replay(const struct program *program, const char *kernel,
		   const char *schedule)
{
	int ret = program_boot(program, kernel);

	if (ret)
		return ret;
	ret = fl_replay(p->world, schedule);
	if (!ret)
		ret = fl_world_check(p->world, check, NULL);
	if (ret && ret != -ENOTRECOVERABLE)
		fl_world_shutdown(p->world, NULL);
	return ret;
}

/* All that a thread can tell, and the page-table entries. */
static unsigned long state(void *arg)
{
	unsigned long h = 0, i;
	struct fl_pte pte;

	(void)arg;
	for (i = 0; i < MOST_THREADS; i++)
		h = (h * 31 + p->value[i]) * 31 + p->ret[i];
	for (i = 0; i < PAGES; i++)
		if (!fl_pte_view(p->process, PAGE(i), &pte))
			h = h * 31 + pte.present + 2 * pte.writable +
			    4 * pte.exclusive + 8 * pte.swap + 16 * pte.dirty;
	return h;
}

int program_explore(const struct program *program, const char *kernel,
		    struct fl_explore_config config,
		    struct fl_explore_result *result)
{
	int ret = program_boot(program, kernel);

	if (ret)
		return ret;
	if (program->bound && !config.max_runs)
		config.max_runs = program->bound;
	config.check = check;
	config.state = state;
	ret = fl_explore(p->world, &config, result);
	fl_world_shutdown(p->world, NULL);
	return ret;
}

int program_record(const struct program *program, const char *kernel,
		   const char *schedule, struct fl_record_config config,
		   struct fl_recording **out)
{
	int ret = program_boot(program, kernel);

	if (ret)
		return ret;
	config.program = program->name;
	config.addr = p->watched;
	config.pages = PAGES;
	config.check = check;
	ret = fl_record(p->world, schedule, &config, out);
	if (ret)
		fl_world_shutdown(p->world, NULL);
	return ret;
}
