/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * schema.c - check JSON documents against a schema
 *
 *   schema SCHEMA DOCUMENT [...]      check each document; "-": standard input
 *
 * Supports what docs/ needs of JSON Schema, draft 2020-12.  An unknown keyword
 * is an error, so that no part of a schema is ignored.  The JSON pointer of the
 * wrong value is printed.
 */
#include <jansson.h>
#include <limits.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"

/* The place in the document, and the reason. */
struct check {
	/* Folder of the schema, for references to other files. */
	const char *folder;
	char why[1024];
};

static int valid(struct check *c, json_t *root, json_t *schema, json_t *value,
		 const char *at);

/* Return: 0, for "not valid". */
static int no(struct check *c, const char *at, const char *what)
{
	snprintf(c->why, sizeof(c->why), "%.400s: %.500s", *at ? at : "/",
		 what);
	return 0;
}

/* A schema that cannot be used proves nothing. */
static void __attribute__((noreturn)) broken(const char *what, const char *name)
{
	argument_machine_error("%s: %s", what, name);
}

static json_t *load(const char *path)
{
	json_error_t error;
	json_t *v = strcmp(path, "-") ? json_load_file(path, 0, &error) :
					json_loadf(stdin, 0, &error);

	if (!v)
		broken(error.text, path);
	return v;
}

static int is_type(const json_t *v, const char *type)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "object", [JSON_ARRAY] = "array",
		[JSON_STRING] = "string", [JSON_INTEGER] = "integer",
		[JSON_REAL] = "number",	  [JSON_TRUE] = "boolean",
		[JSON_FALSE] = "boolean", [JSON_NULL] = "null",
	};

	return !strcmp(names[json_typeof(v)], type) ||
	       (json_is_integer(v) && !strcmp(type, "number"));
}

/* -- keywords: each returns 1 if @value is valid according to @want -- */

#define KEYWORD(name)                                                        \
	static int check_##name(struct check *c, json_t *root, json_t *want, \
				json_t *value, const char *at)

KEYWORD(type)
{
	json_t *one;
	size_t i;

	(void)root;
	if (json_is_string(want))
		return is_type(value, json_string_value(want)) ||
		       no(c, at, json_string_value(want));
	json_array_foreach(want, i, one)
		if (is_type(value, json_string_value(one)))
			return 1;
	return no(c, at, "of none of the allowed types");
}

KEYWORD(const)
{
	(void)root;
	return json_equal(want, value) ||
	       no(c, at, "differs from the constant");
}

KEYWORD(enum)
{
	json_t *one;
	size_t i;

	(void)root;
	json_array_foreach(want, i, one)
		if (json_equal(one, value))
			return 1;
	return no(c, at, "matches none of the alternatives");
}

KEYWORD(minimum)
{
	(void)root;
	return !json_is_number(value) ||
	       json_number_value(value) >= json_number_value(want) ||
	       no(c, at, "below the minimum");
}

KEYWORD(pattern)
{
	const char *pattern = json_string_value(want);
	regex_t regex;
	int ok;

	(void)root;
	if (!json_is_string(value))
		return 1;
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
		broken("invalid pattern", pattern);
	ok = !regexec(&regex, json_string_value(value), 0, NULL, 0);
	regfree(&regex);
	return ok || no(c, at, pattern);
}

KEYWORD(required)
{
	json_t *key;
	size_t i;

	(void)root;
	json_array_foreach(want, i, key)
		if (json_is_object(value) &&
		    !json_object_get(value, json_string_value(key)))
			return no(c, at, json_string_value(key));
	return 1;
}

static int check_member(struct check *c, json_t *root, json_t *schema,
			json_t *value, const char *at, const char *key)
{
	char below[512];

	snprintf(below, sizeof(below), "%.400s/%.100s", at, key);
	return valid(c, root, schema, value, below);
}

KEYWORD(properties)
{
	const char *key;
	json_t *schema, *member;

	json_object_foreach(want, key, schema) {
		member = json_object_get(value, key);
		if (member && !check_member(c, root, schema, member, at, key))
			return 0;
	}
	return 1;
}

/* Check the properties that @properties, which may be NULL, does not name. */
static int check_additional(struct check *c, json_t *root, json_t *want,
			    json_t *properties, json_t *value, const char *at)
{
	const char *key;
	json_t *member;

	json_object_foreach(value, key, member)
		if (!json_object_get(properties, key) &&
		    !check_member(c, root, want, member, at, key))
			return 0;
	return 1;
}

KEYWORD(items)
{
	char key[24];
	json_t *item;
	size_t i;

	json_array_foreach(value, i, item) {
		snprintf(key, sizeof(key), "%zu", i);
		if (!check_member(c, root, want, item, at, key))
			return 0;
	}
	return 1;
}

KEYWORD(oneOf)
{
	json_t *one;
	size_t i;
	int n = 0;

	json_array_foreach(want, i, one)
		n += valid(c, root, one, value, at);
	if (n > 1)
		return no(c, at, "matches more than one of the alternatives");
	return n; /* if there is none, the last one's reason is kept */
}

/* "#/$defs/NAME", or another file. */
static int check_ref(struct check *c, json_t *root, json_t *want, json_t *value,
		     const char *at)
{
	static const char local[] = "#/$defs/";
	const char *ref = json_string_value(want);
	char path[600];
	json_t *other;
	int ok;

	if (!strncmp(ref, local, strlen(local))) {
		other = json_object_get(json_object_get(root, "$defs"),
					ref + strlen(local));
		if (!other)
			broken("no definition of", ref);
		return valid(c, root, other, value, at);
	}
	snprintf(path, sizeof(path), "%s/%s", c->folder, ref);
	other = load(path);
	ok = valid(c, other, other, value, at);
	json_decref(other);
	return ok;
}

static const struct keyword {
	const char *name;
	int (*check)(struct check *c, json_t *root, json_t *want, json_t *value,
		     const char *at);
} keywords[] = {
	{ "type", check_type },
	{ "const", check_const },
	{ "enum", check_enum },
	{ "minimum", check_minimum },
	{ "pattern", check_pattern },
	{ "required", check_required },
	{ "properties", check_properties },
	{ "items", check_items },
	{ "oneOf", check_oneOf },
	{ "$ref", check_ref },
	/* checked with properties, or nothing to check */
	{ "additionalProperties", NULL },
	{ "$defs", NULL },
	{ "$id", NULL },
	{ "$schema", NULL },
	{ "$comment", NULL },
	{ "title", NULL },
	{ "description", NULL },
};

static const struct keyword *keyword(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
		if (!strcmp(keywords[i].name, name))
			return &keywords[i];
	broken("unsupported keyword", name);
}

static int valid(struct check *c, json_t *root, json_t *schema, json_t *value,
		 const char *at)
{
	const char *name;
	json_t *want;

	if (json_is_boolean(schema))
		return json_is_true(schema) || no(c, at, "not allowed");
	json_object_foreach(schema, name, want) {
		const struct keyword *k = keyword(name);

		if (k->check && !k->check(c, root, want, value, at))
			return 0;
	}
	want = json_object_get(schema, "additionalProperties");
	return !want || check_additional(c, root, want,
					 json_object_get(schema, "properties"),
					 value, at);
}

int main(int argc, char **argv)
{
	struct check c = { 0 };
	char folder[400];
	json_t *schema, *value;
	int i, ok = 1;

	arguments_begin("schema", "SCHEMA DOCUMENT...");
	arguments_count(argc, 2, INT_MAX - 1);
	snprintf(folder, sizeof(folder), "%.390s", argv[1]);
	if (strrchr(folder, '/'))
		*strrchr(folder, '/') = '\0';
	else
		strcpy(folder, ".");
	c.folder = folder;
	schema = load(argv[1]);
	for (i = 2; i < argc; i++) {
		value = load(argv[i]);
		if (!valid(&c, schema, schema, value, "")) {
			printf("%s: %s\n", argv[i], c.why);
			ok = 0;
		}
		json_decref(value);
	}
	json_decref(schema);
	return !ok;
}
