#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh - lab run boots the program's world before main(), and exits as the program does
#
# usage: run.sh TOP WORK
set -u

top=$1 work=$2
. "$top/tests/lab/scratch.sh"
unset FAULTLAB_BOOT
tests=$scratch/build/release/tests/selftest
mkdir -p "$scratch/src/user" "$tests" || exit 99
: >"$tests/projection_linux-9.9"
chmod +x "$tests/projection_linux-9.9"
: >"$work/program.c"

# The "compiled" program: cc.sh BUILD KERNEL OUT FILE.c
cat >"$scratch/src/user/cc.sh" <<'STAND_IN'
#!/bin/sh
mkdir -p "$(dirname "$3")"
printf '%s\n' '#!/bin/sh' 'echo "boot: ${FAULTLAB_BOOT-not set}, argument: $1"' 'exit 7' >"$3"
chmod +x "$3"
STAND_IN
chmod +x "$scratch/src/user/cc.sh"

expect 7 "boot: start, argument: x" "$lab" run "$work/program.c" x
expect 7 "boot: open, argument: x" env FAULTLAB_BOOT=open "$lab" run "$work/program.c" x

# Any file name works, and is printed unchanged.
mkdir "$work/a\\tb" && : >"$work/a\\tb/b\\nc.c" || exit 99
cd "$work" || exit 99
work=$(pwd) || exit 99
expect 7 "boot: start, argument: x" "$lab" run 'a\tb/b\nc.c' x
expect 129 "$work/a\\tb/no\\n.c: expected a readable file" "$lab" run 'a\tb/no\n.c'
expect 129 "test: --tree: $work/a\\tb: " "$lab" test --tree 'a\tb'
expect 129 "hmm-tests: --warnings: expected print or end, got 'a\\tb'" "$lab" hmm-tests --warnings 'a\tb'
expect 129 "mutants: --mutants: expected a folder, got '$work/a\\t'" "$lab" mutants --mutants 'a\t'
exit $wrong
