/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * print.c - the kernel's console, warnings and panics
 *
 * same: the tree's own lib/vsprintf.c formats the text.  Hides: the ring
 * buffer, log levels, rate limits.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/kern_levels.h>
#include <linux/ratelimit.h>
#include <linux/panic.h>
#include <linux/stdarg.h>
#include <asm/hw.h>

#define LINE 512

static int print_message(const char *fmt, va_list args)
{
	char line[LINE];
	const char *text = line;
	int len = vscnprintf(line, sizeof(line), fmt, args);

	while (len >= 2 && text[0] == KERN_SOH_ASCII) {
		text += 2;
		len -= 2;
	}
	fl_hw_console(text, len);
	return len;
}

int _printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = print_message(fmt, args);
	va_end(args);
	return len;
}

int ___ratelimit(struct ratelimit_state *rs, const char *func)
{
	return 1;
}

void panic(const char *fmt, ...)
{
	char line[LINE];
	va_list args;

	va_start(args, fmt);
	vscnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	fl_hw_panic("%s", line);
}

/* custom: a warning ends the world, unless warnings are only printed. */
void warn_slowpath_fmt(const char *file, int line, unsigned int taint,
		       const char *fmt, ...)
{
	char text[LINE] = "WARN: ";
	va_list args;
	size_t len;

	if (fmt) {
		va_start(args, fmt);
		vscnprintf(text + 6, sizeof(text) - 6, fmt, args);
		va_end(args);
	}
	len = strlen(text);
	if (text[len - 1] == '\n')
		text[len - 1] = '\0';
	fl_hw_warn(file, line, "", text, NULL);
}

/* noop: the caller ends the world or warns; both reports have a backtrace. */
void dump_stack(void)
{
}
void add_taint(unsigned int flag, enum lockdep_ok ok)
{
}
