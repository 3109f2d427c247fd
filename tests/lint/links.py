#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# links.py - report links of documents to files and sections that do not exist,
# and text that is wider than 100 columns
#
# usage: links.py [FILE...]
import os
import re
import sys

import source

LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")
COLUMNS = 100


def anchors(text):
    """the names by which links reach the sections of a document"""
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return ["#" + re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
            for title in titles]


def wrong(name, line):
    """what is wrong with the links in a line"""
    for path, section in LINK.findall(line):
        if path.startswith("http"):
            continue
        target = os.path.normpath(os.path.join(os.path.dirname(name), path)) \
            if path else name
        if not os.path.exists(target):
            yield f"{path} does not exist"
        elif section and section not in anchors(source.read(target)):
            yield f"{target} has no section '{section}'"


def main(names):
    status = 0
    for name in names or source.files(r"\.md$"):
        quoted = False
        for number, line in enumerate(source.read(name).split("\n"), 1):
            quoted ^= line.startswith("```")
            problems = list(wrong(name, line))
            # A row of a table cannot be wrapped, nor should a quote be.
            if len(line) > COLUMNS and not quoted and "|" not in line[:4]:
                problems.append(f"expected at most {COLUMNS} columns, got {len(line)}")
            for problem in problems:
                print(f"{name}:{number}: {problem}")
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
