#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# arguments.sh - a wrong argument of a program is an error at once, with a
# message that says what is expected; so are output that cannot be written, and
# too little memory
#
# usage: arguments.sh BUILD arguments|output|memory
set -u

build=$1 row=$2 wrong=0
said=$(mktemp) || exit 99
trap 'rm -f "$said"' EXIT

# refuse TEXT COMMAND... - the command must exit with 129, and print TEXT
refuse() {
	text=$1
	shift
	status=0
	"$build/bounded" --cpu 10 "$@" >"$said" 2>&1 </dev/null || status=$?
	[ $status -eq 129 ] && grep -qF -e "$text" "$said" || {
		echo "$*: exited with $status, expected 129 and '$text'; output:"
		head -n 20 "$said"
		wrong=1
	}
}

# refuse_number NAME BEFORE AFTER COMMAND - the command must reject everything
# but a number >= 1 as the argument NAME
refuse_number() {
	name=$1 before=$2 after=$3 program=$4
	for number in -1 -5 0 01 0x10 1e3 x '' ' 1' '1 ' 1x +1 99999999999999999999999; do
		refuse "$name: expected a number" "$program" $before "$number" $after
	done
}

cd "$build" || exit 99

# lost COMMAND... - with its output full or closed, the command must fail
lost() {
	for output in '>/dev/full' '>&-'; do
		status=0
		{ eval '"$build/bounded" --cpu 60 "$@" 2>"$said" '"$output"; } || status=$?
		[ $status -eq 129 ] && grep -q ": standard output cannot be written" "$said" || {
			echo "$* $output: exited with $status, expected 129; it printed:"
			head -n 20 "$said"
			wrong=1
		}
	done
}

output() {
	seen=0
	for program in tests/* fuzz/* bench/* examples/*; do
		[ -f $program ] && [ -x $program ] || continue
		seen=$((seen + 1))
		grep -qF "standard output cannot be written" $program || {
			echo "$program: lost output is not reported (tests/tools/output.c)"
			wrong=1
		}
	done
	[ $seen -ge 20 ] || { echo "expected at least 20 programs, found $seen"; wrong=1; }
	lost tests/suite --list
	lost tests/suite model api
	lost tests/native model 1 1 10
	lost tests/number_test
	lost fuzz/differential 3
	lost bench/bench_measure n true
	lost examples/boot
	lost examples/explore
	if [ -x tests/programs ]; then
		lost tests/programs --stories nosuch model
		lost tests/programs --hunt 5 5 model three_cpus_fault
	fi
}

# short_of_memory COMMAND... - without memory, the command must exit with 129
short_of_memory() {
	status=0
	(ulimit -v 600000 && exec "$@") >"$said" 2>&1 </dev/null || status=$?
	[ $status -eq 129 ] && grep -q ": Cannot allocate memory" "$said" || {
		echo "$*: exited with $status without memory, expected 129:"
		head -n 20 "$said"
		wrong=1
	}
}

memory() {
	short_of_memory tests/programs model two_cpus_fault
	short_of_memory tests/programs --hunt 5 5 model two_cpus_fault
	short_of_memory tests/programs --hunt 5 5 model
	short_of_memory tests/programs --table model
	for program in "tests/suite model api" "tests/native model 1 1 1" "fuzz/differential 3" \
		"bench/bench_cycle model" examples/access; do
		status=0
		(ulimit -v 60000 && exec $program) >"$said" 2>&1 </dev/null || status=$?
		[ $status -eq 129 ] && grep -q ": Cannot allocate memory" "$said" || {
			echo "$program: exited with $status without memory, expected 129:"
			head -n 20 "$said"
			wrong=1
		}
	done
}

case $row in
output | memory)
	$row
	exit $wrong
	;;
esac
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
tests/suite model canary >"$said" 2>&1
[ $? -eq 1 ] || { echo "tests/suite model canary: expected exit code 1"; wrong=1; }
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
for program in tests/schema tests/ordered bench/bench_measure; do
	refuse "got 0" $program
	refuse "usage: " $program
done
refuse "nosuch" tests/schema nosuch nosuch
refuse "pair: expected one of: release relaxed rmw lock wake rcu; got 'x'" tests/ordered x
refuse "expected 1 argument, got 2" tests/ordered rmw lock
refuse "nosuch cannot be run" bench/bench_measure n nosuch
refuse "mode: expected one of: plain; got 'x'" tests/compilers model x
refuse "FAULTLAB: nosuch: No such file" bench/bench_growth nosuch
refuse "no kernel 'nope'" bench/bench_growth ./bounded nope
exit $wrong
