#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fuzz.sh - fuzz the restore path with ASan and UBSan, from fuzz/corpus; then
# print the number of kernel lines that were reached
#
# usage: lab fuzz [--time SECONDS] [--kernel NAME] [--engine libfuzzer|afl]
#                 [--seed NUMBER] [--canary]
#
#   --time SECONDS   default: 60
#   --kernel NAME    a name from "faultlab kernels"; default: the newest
#   --engine NAME    default: libfuzzer
#   --seed NUMBER    seed of the engine's random numbers
#   --canary         seed a bug, which must be found in that time
#
# Log: build/fuzz.run.log
#
# exit codes: 0; 1 something was found, or the canary was not; 125 a kernel tree
# does not build; 129 a usage error, or an error of this machine
set -eu

top=$(dirname "$0")/..
. "$top/tools/common.sh"
. "$top/tools/preset.sh"

# want_number OPTION VALUE - die unless it is from 1 to 999999999
want_number() {
	case $2 in
	*[!0-9]* | '' | 0* | ??????????*)
		die "fuzz: $1: expected a number from 1 to 999999999, got '$2'"
		;;
	esac
}

# run_libfuzzer SEEDS LOG - fuzz for $time seconds, or until the canary is
# found, and print figures
#
# Return: not 0 if something was found: $crash is the file that shows it, or
# empty if the fuzzer itself failed
run_libfuzzer() {
	# All inputs share one world, which is never shut down.
	ASAN_OPTIONS=detect_leaks=0 LLVM_PROFILE_FILE=/dev/null logged "$2" \
		build/fuzz/fuzz/restore_fuzzer "-max_total_time=$time" ${seed:+"-seed=$seed"} \
		-print_final_stats=1 -artifact_prefix=build/ $corpus "$1" || {
		crash=$(sed -n 's/.*Test unit written to //p' "$2" | tail -n 1)
		return 1
	}
	sed -n 's/^stat::average_exec_per_sec: */executions per second: /p
		s/^stat::number_of_executed_units: */executions: /p' "$2"
}

# run_afl SEEDS LOG - as run_libfuzzer(), with AFL++
run_afl() {
	rm -rf build/afl.corpus
	ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0 \
		UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1 \
		LLVM_PROFILE_FILE=/dev/null AFL_NO_UI=1 AFL_NO_AFFINITY=1 \
		AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 logged "$2" \
		afl-fuzz -i "$1" -o build/afl.corpus -V "$time" -m none -t 10000 \
		${seed:+-s "$seed"} -- build/afl/fuzz/restore_fuzzer || return 1
	crash=$(find build/afl.corpus/default/crashes -name 'id:*' | head -n 1)
	[ -z "$crash" ] || return 1
	sed -n 's/^execs_per_sec *: */executions per second: /p
		s/^execs_done *: */executions: /p' build/afl.corpus/default/fuzzer_stats
}

# lines_reached FOLDER... - run the inputs in the folders once more, and count
# the lines that they reach
lines_reached() {
	rm -f "build/$engine"/reached-*.profraw
	find "$@" -type f ! -path '*/.*' ! -name '*README*' \
		-exec env ASAN_OPTIONS=detect_leaks=0 \
		"LLVM_PROFILE_FILE=build/$engine/reached-%m.profraw" \
		"build/$engine/fuzz/restore_replay" {} + >>"$log" 2>&1 ||
		failed $UNUSABLE "the replay of the corpus" "$log" ./lab fuzz --kernel "$kernel"
	printf '%s\n' "lines of $kernel that were reached:"
	tests/coverage/coverage.sh files "build/$engine" "$kernel" \
		"build/$engine"/reached-*.profraw
}

# check_canary - the canary must be what was found
check_canary() {
	[ $found = 1 ] || {
		say "the canary was not found in $time s"
		conclude $FAILED
	}
	sh -c "$again" 2>&1 | grep -q "a device's addition has a wrong result" || {
		say "found something other than the canary; to reproduce: $again"
		conclude $FAILED
	}
	printf '%s\n' "the canary was found in $(($(date +%s) - start)) s: $again"
}

# report_found - print what was found, and exit
report_found() {
	sh -c "$again" >>"$log" 2>&1 || :
	grep -m 1 -A 12 'violation\|internal bug\|ERROR' "$log" >&2 || :
	say "to reproduce: $again"
	conclude $FAILED
}

# $engine is also the name of the engine's preset.
time=60 kernel='' engine=fuzz canary='' seed='' afl=''
while [ $# -gt 0 ]; do
	if [ "$1" = --canary ]; then
		canary=1
		shift
		continue
	fi
	read_option "--time --kernel --seed --engine" "$@" ||
		die "fuzz: unknown option '$option'; see ./lab help"
	shift $words
	case $option in
	--time) want_number "$option" "$value" && time=$value ;;
	--seed) want_number "$option" "$value" && seed=$value ;;
	--kernel) kernel=$value ;;
	--engine)
		case $value in
		libfuzzer) engine=fuzz afl='' ;;
		afl) engine=afl afl=afl ;;
		*) die "fuzz: --engine: expected libfuzzer or afl, got '$value'" ;;
		esac
		;;
	esac
done
want_packages $afl
build "$engine" "$kernel"
[ -n "$kernel" ] || kernel=$(newest "$engine")

log=build/fuzz.run.log crash='' bug=''
: >"$log"
export FL_FUZZ_KERNEL="$kernel"
seeds=fuzz/corpus corpus=build/fuzz.corpus
mkdir -p "$corpus"
if [ -n "$canary" ]; then
	# Start without the seed that shows the bug, and do not keep the
	# corpus.
	export FL_FUZZ_BUG=1 AFL_BENCH_UNTIL_CRASH=1
	bug="FL_FUZZ_BUG=1 "
	seeds=build/fuzz.canary corpus=''
	rm -rf "$seeds"
	cp -r fuzz/corpus "$seeds"
	rm "$seeds/add_after_fork"
fi
printf '%s\n' "fuzzing $kernel for $time s${canary:+, with a seeded bug}"
start=$(date +%s)
found=0
case $engine in
fuzz) run_libfuzzer "$seeds" "$log" || found=1 ;;
afl) run_afl "$seeds" "$log" || found=1 ;;
esac
[ $found = 0 ] || [ -n "$crash" ] ||
	failed $UNUSABLE "the fuzzer" "$log" ./lab fuzz --kernel "$kernel"
again="FL_FUZZ_KERNEL=$kernel ${bug}build/$engine/fuzz/restore_replay $crash"
if [ -n "$canary" ]; then
	check_canary
	exit
fi
[ $found = 0 ] || report_found
case $engine in
fuzz) lines_reached build/fuzz.corpus fuzz/corpus ;;
afl) lines_reached build/afl.corpus/default/queue ;;
esac
