/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * end.c - a violation ends the world, which records the reason
 *
 * shows: fl_world_end() fl_world_console()
 */
#include "example.h"

int main(int argc, char **argv)
{
	struct fl_world *world = example_boot(argc, argv);
	struct fl_process *process = example_process(world);
	const struct fl_end *end;
	struct fl_pte pte;

	CHECK(!fl_store(process, ADDR, 1));
	CHECK(!fl_pte_view(process, ADDR, &pte));
	CHECK(!fl_world_end(world));
	/* The folio is not locked. */
	CHECK(fl_folio_unlock(world, pte.pfn) == -ENOTRECOVERABLE);
	end = fl_world_end(world);
	CHECK(end);
	printf("%s\nwhere: %s\n%s%s", end->text, end->where, end->backtrace,
	       fl_world_console(world));
	CHECK(fl_world_shutdown(world, NULL) == -ENOTRECOVERABLE);
	return 0;
}
