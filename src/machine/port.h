/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * port.h - the hardware manual
 *
 * All that a kernel may know of the machine it runs on.  Kernel-side sources
 * (the port of a tree, the model) include this header beside their own headers,
 * so it uses plain C types only and includes nothing but hardware.h, which is
 * as plain.
 *
 *  - memory, page tables, accesses, the current thread   hardware.h
 *  - page frames                                         fl_hw_frame_*()
 *  - the TLB                                             fl_hw_tlb_*()
 *  - loops, conditional accesses, choices                fl_hw_relax(), ...
 *  - locks that know their owner                         fl_hw_lock(), ...
 *  - threads: block, kill                                fl_hw_block(), ...
 *  - RCU and SRCU                                        fl_hw_rcu_*(), ...
 *  - object allocator                                    fl_hw_cache_*(), ...
 *  - error reports                                       fl_hw_bug(), ...
 *
 * Invariants: every object that is allocated lies in the machine's arena; no
 * function here returns a host error or a convenient zero; a request that
 * cannot be met stops the world with a report (fl_hw_bug() and the like do not
 * return; fl_hw_warn() may).
 *
 * Context: unless stated otherwise, any simulated thread may call a function,
 * and the host may call it only inside FL_GUARDED().
 */
#ifndef FL_MACHINE_PORT_H
#define FL_MACHINE_PORT_H

#include "hardware.h"

/* ---- physical memory ---------------------------------------------------- */

/* Allocation flags, for frames and for objects. */
#define FL_ALLOC_ZERO	0x1u /* zero-filled; otherwise filled with junk */
#define FL_ALLOC_NOFAIL 0x2u /* never fails; exhaustion stops the world */
#define FL_ALLOC_SLEEP	0x4u /* the caller may sleep, which is checked */

/*
 * fl_hw_frame_alloc - allocate 2^order contiguous frames, naturally aligned
 * @order: 0 .. FL_MAX_ORDER
 * @flags: FL_ALLOC_*
 *
 * Return: the first frame number, or FL_NO_FRAME if memory is exhausted or the
 * failure of this allocation was requested.
 */
unsigned long fl_hw_frame_alloc(unsigned int order, unsigned int flags);

/* fl_hw_frame_row - allocate @n adjacent blocks of the largest order
 * Each block is freed separately.  Return: as fl_hw_frame_alloc().  Counts as
 * one allocation that may fail. */
unsigned long fl_hw_frame_row(unsigned int n, unsigned int flags);

/* fl_hw_frame_free - free frames from fl_hw_frame_alloc(), with the same order.
 * The contents are overwritten.  A double free stops the world. */
void fl_hw_frame_free(unsigned long pfn, unsigned int order);

/*
 * fl_hw_frame_split - split the block that contains @pfn until a block of
 * @order begins there
 * Each part is freed separately.  Does nothing if the block has that size
 * already.  Stops the world if @pfn is not allocated or not aligned.
 */
void fl_hw_frame_split(unsigned long pfn, unsigned int order);

/* fl_hw_frame_block - Return: the first frame of the live block that contains
 * @pfn, with its order in *@order. */
unsigned long fl_hw_frame_block(unsigned long pfn, unsigned int *order);

/*
 * fl_hw_boot_alloc - allocate memory for the kernel's lifetime (struct pages,
 * per-CPU areas)
 * @size: bytes
 * @align: a power of two
 *
 * Only while a kernel boots.  Zero-filled, part of the boot image, never freed,
 * never fails (a machine too small for its kernel stops the world).
 */
void *fl_hw_boot_alloc(unsigned long size, unsigned long align);

/* ---- translation -------------------------------------------------------- */

/* fl_hw_asid_alloc - Return: a new address-space number, for one set of page
 * tables */
unsigned int fl_hw_asid_alloc(void);

/*
 * fl_hw_tlb_flush - invalidate translations of an address space on every CPU
 * @asid: from fl_hw_asid_alloc()
 * @start, @end: virtual range in bytes, end exclusive; 0, ~0UL for all
 */
void fl_hw_tlb_flush(unsigned int asid, unsigned long start, unsigned long end);

/* ---- accesses ----------------------------------------------------------- */

/* fl_hw_relax - end one turn of a loop that waits for another thread:
 * cpu_relax() */
void fl_hw_relax(void);

/* Announce a conditional store, whose effect depends on the word and @value. */
void fl_hw_step_if(enum fl_hw_access kind, const volatile void *addr,
		   unsigned int size, unsigned long value);

static inline void fl_hw_access_if(enum fl_hw_access kind,
				   const volatile void *addr, unsigned int size,
				   unsigned long value)
{
	if (__builtin_expect(fl_hw.stepping, 0))
		fl_hw_step_if(kind, addr, size, value);
}

#define FL_MOST_CHOICES 8

/* fl_hw_choose - choose one of @n outcomes that the program does not determine
 * @what: describes any outcome but the first; must outlive the machine
 * Return: 0 .. @n - 1; 0 without a scheduler. */
unsigned int fl_hw_choose(unsigned int n, const char *what);

/* fl_hw_fatal - Return: whether a fatal signal is pending for the current
 * thread.
 * Call it when the kernel checks: if the program leaves it open
 * (FL_CHOOSE_SIGNAL), a signal may arrive now. */
int fl_hw_fatal(void);

/* fl_hw_contended - Return: whether code outside the program holds the lock
 * that the current thread is about to try. 0 unless the program leaves it open
 * (FL_CHOOSE_BUSY).  @name: of the lock. */
int fl_hw_contended(const char *name);

/* ---- threads ------------------------------------------------------------ */

/*
 * fl_hw_block - release the CPU until fl_hw_wake() is called for this thread
 * @why: a short noun phrase for reports: "folio lock", "grace period"
 * @what: the object waited for, or NULL
 *
 * If a wake-up has arrived since the thread last returned from here, returns at
 * once.  Context: sleeps, which is checked.
 */
void fl_hw_block(const char *why, const void *what);

/* fl_hw_kill - send @thread a fatal signal: ends its wait for a lock with
 * FL_LOCK_KILL.  The kernel itself must wake waits in fl_hw_block(). */
void fl_hw_kill(struct fl_hw_thread *thread);

/* fl_hw_might_sleep - violation (C9) if a spinlock is held, preemption is off
 * (@atomic, as the kernel reports it) or an RCU read-side section is open. */
void fl_hw_might_sleep(int atomic, const char *file, int line);

/* ---- locks -------------------------------------------------------------- */

/*
 * A lock is one word of the kernel's memory: 0 free, FL_LOCK_WRITER held
 * exclusively, else FL_LOCK_READER times the number of readers.  The machine
 * records the locks that each thread holds by @key: the kernel's identity of
 * the lock (its lockdep map, or the lock itself).
 */
#define FL_LOCK_WRITER 1UL
#define FL_LOCK_READER 256UL

enum fl_hw_lock_kind {
	FL_HW_SPINLOCK,	 /* never sleeps; holders must not sleep */
	FL_HW_SLEEPLOCK, /* mutex, rwsem */
};

#define FL_LOCK_SHARED 0x1u /* as a reader */
#define FL_LOCK_TRY    0x2u /* do not wait */
#define FL_LOCK_KILL   0x4u /* a fatal signal ends the wait */
#define FL_LOCK_NEST   0x8u /* another lock of the same class may be held */

/*
 * fl_hw_lock - take a lock
 * @word: the lock word
 * @key: identity for fl_hw_lock_held(), not NULL
 * @name: for reports; must outlive the lock
 *
 * Taking a lock that the thread already holds (other than shared on shared)
 * stops the world: self-deadlock.  Return: 0; -16 (EBUSY) with FL_LOCK_TRY if
 * it was held; -4 (EINTR) with FL_LOCK_KILL on a fatal signal.
 */
int fl_hw_lock(unsigned long *word, enum fl_hw_lock_kind kind,
	       unsigned int flags, const void *key, const char *name);

/* fl_hw_unlock - release a lock; violation (C9) unless the caller holds it in
 * that mode
 * @flags: 0 or FL_LOCK_SHARED */
void fl_hw_unlock(unsigned long *word, unsigned int flags, const void *key);

/* fl_hw_lock_downgrade - change from exclusive to shared, without a gap */
void fl_hw_lock_downgrade(unsigned long *word, const void *key);

/*
 * fl_hw_lock_held - Return: 1 if the current thread holds lock @key, else 0.
 * @mode: 0 exclusively, 1 shared, -1 either
 */
int fl_hw_lock_held(const void *key, int mode);

/* fl_hw_lock_sequence - Return: sequence number of the current thread's
 * acquisition of @key, constant while held and different for each acquisition;
 * ~0u: not held. */
unsigned int fl_hw_lock_sequence(const void *key);

/* Annotations: "held" without a lock word, such as an RCU read-side section or
 * a lockdep map.  They nest, and the same thread must release them. */
void fl_hw_note_acquire(const void *key, const char *name, int shared);
void fl_hw_note_release(const void *key);

/*
 * Bit locks: a lock that is one bit of a word, mainly the page lock.  The
 * kernel makes the atomic operation itself and reports its outcome, so that the
 * machine knows the owner.  Only folio locks are reported: the port filters out
 * other bits.
 */
void fl_hw_folio_locked(unsigned long pfn);
/* Called before the bit is cleared: violation (C9) unless the caller owns the
 * lock. */
void fl_hw_folio_unlock(unsigned long pfn);
/*
 * fl_hw_on_behalf - set the owner of the folio locks that the current thread
 * takes
 * @thread: the thread for which a wake function takes a lock; NULL: the current
 *          one again
 */
void fl_hw_on_behalf(struct fl_hw_thread *thread);

/* ---- RCU ---------------------------------------------------------------- */

/* Same layout as the kernel's struct callback_head. */
struct fl_hw_rcu_head {
	struct fl_hw_rcu_head *next;
	void (*func)(struct fl_hw_rcu_head *head);
};

void fl_hw_rcu_read_lock(void);
void fl_hw_rcu_read_unlock(void);
/* fl_hw_call_rcu - run @func(@head) after all read-side sections that are open
 * now */
void fl_hw_call_rcu(struct fl_hw_rcu_head *head,
		    void (*func)(struct fl_hw_rcu_head *head));
/* fl_hw_call_rcu_late - as fl_hw_call_rcu(), but only once no thread can
 * continue; for callbacks of the port itself */
void fl_hw_call_rcu_late(struct fl_hw_rcu_head *head,
			 void (*func)(struct fl_hw_rcu_head *head));
/* fl_hw_synchronize_rcu - wait for all read-side sections that are open now.
 * Context: sleeps. */
void fl_hw_synchronize_rcu(void);

/* SRCU: @domain is the address of the kernel's srcu_struct.  A section belongs
 * to its thread; its index is 0, and kernels assert that it is at most 1. */
int fl_hw_srcu_read_lock(const void *domain);
void fl_hw_srcu_read_unlock(const void *domain, int idx);
void fl_hw_synchronize_srcu(const void *domain);
void fl_hw_call_srcu(const void *domain, struct fl_hw_rcu_head *head,
		     void (*func)(struct fl_hw_rcu_head *head));

/* ---- objects ------------------------------------------------------------ */

struct fl_hw_cache;

/*
 * fl_hw_cache_create - create a cache of objects of one size
 * @name: for reports; must outlive the machine
 * @ctor: NULL, or called once for each slot, which then keeps its contents from
 *        free to the next use (no junk fill)
 */
struct fl_hw_cache *fl_hw_cache_create(const char *name, unsigned long size,
				       unsigned long align,
				       void (*ctor)(void *object));

/* fl_hw_cache_alloc - Return: an object, or NULL (memory exhausted, or
 * failure requested).  New objects are filled with FL_JUNK_FRESH, unless
 * FL_ALLOC_ZERO. */
void *fl_hw_cache_alloc(struct fl_hw_cache *cache, unsigned int flags);

/* fl_hw_alloc - as fl_hw_cache_alloc(), for any size, from the machine's own
 * caches */
void *fl_hw_alloc(unsigned long size, unsigned int flags);

/* fl_hw_free - free an object of either kind, and fill it with FL_JUNK_FREED.
 * NULL is ignored; anything that is not a live object stops the world. */
void fl_hw_free(const void *object);

/* fl_hw_alloc_size - Return: usable size of a live object, in bytes */
unsigned long fl_hw_alloc_size(const void *object);

#define FL_JUNK_FRESH 0x5a
#define FL_JUNK_FREED 0x6b

/* ---- error reports ------------------------------------------------------ */

/*
 * fl_hw_bug - report a failed assertion of the kernel; ends the world
 * @file, @line, @func: location in the kernel, as the compiler names it
 * @text: the kernel's text of the condition
 */
void fl_hw_bug(const char *file, int line, const char *func, const char *text)
	__attribute__((noreturn));

/*
 * fl_hw_warn - report a warning; ends the world as fl_hw_bug() does unless the
 * machine prints warnings
 * @warned: NULL, or static data of the kernel, zero until this warning is
 *        printed; then it is printed and counted only once
 *
 * Returns only if the machine prints warnings; the kernel continues.
 */
void fl_hw_warn(const char *file, int line, const char *func, const char *text,
		char *warned);

/* fl_hw_panic - report that the kernel has panicked, or that the port met an
 * impossible state */
void fl_hw_panic(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/*
 * fl_hw_name_stubs - name the addresses of missing stubs, which the port does
 * not provide
 * @text: lines "0xADDRESS NAME", 16 bytes per stub; must outlive the machine
 * @len: bytes of @text
 *
 * A missing stub has an address in the first 64 KiB, which no process maps.
 * Calling, reading or writing it ends the world with the stub's name.
 */
void fl_hw_name_stubs(const char *text, unsigned long len);

/* fl_hw_source - set the top folder of the kernel's source, which reports omit;
 * a second call adds one.  Must outlive the machine. */
void fl_hw_source(const char *folder);

/* fl_hw_console - print a line, or part of one, of the kernel's output */
void fl_hw_console(const char *text, unsigned long len);

#endif /* FL_MACHINE_PORT_H */
