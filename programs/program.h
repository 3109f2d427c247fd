/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * program.h - small programs for the explorer, each of which asks one question
 *
 *   PROGRAM(two_cpus_fault, "Two CPUs fault ...: does each read its value?")
 *   {
 *           mark(PAGE(0), 5);
 *           cpu(0, load_page_0);
 *           cpu(1, load_page_0);
 *           p->check = both_read_it;
 *   }
 *
 * Set-up runs in a world with a process that has PAGES writable pages of
 * anonymous memory at PAGE(0), and with two devices that are not attached.
 * Threads and the check share the state in *p, which is part of the world.
 * Checks and threads assert with HOLD(condition).  REACH(condition) must be
 * true in at least one run: if no run reaches it, the program has shown
 * nothing.
 *
 * A program with a seeded or a known bug declares the violation that must
 * be found, and the kernels on which it must be found:
 *
 *   PROGRAM(name, "...?",
 *           .breaks = "C1 exclusive", .breaks_on = restore_is_marking)
 */
#ifndef FL_PROGRAMS_PROGRAM_H
#define FL_PROGRAMS_PROGRAM_H

#include <errno.h>
#include <stddef.h>

#include "faultlab/faultlab.h"

#define PAGES	     4
#define PAGE(i)	     (0x40000000UL + FL_PAGE * (i))
#define RW	     (FL_PROT_READ | FL_PROT_WRITE)
#define MOST_THREADS 8

struct program_state {
	struct fl_world *world;
	struct fl_process *process, *child;
	struct fl_device *device[2];
	const struct fl_kernel_info *kernel;
	unsigned int threads;
	void (*check)(void); /* NULL: no check of its own */
	/* First of PAGES pages that a story shows; PAGE(0) by default. */
	unsigned long watched;
	unsigned long pfn; /* of page 0, when the threads begin */
	unsigned long value[MOST_THREADS]; /* indexed by thread */
	long ret[MOST_THREADS];
};

extern struct program_state *p;

struct program {
	const char *name, *question;
	void (*set_up)(void);
	/* Part of the text of the violation that must be found; NULL: none.
	 * @breaks_on: on these kernels; NULL: on all. */
	const char *breaks;
	_Bool (*breaks_on)(const struct fl_kernel_info *kernel);
	/* The same for a kernel that restores by a walk, without a
	 * reference. */
	const char *v8;
	/* The kernels on which the program can run, and a noun phrase for what
	 * the others lack.  NULL: the program can run on every kernel. */
	_Bool (*applies)(const struct fl_kernel_info *kernel);
	const char *needs;
	/* Frames of device memory, for drivers that need them. */
	unsigned long device_frames;
	/* Pages of the swap file; 0: the default. */
	unsigned long swap_pages;
	/* Limit of runs, for a program with too many; 0: explore all. */
	unsigned long bound;
	struct program *next;
};

void program_register(struct program *program);

#define PROGRAM(name_, question_, ...)                                      \
	static void name_##_set_up(void);                                   \
	__attribute__((constructor)) static void register_##name_(void)     \
	{                                                                   \
		static struct program program = { .name = #name_,           \
						  .question = question_,    \
						  .set_up = name_##_set_up, \
						  ##__VA_ARGS__ };          \
		program_register(&program);                                 \
	}                                                                   \
	static void name_##_set_up(void)

/* The same program for each driver: @fn sets up everything but the driver. */
#define PROGRAM_MIRROR(name_, fn, question_, ...)         \
	PROGRAM(name_##_mirror, question_, ##__VA_ARGS__) \
	{                                                 \
		attach(0, FL_DRIVER_MIRROR, 0);           \
		fn();                                     \
	}
#define PROGRAM_SEQ(name_, fn, question_, ...)         \
	PROGRAM(name_##_seq, question_, ##__VA_ARGS__) \
	{                                              \
		attach(0, FL_DRIVER_SEQ, 0);           \
		fn();                                  \
	}

/* Return: true if @program can run on @kernel. */
_Bool program_applies(const struct program *program,
		      const struct fl_kernel_info *kernel);

/* Return: the text of the violation that must be found on @kernel; NULL: there
 * is none, or @program does not apply to @kernel. */
const char *program_breaks(const struct program *program,
			   const struct fl_kernel_info *kernel);

/* The verdict of an exploration, given the declaration of the program. */
enum program_verdict {
	PROGRAM_HOLDS,	   /* no violation in any run */
	PROGRAM_BREAKS,	   /* the declared violation was found */
	PROGRAM_VIOLATION, /* an undeclared violation was found */
	PROGRAM_NOT_FOUND, /* no run has the declared violation */
	PROGRAM_LIMIT,	   /* no violation before a limit was reached */
	PROGRAM_VACUOUS,   /* no violation, but a REACH() was never true */
	PROGRAM_GAP,	   /* an error of faultlab or its port ended a run */
};

/*
 * program_judge - the verdict of the last program_explore()
 * @result: filled in by program_explore()
 */
enum program_verdict program_judge(const struct program *program,
				   const struct fl_kernel_info *kernel,
				   const struct fl_explore_result *result);

/* The result of an exploration, compared with the program's declaration. */
enum program_answer {
	PROGRAM_AS_DECLARED,
	PROGRAM_DIFFERS,   /* a test must fail */
	PROGRAM_UNDECIDED, /* a limit other than the bound was reached */
	PROGRAM_NO_RESULT, /* this machine failed, not the kernel */
};

/*
 * program_compare - compare the last program_explore() with the declaration
 * @ret: the return value of program_explore()
 * @result: filled in by program_explore()
 * @why: set to the difference, the limit that was reached, or the failure; NULL
 *       if the result is as declared.  Valid until the next exploration.
 *
 * A program with a bound counts as explored after that number of runs: they
 * must include the declared violation and make every REACH() true.
 */
enum program_answer program_compare(const struct program *program,
				    const struct fl_kernel_info *kernel,
				    int ret,
				    const struct fl_explore_result *result,
				    const char **why);

/* Assert @c.  If it is false, the world ends, or program_boot() fails. */
#define HOLD(c)                                                            \
	do {                                                               \
		if (c)                                                     \
			break;                                             \
		if (program_sets_up)                                       \
			program_set_up_fails("%s:%d: does not hold: %s",   \
					     __FILE_NAME__, __LINE__, #c); \
		fl_world_violate(p->world, "%s:%d: does not hold: %s",     \
				 __FILE_NAME__, __LINE__, #c);             \
	} while (0)

extern _Bool program_sets_up;
void program_set_up_fails(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* @c must be true in at least one run of the exploration. */
#define REACH(c)                               \
	do {                                   \
		static const char text[] = #c; \
		program_reach(text, c);        \
	} while (0)

/* @text: its address identifies the REACH(). */
void program_reach(const char *text, _Bool seen);

/* Return: the text of a REACH() that was executed since program_boot(), but was
 * never true; NULL: none.  A REACH() that is never executed is not reported. */
const char *program_not_reached(void);

/* Create a thread on CPU @cpu that runs @fn with its number, counted from 0. */
void cpu(unsigned int cpu, void (*fn)(unsigned long number));

/* Give device @i this driver with @flaws, and let it mirror all pages. */
void attach(unsigned int i, enum fl_driver driver, unsigned int flaws);

/* Store @value at @addr, and mark the page for device 0. */
void mark(unsigned long addr, unsigned long value);

/* Functions for threads.  They store results in ret[] and value[]. */
void load_page_0(unsigned long number);
void store_page_0(unsigned long number);   /* its number + 10 */
void mark_and_add(unsigned long number);   /* device 0 marks, adds 1 */
void mark_and_add_1(unsigned long number); /* device 1 marks, adds 1 */
void only_add(unsigned long number);	   /* device 0 adds 1 */
void zap_page_0(unsigned long number);
void unmap_page_0(unsigned long number);
void migrate_page_0(unsigned long number);
void reclaim_page_0(unsigned long number);
void protect_page_0(unsigned long number); /* read-only */
void uffd_wp_page_0(unsigned long number);
void clear_soft_dirty_page_0(unsigned long number);
void fork_process(unsigned long number);

/* Functions for checks. */
unsigned long value_at(unsigned long addr); /* loaded by a CPU now */
struct fl_pte pte_at(unsigned long addr);
struct fl_device_pte right_at(unsigned int device, unsigned long addr);
unsigned long freed(unsigned long pfn); /* is the refcount 0? */

/* Return: the program with this name, or NULL; the first program. */
const struct program *program_find(const char *name);
const struct program *program_first(void);

/*
 * program_boot - boot a world and set the program up
 * Return: 0; -EOPNOTSUPP: the program does not apply to the kernel;
 * -ENOTRECOVERABLE: set-up failed, see program_set_up_end(); -ENOEXEC: the
 * kernel failed to boot, standard error has the reason; -ENOENT: there is no
 * such kernel; or an error of fl_world_boot().
 * The caller shuts p->world down after 0.
 */
int program_boot(const struct program *program, const char *kernel);

/* Return: the end of a failed set-up, after -ENOTRECOVERABLE of
 * program_boot(). */
const struct fl_end *program_set_up_end(void);

/* Return: bytes of address space that program_boot() needs. */
unsigned long program_memory(const struct program *program);

/*
 * program_record - boot, and record a run
 * @config: watched pages, name and check are replaced by the program's own
 * Return: as program_boot() and fl_record().  After 0, the caller shuts
 * p->world down.
 */
int program_record(const struct program *program, const char *kernel,
		   const char *schedule, struct fl_record_config config,
		   struct fl_recording **out);

/*
 * program_replay - boot, and make one run with a schedule, including the check
 * Return: as program_boot() and fl_replay().  After 0 and -ENOTRECOVERABLE of
 * fl_replay() or the check, p->world still exists, and the caller shuts it
 * down.
 */
int program_replay(const struct program *program, const char *kernel,
		   const char *schedule);

/* program_explore - boot, explore, shut down.  @config: check and state are
 * replaced by those of the program.  Return: as program_boot() and
 * fl_explore(). */
int program_explore(const struct program *program, const char *kernel,
		    struct fl_explore_config config,
		    struct fl_explore_result *result);

#endif /* FL_PROGRAMS_PROGRAM_H */
