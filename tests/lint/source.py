# SPDX-License-Identifier: GPL-2.0-only
"""The files of the source tree in the current directory."""
import os
import re


def files(kinds):
    """names of files that match the expression @kinds, without build trees"""
    found = []
    for folder, folders, names in os.walk("."):
        if "CMakeCache.txt" in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders
                            if name not in (".git", "build", "__pycache__"))
        paths = (os.path.normpath(os.path.join(folder, name))
                 for name in sorted(names))
        # The canaries of these checks are wrong on purpose.
        found += [path for path in paths if re.search(kinds, path)
                  and not path.startswith("tests/lint/")]
    return found


def read(name):
    """the text of a file"""
    with open(name, encoding="utf-8", errors="replace") as file:
        return file.read()
