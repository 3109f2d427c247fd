/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page.c - the page allocator, on top of the machine's frames
 *
 * custom: no zones, no memory pressure; reclaim runs on request only.  Hides:
 * the order of the LRU lists, and the batches that hold a reference to a page
 * before it is added to a list.
 */
#include <linux/mm.h>
#include <linux/gfp.h>
#include <linux/rmap.h>
#include <linux/swap.h>
#if __has_include(<linux/pagevec.h>)
#include <linux/pagevec.h>
#else
#include <linux/folio_batch.h>
#endif
#include <linux/mmzone.h>
#include <asm/hw.h>
#include "alloc.h"
#include "device.h"
#include "mm/internal.h"

/* In 7.2 the tree declares these two itself. */
#ifdef FL_HAVE_ZERO_PAGE
#define fl_zero_page __zero_page
#define zero_pfn     zero_page_pfn
unsigned long zero_page_pfn;
#else
extern unsigned long zero_pfn; /* mm/memory.c */
#endif
struct page *fl_zero_page;
struct page *mem_map;
unsigned long max_mapnr;
struct pglist_data contig_page_data;
atomic_long_t _totalram_pages;
DEFINE_STATIC_KEY_MAYBE(CONFIG_INIT_ON_ALLOC_DEFAULT_ON, init_on_alloc);
DEFINE_STATIC_KEY_MAYBE(CONFIG_INIT_ON_FREE_DEFAULT_ON, init_on_free);

/* -- the owner of a folio lock (asm/bitops.h) -- */

/* Return: the frame whose page flags are at @word, or FL_NO_FRAME. */
static unsigned long frame_of_flags(const volatile unsigned long *word)
{
	unsigned long offset = (unsigned long)word - (unsigned long)mem_map;

	BUILD_BUG_ON(offsetof(struct page, flags) != 0 || PG_locked != 0);
	if (!mem_map || offset >= FL_NR_PFNS * sizeof(struct page) ||
	    offset % sizeof(struct page))
		return FL_NO_FRAME;
	return offset / sizeof(struct page);
}

void fl_bit0_set(const volatile unsigned long *word)
{
	unsigned long pfn = frame_of_flags(word);

	if (pfn != FL_NO_FRAME)
		fl_hw_folio_locked(pfn);
}

bool fl_bit0_locks(const volatile unsigned long *word)
{
	return frame_of_flags(word) != FL_NO_FRAME;
}

/* The block of frames that contains @pfn, as allocated or as last split. */
static unsigned long block_of(unsigned long pfn, unsigned int *order)
{
	return fl_is_device_frame(pfn) ? fl_device_block(pfn, order) :
					 fl_hw_frame_block(pfn, order);
}

static void split_block(unsigned long pfn, unsigned int order)
{
	if (fl_is_device_frame(pfn))
		fl_device_set_block(pfn, order);
	else
		fl_hw_frame_split(pfn, order);
}

/*
 * A large folio is locked while it is split, and a plain copy of its flags
 * locks each part.  Report the split and these locks to the machine, when the
 * first part is unlocked.
 */
static void report_split(unsigned long pfn)
{
	unsigned int order;
	unsigned long head, next, end;

	if (!fl_hw_frame_allocated(pfn))
		return;
	head = block_of(pfn, &order);
	end = head + (1UL << order);
	if (!order || folio_order(page_folio(pfn_to_page(head))) == order)
		return;
	for (pfn = head; pfn < end; pfn = next) {
		struct folio *folio = page_folio(pfn_to_page(pfn));

		next = pfn + folio_nr_pages(folio);
		split_block(pfn, folio_order(folio));
		if (pfn != head && folio_test_locked(folio))
			fl_hw_folio_locked(pfn);
	}
}

void fl_bit0_clear(const volatile unsigned long *word)
{
	unsigned long pfn = frame_of_flags(word);

	if (pfn == FL_NO_FRAME)
		return;
	report_split(pfn);
	fl_hw_folio_unlock(pfn);
}

/* -- blocks of frames -- */

static void fresh(struct page *page)
{
	memset(page, 0, sizeof(*page));
	atomic_set(&page->_mapcount, -1);
}

#ifdef FL_HAVE_PAGE_DTORS
static void prep_head(struct page *page, unsigned int order)
{
	set_compound_page_dtor(page, COMPOUND_PAGE_DTOR);
	set_compound_order(page, order);
	atomic_set(compound_mapcount_ptr(page), -1);
	atomic_set(compound_pincount_ptr(page), 0);
}

static void prep_tail(struct page *page, unsigned int i, unsigned int order)
{
	page[i].mapping = TAIL_MAPPING;
	set_compound_head(page + i, page);
	set_page_private(page + i, 0);
}
#else
#define prep_head(page, order) prep_compound_head(page, order)
#ifdef FL_HAVE_TAIL_ORDER
#define prep_tail(page, i, order) prep_compound_tail(page + i, page, order)
#else
#define prep_tail(page, i, order) prep_compound_tail(page, i)
#endif
#endif

void prep_compound_page(struct page *page, unsigned int order)
{
	unsigned int i;

	if (fl_is_device_frame(page_to_pfn(page)))
		fl_device_set_block(page_to_pfn(page), order);
	__SetPageHead(page);
	for (i = 1; i < 1U << order; i++)
		prep_tail(page, i, order);
	prep_head(page, order);
}

static struct page *fresh_block(unsigned long pfn, unsigned int order)
{
	struct page *page = pfn_to_page(pfn);
	int i;

	for (i = 0; i < 1 << order; i++)
		fresh(page + i);
	set_page_count(page, 1);
	return page;
}

static struct page *get_block(gfp_t gfp, unsigned int order)
{
	unsigned long pfn = fl_hw_frame_alloc(order, hw_flags(gfp));
	struct page *page;

	if (pfn == FL_NO_FRAME)
		return NULL;
	page = fresh_block(pfn, order);
	if (order && (gfp & __GFP_COMP))
		prep_compound_page(page, order);
	return page;
}

struct page *fl_get_row(gfp_t gfp, unsigned int n)
{
	unsigned long pfn = fl_hw_frame_row(n, hw_flags(gfp));
	unsigned int i;

	if (pfn == FL_NO_FRAME)
		return NULL;
	for (i = 0; i < n; i++)
		fresh_block(pfn + ((unsigned long)i << FL_MAX_ORDER),
			    FL_MAX_ORDER);
	return pfn_to_page(pfn);
}

/* The flags as an integer.  In 7.2 they are a structure. */
static unsigned long *flags_of(struct page *page)
{
	BUILD_BUG_ON(sizeof(page->flags) != sizeof(unsigned long));
	return (unsigned long *)&page->flags;
}

/* A function, so that a report has its name and not a list of flags, to which
 * the kernel's macro is expanded. */
static unsigned long flags_left_at_free(struct page *page)
{
	return *flags_of(page) & PAGE_FLAGS_CHECK_AT_FREE;
}

/* Is the page still mapped, or was it unmapped once too often?  A page with a
 * type has no mapcount. */
static bool mapcount_left_at_free(struct page *page)
{
	return atomic_read(&page->_mapcount) != -1 && !page_has_type(page);
}

static void put_block(struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);
	int i;

	VM_BUG_ON_PAGE(page_ref_count(page), page);
	VM_BUG_ON_PAGE(PageTail(page), page);
#ifdef PAGE_FLAGS_SECOND /* since 6.6 the order is kept there */
	if (order)
		*flags_of(page + 1) &= ~PAGE_FLAGS_SECOND;
#endif
	for (i = 0; i < 1 << order; i++)
		VM_BUG_ON_PAGE(mapcount_left_at_free(page + i), page + i);
	for (i = 0; i < 1 << order; i++)
		VM_BUG_ON_PAGE(flags_left_at_free(page + i), page + i);
	for (i = 0; i < 1 << order; i++)
		fresh(page + i);
	/* It may be part of a large folio that was split without being
	 * locked, unseen by report_split(). */
	fl_hw_frame_split(pfn, order);
	fl_hw_frame_free(pfn, order);
}

struct page *L(__alloc_pages)(gfp_t gfp, unsigned int order, int nid,
			      nodemask_t *mask)
{
	return get_block(gfp, order);
}

#ifdef FL_HAVE_ALLOC_NODE
struct page *alloc_pages_node_noprof(int nid, gfp_t gfp, unsigned int order)
{
	return get_block(gfp, order);
}
#endif

struct folio *L(__folio_alloc)(gfp_t gfp, unsigned int order, int nid,
			       nodemask_t *mask)
{
	struct page *page = get_block(gfp | __GFP_COMP, order);

#ifdef FL_HAVE_RMAPPABLE
	return page_rmappable_folio(page);
#else
	if (page && order > 1)
		prep_transhuge_page(page);
	return (struct folio *)page;
#endif
}

#ifdef FL_HAVE_ALLOC_HOOKS
unsigned long get_free_pages_noprof(gfp_t gfp, unsigned int order)
#else
unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
#endif
{
	struct page *page = get_block(gfp, order);

	return page ? (unsigned long)page_address(page) : 0;
}

#ifndef FL_HAVE_ALLOC_HOOKS
unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}
#endif

void __free_pages(struct page *page, unsigned int order)
{
	if (put_page_testzero(page))
		put_block(page, order);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (addr)
		__free_pages(virt_to_page((void *)addr), order);
}

#ifdef FL_HAVE_PAGE_DTORS
/* Until 6.6 a compound page names its destructor; only this one is used. */
void free_compound_page(struct page *page)
{
	put_block(page, compound_order(page));
}

static void put_large(struct folio *folio)
{
	if (folio_order(folio) > 1)
		free_transhuge_page(&folio->page);
	else
		free_compound_page(&folio->page);
}

/* same: free a large folio that reclaim has removed from its list. */
void destroy_large_folio(struct folio *folio)
{
	put_large(folio);
}
#else
static void put_large(struct folio *folio)
{
	folio_unqueue_deferred_split(folio);
	put_block(&folio->page, folio_order(folio));
}
#endif

/* -- LRU: each list contains only one folio, or the parts of one -- */

#define lru_lock contig_page_data.__lruvec.lru_lock

/* An unevictable folio is on no list: mlock_count overlays its list head. */
static void lru_del(struct folio *folio)
{
	if (!folio_test_lru(folio))
		return;
	if (!folio_test_unevictable(folio) && !list_empty(&folio->lru)) {
		spin_lock(&lru_lock);
		list_del(&folio->lru);
		spin_unlock(&lru_lock);
	}
	folio_clear_lru(folio);
	folio_clear_active(folio);
	folio_clear_unevictable(folio);
	folio_clear_mlocked(folio);
}

void folio_add_lru(struct folio *folio)
{
	if (folio_evictable(folio)) {
		folio_clear_unevictable(folio);
		INIT_LIST_HEAD(&folio->lru);
	} else {
		folio_clear_active(folio);
		folio_set_unevictable(folio);
		folio->mlock_count = 0;
	}
	/* A CPU that sees the bit must also see the list head. */
	smp_mb__before_atomic();
	folio_set_lru(folio);
}

#ifdef FL_HAVE_MLOCK_NEW_PAGE
#define mlock_new_folio(folio) mlock_new_page(&(folio)->page)
#endif

void folio_add_lru_vma(struct folio *folio, struct vm_area_struct *vma)
{
	if ((vma->vm_flags & (VM_LOCKED | VM_SPECIAL)) == VM_LOCKED)
		mlock_new_folio(folio);
	else
		folio_add_lru(folio);
}

/* custom: mm/mlock.c does not batch pages, since the batches would never be
 * drained.  Hides: the reference that a batch holds to a page. */
atomic_t lru_disable_count = ATOMIC_INIT(1);

/* Clear the flags of a page in use.  The order of reclaim does not matter,
 * since reclaim takes only pages that a caller names. */
static void make_inactive(struct folio *folio)
{
	if (!folio_test_lru(folio) || folio_test_unevictable(folio))
		return;
	folio_clear_active(folio);
	folio_clear_referenced(folio);
}

#ifdef FL_HAVE_FOLIO_DEACTIVATE
void folio_deactivate(struct folio *folio)
{
	make_inactive(folio);
}
#else
void deactivate_page(struct page *page)
{
	make_inactive(page_folio(page));
}
#endif

void deactivate_file_folio(struct folio *folio)
{
	if (!folio_mapped(folio))
		make_inactive(folio);
}

/* Reclaim may drop the folio without writing it.  same: which folios qualify.
 * Hides: the list of file pages, on which the folio would wait for reclaim. */
void folio_mark_lazyfree(struct folio *folio)
{
	if (!folio_test_anon(folio) || !folio_test_swapbacked(folio) ||
	    folio_test_swapcache(folio) || folio_test_unevictable(folio))
		return;
	folio_clear_active(folio);
	folio_clear_referenced(folio);
	folio_clear_swapbacked(folio);
}

void mark_page_lazyfree(struct page *page) /* until 6.2 */
{
	folio_mark_lazyfree(page_folio(page));
}

/* Return a device page to its driver. */
static void put_device_folio(struct folio *folio)
{
	fl_device_set_block(folio_pfn(folio), 0);
#ifdef FL_HAVE_FREE_DEVICE_FOLIO
	free_zone_device_folio(folio);
#else
	free_zone_device_page(&folio->page);
#endif
}

/* The last reference was dropped. */
void __folio_put(struct folio *folio)
{
	if (fl_is_device_frame(folio_pfn(folio))) {
		put_device_folio(folio);
		return;
	}
	lru_del(folio);
	if (folio_test_large(folio))
		put_large(folio);
	else
		put_block(&folio->page, 0);
}

/* Drop many references at once; free lists of folios without references. */
#ifdef FL_HAVE_RELEASE_FOLIOS
void folios_put_refs(struct folio_batch *folios, unsigned int *refs)
{
	unsigned int i;

	for (i = 0; i < folios->nr; i++)
		if (folio_ref_sub_and_test(folios->folios[i],
					   refs ? refs[i] : 1))
			__folio_put(folios->folios[i]);
	folio_batch_reinit(folios);
}

void free_unref_folios(struct folio_batch *folios)
{
	unsigned int i;

	for (i = 0; i < folios->nr; i++)
		__folio_put(folios->folios[i]);
	folio_batch_reinit(folios);
}
#else
void release_pages(struct page **pages, int nr)
{
	while (nr--)
		put_page(*pages++);
}

void free_unref_page_list(struct list_head *list)
{
	struct folio *folio, *next;

	list_for_each_entry_safe(folio, next, list, lru)
		__folio_put(folio);
}
#endif

#ifdef FL_HAVE_RELEASE_FOLIOS
void __folio_batch_release(struct folio_batch *batch)
{
	folios_put(batch);
}
#else
void __pagevec_release(struct pagevec *batch)
{
	release_pages(batch->pages, batch->nr);
	pagevec_reinit(batch);
}
#endif

/* Remove value entries from @batch: they represent swapped or evicted pages. */
void folio_batch_remove_exceptionals(struct folio_batch *batch)
{
	unsigned int i, n = 0;

	for (i = 0; i < batch->nr; i++)
		if (!xa_is_value(batch->folios[i]))
			batch->folios[n++] = batch->folios[i];
	batch->nr = n;
}

void folio_rotate_reclaimable(struct folio *folio)
{
}
void lru_add_drain(void)
{
}
void lru_add_drain_all(void)
{
}
void folio_mark_accessed(struct folio *folio)
{
	folio_set_referenced(folio);
}
void mod_node_page_state(struct pglist_data *pgdat, enum node_stat_item item,
			 long delta)
{
}
void __mod_zone_page_state(struct zone *zone, enum zone_stat_item item,
			   long delta)
{
}
void mod_zone_page_state(struct zone *zone, enum zone_stat_item item,
			 long delta)
{
}
void __mod_node_page_state(struct pglist_data *pgdat, enum node_stat_item item,
			   long delta)
{
}

#ifdef FL_HAVE_CONST_PAGE
bool is_free_buddy_page(const struct page *page)
{
	return false;
}
#else
bool is_free_buddy_page(struct page *page)
{
	return false;
}
#endif

/*
 * Large folios that would be split under memory pressure, which never occurs.
 * custom: a single list.  Hides: nodes, control groups.
 */
#ifdef FL_HAVE_DEFERRED_LRU
static struct list_lru_one deferred;

static void deferred_init(void)
{
	spin_lock_init(&deferred.lock);
	INIT_LIST_HEAD(&deferred.list);
}

struct list_lru_one *list_lru_lock_irqsave(struct list_lru *lru, int nid,
					   struct mem_cgroup **memcg,
					   unsigned long *flags)
{
	spin_lock_irqsave(&deferred.lock, *flags);
	return &deferred;
}

struct list_lru_one *list_lru_lock(struct list_lru *lru, int nid,
				   struct mem_cgroup **memcg)
{
	spin_lock(&deferred.lock);
	return &deferred;
}

void list_lru_unlock(struct list_lru_one *l)
{
	spin_unlock(&l->lock);
}

void list_lru_unlock_irqrestore(struct list_lru_one *l, unsigned long *flags)
{
	spin_unlock_irqrestore(&l->lock, *flags);
}

bool __list_lru_add(struct list_lru *lru, struct list_lru_one *l,
		    struct list_head *item, int nid, struct mem_cgroup *memcg)
{
	if (!list_empty(item))
		return false;
	list_add_tail(item, &l->list);
	l->nr_items++;
	return true;
}

bool __list_lru_del(struct list_lru *lru, struct list_lru_one *l,
		    struct list_head *item, int nid)
{
	if (list_empty(item))
		return false;
	list_del_init(item);
	l->nr_items--;
	return true;
}
#else
static void deferred_init(void)
{
	spin_lock_init(&contig_page_data.deferred_split_queue.split_queue_lock);
	INIT_LIST_HEAD(&contig_page_data.deferred_split_queue.split_queue);
}
#endif

/* Called once, at boot: initialise the struct page of each frame.  Those of
 * device frames are initialised when the device memory is plugged in. */
void fl_page_init(void)
{
	unsigned long pfn;

	max_mapnr = fl_hw.nr_frames;
	highest_memmap_pfn = fl_hw.nr_frames - 1;
	mem_map = fl_hw_boot_alloc(sizeof(struct page) * FL_NR_PFNS, 64);
	fl_device_init();
	for (pfn = 0; pfn < max_mapnr; pfn++)
		fresh(mem_map + pfn);
	atomic_long_set(&_totalram_pages, fl_hw.nr_frames);
	lruvec_init(&contig_page_data.__lruvec);
	deferred_init();
	fl_zero_page = get_block(GFP_KERNEL | __GFP_ZERO | __GFP_NOFAIL, 0);
	__SetPageReserved(fl_zero_page);
	zero_pfn = page_to_pfn(fl_zero_page);
}
