#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# arguments.sh - a wrong argument of a program is an error at once, and says what is expected
#
# usage: arguments.sh BUILD
set -u

build=$1 wrong=0
said=$(mktemp) || exit 99
trap 'rm -f "$said"' EXIT

# refuse TEXT COMMAND... - it exits with 129, and prints TEXT
refuse() {
	text=$1
	shift
	status=0
	"$build/bounded" --cpu 10 "$@" >"$said" 2>&1 </dev/null || status=$?
	[ $status -eq 129 ] && grep -qF -e "$text" "$said" || {
		echo "$*: exits with $status, not 129, or '$text' is missing in:"
		head -n 20 "$said"
		wrong=1
	}
}

# refuse_number NAME BEFORE AFTER COMMAND - as one of its arguments, no number but from 1
refuse_number() {
	name=$1 before=$2 after=$3 program=$4
	for number in -1 -5 0 01 0x10 1e3 x '' ' 1' '1 ' 1x +1 99999999999999999999999; do
		refuse "$name: expected a number" "$program" $before "$number" $after
	done
}

cd "$build" || exit 99
for program in tests/suite tests/native tests/programs tests/compilers tests/test_hmm_test \
	bench/bench_cycle bench/bench_scale bench/bench_explore; do
	[ -x $program ] || continue
	case $program in
	tests/native) rest="1 1 1" ;;
	tests/programs) rest=two_cpus_fault ;;
	*) rest= ;;
	esac
	for name in nope --help -h '' linux; do
		refuse "no kernel '$name'; expected one of: model v8" $program "$name" $rest
	done
done
for program in examples/boot examples/story examples/warnings examples/access examples/explore; do
	[ ! -x $program ] || for name in nope --help ''; do
		refuse "expected the name of a kernel, got '$name'; see: faultlab kernels" $program "$name"
	done
	[ ! -x $program ] || refuse "expected the name of a kernel, got 'x'" $program model x
done

refuse "expected at least 1 argument, got 0" tests/suite
refuse "expected at most 2 arguments, got 3" tests/suite model race/ x
refuse "no test 'nosuch'; see: suite --list" tests/suite model nosuch
refuse "no test 'race/nosuch'" tests/suite model race/nosuch
refuse "no test ''" tests/suite model ''
refuse "no kernel '--list'" tests/suite --list x

refuse_number CPUS model "1 1" tests/native
refuse_number TURNS "model 1 1" "" tests/native
refuse "DEVICES: expected a number from 0 to 8, got '-1'" tests/native model 1 -1 1
refuse "CPUS and DEVICES: expected at most 8 together, got 9" tests/native model 4 5 1
refuse "mode: expected one of: bench canary race; got 'x'" tests/native model 1 1 1 x

refuse_number SEQUENCES "" "" fuzz/differential
refuse_number SEED 5 "" fuzz/differential
refuse "mode: expected one of: canary; got 'x'" fuzz/differential 5 1 x
refuse "expected at most 3 arguments, got 4" fuzz/differential 5 1 canary x

refuse "expected at least 1 argument, got 0" fuzz/restore_replay
refuse "no kernel 'nope'; expected one of: model" env FL_FUZZ_KERNEL=nope fuzz/restore_replay x
refuse "FL_FUZZ_BUG: expected a number from 0 to 1, got 'x'" env FL_FUZZ_BUG=x fuzz/restore_replay x
refuse "nosuch: No such file" fuzz/restore_replay nosuch

if [ -x tests/programs ]; then
	refuse "no program 'nosuch'; see: faultlab list" tests/programs model nosuch
	refuse "no program 'nosuch'" tests/programs --hunt 1 1 model nosuch
	refuse "no kernel 'nope'" tests/programs --hunt 1 1 nope
	refuse "no kernel 'nope'" tests/programs --table model nope
	refuse "no kernel 'nope'" tests/programs --stories . nope
	refuse "expected 3 arguments, got 4" tests/programs --stories . model x
	refuse_number RUNS --hunt "1 model" tests/programs
	refuse_number SECONDS "--hunt 1" model tests/programs
fi
refuse "mode: expected one of: plain; got 'x'" tests/compilers model x
refuse "FAULTLAB: nosuch: No such file" bench/bench_growth nosuch
refuse "no kernel 'nope'" bench/bench_growth ./bounded nope
exit $wrong
