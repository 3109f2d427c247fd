#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# layers.py - report includes that docs/architecture.md does not allow
#
# usage: layers.py [FOLDER]
#
# Reads the lines #include "..." of the source tree in FOLDER, by default the
# current folder.
import os
import re
import sys

import source

# The layers, lowest first.  A layer is a folder, or a source file and its header.
# Its files may include each other, the layers that its line names, and what those
# may include.  All of these are above it in the table, so there is no ring.
LAYERS = """
include/faultlab/types
include/faultlab        include/faultlab/types
src/number
src/kernel              include/faultlab/types
src/machine/hardware
src/machine/port        src/machine/hardware
src/machine             src/machine/port include/faultlab/types

src/pte                 src/machine/port src/kernel include/faultlab
src/notifier            src/pte
src/rmap                src/notifier
src/fault               src/rmap
kernels/linux           src/machine/port src/kernel include/faultlab

src/explore             src/machine src/number
src/world               src/machine src/kernel include/faultlab
src/device              src/world
src/check               src/device
src/story               src/check src/explore
src/session             src/story
src/user                src/world src/number

programs                include/faultlab
cli                     programs src/number
bench                   programs
examples                include/faultlab
fuzz                    include/faultlab
"""

# Includes that the table does not allow yet: a file, and what it includes.
EXCEPTIONS = """
programs/program.c      src/world/internal.h
cli/all.c               src/explore/file.h
cli/explore.c           src/explore/file.h
cli/explore.c           src/story/shorten.h
cli/request.c           src/explore/ahead.h
cli/request.c           src/explore/search.h
cli/request.c           src/explore/share.h
cli/verdict.c           src/story/json.h
bench/explore.c         src/explore/search.h
bench/growth.c          src/explore/search.h
"""

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"\n]+)"', re.M)
FOLDERS = ("src", "include", "programs")


def table(text):
    """layer: the set of layers that it may include"""
    layers = {}
    for layer, *below in map(str.split, filter(None, text.split("\n"))):
        layers[layer] = {layer}
        for name in below:
            if name not in layers:
                sys.exit(f"LAYERS: {layer}: expected {name} above this line")
            layers[layer] |= layers[name]
    return layers


def inside(path, layer):
    """whether a file or a layer belongs to @layer"""
    return path == layer or path.startswith((layer + "/", layer + "."))


def layer_of(path, layers):
    """the smallest layer of a file, or None"""
    return max((layer for layer in layers if inside(path, layer)),
               key=len, default=None)


def includes(name):
    """line and path of each file of this tree that the file @name includes"""
    text = source.read(name)
    for found in INCLUDE.finditer(text):
        for folder in (os.path.dirname(name),) + FOLDERS:
            path = os.path.normpath(os.path.join(folder, found.group(1)))
            if os.path.exists(path):
                yield text.count("\n", 0, found.start()) + 1, path
                break


def upward(names, layers):
    """(file, line, included file) of each include that is not allowed"""
    for name in names:
        own = layer_of(name, layers)
        for line, path in includes(name):
            target = layer_of(path, layers)
            if own and target and not any(inside(target, layer)
                                          for layer in layers[own]):
                yield name, line, path


def check(layers, expected):
    """print what is wrong; return how much"""
    names = [name for name in source.files(r"\.[chS]$")
             if not name.startswith(("tests/", "kernels/mutants/"))]
    homes = {name: layer_of(name, layers) for name in names}
    wrong = [f"{name}:1: expected a line for its folder in LAYERS"
             for name, layer in homes.items() if not layer]
    wrong += [f"LAYERS: {layer}: has no file"
              for layer in layers if layer not in homes.values()]
    found = list(upward(names, layers))
    wrong += [f"{name}:{line}: {homes[name]} must not include {path}"
              for name, line, path in found if (name, path) not in expected]
    wrong += [f"EXCEPTIONS: {name} does not include {path}: remove the line"
              for name, path in expected
              if (name, path) not in [(at, to) for at, _, to in found]]
    print("\n".join(wrong or [f"{len(names)} files in {len(layers)} layers, "
                              f"{len(expected)} exceptions"]))
    return len(wrong)


def main(folders):
    os.chdir(folders[0] if folders else ".")
    expected = [tuple(line.split()) for line in EXCEPTIONS.split("\n") if line]
    return check(table(LAYERS), expected) != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
