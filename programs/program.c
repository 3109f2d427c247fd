/* SPDX-License-Identifier: GPL-2.0-only */
/* program.c - functions shared by the programs for the explorer */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "program.h"
#include "world/internal.h"

struct program_state *p;

static struct program *programs;

/* Keep the list sorted by name, whatever the order of constructors. */
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

_Bool program_applies(const struct program *program,
		      const struct fl_kernel_info *kernel)
{
	return !program->applies || program->applies(kernel);
}

const char *program_breaks(const struct program *program,
			   const struct fl_kernel_info *kernel)
{
	if (!program_applies(program, kernel))
		return NULL;
	if (kernel->traits.restores_by_walk && program->v8)
		return program->v8;
	if (program->breaks_on && !program->breaks_on(kernel))
		return NULL;
	return program->breaks;
}

/* Did the port end the world, and not the kernel? */
static _Bool is_gap(const struct fl_end *end)
{
	return end->kind == FL_END_MISSING_STUB || end->kind == FL_END_INTERNAL;
}

enum program_verdict program_judge(const struct program *program,
				   const struct fl_kernel_info *kernel,
				   const struct fl_explore_result *result)
{
	const char *breaks = program_breaks(program, kernel);

	if (result->violations && is_gap(&result->end))
		return PROGRAM_GAP;
	if (result->violations)
		return breaks && strstr(result->end.text, breaks) ?
			       PROGRAM_BREAKS :
			       PROGRAM_VIOLATION;
	if (!result->exhaustive)
		return PROGRAM_LIMIT;
	if (program_not_reached())
		return PROGRAM_VACUOUS;
	return breaks ? PROGRAM_NOT_FOUND : PROGRAM_HOLDS;
}

/* Compare an exploration that failed.  -ENOEXEC: the kernel failed to boot;
 * -EILSEQ: a run did not repeat. */
static enum program_answer compare_failed(int ret, const char **why)
{
	*why = ret == -ENOTRECOVERABLE ? program_set_up_end()->text :
	       ret == -ENOEXEC	       ? "the kernel does not boot" :
	       ret == -EILSEQ	       ? "a run did not repeat" :
					 strerror(-ret);
	return ret == -ENOTRECOVERABLE || ret == -ENOEXEC || ret == -EILSEQ ?
		       PROGRAM_DIFFERS :
		       PROGRAM_NO_RESULT;
}

/* Compare an exploration that made all runs and found no violation. */
static enum program_answer compare_explored(const char *breaks,
					    const char **why)
{
	static char text[200];

	if (breaks) {
		*why = "the declared violation was not found";
		return PROGRAM_DIFFERS;
	}
	if (!program_not_reached())
		return PROGRAM_AS_DECLARED;
	snprintf(text, sizeof(text), "no run reached: %s",
		 program_not_reached());
	*why = text;
	return PROGRAM_DIFFERS;
}

enum program_answer program_compare(const struct program *program,
				    const struct fl_kernel_info *kernel,
				    int ret,
				    const struct fl_explore_result *result,
				    const char **why)
{
	const char *breaks = program_breaks(program, kernel);

	*why = NULL;
	if (ret < 0)
		return compare_failed(ret, why);
	switch (program_judge(program, kernel, result)) {
	case PROGRAM_BREAKS:
		return PROGRAM_AS_DECLARED;
	case PROGRAM_GAP:
	case PROGRAM_VIOLATION:
		*why = result->end.text;
		return PROGRAM_DIFFERS;
	case PROGRAM_LIMIT:
		if (program->bound && result->runs >= program->bound &&
		    !result->truncated)
			return compare_explored(breaks, why);
		*why = result->limit ? result->limit : "stopped";
		return PROGRAM_UNDECIDED;
	case PROGRAM_HOLDS:
	case PROGRAM_NOT_FOUND:
	case PROGRAM_VACUOUS:
		break;
	}
	return compare_explored(breaks, why);
}

/* -- REACH() -- */

#define MOST_REACHES 64

/*
 * A REACH() that was executed, and whether it was true.  The entries are not
 * part of a world, because they accumulate over all runs.  Helper processes
 * share them (fl_explore_config.jobs), and a checkpoint includes them
 * (fl_explore_config.kept).
 */
struct reach {
	_Atomic(const char *) text; /* NULL: free, like all entries after */
	atomic_bool seen;
};

static struct reach *reaches;

static int forget_reached(void)
{
	const size_t size = MOST_REACHES * sizeof(*reaches);
	void *at = reaches;

	if (!at)
		at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return -ENOMEM;
	reaches = at;
	memset(at, 0, size);
	return 0;
}

void program_reach(const char *text, _Bool seen)
{
	unsigned int i;

	for (i = 0; i < MOST_REACHES; i++) {
		const char *known = NULL;

		if (!atomic_compare_exchange_strong(&reaches[i].text, &known,
						    text) &&
		    known != text)
			continue;
		if (seen)
			atomic_store(&reaches[i].seen, 1);
		return;
	}
	fl_world_violate(p->world, "internal bug: more than %d REACH()",
			 MOST_REACHES);
}

const char *program_not_reached(void)
{
	unsigned int i;

	for (i = 0; i < MOST_REACHES && reaches && reaches[i].text; i++)
		if (!reaches[i].seen)
			return reaches[i].text;
	return NULL;
}

/* -- set-up -- */

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

/* -- functions for threads -- */

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

/* -- functions for checks -- */

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

_Bool program_sets_up;
static jmp_buf set_up_failed;
static struct fl_end set_up_end;

static void violate(void *arg)
{
	fl_world_violate(p->world, "%s", (const char *)arg);
}

/* In a thread that set-up started, the violation ends the world and does not
 * return.  Set-up itself runs outside any guard, so a jump leaves it. */
void program_set_up_fails(const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fl_world_check(p->world, violate, text);
	longjmp(set_up_failed, 1);
}

const struct fl_end *program_set_up_end(void)
{
	return &set_up_end;
}

/* Return: 0; -ENOTRECOVERABLE: the world is shut down. */
static int try_set_up(const struct program *program)
{
	program_sets_up = 1;
	if (!setjmp(set_up_failed)) {
		set_up(program);
		program_sets_up = 0;
		return 0;
	}
	program_sets_up = 0;
	set_up_end = *fl_world_end(p->world);
	fl_world_shutdown(p->world, NULL);
	return -ENOTRECOVERABLE;
}

static const struct fl_kernel_info *kernel_named(const char *name)
{
	const struct fl_kernel_info *kernel;
	unsigned int i;

	for (i = 0; (kernel = fl_kernel_info(i)); i++)
		if (!strcmp(kernel->name, name))
			return kernel;
	return NULL;
}

static struct fl_world_config config_of(const struct program *program,
					const char *kernel)
{
	return (struct fl_world_config){
		.kernel = kernel,
		.cpus = 4,
		.catch_end = 1,
		.device_frames = program->device_frames,
		.swap_pages = program->swap_pages,
	};
}

unsigned long program_memory(const struct program *program)
{
	const struct fl_world_config config = config_of(program, NULL);

	return fl_world_memory(&config);
}

int program_boot(const struct program *program, const char *kernel)
{
	const struct fl_world_config config = config_of(program, kernel);
	const struct fl_kernel_info *info = kernel_named(kernel);
	struct fl_world *world;
	int ret;

	if (!info)
		return -ENOENT;
	if (!program_applies(program, info))
		return -EOPNOTSUPP;
	ret = forget_reached();
	if (!ret)
		ret = fl_world_boot(&config, &world);
	if (ret)
		return ret == -ENOTRECOVERABLE ? -ENOEXEC : ret;
	p = fl_world_alloc(world, sizeof(*p));
	p->world = world;
	p->watched = PAGE(0);
	p->kernel = fl_world_kernel(world);
	return try_set_up(program);
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

/* A hash of the results of all threads and of the page-table entries. */
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
	config.kept = reaches;
	config.kept_size = MOST_REACHES * sizeof(*reaches);
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
