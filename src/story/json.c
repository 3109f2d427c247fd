/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * json.c - a recording as JSON for other programs; see
 * docs/recording.schema.json
 *
 * Addresses are those of the machine, the same in every run.  They are strings,
 * because JSON numbers cannot hold them exactly.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "story/json.h"
#include "story/recording.h"

static const char *const kinds[] = {
	[FL_OP_NONE] = "none",
	[FL_OP_LOAD] = "load",
	[FL_OP_STORE] = "store",
	[FL_OP_RMW] = "rmw",
	[FL_OP_CAS] = "cas",
	[FL_OP_UNLESS] = "cas",
	[FL_OP_LOCK] = "lock",
	[FL_OP_LOCK_SHARED] = "lock_shared",
	[FL_OP_TRYLOCK] = "trylock",
	[FL_OP_TRYLOCK_SHARED] = "trylock_shared",
	[FL_OP_UNLOCK] = "unlock",
	[FL_OP_UNLOCK_SHARED] = "unlock_shared",
	[FL_OP_DOWNGRADE] = "downgrade",
	[FL_OP_WAIT] = "wait",
	[FL_OP_WAKE] = "wake",
	[FL_OP_RCU_READ] = "rcu_read",
	[FL_OP_RCU_DONE] = "rcu_done",
	[FL_OP_RCU_SYNC] = "rcu_sync",
	[FL_OP_RCU_CALL] = "rcu_call",
	[FL_OP_RCU_WAIT] = "rcu_wait",
	[FL_OP_RELAX] = "relax",
	[FL_OP_CHOOSE] = "choose",
};

static json_t *hex(unsigned long value)
{
	return json_sprintf("%#lx", value);
}

static json_t *stack_of(const struct fl_record_step *s)
{
	json_t *all = json_array();
	unsigned int i;

	for (i = 0; i < s->nr_frames; i++)
		json_array_append_new(all,
				      json_pack("{s:s, s:s, s:i}", "function",
						s->frames[i].function, "file",
						s->frames[i].file, "line",
						s->frames[i].line));
	return all;
}

static json_t *state_of(const struct fl_recording *r, const char *const *state)
{
	json_t *all = json_object();
	unsigned int i;

	for (i = 0; i < r->nr_columns; i++)
		json_object_set_new(all, r->columns[i],
				    json_string(state[i] ? state[i] : "none"));
	return all;
}

static json_t *step_of(const struct fl_recording *r,
		       const struct fl_record_step *s)
{
	char text[120];
	json_t *v;

	fl_step_text(s, text, sizeof(text));
	v = json_pack("{s:i, s:i, s:s, s:s, s:s, s:b}", "index",
		      (int)(s - r->steps) + 1, "thread", s->thread, "kind",
		      s->freed ? "free" : kinds[s->op.kind], "object",
		      s->object, "text", text, "takes", s->took);
	json_object_set_new(v, "step",
			    s->number ? json_integer(s->number) : json_null());
	json_object_set_new(v, "address", hex(s->op.addr));
	json_object_set_new(v, "size", json_integer(s->op.size));
	json_object_set_new(v, "plain",
			    json_boolean(s->op.flags & FL_OP_PLAIN));
	json_object_set_new(v, "blocked", json_boolean(s->blocked));
	json_object_set_new(v, "before",
			    s->has_value ? hex(s->before) : json_null());
	json_object_set_new(v, "after",
			    s->has_value ? hex(s->after) : json_null());
	json_object_set_new(v, "switch",
			    s->reason ? json_string(s->reason) : json_null());
	json_object_set_new(v, "state", state_of(r, s->state));
	json_object_set_new(v, "stack", stack_of(s));
	return v;
}

static json_t *end_of(const struct fl_recording *r)
{
	static const char *const names[] = {
		[FL_END_VIOLATION] = "violation",
		[FL_END_KERNEL_BUG] = "kernel bug",
		[FL_END_MISSING_STUB] = "missing stub",
		[FL_END_OOPS] = "oops",
		[FL_END_INTERNAL] = "internal bug",
	};
	char because[400];

	if (!r->end.kind)
		return json_null();
	fl_because(r, because, sizeof(because));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "kind",
			 names[r->end.kind], "text", r->end.text, "where",
			 r->end.where, "backtrace", r->end.backtrace, "locks",
			 r->end.locks, "because", because, "thread",
			 (int)r->ended_by);
}

json_t *fl_recording_value(const struct fl_recording *r)
{
	json_t *threads = json_array(), *columns = json_array();
	json_t *steps = json_array();
	unsigned int i;

	for (i = 0; i < r->nr_threads; i++)
		json_array_append_new(threads, json_string(r->threads[i]));
	for (i = 0; i < r->nr_columns; i++)
		json_array_append_new(columns, json_string(r->columns[i]));
	for (i = 0; i < r->nr; i++)
		json_array_append_new(steps, step_of(r, &r->steps[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:I, s:o, "
			 "s:o, s:o, s:o, s:o}",
			 "schema", FL_RECORDING_SCHEMA, "program", r->program,
			 "kernel", r->kernel, "release", r->release, "schedule",
			 r->schedule, "switches", (int)r->switches,
			 "operations", (json_int_t)r->ops, "threads", threads,
			 "columns", columns, "initial", state_of(r, r->first),
			 "steps", steps, "end", end_of(r));
}

int fl_recording_json(const struct fl_recording *r, FILE *out)
{
	json_t *value = fl_recording_value(r);
	int ret;

	if (!value)
		return -ENOMEM;
	ret = json_dumpf(value, out, JSON_INDENT(1));
	json_decref(value);
	return ret || fputc('\n', out) == EOF ? -EIO : 0;
}
