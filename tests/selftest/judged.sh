#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# judged.sh - run.sh reports the right result of a test, whatever the test does
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 1
known=hmm.hmm_device_coherent.anon_write_child
broken=hmm.hmm_device_coherent.migrate_anon_huge_err
text='Conflicting mapping in same section'
continued="violation: kernel warning (continuing): WARN: $text"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0
kernel=linux-7.9

# expect STATUS NAME STOPPED PRINTED - run.sh must exit with STATUS if NAME
# prints STOPPED at first, and PRINTED when warnings are printed
expect() {
	cat >"$folder/program" <<PROGRAM
#!/bin/sh
echo "#  RUN           $2 ..."
if [ "\${FAULTLAB_WARNINGS-}" = print ]; then
	printf '$4\n'
else
	printf '$3\n'
fi
PROGRAM
	chmod +x "$folder/program"
	"$here/run.sh" $kernel "$folder/program" "$2" >"$folder/said"
	status=$?
	[ $status -eq "$1" ] && return
	cat "$folder/said"
	echo "judged.sh: exited with $status, expected $1; $2 printed: $3; then: $4"
	failed=1
}

expect 0 a.b.c "ok 1 a.b.c" "not ok 1 a.b.c"
expect 1 a.b.c "$text\nnot ok 1 a.b.c" "ok 1 a.b.c"
expect 77 a.b.c "ok 1 a.b.c # SKIP there is none" ""
expect 1 a.b.c "it died" ""
expect 0 $known "$text\nnot ok 1 $known" "$continued\nok 1 $known"
expect 1 $known "$text\nnot ok 1 $known" "$continued\nnot ok 1 $known"
expect 1 $known "$text\nnot ok 1 $known" "ok 1 $known"
expect 1 $known "another reason\nnot ok 1 $known" "$continued\nok 1 $known"
expect 1 $known "ok 1 $known" "$continued\nok 1 $known"
expect 0 $broken "$text\nnot ok 1 $broken" "$continued\nExpected ret (-12) == 0 (0)\nnot ok 1 $broken"
expect 1 $broken "$text\nnot ok 1 $broken" "$continued\nExpected 1\nnot ok 1 $broken"
expect 1 $broken "$text\nnot ok 1 $broken" "$continued\nok 1 $broken"
empty=hmm.hmm_device_private.compound
kernel=linux-6.9
expect 77 $empty "ok 1 $empty" ""
expect 1 $empty "not ok 1 $empty" ""
expect 77 $empty "ok 1 $empty # SKIP there is none" ""
expect 0 ${empty}s "ok 1 ${empty}s" ""
kernel=linux-7.9
expect 0 $empty "ok 1 $empty" ""
exit $failed
