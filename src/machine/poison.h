/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * poison.h - describe the arena's memory to the checkers of host memory
 *
 *  - fl_poison()     no access is allowed: ASan and Memcheck report one
 *  - fl_unpoison()   accesses are allowed, and the contents are defined
 *  - fl_undefined()  accesses are allowed, but Memcheck reports code that
 *                    depends on the contents
 *  - fl_defined()    the contents are defined, although Memcheck did not see
 *                    the write
 *
 *  - fl_poison_stop() stop poisoning and marking as undefined
 *
 *  - fl_root()       the memory refers to memory of malloc(), which
 *                    LeakSanitizer must not report
 *  - fl_no_root()    it no longer does
 *
 * Without these checkers they do nothing.
 */
#ifndef FL_MACHINE_POISON_H
#define FL_MACHINE_POISON_H

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(p, n)	  ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#ifndef SANITIZER_LSAN_INTERFACE_H
#define __lsan_register_root_region(p, n)   ((void)(p), (void)(n))
#define __lsan_unregister_root_region(p, n) ((void)(p), (void)(n))
#endif

#if defined(__has_include)
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#endif
#endif
#ifndef VALGRIND_MAKE_MEM_NOACCESS
#define VALGRIND_MAKE_MEM_NOACCESS(p, n)  ((void)(p), (void)(n))
#define VALGRIND_MAKE_MEM_UNDEFINED(p, n) ((void)(p), (void)(n))
#define VALGRIND_MAKE_MEM_DEFINED(p, n)	  ((void)(p), (void)(n))
#endif

/* Set by fl_poison_stop(): restoring memory from a copy does not restore what
 * is poisoned. */
extern int fl_poison_off;

static inline void fl_poison_stop(void)
{
	fl_poison_off = 1;
}

static inline void fl_poison(const void *p, unsigned long n)
{
	if (fl_poison_off)
		return;
	ASAN_POISON_MEMORY_REGION(p, n);
	VALGRIND_MAKE_MEM_NOACCESS(p, n);
}

static inline void fl_unpoison(const void *p, unsigned long n)
{
	ASAN_UNPOISON_MEMORY_REGION(p, n);
	VALGRIND_MAKE_MEM_DEFINED(p, n);
}

/* A stack that was left in the middle of a call: ASan still knows its
 * frames. */
static inline void fl_fresh_stack(const void *p, unsigned long n)
{
	(void)p;
	(void)n;
	ASAN_UNPOISON_MEMORY_REGION(p, n);
}

static inline void fl_undefined(const void *p, unsigned long n)
{
	(void)p;
	(void)n;
	if (!fl_poison_off)
		VALGRIND_MAKE_MEM_UNDEFINED(p, n);
}

static inline void fl_defined(const void *p, unsigned long n)
{
	(void)p;
	(void)n;
	VALGRIND_MAKE_MEM_DEFINED(p, n);
}

static inline void fl_root(const void *p, unsigned long n)
{
	__lsan_register_root_region(p, n);
}

static inline void fl_no_root(const void *p, unsigned long n)
{
	__lsan_unregister_root_region(p, n);
}

#endif /* FL_MACHINE_POISON_H */
