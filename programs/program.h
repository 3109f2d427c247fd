/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * program.h - small programs for the explorer, one question each
 *
 *   PROGRAM(two_cpus_fault, "Two CPUs fault ...: does each read its value?")
 *   {
 *           mark(PAGE(0), 5);
 *           cpu(0, load_page_0);
 *           cpu(1, load_page_0);
 *           p->check = both_read_it;
 *   }
 *
 * Set-up finds a world with a process and PAGES writable pages of anonymous memory at
 * PAGE(0), and two devices, not attached.  All that threads and the check share is in
 * *p, which lies in the world.  A check says HOLD(condition); so may a thread.  REACH(condition)
 * must be true in at least one run: if no run reaches it, the program has shown nothing.
 *
 * Where something is wrong on purpose, or known to be, the program declares what must be
 * found, and where:
 *
 *   PROGRAM(name, "...?", .breaks = "C1 exclusive", .breaks_on = told_as_marking)
 */
#ifndef FL_PROGRAMS_PROGRAM_H
#define FL_PROGRAMS_PROGRAM_H

#include <errno.h>
#include <stddef.h>

#include "faultlab/faultlab.h"

#define PAGES		4
#define PAGE(i)		(0x40000000UL + (i) * FL_PAGE)
#define RW		(FL_PROT_READ | FL_PROT_WRITE)
#define MOST_THREADS	8

struct program_state {
	struct fl_world *world;
	struct fl_process *process, *child;
	struct fl_device *device[2];
	const struct fl_kernel_info *kernel;
	unsigned int threads;
	void (*check)(void);		/* NULL: what the kernel asserts is all */
	unsigned long watched;		/* PAGES from here are what a story looks at; PAGE(0) */
	unsigned long pfn;		/* of page 0, when the threads begin */
	unsigned long value[MOST_THREADS];	/* for each thread its own */
	long ret[MOST_THREADS];
};

extern struct program_state *p;

struct program {
	const char *name, *question;
	void (*set_up)(void);
	/* What a violation must say that is to be found; NULL: all must hold.  On the
	 * kernels of @breaks_on; NULL: on every one. */
	const char *breaks;
	_Bool (*breaks_on)(const struct fl_kernel_info *kernel);
	/* The same of a kernel that restores by a walk, without a reference. */
	const char *v8;
	/* Kernels that it can be run on, and what the others lack, as a noun phrase; NULL:
	 * it can be run on every kernel. */
	_Bool (*applies)(const struct fl_kernel_info *kernel);
	const char *needs;
	/* Memory of devices that it wants, for drivers that have such. */
	unsigned long device_frames;
	/* Pages of the swap file; 0: as few as there are by default. */
	unsigned long swap_pages;
	/* Explored up to so many runs only, as there are too many; 0: in full. */
	unsigned long bound;
	struct program *next;
};

void program_register(struct program *program);

#define PROGRAM(name_, question_, ...)					\
static void name_##_set_up(void);					\
__attribute__((constructor)) static void register_##name_(void)	\
{									\
	static struct program program = {				\
		.name = #name_, .question = question_,			\
		.set_up = name_##_set_up, ##__VA_ARGS__ };		\
	program_register(&program);					\
}									\
static void name_##_set_up(void)

/* The same program, once with each driver: @fn sets up all but the driver. */
#define PROGRAM_MIRROR(name_, fn, question_, ...)			\
PROGRAM(name_##_mirror, question_, ##__VA_ARGS__)			\
{									\
	attach(0, FL_DRIVER_MIRROR, 0);					\
	fn();								\
}
#define PROGRAM_SEQ(name_, fn, question_, ...)				\
PROGRAM(name_##_seq, question_, ##__VA_ARGS__)				\
{									\
	attach(0, FL_DRIVER_SEQ, 0);					\
	fn();								\
}

/* Return: whether @program can be run on @kernel. */
_Bool program_applies(const struct program *program,
		      const struct fl_kernel_info *kernel);

/* Return: what must be found of @program on @kernel; NULL: all must hold, or it is not for
 * that kernel. */
const char *program_breaks(const struct program *program,
			   const struct fl_kernel_info *kernel);

/* What an exploration says about a kernel, given what the program declares. */
enum program_verdict {
	PROGRAM_HOLDS,		/* in every run */
	PROGRAM_BREAKS,		/* the violation that is declared was found */
	PROGRAM_VIOLATION,	/* a violation that is not declared was found */
	PROGRAM_NOT_FOUND,	/* it holds in every run, but a violation is declared */
	PROGRAM_LIMIT,		/* it holds so far; a limit was reached */
	PROGRAM_VACUOUS,	/* it holds, but no run did what the program is about */
	PROGRAM_GAP,		/* the port lacks something, or has a defect */
};

/*
 * program_judge - what the last program_explore() has shown
 * @result: as it has filled in
 */
enum program_verdict program_judge(const struct program *program,
				   const struct fl_kernel_info *kernel,
				   const struct fl_explore_result *result);

/* Whether what an exploration found is what the program declares. */
enum program_answer {
	PROGRAM_AS_DECLARED,
	PROGRAM_DIFFERS,	/* a test fails of it */
	PROGRAM_UNDECIDED,	/* a limit was reached that is not the program's own bound */
	PROGRAM_NO_RESULT,	/* this machine has failed: it says nothing about a kernel */
};

/*
 * program_compare - what the last program_explore() has shown, compared with the declaration
 * @ret: as program_explore() has returned; @result: as it has filled in
 * @why: set to what differs, which limit was reached, or what has failed; NULL if all is as
 * declared.  Valid until the next exploration.
 *
 * Of a program with a bound so many runs are all that is to be explored: what is declared,
 * and what REACH() names, must be found in them.
 */
enum program_answer program_compare(const struct program *program,
				    const struct fl_kernel_info *kernel, int ret,
				    const struct fl_explore_result *result,
				    const char **why);

/* What must be true.  Ends the world if it is not; in set-up, program_boot() fails. */
#define HOLD(c) do {							\
	if (c)								\
		break;							\
	if (program_sets_up)						\
		program_set_up_fails("%s:%d: does not hold: %s",	\
				     __FILE_NAME__, __LINE__, #c);	\
	fl_world_violate(p->world, "%s:%d: does not hold: %s",		\
			 __FILE_NAME__, __LINE__, #c);			\
} while (0)

extern _Bool program_sets_up;
void program_set_up_fails(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* What must be true in at least one of the runs that were made. */
#define REACH(c) do {							\
	static const char text[] = #c;					\
	program_reach(text, c);						\
} while (0)

/* @text: its address tells one REACH() from another. */
void program_reach(const char *text, _Bool seen);

/* Return: a REACH() since program_boot() that no run has reached; NULL: there is none.
 * A REACH() that is never executed is not known. */
const char *program_not_reached(void);

/* A thread on CPU @cpu that runs @fn; its number, from 0, is what @fn gets. */
void cpu(unsigned int cpu, void (*fn)(unsigned long number));

/* Device @i drives @driver with @flaws, and mirrors all pages. */
void attach(unsigned int i, enum fl_driver driver, unsigned int flaws);

/* Store @value at @addr, and let device 0 have the page. */
void mark(unsigned long addr, unsigned long value);

/* What threads do, most of them with page 0; ret[] and value[] tell what came of it. */
void load_page_0(unsigned long number);
void store_page_0(unsigned long number);	/* its number + 10 */
void mark_and_add(unsigned long number);	/* device 0 takes it, adds 1 */
void mark_and_add_1(unsigned long number);	/* device 1 */
void only_add(unsigned long number);		/* device 0, which has it */
void zap_page_0(unsigned long number);
void unmap_page_0(unsigned long number);
void migrate_page_0(unsigned long number);
void reclaim_page_0(unsigned long number);
void protect_page_0(unsigned long number);	/* read-only */
void uffd_wp_page_0(unsigned long number);
void clear_soft_dirty_page_0(unsigned long number);
void fork_process(unsigned long number);

/* What checks look at. */
unsigned long value_at(unsigned long addr);	/* as a CPU loads it now */
struct fl_pte pte_at(unsigned long addr);
struct fl_device_pte right_at(unsigned int device, unsigned long addr);
unsigned long freed(unsigned long pfn);		/* has nobody that frame? */

/* Return: the program of that name, or NULL; the first; the next. */
const struct program *program_find(const char *name);
const struct program *program_first(void);

/*
 * program_boot - a world in which the program is about to begin
 * Return: 0; -EOPNOTSUPP: the program does not apply to the kernel; -ENOTRECOVERABLE: its
 * set-up has failed, program_set_up_end() says how; -ENOEXEC: the kernel has ended in its
 * boot, and standard error says how; -ENOENT: there is no such kernel; as fl_world_boot().
 * The caller shuts p->world down after 0.
 */
int program_boot(const struct program *program, const char *kernel);

/* Return: how the set-up has failed, after -ENOTRECOVERABLE of program_boot(). */
const struct fl_end *program_set_up_end(void);

/* Return: bytes of address space that program_boot() needs. */
unsigned long program_memory(const struct program *program);

/*
 * program_record - boot, and write a run down
 * @config: watched pages, names and check are the program's own
 * Return: as program_boot(), fl_record().  The caller shuts p->world down after 0.
 */
int program_record(const struct program *program, const char *kernel,
		   const char *schedule, struct fl_record_config config,
		   struct fl_recording **out);

/*
 * program_replay - boot, and make one run after a schedule, its check included
 * Return: as fl_replay(); 0 and -ENOTRECOVERABLE leave p->world to look at, which the
 * caller shuts down.
 */
int program_replay(const struct program *program, const char *kernel,
		   const char *schedule);

/* program_explore - boot, explore, shut down.  @config: check and state are the
 * program's own.  Return: as fl_explore(), or as program_boot(). */
int program_explore(const struct program *program, const char *kernel,
		    struct fl_explore_config config,
		    struct fl_explore_result *result);

#endif /* FL_PROGRAMS_PROGRAM_H */
