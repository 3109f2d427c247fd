/*
 * ... that there is not
 */
static void what_whoever_tells_of_comes_to(void)
{
	puts("where it is, somebody goes on, and lets go of it");
	fl_machine_current->frames.nr_live = 0;
}

TEST(canary, entry_is_not_looked_at)
{
}

PROGRAM(tlb_forgets, "Is it forgotten?")
{
}

static int fl_fork(struct fl_mm *mm)
{
	return !mm;
}
