/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * units.c - single functions of a kernel, one after the other
 *
 * shows: fl_unit_make_device_exclusive() fl_unit_restore_exclusive_pte()
 *        fl_unit_try_restore_exclusive_pte()
 *        fl_unit_remove_device_exclusive_entry()
 *        fl_unit_remove_migration_ptes() fl_folio_trylock()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	struct fl_fault out;
	struct fl_pte pte;
	int me;

	CHECK(!fl_store(process, ADDR, 1));
	CHECK(!fl_pte_view(process, ADDR, &pte));

	CHECK(fl_unit_make_device_exclusive(process, ADDR, pte.pfn, &me) == 1);
	CHECK(!fl_unit_restore_exclusive_pte(process, ADDR, pte.pfn, 0));

	CHECK(fl_unit_make_device_exclusive(process, ADDR, pte.pfn, &me) == 1);
	CHECK(!fl_folio_get(world, pte.pfn));
	CHECK(!fl_folio_trylock(world, pte.pfn));
	CHECK(fl_unit_try_restore_exclusive_pte(process, ADDR) == -EBUSY);
	CHECK(!fl_folio_unlock(world, pte.pfn));
	CHECK(!fl_folio_put(world, pte.pfn));
	CHECK(!fl_unit_try_restore_exclusive_pte(process, ADDR));

	CHECK(fl_unit_make_device_exclusive(process, ADDR, pte.pfn, &me) == 1);
	CHECK(!fl_pte_view(process, ADDR, &pte) && pte.exclusive);
	CHECK(!fl_unit_remove_device_exclusive_entry(process, ADDR, pte.raw, 0,
						     &out));
	CHECK(!fl_pte_view(process, ADDR, &pte) && pte.present);

	CHECK(!fl_unit_remove_migration_ptes(world, pte.pfn));
	CHECK(!fl_pte_view(process, ADDR, &pte) && pte.present);
	printf("marked three times, restored in three ways\n");
	return example_end(world);
}
