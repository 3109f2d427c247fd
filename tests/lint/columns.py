#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# columns.py - report lines of C that are too long
#
# usage: columns.py [FILE...]
#
# A line has at most 80 columns.  A line that is only a string has at most 100, so
# that a message can be searched for.
import re
import sys

import source

KINDS = r"\.[ch]$"
LIMIT = 80
LIMIT_OF_STRING = 100
STRING = re.compile(r'\s*"(?:\\.|[^"\\])*"[)\]},;]*\s*\\?')


def main(names):
    status = 0
    for name in names or source.files(KINDS):
        for number, line in enumerate(source.read(name).split("\n"), 1):
            limit = LIMIT_OF_STRING if STRING.fullmatch(line) else LIMIT
            columns = len(line.expandtabs(8))
            if columns > limit:
                print(f"{name}:{number}: expected at most {limit} columns, "
                      f"got {columns}")
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
