/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay.c - a plain main for the fuzz target, under any compiler
 *
 * usage: restore_replay FILE...
 *
 * Each file is one input, as fuzzers leave it; its operations are printed first, so
 * that a crash is told with what led to it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sequence.h"

#define MAX_SIZE	(SEQ_MAX_OPS * SEQ_OP_BYTES)

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

static int replay(const char *path)
{
	static uint8_t data[MAX_SIZE];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		perror(path);
		return 2;
	}
	size = fread(data, 1, sizeof(data), file);
	if (ferror(file)) {
		perror(path);
		fclose(file);
		return 2;
	}
	fclose(file);
	printf("%s: %zu bytes\n", path, size);
	print(data, size);
	return LLVMFuzzerTestOneInput(data, size);
}

int main(int argc, char **argv)
{
	int i, ret = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: restore_replay FILE...\n");
		return 2;
	}
	for (i = 1; i < argc && !ret; i++)
		ret = replay(argv[i]);
	return ret;
}
