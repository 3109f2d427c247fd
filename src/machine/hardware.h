/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hardware.h - what the host and kernels alike know of the machine
 *
 *  - physical memory, the direct map       fl_hw, fl_hw_frame_allocated()
 *  - encoding of page-table entries        FL_PTE_*, FL_SWP_*
 *  - accesses, the unit of scheduling      fl_hw_access()
 *  - the current thread                    fl_hw_current, fl_hw_yield()
 *
 * port.h includes this header, and has what only kernels and drivers may use.
 * Includes nothing, as port.h explains.
 *
 * Context: as in port.h.
 */
#ifndef FL_MACHINE_HARDWARE_H
#define FL_MACHINE_HARDWARE_H

/* ---- physical memory ---------------------------------------------------- */

#define FL_PAGE_SHIFT 12
#define FL_PAGE_SIZE  (1UL << FL_PAGE_SHIFT)
#define FL_MAX_CPUS   8
#define FL_MAX_ORDER  10 /* largest block of frames: 2^FL_MAX_ORDER */
#define FL_NO_FRAME   (~0UL)

/*
 * Registers of the current machine.  Only the machine writes them.  Physical
 * address pa is at host address fl_hw.direct_map + pa.
 */
struct fl_hw_registers {
	unsigned long direct_map; /* host address of physical address 0 */
	unsigned long nr_frames;  /* frames 0 .. nr_frames - 1 exist */
	/* Device memory: as many frames after those, with an address and a
	 * lock, but never allocated. */
	unsigned long nr_device_frames;
	unsigned long nr_swap_pages; /* of the swap file, with its header */
	unsigned int nr_cpus;	     /* CPUs 0 .. nr_cpus - 1 exist */
	/* If not 0, every access calls fl_hw_step(). */
	int stepping;
	/*
	 * If not 0, a user address that no mapping of its process covers is a
	 * host address: fl_hw_host_read(), fl_hw_host_write().
	 */
	int user_is_host;
};

extern struct fl_hw_registers fl_hw;

/* fl_hw_frame_allocated - Return: 1 if the frame belongs to a live block or to
 * device memory, else 0. */
int fl_hw_frame_allocated(unsigned long pfn);

/*
 * fl_hw_host_read, fl_hw_host_write - copy from or to host memory of user code,
 * if fl_hw.user_is_host
 * Return: number of bytes not copied, because there is no such memory.
 */
unsigned long fl_hw_host_read(void *to, unsigned long from, unsigned long n);
unsigned long fl_hw_host_write(unsigned long to, const void *from,
			       unsigned long n);

/* ---- page tables -------------------------------------------------------- */

/*
 * Four levels of 512 entries of 8 bytes: PGD (bits 39-47 of the virtual
 * address), PUD, PMD, PTE.  Tables lie in page frames; a table entry holds the
 * frame number of the next level.  An entry with FL_PTE_HUGE in a PMD maps 2
 * MiB.  The walker sets FL_PTE_ACCESSED, and on a store FL_PTE_DIRTY and
 * FL_PTE_SOFT_DIRTY, by compare-and-exchange.
 *
 * If FL_PTE_PRESENT and FL_PTE_PROT_NONE are clear, the kernel defines all bits
 * but bit 0.  The layout of this machine's swap entries is below, so that tools
 * can decode them without a kernel.
 */
#define FL_PTE_PRESENT	  (1UL << 0)
#define FL_PTE_WRITE	  (1UL << 1)
#define FL_PTE_USER	  (1UL << 2)
#define FL_PTE_ACCESSED	  (1UL << 3)
#define FL_PTE_DIRTY	  (1UL << 4)
#define FL_PTE_SPECIAL	  (1UL << 6) /* software */
#define FL_PTE_SOFT_DIRTY (1UL << 7)
#define FL_PTE_UFFD_WP	  (1UL << 8) /* software */
#define FL_PTE_PROT_NONE  (1UL << 9) /* software; not PRESENT */
#define FL_PTE_HUGE	  (1UL << 10)
#define FL_PTE_EXEC	  (1UL << 11)
#define FL_PTE_PFN_SHIFT  12
#define FL_PTE_PFN_BITS	  40
#define FL_PTE_PFN_MASK	  (((1UL << FL_PTE_PFN_BITS) - 1) << FL_PTE_PFN_SHIFT)

/* A swap entry: PRESENT, PROT_NONE and HUGE clear; type and offset as below.
 * The offset is stored inverted, as on x86: code that takes such an entry for a
 * mapping finds a frame number that no machine has. */
#define FL_SWP_UFFD_WP	     (1UL << 1)
#define FL_SWP_SOFT_DIRTY    (1UL << 2)
/* the kernel's "swap exclusive" bit */
#define FL_SWP_EXCLUSIVE     (1UL << 3)
#define FL_SWP_TYPE_SHIFT    4
#define FL_SWP_TYPE_BITS     5 /* bits 4-8 */
#define FL_SWP_OFFSET_SHIFT  14
#define FL_SWP_OFFSET_BITS   50
#define FL_SWP_OFFSET(entry) (~(unsigned long)(entry) >> FL_SWP_OFFSET_SHIFT)
#define FL_SWP_ENTRY(type, offset)                         \
	(~(unsigned long)(offset) << FL_SWP_OFFSET_SHIFT | \
	 (unsigned long)(type) << FL_SWP_TYPE_SHIFT)

#define FL_PT_SHIFT  9 /* log2 of entries per table */
#define FL_PT_LEVELS 4
#define FL_VA_BITS   47 /* bits of a user address */

/* ---- accesses ----------------------------------------------------------- */

enum fl_hw_access {
	FL_HW_LOAD, /* READ_ONCE() and the like */
	FL_HW_STORE,
	FL_HW_RMW,	/* atomic read-modify-write */
	FL_HW_PT_STORE, /* a store to a page-table entry */
	FL_HW_FENCE,
	FL_HW_CAS,    /* a store only if the word is as expected */
	FL_HW_UNLESS, /* a store only if the word is not as given */
};

/* fl_hw_step - announce an access that is about to be made; may switch
 * threads */
void fl_hw_step(enum fl_hw_access kind, const volatile void *addr,
		unsigned int size);

static inline void fl_hw_access(enum fl_hw_access kind,
				const volatile void *addr, unsigned int size)
{
	if (__builtin_expect(fl_hw.stepping, 0))
		fl_hw_step(kind, addr, size);
}

/* ---- threads ------------------------------------------------------------ */

/*
 * One simulated thread.  The kernel owns @task and may keep its own thread
 * record there; the machine owns the rest, which is read-only for kernels.
 */
struct fl_hw_thread {
	unsigned int id;  /* 0 is the thread of the host's own calls */
	unsigned int cpu; /* the CPU it runs on for its lifetime */
	void *task;	  /* the kernel's task_struct */
	int fatal;	  /* a fatal signal is pending */
};

extern __thread struct fl_hw_thread *fl_hw_current;

/* fl_hw_wake - make @thread runnable.  Return: 1 if it was blocked, else 0. */
int fl_hw_wake(struct fl_hw_thread *thread);

/* fl_hw_yield - let another runnable thread run first, if there is one */
void fl_hw_yield(void);

#endif /* FL_MACHINE_HARDWARE_H */
