#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# parts.py - report files of the machine that use a part of another file
#
# usage: parts.py [FILE...]
#
# struct fl_machine and struct fl_thread consist of parts, "struct fl_NAME part;".
# A part belongs to the .c file of the header that defines its type.
import glob
import os
import re
import sys

import source

FOLDER = "src/machine"
WHOLES = {"internal.h": "fl_machine", "thread.h": "fl_thread"}
# Headers that do not have the name of their .c file.
OWNERS = {"steps": "sched"}


def stem(name):
    """the name of the .c file that a header or a .c file belongs to"""
    base = os.path.splitext(os.path.basename(name))[0]
    return OWNERS.get(base, base)


def parts():
    """the owner of each part"""
    headers = {name: source.read(name) for name in glob.glob(f"{FOLDER}/*.h")}
    found = {}
    for header, whole in WHOLES.items():
        body = re.search(r"^struct %s \{(.*?)^\};" % whole,
                         headers[f"{FOLDER}/{header}"], re.S | re.M).group(1)
        for kind, part in re.findall(r"^\tstruct (fl_\w+) (\w+);", body, re.M):
            for name, text in headers.items():
                if re.search(r"^struct %s \{" % kind, text, re.M):
                    found[part] = stem(name)
    del found["hw"]		# port.h defines it for kernels
    return found


def main(names):
    owners = parts()
    use = re.compile(r"(?:->|\.)(%s)\.|&[\w>.\[\]-]*(?:->|\.)(%s)\b"
                     % (("|".join(owners),) * 2))
    status = 0
    for name in names or sorted(glob.glob(f"{FOLDER}/*.[ch]")):
        for number, line in enumerate(source.read(name).split("\n"), 1):
            for match in use.finditer(line):
                part = match.group(1) or match.group(2)
                if owners[part] == stem(name):
                    continue
                print(f"{name}:{number}: only {FOLDER}/{owners[part]}.c may "
                      f"use the fields of '{part}'")
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
