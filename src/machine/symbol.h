/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * symbol.h - names of addresses in the program's code and data
 *
 *  - fl_stack()            calls of the running thread, as addresses
 *  - fl_backtrace()        the same, by name
 *  - fl_symbols_open(), _close(), _at(), _object(), _build()
 */
#ifndef FL_MACHINE_SYMBOL_H
#define FL_MACHINE_SYMBOL_H

struct fl_end;
struct fl_symbols;

/*
 * fl_stack - collect the calls that led to @pc, innermost first, up to the
 * function that entered the guard
 * @frame: the frame record of the function that contains @pc
 * Return: number of @pcs filled, at most @most; each address lies inside the
 * calling instruction.
 */
unsigned int fl_stack(unsigned long pc, unsigned long frame, unsigned long *pcs,
		      unsigned int most);

/* Write the calls that led to @pc to @end->backtrace, by name, innermost first;
 * @frame: the frame record of the function that contains @pc. */
void fl_backtrace(struct fl_end *end, unsigned long pc, unsigned long frame);

/* Return: the symbols of this program; NULL: none that can be read. */
struct fl_symbols *fl_symbols_open(void);
void fl_symbols_close(struct fl_symbols *symbols);

/* Called for one function; @file is relative to the top of the tree and may be
 * NULL.  Return: whether to stop. */
typedef int fl_symbol_fn(void *arg, const char *name, const char *file,
			 int line);

/* fl_symbols_at - call @fn for each function that contains @address, inlined
 * ones first.  Return: the last return value of @fn. */
int fl_symbols_at(struct fl_symbols *symbols, unsigned long address,
		  fl_symbol_fn *fn, void *arg);

/* Return: the variable that contains @address, with the offset in *@offset;
 * NULL: none. */
const char *fl_symbols_object(struct fl_symbols *symbols, unsigned long address,
			      unsigned long *offset);

/* fl_symbols_build - print the build ID of the file mapped at @address in
 * hexadecimal digits; "" if the linker has set none.  @size: of @text, two
 * bytes for each byte of the build ID and one more. */
void fl_symbols_build(struct fl_symbols *symbols, const void *address,
		      char *text, unsigned long size);

/* fl_large_stack - run @fn(@arg) on a stack of its own: looking up names needs
 * more stack than threads of user code may have */
void fl_large_stack(void (*fn)(void *arg), void *arg);

#endif /* FL_MACHINE_SYMBOL_H */
