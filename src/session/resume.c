/* SPDX-License-Identifier: GPL-2.0-only */
/* resume.c - save an exploration to its checkpoint, and resume it */
#include <errno.h>
#include <stdio.h>

#include "explore/checkpoint.h"
#include "machine/symbol.h"
#include "session/exploration.h"

static struct fl_checkpoint checkpoint_of(struct fl_exploration *x)
{
	return (struct fl_checkpoint){
		.file = &x->file, .of = x->of, .search = &x->search,
		.states = &x->states, .hash = &x->result->hash,
		.kept = {
			{ &x->livelocks, sizeof(x->livelocks) },
			{ x->config->kept, x->config->kept_size },
		},
	};
}

/* Identify the search by what is searched, how, and by which builds of the
 * program and of the kernel, since addresses differ between builds. */
static int name_checkpoint(struct fl_exploration *x)
{
	const struct fl_explore_config *c = x->config;
	const struct fl_kernel_info *k = fl_world_kernel(x->session.world);
	struct fl_symbols *symbols = fl_symbols_open();
	unsigned long start, len;
	char build[64] = "", kernel[64] = "";
	int n;

	if (symbols) {
		fl_symbols_build(symbols, fl_symbols_open, build,
				 sizeof(build));
		fl_symbols_build(symbols, x->session.world->kernel, kernel,
				 sizeof(kernel));
	}
	fl_symbols_close(symbols);
	fl_machine_region(x->session.world->machine, 0, &start, &len);
	n = snprintf(x->of, sizeof(x->of),
		     "%u %u %lu %u %u|%s %s|%lx %lx|%s|%s|%s", c->mode,
		     c->max_preemptions, c->seed, c->depth, c->unfair, build,
		     kernel, start, len, k->name, k->release,
		     c->checkpoint_of ? c->checkpoint_of : "");
	return !*build || !*kernel || n >= (int)sizeof(x->of) ? -EINVAL : 0;
}

int fl_exploration_resume(struct fl_exploration *x)
{
	struct fl_checkpoint c = checkpoint_of(x);
	int ret;

	if (!x->config->checkpoint)
		return 0;
	if (x->config->keep_going)
		return -EINVAL;
	ret = name_checkpoint(x);
	if (!ret)
		ret = fl_file_open(&x->file, x->config->checkpoint);
	x->result->checkpoint_holder = x->file.holder;
	if (ret)
		return ret;
	ret = fl_checkpoint_load(&c);
	if (!ret)
		x->result->resumed = x->search.runs;
	x->search.unfair = !x->livelocks.enough;
	return ret == -ENOENT ? 0 : ret == -ENOSPC ? -EOVERFLOW : ret;
}

void fl_exploration_save(struct fl_exploration *x)
{
	struct fl_checkpoint c = checkpoint_of(x);
	int ret;

	if (!x->file.path || x->result->save_error)
		return;
	ret = fl_search_settle(&x->search);
	if (ret > 0)
		ret = fl_checkpoint_save(&c);
	x->result->save_error = ret < 0 ? ret : 0;
}
