/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay.c - a plain main() for the fuzz target, for any compiler
 *
 * usage: restore_replay FILE...
 *
 * Each file is one input, as saved by a fuzzer.  Its operations are printed
 * first, so that the output before a crash shows what led to it.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "arguments.h"
#include "sequence.h"

#define MAX_SIZE (SEQ_MAX_OPS * SEQ_OP_BYTES)

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(const uint8_t *data, size_t size)
{
	struct seq_op ops[SEQ_MAX_OPS];
	size_t n = seq_decode(data, size, ops), i;
	char line[128];

	for (i = 0; i < n; i++)
		printf("  %s\n", seq_print(&ops[i], line, sizeof(line)));
	fflush(stdout);
}

/* Return: an exit code. */
static int replay(const char *path)
{
	static uint8_t data[MAX_SIZE];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		perror(path);
		return ARGUMENT_ERROR;
	}
	size = fread(data, 1, sizeof(data), file);
	if (ferror(file)) {
		perror(path);
		fclose(file);
		return ARGUMENT_ERROR;
	}
	fclose(file);
	printf("%s: %zu bytes\n", path, size);
	print(data, size);
	return LLVMFuzzerTestOneInput(data, size);
}

int main(int argc, char **argv)
{
	int i, ret = 0;

	LLVMFuzzerInitialize(&argc, &argv);
	arguments_begin("restore_replay", "FILE...");
	arguments_count(argc, 1, INT_MAX - 1);
	for (i = 1; i < argc && !ret; i++)
		ret = replay(argv[i]);
	return ret;
}
