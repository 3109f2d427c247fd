/* SPDX-License-Identifier: GPL-2.0-only */
/* sequence.c - decode operations from bytes, apply them, and observe the
 * result */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sequence.h"

#define RW (FL_PROT_READ | FL_PROT_WRITE)

static unsigned long address(unsigned int page)
{
	return SEQ_START + page * FL_PAGE;
}

/* -- decoding -- */

size_t seq_decode(const uint8_t *data, size_t size, struct seq_op *ops)
{
	size_t n;

	for (n = 0; n < SEQ_MAX_OPS && size >= SEQ_OP_BYTES; n++) {
		ops[n] = (struct seq_op){
			.kind = data[0] % SEQ_KINDS,
			.who = data[1] >> 3 & 1,
			.page = data[1] % SEQ_PAGES,
			.pages = 1 + (data[1] >> 4) % SEQ_PAGES,
			.arg = data[2],
		};
		if (ops[n].page + ops[n].pages > SEQ_PAGES)
			ops[n].pages = SEQ_PAGES - ops[n].page;
		data += SEQ_OP_BYTES;
		size -= SEQ_OP_BYTES;
	}
	return n;
}

char *seq_print(const struct seq_op *op, char *buf, size_t size)
{
	static const char *const who[] = { "parent", "child" };
	unsigned int p = op->page, n = op->pages;
	const char *w = who[op->who];

	switch (op->kind) {
	case SEQ_STORE:
		snprintf(buf, size, "fl_store(%s, PAGE(%u), %u)", w, p,
			 op->arg);
		break;
	case SEQ_LOAD:
		snprintf(buf, size, "fl_load(%s, PAGE(%u), &value)", w, p);
		break;
	case SEQ_MARK:
		snprintf(buf, size,
			 "fl_device_make_exclusive(device%u, "
			 "PAGE(%u), %u * FL_PAGE)",
			 op->who, p, n);
		break;
	case SEQ_ADD:
		snprintf(buf, size,
			 "fl_device_atomic_add(device%u, PAGE(%u), %u, &value)",
			 op->who, p, op->arg);
		break;
	case SEQ_READ:
		snprintf(buf, size,
			 "fl_device_read(device%u, PAGE(%u), &value)", op->who,
			 p);
		break;
	case SEQ_ZAP:
		snprintf(buf, size, "fl_zap(%s, PAGE(%u), %u * FL_PAGE)", w, p,
			 n);
		break;
	case SEQ_MPROTECT:
		snprintf(buf, size,
			 "fl_mprotect(%s, PAGE(%u), %u * FL_PAGE, %s)", w, p, n,
			 op->arg & 1 ? "RW" : "FL_PROT_READ");
		break;
	case SEQ_MUNMAP:
		snprintf(buf, size, "fl_munmap(%s, PAGE(%u), %u * FL_PAGE)", w,
			 p, n);
		break;
	case SEQ_MMAP:
		snprintf(buf, size,
			 "fl_mmap(%s, PAGE(%u), %u * FL_PAGE, RW, FL_MAP_ANON)",
			 w, p, n);
		break;
	case SEQ_FORK:
		snprintf(buf, size, "fl_fork(parent, &child)");
		break;
	case SEQ_EXIT:
		snprintf(buf, size, "fl_process_exit(child)");
		break;
	case SEQ_UFFD_WP:
		snprintf(buf, size,
			 "fl_uffd_wp(%s, PAGE(%u), %u * FL_PAGE, %u)", w, p, n,
			 op->arg & 1);
		break;
	case SEQ_SOFT_DIRTY:
		snprintf(buf, size,
			 "fl_clear_soft_dirty(%s, PAGE(%u), %u * FL_PAGE)", w,
			 p, n);
		break;
	case SEQ_MIGRATE:
		snprintf(buf, size,
			 "fl_folio_migrate(world, frame_of(parent, PAGE(%u)))",
			 p);
		break;
	case SEQ_RECLAIM:
		snprintf(buf, size,
			 "fl_folio_reclaim(world, frame_of(parent, PAGE(%u)))",
			 p);
		break;
	case SEQ_MAP_READ:
		snprintf(buf, size,
			 "fl_device_map_read(device%u, PAGE(%u), FL_PAGE)",
			 op->who, p);
		break;
	}
	return buf;
}

/* -- running -- */

int seq_begin(struct seq_run *run, struct fl_world *world)
{
	int i, ret;

	memset(run, 0, sizeof(*run));
	run->world = world;
	ret = fl_process_create(world, &run->process[0]);
	if (!ret)
		ret = fl_mmap(run->process[0], SEQ_START, SEQ_PAGES * FL_PAGE,
			      RW, FL_MAP_ANON);
	for (i = 0; i < 2 && !ret; i++) {
		ret = fl_device_create(world, i ? "device1" : "device0",
				       &run->device[i]);
		if (!ret)
			ret = fl_device_attach(run->device[i], run->process[0],
					       SEQ_START, SEQ_PAGES * FL_PAGE);
	}
	return ret;
}

int seq_end(struct seq_run *run)
{
	int i, ret = 0;

	for (i = 0; i < 2 && !ret; i++)
		ret = fl_device_destroy(run->device[i]);
	for (i = 0; i < 2 && !ret; i++)
		if (run->process[i])
			ret = fl_process_exit(run->process[i]);
	return ret;
}

static int64_t end_child(struct seq_run *run)
{
	int ret;

	if (!run->process[1])
		return -ESRCH;
	ret = fl_process_exit(run->process[1]);
	if (!ret)
		run->process[1] = NULL;
	return ret;
}

/* Return: the value that was read, or the error. */
static int64_t value_or(int ret, const unsigned long *value)
{
	return ret ? ret : (int64_t)*value;
}

/* -EFAULT unless the device has the page exclusively: see SEQ_DEVICE_STALE. */
static int64_t device_read(struct fl_device *d, unsigned long at)
{
	unsigned long value = 0;
	struct fl_device_pte right;
	int ret = fl_device_read(d, at, &value);

	if (!ret && !fl_device_pte_view(d, at, &right) && !right.writable)
		return -EFAULT;
	return value_or(ret, &value);
}

/*
 * Call @fn for the page that the parent maps at @at.  Pages that a device has
 * are excluded: kernels differ by intent in whether they can be moved, and
 * every later state would differ.  So are the child's pages: the model's
 * reverse map also finds the parent through them, and needlessly notifies its
 * devices.
 */
static int64_t act(struct seq_run *run, unsigned long at,
		   int (*fn)(struct fl_world *world, unsigned long pfn))
{
	struct fl_pte pte;
	int ret = fl_pte_view(run->process[0], at, &pte);

	if (ret || !pte.present)
		return -ESRCH;
	ret = fn(run->world, pte.pfn);
	/* Both errors mean "not now". */
	return ret == -EAGAIN ? -EBUSY : ret;
}

static int64_t do_op(struct seq_run *run, const struct seq_op *op)
{
	struct fl_process *p = run->process[op->who];
	struct fl_device *d = run->device[op->who];
	unsigned long at = address(op->page), len = op->pages * FL_PAGE;
	unsigned long value = 0;

	switch (op->kind) {
	case SEQ_MARK:
		return fl_device_make_exclusive(d, at, len);
	case SEQ_ADD:
		return value_or(fl_device_atomic_add(d, at, op->arg, &value),
				&value);
	case SEQ_READ:
		return device_read(d, at);
	case SEQ_MAP_READ:
		/* One page only: a range fault stops at the end of a VMA, and
		 * the model does not merge VMAs. */
		return fl_device_map_read(d, at, FL_PAGE);
	case SEQ_FORK:
		return run->process[1] ?
			       -ESRCH :
			       fl_fork(run->process[0], &run->process[1]);
	case SEQ_EXIT:
		return end_child(run);
	}
	if (!p)
		return -ESRCH;
	switch (op->kind) {
	case SEQ_STORE:
		return fl_store(p, at, op->arg);
	case SEQ_LOAD:
		return value_or(fl_load(p, at, &value), &value);
	case SEQ_ZAP:
		return fl_zap(p, at, len);
	case SEQ_MPROTECT:
		return fl_mprotect(p, at, len, op->arg & 1 ? RW : FL_PROT_READ);
	case SEQ_MUNMAP:
		return fl_munmap(p, at, len);
	case SEQ_MMAP:
		return fl_mmap(p, at, len, RW, FL_MAP_ANON);
	case SEQ_UFFD_WP:
		return fl_uffd_wp(p, at, len, op->arg & 1);
	case SEQ_SOFT_DIRTY:
		return fl_clear_soft_dirty(p, at, len);
	case SEQ_MIGRATE:
		return act(run, at, fl_folio_migrate);
	case SEQ_RECLAIM:
		return act(run, at, fl_folio_reclaim);
	}
	return -EINVAL;
}

/* -- observing -- */

static uint16_t bits_of(const struct fl_pte *pte)
{
	return (pte->present ? SEQ_PTE_PRESENT : 0) |
	       (pte->exclusive ? SEQ_PTE_EXCLUSIVE : 0) |
	       (pte->swap ? SEQ_PTE_SWAP : 0) |
	       (pte->writable || pte->exclusive_writable ? SEQ_PTE_WRITABLE :
							   0) |
	       (pte->dirty ? SEQ_PTE_DIRTY : 0) |
	       (pte->accessed ? SEQ_PTE_ACCESSED : 0) |
	       (pte->soft_dirty ? SEQ_PTE_SOFT_DIRTY : 0) |
	       (pte->uffd_wp ? SEQ_PTE_UFFD_WP : 0);
}

/* Frames are numbered by first appearance: the allocators choose different
 * ones. */
struct numbering {
	unsigned long pfn[2 * SEQ_PAGES];
	uint8_t n;
};

static uint8_t number_of(struct numbering *names, unsigned long pfn)
{
	uint8_t i;

	for (i = 0; i < names->n; i++)
		if (names->pfn[i] == pfn)
			return i + 1;
	names->pfn[names->n++] = pfn;
	return names->n;
}

/* The access of device @i to the page at @pte of the parent. */
static uint16_t device_bits(struct seq_run *run, int i, unsigned int page,
			    const struct fl_pte *pte)
{
	struct fl_device_pte right;

	if (fl_device_pte_view(run->device[i], address(page), &right) ||
	    !right.mapped)
		return 0;
	if (right.writable)
		return SEQ_DEVICE_MAPPED << i;
	return pte->present && pte->pfn == right.pfn ? 0 :
						       SEQ_DEVICE_STALE << i;
}

static void look_at_page(struct seq_run *run, int who, unsigned int page,
			 struct numbering *names, struct seq_page *out)
{
	struct fl_folio folio = { 0 };
	unsigned long value = 0;
	struct fl_pte pte;
	int i;

	fl_pte_view(run->process[who], address(page), &pte);
	for (i = 0; i < 2 && !who; i++)
		out->bits |= device_bits(run, i, page, &pte);
	if (pte.present)
		fl_folio_view(run->world, pte.pfn, &folio);
	/* Each kernel maps and counts the zero page in its own way. */
	if (pte.present && !folio.anon)
		memset(&pte, 0, sizeof(pte));
	out->bits |= bits_of(&pte);
	if (!pte.present && !pte.exclusive)
		return;
	fl_folio_view(run->world, pte.pfn, &folio);
	fl_frame_read(run->world, pte.pfn, 0, &value);
	out->value = value;
	out->frame = number_of(names, pte.pfn);
	out->bits |= SEQ_PTE_ANON |
		     (folio.anon_exclusive ? SEQ_PTE_ANON_EXCLUSIVE : 0);
	out->refcount = folio.refcount - folio.swap_cache;
	out->mapcount = folio.mapcount;
}

static void take_view(struct seq_run *run, struct seq_view *view)
{
	struct numbering names = { .n = 0 };
	struct fl_rss rss;
	unsigned int page;
	int who;

	for (who = 0; who < 2; who++) {
		if (!run->process[who])
			continue;
		fl_rss_view(run->process[who], &rss);
		view->rss[who] = rss.anon;
		view->swap[who] = rss.swap;
		for (page = 0; page < SEQ_PAGES; page++)
			look_at_page(run, who, page, &names,
				     &view->page[who][page]);
	}
}

void seq_apply(struct seq_run *run, const struct seq_op *op,
	       struct seq_view *view)
{
	memset(view, 0, sizeof(*view));
	view->answer = do_op(run, op);
	take_view(run, view);
}

/* -- comparing -- */

int seq_stale(const struct fl_kernel_info *kernel, const struct seq_view *view,
	      char *buf, size_t size)
{
	unsigned int page;

	for (page = 0; page < SEQ_PAGES; page++)
		if (view->page[0][page].bits &
		    (SEQ_DEVICE_STALE | SEQ_DEVICE_STALE << 1)) {
			snprintf(buf, size,
				 "%s: a device reads page %u, which is no "
				 "longer the parent's",
				 kernel->name, page);
			return 1;
		}
	return 0;
}

/*
 * Return: the bits that must be equal in both kernels.  They may differ in
 *  - writable, dirty, soft-dirty and accessed, if one kernel restores a mapping
 *    by the kind of its entry, and the other by the VMA and the folio
 *  - writable and dirty, if in one kernel a page stays read-only after uffd-wp
 *    ends, until a store
 *  - soft-dirty, if in one kernel migration sets it
 */
static uint16_t comparable_bits(const struct fl_traits *a,
				const struct fl_traits *b)
{
	uint16_t bits = ~0;

	if (a->uffd_wp_upgrades != b->uffd_wp_upgrades)
		bits &= ~(SEQ_PTE_WRITABLE | SEQ_PTE_DIRTY);
	if (a->migration_soft_dirties != b->migration_soft_dirties)
		bits &= ~SEQ_PTE_SOFT_DIRTY;
	if (a->has_readable_entries != b->has_readable_entries)
		bits &= ~(SEQ_PTE_WRITABLE | SEQ_PTE_DIRTY |
			  SEQ_PTE_SOFT_DIRTY | SEQ_PTE_ACCESSED);
	return bits;
}

/* A page's mapcount without the one that an exclusive entry owns. */
static int mapcount(const struct fl_traits *traits, const struct seq_page *page)
{
	return page->mapcount -
	       (page->bits & SEQ_PTE_EXCLUSIVE ? traits->entry_mapcount : 0);
}

/* A read-only page from the swap file becomes anon-exclusive at once, or in 7.x
 * with the first store. */
static uint16_t comparable_here(const struct fl_traits *ta,
				const struct seq_page *a,
				const struct fl_traits *tb,
				const struct seq_page *b)
{
	uint16_t bits = comparable_bits(ta, tb);

	if (ta->has_readable_entries != tb->has_readable_entries &&
	    !(a->bits & b->bits & SEQ_PTE_WRITABLE))
		bits &= ~SEQ_PTE_ANON_EXCLUSIVE;
	return bits;
}

static int page_differs(const struct fl_traits *ta, const struct seq_page *a,
			const struct fl_traits *tb, const struct seq_page *b)
{
	return (a->bits ^ b->bits) & comparable_here(ta, a, tb, b) ||
	       a->frame != b->frame || a->refcount != b->refcount ||
	       mapcount(ta, a) != mapcount(tb, b) || a->value != b->value;
}

static void describe(const struct fl_kernel_info *k, const struct seq_page *p,
		     char *buf, size_t size)
{
	static const char letters[] = "PXWDASUan01rRs";
	char bits[16];
	int i;

	for (i = 0; letters[i]; i++)
		bits[i] = p->bits >> i & 1 ? letters[i] : '-';
	snprintf(buf, size,
		 "%-12s %.*s frame %u refs %u mapcount %u value %llu", k->name,
		 i, bits, p->frame, p->refcount, p->mapcount,
		 (unsigned long long)p->value);
}

int seq_compare(const struct fl_kernel_info *ka, const struct seq_view *a,
		const struct fl_kernel_info *kb, const struct seq_view *b,
		char *buf, size_t size)
{
	static const char *const who[] = { "parent", "child" };
	char da[128], db[128];
	unsigned int page;
	int i;

	if (a->answer != b->answer) {
		snprintf(buf, size, "result: %s %lld, %s %lld", ka->name,
			 (long long)a->answer, kb->name, (long long)b->answer);
		return 1;
	}
	for (i = 0; i < 2; i++) {
		if (a->swap[i] != b->swap[i]) {
			snprintf(buf, size,
				 "swapped pages of the %s: %s %lld, %s %lld",
				 who[i], ka->name, (long long)a->swap[i],
				 kb->name, (long long)b->swap[i]);
			return 1;
		}
		if (a->rss[i] != b->rss[i]) {
			snprintf(buf, size, "rss of the %s: %s %lld, %s %lld",
				 who[i], ka->name, (long long)a->rss[i],
				 kb->name, (long long)b->rss[i]);
			return 1;
		}
		for (page = 0; page < SEQ_PAGES; page++) {
			if (!page_differs(&ka->traits, &a->page[i][page],
					  &kb->traits, &b->page[i][page]))
				continue;
			describe(ka, &a->page[i][page], da, sizeof(da));
			describe(kb, &b->page[i][page], db, sizeof(db));
			snprintf(buf, size, "page %u of the %s:\n  %s\n  %s",
				 page, who[i], da, db);
			return 1;
		}
	}
	return 0;
}
