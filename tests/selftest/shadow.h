/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shadow.h - the expected contents of a program's pages, and the permitted
 * accesses
 *
 * The first word of a page represents the page.  A call that fails may have
 * changed a part of its range: from then on, the shadow does not know those
 * pages, until they are mapped again.
 *
 *  - shadow_map(), _unmap(), _move()		system calls that succeeded
 *  - shadow_protect(), _fresh(), _free(), _guard(), _populate()
 *  - shadow_lose(), _lose_content()		system calls that failed
 *  - shadow_truncate(), _punch(), _write()	files
 *  - shadow_store(), _device_store(), _reclaim()	accesses
 *  - shadow_reach(), _may_hold()		allowed results of an access
 */
#ifndef FL_SELFTEST_SHADOW_H
#define FL_SELFTEST_SHADOW_H

#include <stdint.h>

#define SHADOW_PAGES 2048U /* four huge pages */
#define OBJECT_PAGES 2560U
#define MAX_OBJECTS  256

/* The contents of a file or of shared memory; one object for each. */
struct object {
	unsigned long size;	 /* bytes */
	unsigned char collapsed; /* huge pages may pass its end */
	uint64_t value[OBJECT_PAGES];
	unsigned char any[OBJECT_PAGES];   /* unknown */
	unsigned char clean[OBJECT_PAGES]; /* only written by the device */
};

/* A private page holds one of those contents (own, zero, live) that are set. */
struct page {
	unsigned char mapped, prot, shared, guard;
	unsigned char lost; /* unknown: must not be written */
	unsigned char any;  /* contents unknown */
	unsigned char own;  /* @value */
	unsigned char zero;
	unsigned char live;	     /* the object's contents */
	unsigned char clean;	     /* only written by the device */
	unsigned char in_device;     /* may be in the device's memory */
	unsigned char answered;	     /* a userfaultfd fills it with zeroes */
	unsigned char not_inherited; /* MADV_DONTFORK or _WIPEONFORK */
	int object;		     /* -1: private anonymous memory */
	unsigned int index;	     /* in the object */
	uint64_t value;
};

struct shadow {
	struct page page[SHADOW_PAGES];
	struct object object[MAX_OBJECTS];
	int objects;
};

enum reach { NO, YES, MAYBE };

/* Return: the number of a new object, or -1: too many objects. */
int shadow_object(struct shadow *s, unsigned long size);
/* @object: -1 for private anonymous memory; @index: of the page at @at */
void shadow_map(struct shadow *s, unsigned int at, unsigned int n, int prot,
		int shared, int object, unsigned int index);
void shadow_unmap(struct shadow *s, unsigned int at, unsigned int n);
/* mremap(); @keep: MREMAP_DONTUNMAP */
void shadow_move(struct shadow *s, unsigned int from, unsigned int n,
		 unsigned int to, unsigned int new_n, int keep);
void shadow_protect(struct shadow *s, unsigned int at, unsigned int n,
		    int prot);
void shadow_fresh(struct shadow *s, unsigned int at, unsigned int n);
/* The call has failed, but possibly not for all pages. */
void shadow_maybe_fresh(struct shadow *s, unsigned int at, unsigned int n);
/* MADV_FREE; has no effect on pages of files. */
void shadow_free(struct shadow *s, unsigned int at, unsigned int n);
void shadow_guard(struct shadow *s, unsigned int at, unsigned int n, int guard);
/* Private pages of files may have become copies. */
void shadow_populate(struct shadow *s, unsigned int at, unsigned int n);
/* UFFDIO_REGISTER */
void shadow_answer(struct shadow *s, unsigned int at, unsigned int n);
void shadow_not_inherited(struct shadow *s, unsigned int at, unsigned int n);
void shadow_lose(struct shadow *s, unsigned int at, unsigned int n);
void shadow_lose_content(struct shadow *s, unsigned int at, unsigned int n);
void shadow_truncate(struct shadow *s, int object, unsigned long size);
/* MADV_REMOVE */
void shadow_punch(struct shadow *s, unsigned int at, unsigned int n);
/* MADV_COLLAPSE, successful or not */
void shadow_collapse(struct shadow *s, unsigned int at, unsigned int n);
/* pwrite() of a page */
void shadow_write(struct shadow *s, int object, unsigned int index,
		  uint64_t value);
void shadow_store(struct shadow *s, unsigned int at, uint64_t value);
/*
 * The driver does not mark the pages that it writes dirty: reclaim may lose the
 * data (docs/findings/test-hmm.md, 8).
 */
void shadow_device_store(struct shadow *s, unsigned int at, uint64_t value);
void shadow_reclaim(struct shadow *s, unsigned int at, unsigned int n);
enum reach shadow_reach(const struct shadow *s, unsigned int at, int write);
int shadow_may_hold(const struct shadow *s, unsigned int at, uint64_t value);
/*
 * Return: 1 if all the pages may be written: none is lost, or beyond the end of
 * a file and possibly in a huge page.
 */
int shadow_knows(const struct shadow *s, unsigned int at, unsigned int n);
/* Return: 1 if pages @a and @b may belong to one mapping, @b after @a. */
int shadow_follows(const struct shadow *s, unsigned int a, unsigned int b);

#endif
