/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * generate.h - random programs: a few threads that load, store, lock and wait
 *
 *  - generate()          the program with this number; always the same one
 *  - generated_begin()   a machine with its threads
 */
#ifndef FL_TESTS_GENERATE_H
#define FL_TESTS_GENERATE_H

/* The operations that a program is made of. */
struct op_mix;
extern const struct op_mix mix_any;	       /* all but those of RCU */
extern const struct op_mix mix_with_rcu;       /* sections and grace periods */
extern const struct op_mix mix_with_callbacks; /* sections and callbacks */

/* generate - make program @number of @mix the current one */
void generate(unsigned long number, const struct op_mix *mix);

/*
 * generated_begin - create bare_machine, with the current program's threads
 *
 * The caller destroys bare_machine, which is never NULL.
 */
void generated_begin(void);

/* Return: 1 if a thread of the current program waits in a loop. */
int generated_waits(void);

void generated_print(void);

#endif /* FL_TESTS_GENERATE_H */
