/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * symbol.h - addresses of the program's code and data, by name
 *
 *  - fl_stack()            where the running thread is, as addresses
 *  - fl_symbols_open(), _close(), _at(), _object(), _build()
 */
#ifndef FL_MACHINE_SYMBOL_H
#define FL_MACHINE_SYMBOL_H

struct fl_symbols;

/*
 * fl_stack - the calls that led to @pc, innermost first
 * @frame: the frame record of the function that @pc is in
 * Return: how many of @most; each lies in the instruction that calls.
 */
unsigned int fl_stack(unsigned long pc, unsigned long frame,
		      unsigned long *pcs, unsigned int most);

/* Return: the names of this program; NULL: it has none that can be read. */
struct fl_symbols *fl_symbols_open(void);
void fl_symbols_close(struct fl_symbols *symbols);

/* One function; @file, seen from the top of the tree, may be NULL.  Return: enough? */
typedef int fl_symbol_fn(void *arg, const char *name, const char *file,
			 int line);

/* fl_symbols_at - @fn for each function that @address is in, those that were inlined
 * first.  Return: what @fn returned last. */
int fl_symbols_at(struct fl_symbols *symbols, unsigned long address,
		  fl_symbol_fn *fn, void *arg);

/* Return: the variable that @address is in, and where in it; NULL: none. */
const char *fl_symbols_object(struct fl_symbols *symbols, unsigned long address,
			      unsigned long *offset);

/* fl_symbols_build - which build of this program it is, in hexadecimal digits; "" where
 * the linker gave it none.  @size: of @text, two bytes for each of the build's and one. */
void fl_symbols_build(struct fl_symbols *symbols, char *text, unsigned long size);

/* fl_large_stack - run @fn(@arg) on a stack of its own: names of places need more than threads of
 * user code may have */
void fl_large_stack(void (*fn)(void *arg), void *arg);

#endif /* FL_MACHINE_SYMBOL_H */
