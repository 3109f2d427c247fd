#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# names.py - report functions of the port that have the name of another function
#
# usage: names.py [FILE...]
#
# A backtrace and a story name functions of kernels/linux beside those of the host
# side, so each name must mean one function.  Only the model shares names with the
# port: both are kernels.
import re
import sys

import source

PORT = "kernels/linux/"
OTHERS = ("include/", "src/", "cli/")
MODEL = ("src/pte/", "src/notifier/", "src/rmap/", "src/fault/")

COMMENT = re.compile(r"/\*.*?\*/|\\\n|^[ \t]*#[^\n]*", re.S | re.M)
# A definition or a declaration at the start of a line.
FUNCTION = re.compile(r"^(?:(?!typedef\b|return\b|else\b)[A-Za-z_]\w*[ \t\n*]+)+?"
                      r"(?!__attribute__)(\w+)\([^;{}=]*\)[\s\w]*([{;])", re.M)


def functions(name):
    """the name, line and kind ('{': definition) of each function of a file"""
    text = COMMENT.sub(lambda found: re.sub(r"[^\n]", "", found.group(0)),
                       source.read(name))
    for found in FUNCTION.finditer(text):
        line = text.count("\n", 0, found.start(1)) + 1
        yield found.group(1), line, found.group(2)


def main(names):
    names = names or [name for name in source.files(r"\.[ch]$")
                      if name.startswith(PORT)]
    others = {}
    for name in source.files(r"\.[ch]$"):
        if name.startswith(OTHERS) and not name.startswith(MODEL):
            for function, line, _ in functions(name):
                others.setdefault(function, f"{name}:{line}")
    if len(others) < 1000:
        sys.exit(f"expected 1000 functions or more in {' '.join(OTHERS)}, "
                 f"got {len(others)}")
    wrong, found = 0, 0
    for name in names:
        for function, line, kind in functions(name):
            found += kind == "{"
            if kind == "{" and function in others:
                print(f"{name}:{line}: {function}() is also the name of "
                      f"a function at {others[function]}")
                wrong += 1
    print(f"{found} functions, {wrong} with a name that is in use")
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
