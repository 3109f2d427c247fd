#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# words.py - report phrases that CONTRIBUTING.md ("Plain English") rules out
#
# usage: words.py [FILE...]
#
# Without files it reads the source tree in the current directory.  The text that
# counts is the prose of Markdown, comments and strings of C, comments of scripts,
# and names of tests.  A group of phrases passes if it is no more frequent than its
# limit.  The limits are the frequencies of the same expressions in mm/ (which
# includes KFENCE) and kernel/kcsan/ of Linux 6.12, rounded up; a comment that
# begins with an ellipsis is never allowed.
#
# No phrase is allowed in the name of a file, a test, a program or a function.
# Mutants, faults and stories have the names of their files.
import re
import sys

import source

# name: (limit per 10,000 words, what to write, expression)
GROUPS = {
    "actor": (2, "name the thread, the caller, the driver or the tool",
              r"\b(nobody|somebody|anybody|whoever|whosever|whom)\b"),
    "tell": (2, "report, notify, print, record or return",
             r"\b(tells?|told|telling)\b"),
    "where": (1, "if or when; 'where' is for places",
              r"(^|[,;:(.] +|\")where (it|they|there|that|this|one|no|none|nothing|"
              r"an?|the|two|all|any|both|another)\b"),
    "go on": (0.5, "continue, resume, retry or restart",
              r"\b(go|goes|going|gone|went) on\b(?! (to|for))|"
              r"\b(begins?|began|starts?) again\b"),
    "has not": (1, "does not have, must not, need not, is not supported",
                r"\b(has|have|had) not\b(?! (yet|been|\w+(ed|en|ne|un|de|nt)\b))|"
                r"\b(that|which|what) there (is|are|was|were) not?\b|"
                r"\bneeds? be\b"),
    "idiom": (0.5, "a short sentence: subject, verb, object",
              r"\b(for want of|as (many|much|often|long) as one likes|"
              r"in its stead|by chance|lets? go of|how-maniet?h|come to it|"
              r"is to be|are to be|gives? back|makes? sure of)\b"),
    "ellipsis": (0, "a sentence or a noun phrase that is complete alone",
                 r"^\s*(/\*+|//|\*|#)\s*\.\.\.[ a-z]"),
}

C = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"'
               r"|'(?:\\.|[^'\\\n])*'", re.S)
KINDS = r"\.(md|[chS]|sh|py|cmake|cocci|txt)$|^(lab|tools/packages)$"
TEST = re.compile(r"\b(?:cmocka_unit_test\w*\(|NAME |static void )"
                  r"(?:[\w$/{}]+/)?([a-z]+(?:_[a-z0-9]+){2,})")

# What declares a test, a program or a function, and its name.
NAME = re.compile(r"\b(?:(?:TEST|CANARY)\(\w+, *|PROGRAM\w*\(|add_test\(NAME +|"
                  r"cmocka_unit_test\w*\()([\w$/{}-]+)|"
                  r"^(?:[a-z_]\w*[ *]+)+(\w+)\([^;\n]*$|^(\w+)\(\) \{$", re.M)
# Phrases that no name may have, with what prose may say.
NAMES = "|".join([expression for group, (_, _, expression) in GROUPS.items()
                  if group not in ("where", "ellipsis")] +
                 [r"(?<!or )(?<!do )\bnot$", r"\basks? (not|whether)\b", r"\bnot asked\b",
                  r"\blooked at\b", r"\bpass(es)? \w+ over\b", r"\bgives? way\b",
                  r"\bcomes? to\b", r"\bforgets\b", r"\btries again\b"])
# The explorer keeps its names until its redesign.
OLD_NAMES = ("src/explore/", "tests/unit/explore/")


def blank(match):
    """as many lines as the text that does not count"""
    return "\n" * match.group(0).count("\n")


def prose(name, text):
    """lines of @text that are read by people, at the numbers they have"""
    if name.endswith(".md"):
        text = re.sub(r"^```.*?^```", blank, text, flags=re.S | re.M)
        return re.sub(r"`[^`\n]*`", "X", text).split("\n")
    if name.endswith((".c", ".h", ".S")):
        lines = [""] * (text.count("\n") + 1)
        for found in C.finditer(text):
            if found.group(0).startswith("'"):
                continue
            line = text.count("\n", 0, found.start())
            for part in found.group(0).split("\n"):
                lines[line] += part + " "
                line += 1
    else:
        comment = "//" if name.endswith(".cocci") else "#"
        lines = [part if part.lstrip().startswith(comment) else ""
                 for part in text.split("\n")]
    if re.search(r"(^|/)tests/", name):
        for at, line in enumerate(text.split("\n")):
            for found in TEST.finditer(line):
                lines[at] += " " + found.group(1).replace("_", " ")
    return lines


def names_of(path, text):
    """names that the file declares, and its own, with their lines"""
    found = [(1, path)]
    if path.endswith((".c", ".h", ".sh", ".cmake", "CMakeLists.txt")):
        for match in NAME.finditer(text):
            found.append((text.count("\n", 0, match.start()) + 1,
                          next(filter(None, match.groups()))))
    return found


def bad_names(path, text):
    """line, name and phrase of each name that is not plain English"""
    for number, name in names_of(path, text):
        for part in name.split("/"):
            words = re.sub(r"[-_+.]", " ", re.sub(r"\.\w+$", "", part))
            hit = re.search(NAMES, words, re.I)
            if hit:
                yield number, name, hit.group(0)


def main(names):
    words, found, status = 0, {group: [] for group in GROUPS}, 0
    for name in names or source.files("."):
        if not name.startswith(OLD_NAMES):
            for number, bad, phrase in bad_names(name, source.read(name)):
                print(f"{name}:{number}: the name {bad} has \"{phrase}\"")
                status = 1
        if not re.search(KINDS, name):
            continue
        lines = prose(name, source.read(name))
        for number, line in enumerate(lines, 1):
            words += len(re.findall(r"[A-Za-z]{2,}", line))
            bare = line.strip(" \t*/#")
            for group, (_, _, expression) in GROUPS.items():
                text = line if group == "ellipsis" else bare
                for hit in re.finditer(expression, text, re.I):
                    found[group].append((name, number, hit.group(0).strip()))
    for group, (limit, instead, _) in GROUPS.items():
        rate = 10000 * len(found[group]) / max(words, 1)
        bad = rate > limit
        status |= bad
        print(f"{group:9}{len(found[group]):6} {rate:6.1f} per 10,000 words, "
              f"limit {limit}: {'too often' if bad else 'ok'}")
        if bad:
            for name, number, phrase in found[group]:
                print(f"{name}:{number}: \"{phrase}\": write {instead}")
    print(f"{words} words")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
