#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# spdx.py - report files whose first lines do not name the license
#
# usage: spdx.py [FILE...]
import sys

import source

KINDS = r"\.(md|[chS]|lds|sh|py|awk|cmake|cocci|supp)$|CMakeLists\.txt$|^(lab|tools/packages)$"
LINE = "SPDX-License-Identifier: GPL-2.0-only"


def main(names):
    status = 0
    for name in names or source.files(KINDS):
        # A script begins with its interpreter.
        if not any(LINE in line for line in source.read(name).split("\n")[:2]):
            print(f"{name}:1: expected '{LINE}' in the first two lines")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
