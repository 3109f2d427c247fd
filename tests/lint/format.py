#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# format.py - report C files that differ from what .clang-format makes of them
#
# usage: format.py [FILE...]
#        format.py --rewrite [FILE...]
#
# --rewrite changes the files instead ("lab format").  Other versions of
# clang-format format differently, so only version 14 is used.
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import source

KINDS = r"\.[ch]$"
VERSION = 14
NAMES = (f"clang-format-{VERSION}", "clang-format")
BATCH = 32


def tool():
    """the name of clang-format in the right version; exits if there is none"""
    found = []
    for name in NAMES:
        try:
            text = subprocess.run([name, "--version"], capture_output=True,
                                  text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            found.append(f"{name} cannot be run")
            continue
        if re.search(rf"\bversion {VERSION}\.", text):
            return name
        found.append(f"{name} is '{text}'")
    sys.exit(f"format.py: expected clang-format {VERSION}, the version of "
             f"Debian 12, but {', '.join(found)}")


def run(command, batch):
    """exit code and messages of clang-format for a batch of files"""
    done = subprocess.run(command + batch, capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout + done.stderr


def main(arguments):
    rewrite = arguments[:1] == ["--rewrite"]
    names = arguments[rewrite:] or source.files(KINDS)
    command = [tool(), "--style=file", "--fallback-style=none"]
    command += ["-i"] if rewrite else ["--dry-run", "-Werror",
                                       "--ferror-limit=1"]
    batches = [names[i:i + BATCH] for i in range(0, len(names), BATCH)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda batch: run(command, batch), batches))
    sys.stdout.write("".join(text for _, text in results))
    if not any(code for code, _ in results):
        return 0
    print("format.py: clang-format failed" if rewrite else
          "expected the form that \"lab format\" gives these files")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
