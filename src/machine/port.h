/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * port.h - the hardware manual
 *
 * All that a kernel may know of the machine it runs on.  Kernel-side sources
 * (the port of a tree, the model) include this header beside their own world of
 * headers, so it uses plain C types only and includes nothing.
 *
 *  - physical memory, the direct map, page frames        fl_hw_frame_*()
 *  - page-table entry encoding, the TLB                  FL_PTE_*, fl_hw_tlb_*()
 *  - accesses to shared state, the unit of scheduling    fl_hw_access()
 *  - locks that know their owner                         fl_hw_lock(), ...
 *  - threads: block, wake, CPU number                    fl_hw_block(), ...
 *  - RCU and SRCU                                        fl_hw_rcu_*(), ...
 *  - object allocator                                    fl_hw_cache_*(), ...
 *  - complaints                                          fl_hw_bug(), ...
 *
 * Invariants: every object handed out lies in the machine's arena; nothing here
 * returns a host error or a convenient zero; what cannot be done stops the world
 * with a report (fl_hw_bug() and its like do not return; fl_hw_warn() may).
 *
 * Context: unless said otherwise, a function may be called by any simulated
 * thread, and by the host only inside fl_machine_guard().
 */
#ifndef FL_MACHINE_PORT_H
#define FL_MACHINE_PORT_H

/* ---- physical memory ---------------------------------------------------- */

#define FL_PAGE_SHIFT	12
#define FL_PAGE_SIZE	(1UL << FL_PAGE_SHIFT)
#define FL_MAX_CPUS	8
#define FL_MAX_ORDER	10	/* largest block of frames: 2^FL_MAX_ORDER */
#define FL_NO_FRAME	(~0UL)

/* Allocation flags, for frames and for objects. */
#define FL_ALLOC_ZERO	0x1u	/* zero-filled; otherwise filled with junk */
#define FL_ALLOC_NOFAIL	0x2u	/* failure is not injected; exhaustion stops the world */
#define FL_ALLOC_SLEEP	0x4u	/* the caller may sleep: a sleep check is made */

/*
 * The registers of the current machine.  Written by the machine alone.
 * A physical address pa is at host address fl_hw.direct_map + pa.
 */
struct fl_hw_registers {
	unsigned long direct_map;	/* host address of physical address 0 */
	unsigned long nr_frames;	/* frames 0 .. nr_frames - 1 exist */
	/* As many after them are memory of devices: with an address, and a lock, but
	 * never handed out by the allocator. */
	unsigned long nr_device_frames;
	unsigned long nr_swap_pages;	/* of the swap file, its header included */
	unsigned int nr_cpus;		/* CPUs 0 .. nr_cpus - 1 exist */
	int stepping;			/* != 0: every access calls fl_hw_step() */
	/* != 0: an address of user code that no mapping of its process has is one of the
	 * host's: fl_hw_host_read(), fl_hw_host_write() */
	int user_is_host;
};

extern struct fl_hw_registers fl_hw;

/*
 * fl_hw_frame_alloc - take 2^order contiguous frames, naturally aligned
 * @order: 0 .. FL_MAX_ORDER
 * @flags: FL_ALLOC_*
 *
 * Return: the first frame number, or FL_NO_FRAME where memory is exhausted or
 * the failure of this allocation was asked for.
 */
unsigned long fl_hw_frame_alloc(unsigned int order, unsigned int flags);

/* fl_hw_frame_row - take @n blocks of the largest order, one after the other
 * Each is freed for itself.  Return: as fl_hw_frame_alloc(); one allocation, that may
 * fail once. */
unsigned long fl_hw_frame_row(unsigned int n, unsigned int flags);

/* fl_hw_frame_free - give back what fl_hw_frame_alloc() returned, same order.
 * The contents are overwritten.  A double free stops the world. */
void fl_hw_frame_free(unsigned long pfn, unsigned int order);

/*
 * fl_hw_frame_split - cut the block that has @pfn until one of @order begins there
 * Each part is freed for itself.  Nothing to do where that is so already; a @pfn that
 * is not allocated or not aligned stops the world.
 */
void fl_hw_frame_split(unsigned long pfn, unsigned int order);

/* fl_hw_frame_block - Return: the first frame of the block that has @pfn, which is
 * allocated; *@order is its order. */
unsigned long fl_hw_frame_block(unsigned long pfn, unsigned int *order);

/* fl_hw_frame_allocated - 1 where the frame belongs to a live block, or is a device's,
 * else 0 */
int fl_hw_frame_allocated(unsigned long pfn);

/*
 * fl_hw_boot_alloc - memory for the kernel's lifetime (struct pages, per-CPU areas)
 * @size: bytes; @align: a power of two
 *
 * Only while a kernel boots.  Zero-filled, part of the boot image, never freed,
 * never fails (a machine too small for its kernel stops the world).
 */
void *fl_hw_boot_alloc(unsigned long size, unsigned long align);

/*
 * fl_hw_host_read, fl_hw_host_write - copy from or to memory of user code that is the
 * host's own, where fl_hw.user_is_host
 * Return: bytes that were not copied, since there is no such memory.
 */
unsigned long fl_hw_host_read(void *to, unsigned long from, unsigned long n);
unsigned long fl_hw_host_write(unsigned long to, const void *from, unsigned long n);

/* ---- page tables -------------------------------------------------------- */

/*
 * Four levels of 512 entries of 8 bytes: PGD (bits 39-47 of the virtual
 * address), PUD, PMD, PTE.  Tables lie in page frames; a table entry holds the
 * frame number of the next level.  An entry with FL_PTE_HUGE in a PMD maps
 * 2 MiB.  The walker sets FL_PTE_ACCESSED, and on a store FL_PTE_DIRTY and
 * FL_PTE_SOFT_DIRTY, by compare-and-exchange.
 *
 * An entry without FL_PTE_PRESENT and without FL_PTE_PROT_NONE is the
 * kernel's, but for bit 0: here is how this machine's kernels lay out a swap
 * entry, so that tools can decode it without a kernel.
 */
#define FL_PTE_PRESENT		(1UL << 0)
#define FL_PTE_WRITE		(1UL << 1)
#define FL_PTE_USER		(1UL << 2)
#define FL_PTE_ACCESSED		(1UL << 3)
#define FL_PTE_DIRTY		(1UL << 4)
#define FL_PTE_SPECIAL		(1UL << 6)	/* software */
#define FL_PTE_SOFT_DIRTY	(1UL << 7)
#define FL_PTE_UFFD_WP		(1UL << 8)	/* software */
#define FL_PTE_PROT_NONE	(1UL << 9)	/* software; not PRESENT */
#define FL_PTE_HUGE		(1UL << 10)
#define FL_PTE_EXEC		(1UL << 11)
#define FL_PTE_PFN_SHIFT	12
#define FL_PTE_PFN_BITS		40
#define FL_PTE_PFN_MASK		(((1UL << FL_PTE_PFN_BITS) - 1) << FL_PTE_PFN_SHIFT)

/* A swap entry: PRESENT, PROT_NONE and HUGE clear; type and offset as below.  The
 * offset is stored inverted, as x86 does: who takes such an entry for a mapping finds
 * a frame number that no machine has. */
#define FL_SWP_UFFD_WP		(1UL << 1)
#define FL_SWP_SOFT_DIRTY	(1UL << 2)
#define FL_SWP_EXCLUSIVE	(1UL << 3)	/* the kernel's "swap exclusive" bit */
#define FL_SWP_TYPE_SHIFT	4
#define FL_SWP_TYPE_BITS	5		/* bits 4-8 */
#define FL_SWP_OFFSET_SHIFT	14
#define FL_SWP_OFFSET_BITS	50
#define FL_SWP_OFFSET(entry)	(~(unsigned long)(entry) >> FL_SWP_OFFSET_SHIFT)
#define FL_SWP_ENTRY(type, offset) \
	(~(unsigned long)(offset) << FL_SWP_OFFSET_SHIFT | \
	 (unsigned long)(type) << FL_SWP_TYPE_SHIFT)

#define FL_PT_SHIFT		9		/* log2 of the entries of a table */
#define FL_PT_LEVELS		4
#define FL_VA_BITS		47		/* user addresses are below 1 << this */

/* fl_hw_asid_alloc - a fresh address-space number, for one set of page tables */
unsigned int fl_hw_asid_alloc(void);

/*
 * fl_hw_tlb_flush - forget translations of an address space on every CPU
 * @asid: as given by fl_hw_asid_alloc()
 * @start, @end: virtual range in bytes, end exclusive; 0, ~0UL for all
 */
void fl_hw_tlb_flush(unsigned int asid, unsigned long start, unsigned long end);

/* ---- accesses ----------------------------------------------------------- */

enum fl_hw_access {
	FL_HW_LOAD,	/* READ_ONCE() and its like */
	FL_HW_STORE,
	FL_HW_RMW,	/* atomic read-modify-write */
	FL_HW_PT_STORE,	/* a store to a page-table entry */
	FL_HW_FENCE,
	FL_HW_CAS,	/* a store only where the word is as expected */
	FL_HW_UNLESS,	/* ... only where it is not */
};

/* fl_hw_step - announce an access about to be made; may switch threads */
void fl_hw_step(enum fl_hw_access kind, const volatile void *addr,
		unsigned int size);

/* fl_hw_relax - one turn of a loop that waits for another thread is over: cpu_relax() */
void fl_hw_relax(void);

static inline void fl_hw_access(enum fl_hw_access kind,
				const volatile void *addr, unsigned int size)
{
	if (__builtin_expect(fl_hw.stepping, 0))
		fl_hw_step(kind, addr, size);
}

/* The same for a conditional store: what happens depends on the word and @value. */
void fl_hw_step_if(enum fl_hw_access kind, const volatile void *addr,
		   unsigned int size, unsigned long value);

static inline void fl_hw_access_if(enum fl_hw_access kind,
				   const volatile void *addr, unsigned int size,
				   unsigned long value)
{
	if (__builtin_expect(fl_hw.stepping, 0))
		fl_hw_step_if(kind, addr, size, value);
}

#define FL_MOST_CHOICES	8

/* fl_hw_choose - something that the program does not determine: one of @n ways.
 * @what: what is so, in words, if it is not the first; must outlive the machine
 * Return: 0 .. @n - 1; 0 where nobody explores. */
unsigned int fl_hw_choose(unsigned int n, const char *what);

/* fl_hw_fatal - is a fatal signal pending for the current thread?
 * To be asked where the kernel asks: where a program leaves it open, one comes now. */
int fl_hw_fatal(void);

/* fl_hw_contended - does somebody outside the program hold the lock that the current
 * thread is about to try?  0, but where a program leaves it open.  @name: of the lock. */
int fl_hw_contended(const char *name);

/* ---- threads ------------------------------------------------------------ */

/*
 * One simulated thread.  The kernel owns @task and may keep its own record of
 * the thread there; the rest is the machine's, read-only to kernels.
 */
struct fl_hw_thread {
	unsigned int id;	/* 0 is the thread of the host's own calls */
	unsigned int cpu;	/* the CPU it runs on, for its lifetime */
	void *task;		/* the kernel's: its task_struct */
	int fatal;		/* a fatal signal is pending */
};

extern __thread struct fl_hw_thread *fl_hw_current;

/*
 * fl_hw_block - give up the CPU until fl_hw_wake() names this thread
 * @why: a short noun phrase for reports: "folio lock", "grace period"
 * @what: the object waited for, or NULL
 *
 * A wake-up that came since the thread last returned from here is remembered:
 * then it returns at once.  Context: sleeps; a sleep check is made.
 */
void fl_hw_block(const char *why, const void *what);

/* fl_hw_wake - make @thread runnable.  Return: 1 if it was blocked, else 0. */
int fl_hw_wake(struct fl_hw_thread *thread);

/* fl_hw_kill - a fatal signal for @thread: ends a wait of it for a lock that was
 * asked for with FL_LOCK_KILL.  Waits in fl_hw_block() are the kernel's to wake. */
void fl_hw_kill(struct fl_hw_thread *thread);

/* fl_hw_yield - let another runnable thread go first, if there is one */
void fl_hw_yield(void);

/* fl_hw_might_sleep - violation (C9) if a spinlock is held, preemption is off
 * (@atomic, the kernel's own opinion) or an RCU read-side section is open. */
void fl_hw_might_sleep(int atomic, const char *file, int line);

/* ---- locks -------------------------------------------------------------- */

/*
 * A lock is one word of the kernel's memory: 0 free, FL_LOCK_WRITER held
 * exclusively, else FL_LOCK_READER times the number of readers.  Who holds what
 * is kept per thread, by @key: the kernel's identity of the lock (its lockdep
 * map, or the lock itself).
 */
#define FL_LOCK_WRITER	1UL
#define FL_LOCK_READER	256UL

enum fl_hw_lock_kind {
	FL_HW_SPINLOCK,		/* never sleeps; holders may not sleep */
	FL_HW_SLEEPLOCK,	/* mutex, rwsem */
};

#define FL_LOCK_SHARED	0x1u	/* as a reader */
#define FL_LOCK_TRY	0x2u	/* do not wait */
#define FL_LOCK_KILL	0x4u	/* a fatal signal ends the wait */
#define FL_LOCK_NEST	0x8u	/* another lock of the same class may be held */

/*
 * fl_hw_lock - take a lock
 * @word: the lock word; @key: identity for fl_hw_lock_held(), not NULL
 * @name: for reports; must outlive the lock
 *
 * Taking a lock that the thread holds (other than shared on shared) stops the
 * world: self-deadlock.  Return: 0; -16 (EBUSY) for FL_LOCK_TRY where it was
 * held; -4 (EINTR) for FL_LOCK_KILL on a fatal signal.
 */
int fl_hw_lock(unsigned long *word, enum fl_hw_lock_kind kind,
	       unsigned int flags, const void *key, const char *name);

/* fl_hw_unlock - release; violation (C9) unless the caller holds it so
 * @flags: 0 or FL_LOCK_SHARED */
void fl_hw_unlock(unsigned long *word, unsigned int flags, const void *key);

/* fl_hw_lock_downgrade - from exclusive to shared, without a gap */
void fl_hw_lock_downgrade(unsigned long *word, const void *key);

/*
 * fl_hw_lock_held - does the current thread hold what @key names?
 * @mode: 0 exclusively, 1 shared, -1 either
 * Return: 1 or 0.
 */
int fl_hw_lock_held(const void *key, int mode);

/* fl_hw_lock_sequence - Return: a number that stays as long as the current thread
 * holds what @key names, and is another the next time; ~0u: it does not. */
unsigned int fl_hw_lock_sequence(const void *key);

/* Annotations: "held" without a lock word, such as an RCU read-side section or
 * a lockdep map.  They nest, and must be released by their thread. */
void fl_hw_note_acquire(const void *key, const char *name, int shared);
void fl_hw_note_release(const void *key);

/*
 * Bit locks: a lock that is one bit of a word, the page lock above all.  The
 * kernel does the atomic operation itself and reports its outcome, so that the
 * machine knows the owner.  @word is the word's address.  The reports are for
 * folio locks only: the port sorts out other bits.
 */
void fl_hw_folio_locked(unsigned long pfn);
/* Before the bit is cleared: violation (C9) unless the caller owns the lock. */
void fl_hw_folio_unlock(unsigned long pfn);
/*
 * fl_hw_on_behalf - who owns the folio locks that the current thread takes
 * @thread: the one that a wake function takes a lock for; NULL: itself again
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
/* fl_hw_call_rcu - run head->func after every read-side section open now ended */
void fl_hw_call_rcu(struct fl_hw_rcu_head *head,
		    void (*func)(struct fl_hw_rcu_head *head));
/* fl_hw_call_rcu_late - the same, once nobody else goes on: for what is the port's own */
void fl_hw_call_rcu_late(struct fl_hw_rcu_head *head,
			 void (*func)(struct fl_hw_rcu_head *head));
/* fl_hw_synchronize_rcu - wait for them.  Context: sleeps. */
void fl_hw_synchronize_rcu(void);

/* SRCU: @domain is the address of the kernel's srcu_struct.  A section belongs to its
 * thread; its index is 0, and kernels assert that it is at most 1. */
int fl_hw_srcu_read_lock(const void *domain);
void fl_hw_srcu_read_unlock(const void *domain, int idx);
void fl_hw_synchronize_srcu(const void *domain);
void fl_hw_call_srcu(const void *domain, struct fl_hw_rcu_head *head,
		     void (*func)(struct fl_hw_rcu_head *head));

/* ---- objects ------------------------------------------------------------ */

struct fl_hw_cache;

/*
 * fl_hw_cache_create - a cache of objects of one size
 * @name: for reports; must outlive the machine
 * @ctor: NULL, or called once for each slot, which then keeps its contents
 *        from free to next use (no junk fill)
 */
struct fl_hw_cache *fl_hw_cache_create(const char *name, unsigned long size,
				       unsigned long align,
				       void (*ctor)(void *object));

/* fl_hw_cache_alloc - Return: an object, or NULL (exhausted, or failure asked
 * for).  Fresh objects are filled with FL_JUNK_FRESH, unless FL_ALLOC_ZERO. */
void *fl_hw_cache_alloc(struct fl_hw_cache *cache, unsigned int flags);

/* fl_hw_alloc - as above, for any size, from caches of the machine's own */
void *fl_hw_alloc(unsigned long size, unsigned int flags);

/* fl_hw_free - give back an object of either kind; fills it with
 * FL_JUNK_FREED.  NULL is ignored; anything that is not a live object stops
 * the world. */
void fl_hw_free(const void *object);

/* fl_hw_alloc_size - usable bytes of a live object */
unsigned long fl_hw_alloc_size(const void *object);

#define FL_JUNK_FRESH	0x5a
#define FL_JUNK_FREED	0x6b

/* ---- complaints --------------------------------------------------------- */

/*
 * fl_hw_bug - an assertion of the kernel failed; ends the world
 * @file, @line, @func: the kernel's own place, as the compiler names it
 * @text: the kernel's own text of the condition
 */
void fl_hw_bug(const char *file, int line, const char *func, const char *text)
	__attribute__((noreturn));

/*
 * fl_hw_warn - the same of a warning, where the machine has not been told to print them
 * @told: NULL, or static data of the kernel's, zero until this warning was printed: it is
 * printed and counted once
 *
 * Return: where it was printed; the kernel goes on.
 */
void fl_hw_warn(const char *file, int line, const char *func, const char *text,
		char *told);

/* fl_hw_panic - the kernel gave up by itself, or the port met the impossible */
void fl_hw_panic(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/*
 * fl_hw_name_leaves - what lies at the addresses of leaves nobody has written
 * @text: lines "0xADDRESS NAME", 16 bytes a leaf; must outlive the machine
 * @len: bytes of @text
 *
 * A leaf has an address in the first 64 KiB, which no process maps.  Whoever
 * calls, reads or writes it ends the world with the leaf's name.
 */
void fl_hw_name_leaves(const char *text, unsigned long len);

/* fl_hw_source - the top folder of the kernel's source, cut off in reports; a second
 * call adds one.  Must outlive the machine. */
void fl_hw_source(const char *folder);

/* fl_hw_console - a line, or part of one, of the kernel's own output */
void fl_hw_console(const char *text, unsigned long len);

#endif /* FL_MACHINE_PORT_H */
