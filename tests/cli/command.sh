#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# command.sh - exit codes, output and files of the faultlab command
#
# usage: command.sh WORK FAULTLAB TEST
#
# TEST is a function test_TEST below.  The programs are small and run on the
# model; WORK is emptied first.
set -eu

work=$1 faultlab=$2 name=$3
rm -rf "$work"
mkdir -p "$work"
cd "$work"

# A long search, and one of 12 runs that holds.
long="explore three_cpus_fault --max-runs 1000000000"
short="explore fork_while_unpinned"

fail() {
	echo "FAILED: $*" >&2
	[ ! -e out ] || sed 's/^/out: /' out >&2
	[ ! -e err ] || sed 's/^/err: /' err >&2
	exit 1
}

# run CODE ARGUMENT... - the command must exit with CODE; output: files out, err
run() {
	expected=$1 got=0
	shift
	"$faultlab" "$@" >out 2>err || got=$?
	[ "$got" -eq "$expected" ] || fail "faultlab $*: exited with $got, expected $expected"
}

# says FILE TEXT - FILE must contain TEXT
says() {
	grep -qF -e "$2" "$1" || fail "$1: expected '$2'"
}

# leads TEXT - the first line of out must begin with TEXT
leads() {
	case $(head -n 1 out) in "$1"*) ;; *) fail "out: expected the first line '$1...'" ;; esac
}

# refused TEXT ARGUMENT... - it must exit with 129 and TEXT, and print no data
refused() {
	text=$1
	shift
	run 129 "$@"
	says err "$text"
	[ ! -s out ] || fail "faultlab $*: a message among data"
}

# -- exit codes --

test_program_that_holds_exits_with_0() {
	run 0 $short
	leads "fork_while_unpinned holds on model: all 12 schedules, "
	says out "runs:      12 of at most "
	run 0 replay two_cpus_fault --schedule e1:1,2
	run 0 demo --kernel model
	run 0 list
	run 0 list --json
	run 0 kernels
	run 0 kernels --json --provenance
	run 0 --help
	run 0 help explore
	run 0 --version
	grep -qE '^faultlab [0-9]+\.[0-9]+' out || fail "no version"
	grep -qE '^kernels:.* model \(1\)(,|$)' out || fail "no kernels with their releases"
	cp out version
	run 0 -V
	cmp out version
}

test_violation_exits_with_1() {
	run 1 explore range_with_a_hole
	leads "range_with_a_hole fails on model: violation found after 1 schedule, "
	says out "violation: C8"
	run 1 replay range_with_a_hole --schedule e1:1
}

test_limit_exits_with_125() {
	run 125 $short --max-runs 2
	leads "fork_while_unpinned is undecided on model: limit max_runs was reached after 2 schedules, no violation found, "
	says err "limit max_runs = 2 was reached"
	run 125 $short --max-steps 2
	says err "limit max_steps = 2 was reached"
	run 125 explore two_cpus_fault --preemptions 1
	says err "limit max_preemptions = 1 was reached"
	run 125 $short --random 1 --max-runs 3
	run 125 $long --max-seconds 1
	leads "three_cpus_fault is undecided on model: stopped by --max-seconds after "
	says err "stopped by --max-seconds after"
	run 125 $long --max-memory 1
	says err "stopped by --max-memory after"
}

test_program_that_does_not_apply_exits_with_125() {
	run 125 explore copied_while_zapped
	says err "copied_while_zapped does not apply to model, which lacks private mappings of files"
	run 125 explore copied_while_zapped --json
	[ ! -s out ] || fail "a message among data"
	run 125 replay copied_while_zapped --schedule e1:1
	says err "does not apply to model"
}

test_usage_error_exits_with_129() {
	refused "expected a command; see: faultlab --help"
	refused "unknown command 'explor'; did you mean 'explore'?" explor
	refused "help: unexpected operand 'x': expected one COMMAND; see: faultlab --help" \
		help explore x
	refused "unknown command 'explor'; did you mean 'explore'?" help explor
	refused "expected a PROGRAM; see: faultlab list" explore
	refused "unknown program 'two_cpu_fault'; did you mean 'two_cpus_fault'?" \
		explore two_cpu_fault
	refused "unknown kernel 'modle'; did you mean 'model'?" \
		explore two_cpus_fault --kernel modle
	refused "unknown kernel 'x'; see: faultlab kernels" demo --kernel x
	refused "unknown option '--max-rums'; did you mean '--max-runs'?" \
		explore two_cpus_fault --max-rums 3
	refused "unknown option '--frobnicate'; see: faultlab explore --help" \
		explore two_cpus_fault --frobnicate 1
	refused "unknown option '--schedule'" explore two_cpus_fault --schedule e1:1
	refused "unexpected operand 'extra': expected one PROGRAM" \
		explore two_cpus_fault extra
	refused "unexpected operand 'x': expected none" list x
	refused "unexpected operand 'x'" kernels --json x
	refused "unexpected operand 'x'" demo x
	refused "--max-runs: expected a value, N" explore two_cpus_fault --max-runs
	refused "--json: expected no value, got '1'" explore two_cpus_fault --json=1
	refused "ambiguous option '--max'; did you mean '--max-" explore two_cpus_fault --max 1
	refused "unknown option '-x'" explore two_cpus_fault -xj4
	refused "--random: --max-runs is missing" explore two_cpus_fault --random 1
	refused "--depth: --random is missing" explore two_cpus_fault --depth 1
	refused "mutually exclusive" explore two_cpus_fault --every-run --preemptions 1
	refused "--schedule: missing" replay two_cpus_fault
	refused "--gdb and --json are mutually exclusive" \
		replay two_cpus_fault --schedule e1:1 --gdb 1 --json
	refused "--gdb: expected a step of the story, 1 to" \
		replay two_cpus_fault --schedule e1:1,2 --gdb 4000000
	refused "--stop-before: expected a step of the story, 1 to" \
		replay two_cpus_fault --schedule e1:1,2 --stop-before 4000000
	! grep -q "see:.*see:" err || fail "see: twice"
}

# within KIB - run the shortest search with this much address space
within() {
	(ulimit -v "$1" && exec "$faultlab" $short -j 2) >out 2>err
}

test_too_little_memory_is_reported_with_the_requirement() {
	got=0
	within 600000 || got=$?
	[ $got -eq 129 ] || fail "exited with $got"
	says err "; the limit of this process is 586 MiB (ulimit -v)"
	needed=$(sed -n 's/.*fork_while_unpinned needs about \([0-9]*\) MiB of address space, runs of 10000 steps (--max-steps) \([0-9]*\) MiB more, and helpers (-j 2) \([0-9]*\) MiB.*/\1 + \2 + \3/p' err)
	[ -n "$needed" ] || fail "the message does not say how much is needed"
	# The command needs about this much, plus what any program needs.
	within $((($needed) * 1024 * 9 / 10)) && fail "it needs less than reported"
	within $((($needed) * 1024 + 65536)) || fail "it needs more than reported"
	refused "--max-steps: expected a number from 1 to 100000000, got '99999999999999999'" \
		$short --max-steps 99999999999999999
}

# -- command lines --

test_options_may_be_anywhere_and_values_joined_or_separate() {
	run 125 explore --max-runs=3 -j1 fork_while_unpinned --kernel=model
	says out "runs:      3 of"
	run 125 explore --kernel model -j 1 fork_while_unpinned --max-r 3
	says out "runs:      3 of"
	run 125 explore --jobs=1 --max-runs 3 -- fork_while_unpinned
	says out "runs:      3 of"
}

# The commands share one parser.
test_every_command_takes_options_in_every_form() {
	for words in "--schedule=e1:1,2 two_cpus_fault --kernel model" \
			"two_cpus_fault --kernel=model --schedule e1:1,2 --as-is" \
			"--sched e1:1,2 --tries=3 -- two_cpus_fault"; do
		run 0 replay $words
	done
	run 0 demo --kernel=model
	run 0 demo --kern model
	run 0 kernels --prov
	run 0 list --js
	run 0 list -h
	run 0 explore -j1 fork_while_unpinned
	run 0 explore fork_while_unpinned -j 1
	run 0 explore --jobs 1 fork_while_unpinned
}

# suggests NAME ARGUMENT... - it must be refused, with this suggestion
suggests() {
	meant=$1
	shift
	refused "; did you mean '$meant'?" "$@"
}

# One letter too few, too many, wrong, swapped; a part of the name; too far away.
test_misspelled_names_get_a_suggestion() {
	for word in exlore exploree explure exlpore expl; do
		suggests explore $word
		suggests explore help $word
	done
	for word in two_cpu_fault two_cpus_faults two_cpus_vault two_cups_fault; do
		suggests two_cpus_fault explore $word
		suggests two_cpus_fault replay $word --schedule e1:1
	done
	for word in modl modell nodel mdoel odel; do
		suggests model explore two_cpus_fault --kernel $word
		suggests model demo --kernel=$word
		suggests model explore --all --kernel=$word
	done
	for word in max-uns max-runss max-rums max-urns; do
		suggests --max-runs explore two_cpus_fault --$word 3
	done
	suggests --provenance kernels --provenace
	suggests --json list --jsn
	suggests --help --halp
	suggests --schedule replay two_cpus_fault --shcedule e1:1
	for words in frobnicate "explore frobnicate" "list --frobnicate" \
			"demo --kernel frobnicate" "-x" "explore -x"; do
		refused "unknown " $words
		! grep -q "did you mean" err || fail "$words: $(cat err)"
	done
	refused "expected man, bash or zsh, got 'x'" --generate x
	refused "unknown option '--generatf'; see: " --generatf
}

test_numbers_are_decimal_and_in_range() {
	for option in max-runs max-steps max-seconds max-memory jobs tries preemptions \
			random depth; do
		for number in 010 0x10 -5 +5 " 5" "5 " 99999999999999999999999 "" x 1e3 0; do
			refused ": expected a number" $short "--$option=$number"
			says err "got '$number'"
		done
	done
	for option in gdb stop-before tries; do
		for number in 010 0x10 -5 "" 99999999999999999999999; do
			refused "--$option: expected a number" replay two_cpus_fault \
				--schedule e1:1,2 "--$option=$number"
		done
	done
	refused "-j: expected a number from 1 to 1024, got '1025'" $short -j 1025
	refused "--depth: expected a number from 1 to 8, got '9'" \
		$short --random 1 --max-runs 1 --depth 9
	run 125 $short --max-runs 10
	says out "runs:      10 of"
}

# schedule COLUMN TEXT SCHEDULE - the schedule must be rejected at COLUMN
schedule() {
	refused "--schedule: column $1 of '$3': $2" replay two_cpus_fault --schedule "$3"
}

test_malformed_schedule_is_rejected_with_the_column() {
	thread="expected a thread, a number from 1 to 15, got"
	end="the end of the schedule"
	schedule 1 "expected \"e1:\", got $end" ""
	schedule 1 "expected \"e1:\", got 'x'" "x"
	schedule 3 "expected \"e1:\", got $end" "e1"
	schedule 2 "expected \"e1:\", got '2'" "e2:1"
	schedule 3 "expected \"e1:\", got ';'" "e1;0"
	schedule 4 "$thread $end" "e1:"
	schedule 4 "$thread ';'" "e1:;9.9.9"
	schedule 4 "$thread '@'" "e1:@99999999"
	schedule 4 "$thread '0'" "e1:0"
	schedule 4 "$thread '16'" "e1:16"
	schedule 4 "$thread '-'" "e1:-1"
	schedule 4 "$thread '01'" "e1:01"
	schedule 6 "$thread $end" "e1:1,"
	schedule 6 "$thread ','" "e1:1,,2"
	schedule 6 "expected an operation, a number from 0 to 4294967295, got '18446744073709551616'" \
		"e1:1@18446744073709551616"
	schedule 6 "expected an operation" "e1:1@,2"
	schedule 8 "expected a count of plain accesses" "e1:1@5+,2"
	schedule 8 "expected a count of plain accesses" "e1:1@5+0"
	schedule 5 "expected '@', ',', ';' or the end, got ' '" "e1:1 ,2"
	schedule 7 "expected '+', ',', ';' or the end, got 'x'" "e1:1@2x"
	schedule 6 "expected a choice, a number from 0 to 255, got $end" "e1:1;"
	schedule 6 "expected a choice, a number from 0 to 255, got '256'" "e1:1;256"
	schedule 8 "expected a choice" "e1:1;1."
	schedule 7 "expected '.' or the end, got ','" "e1:1;1,2"
}

test_infeasible_schedule_is_rejected_with_the_column() {
	schedule 4 "unknown thread 7: expected 1 to 2" "e1:7"
	schedule 6 "unknown thread 3" "e1:1,3"
	schedule 4 "thread 1 has ended at its operation" "e1:1@99999999"
	schedule 6 "thread 1 cannot run here: it has ended" "e1:1,1"
	schedule 8 "thread 1 cannot run here: it has ended" "e1:1,2,1"
	schedule 9 "thread 1 is already at its operation 20" "e1:1@20,1@20,2"
	schedule 9 "thread 1 is already at its operation 20" "e1:1@20,1@5,2"
	schedule 8 "the run makes 0 choices" "e1:1,2;9.9.9"
	refused "expected a choice from 0 to 1, got 9" replay fork_while_busy --schedule "e1:1;9"
	refused "column 6 of 'e1:1,1;0'" replay driver_migrates_filter_owner --schedule "e1:1,1;0"
	refused "column 6 of 'e1:1,1'" replay range_with_a_hole --schedule "e1:1,1"
}

# -- output --

outputs="explore_fork_while_unpinned explore_range_with_a_hole_--json demo kernels list
	list_--json kernels_--json replay_two_cpus_fault_--schedule_e1:1,2
	replay_two_cpus_fault_--schedule_e1:1,2_--json --help --version explore_--help"

test_output_that_cannot_be_written_is_an_error() {
	for words in $outputs; do
		# Keep the underscores in names such as two_cpus_fault.
		command=$(echo "$words" | sed 's/_--/ --/g; s/^explore_/explore /
			s/^replay_/replay /; s/--schedule_/--schedule /')
		got=0
		"$faultlab" $command >/dev/full 2>err || got=$?
		[ $got -eq 129 ] || fail "$command >/dev/full: exited with $got"
		says err "standard output cannot be written: No space left on device"
		got=0
		"$faultlab" $command >&- 2>err || got=$?
		[ $got -eq 129 ] || fail "$command >&-: exited with $got"
		says err "standard output cannot be written: closed"
		{
			sleep 0.1
			"$faultlab" $command 2>err && echo 0 >got || echo $? >got
		} | :
		[ "$(cat got)" -eq 129 ] || fail "$command | :: exited with $(cat got)"
		says err "standard output cannot be written: Broken pipe"
	done
}

test_closed_standard_error_is_ignored() {
	"$faultlab" $short >out 2>&- || fail "exited with $?"
	leads "fork_while_unpinned holds on model"
	got=0
	"$faultlab" explore >out 2>&- || got=$?
	[ $got -eq 129 ] || fail "exited with $got"
	# The checkpoint must not get the number of a closed stream either.
	"$faultlab" $short --max-runs 2 --checkpoint c >out 2>&- 0<&- || [ $? -eq 125 ]
	"$faultlab" $short --checkpoint c >out 2>err || fail "the checkpoint is damaged"
	says err "resumed after 2 runs"
}

# -- checkpoints --

test_checkpoint_is_resumed_and_removed_after_a_complete_search() {
	run 125 $short --max-runs 5 --checkpoint c
	[ -s c ] || fail "nothing was saved"
	cp c copy
	run 0 $short --checkpoint c
	says err "resumed after 5 runs"
	says out "runs:      12 of"
	[ ! -e c ] || fail "the checkpoint still exists"
	[ "$(ls)" = "copy
err
out" ] || fail "files were left behind: $(ls)"
}

test_empty_file_is_a_new_checkpoint() {
	: >c
	run 125 $short --max-runs 5 --checkpoint c
	[ -s c ] || fail "nothing was saved"
}

test_checkpoint_must_be_a_writable_regular_file() {
	mkdir folder
	mkfifo fifo
	ln -s /dev/full link
	refused "--checkpoint: expected the name of a file, got ''" $short --checkpoint ""
	for file in /dev/full /dev/zero /dev/null fifo link; do
		refused "checkpoint '$file' is a device, a FIFO or a socket" \
			$short --checkpoint $file
	done
	refused "checkpoint 'folder' is a directory" $short --checkpoint folder
	mkdir c.faultlab-new
	refused "checkpoint 'c' cannot be written: 'c.faultlab-new' is a directory" \
		$short --checkpoint c
	[ ! -e c ] || fail "an empty file was left behind"
	rmdir c.faultlab-new
	refused "checkpoint 'no/such' cannot be written: No such file or directory" \
		$short --checkpoint no/such
	refused "checkpoint '/proc/x' cannot be written" $short --checkpoint /proc/x
	refused "checkpoint 'err/x' cannot be written: Not a directory" \
		$short --checkpoint err/x
	ln -s loop loop
	refused "checkpoint 'loop' cannot be written" $short --checkpoint loop
	long_name=$(printf '%0250d' 0)
	refused "cannot be written: File name too long" $short --checkpoint "$long_name"
	[ ! -e "$long_name" ] || fail "an empty file was left behind"
}

test_file_that_is_no_checkpoint_is_left_alone() {
	echo "a letter" >letter
	cp letter before
	refused "checkpoint 'letter' is damaged, or is not a checkpoint of this version" \
		$short --checkpoint letter
	cmp letter before
	truncate -s 1T sparse
	refused "checkpoint 'sparse' is damaged" $short --checkpoint sparse
	run 125 $short --max-runs 5 --checkpoint c
	cp c before
	truncate -s 1T c
	refused "checkpoint 'c' is damaged" $short --checkpoint c
	head -c 100 before >c
	refused "checkpoint 'c' is damaged" $short --checkpoint c
	cp before c
	refused "'c' is from another program, kernel, kind of search or build" \
		explore two_cpus_fault --checkpoint c
	refused "'c' is from another program" $short --every-run --checkpoint c
	refused "'c' is from another program" $short --kernel v8 --checkpoint c
	refused "'c' is from another program" $short --unfair --checkpoint c
	cmp c before
}

# Start a search that has saved a checkpoint; its process is $searching.
search() {
	"$faultlab" $long --checkpoint "$1" >search.out 2>search.err &
	searching=$!
	tries=0
	while [ ! -s "$1" ]; do
		tries=$((tries + 1))
		[ $tries -lt 300 ] || fail "the search was not saved"
		sleep 0.1
	done
}

test_checkpoint_in_use_is_rejected() {
	search c
	refused "checkpoint 'c' is in use by another search, process $searching" \
		$long --checkpoint c
	ln -s c link
	refused "checkpoint 'link' is in use by another search, process $searching" \
		$long --checkpoint link
	kill -9 $searching
	wait $searching || :
	run 125 explore three_cpus_fault --max-runs 1 --checkpoint c
	says err "resumed after"
}

test_symbolic_link_is_kept_and_its_target_is_replaced() {
	mkdir folder
	ln -s folder/target link
	run 125 $short --max-runs 5 --checkpoint link
	[ -L link ] && [ -s folder/target ] || fail "the link was replaced"
	run 125 $short --max-runs 7 --checkpoint link
	says err "resumed after 5 runs"
	run 0 $short --checkpoint link
	[ -L link ] && [ ! -e folder/target ] || fail "the link was removed, or the target was not"
}

test_checkpoint_changed_by_another_program_is_not_overwritten() {
	search c
	echo other >other
	mv other c
	got=0
	wait $searching || got=$?
	[ $got -eq 129 ] || fail "exited with $got"
	says search.err "checkpoint 'c' cannot be written: another program has changed it"
	[ "$(cat c)" = other ] || fail "the file was overwritten"
}

test_signals_save_the_search_and_print_the_result() {
	for signal in INT TERM HUP; do
		case $signal in INT) said=Ctrl-C ;; *) said=SIG$signal ;; esac
		got=0
		env --default-signal=$signal timeout --foreground -s $signal 1 \
			"$faultlab" $long --checkpoint c >out 2>err || got=$?
		[ $got -eq 124 ] || fail "timeout exited with $got"
		says err "stopped by $said after"
		says err "next: faultlab explore three_cpus_fault --kernel model"
		leads "three_cpus_fault is undecided on model"
		run 125 explore three_cpus_fault --max-runs 1 --checkpoint c
		says err "resumed after"
		rm c
		env --default-signal=$signal timeout --foreground --preserve-status -s $signal 1 \
			"$faultlab" $long >out 2>err || got=$?
		[ $got -eq 125 ] || fail "SIG$signal: exited with $got"
	done
}

test_ignored_signal_does_not_stop_the_search() {
	(trap '' HUP && exec "$faultlab" $long --max-seconds 2) >out 2>err &
	sleep 1
	kill -HUP $!
	got=0
	wait $! || got=$?
	[ $got -eq 125 ] || fail "exited with $got"
	says err "stopped by --max-seconds after"
}

test_signal_while_the_story_is_recorded_keeps_the_result() {
	"$faultlab" explore two_cpus_and_zap --kernel v8 --checkpoint c >out 2>err &
	searching=$!
	until grep -q "^runs:" out; do
		kill -0 $searching || fail "the search ended early"
		sleep 0.01
	done
	kill -TERM $searching
	got=0
	wait $searching || got=$?
	[ $got -eq 1 ] || fail "exited with $got"
	says out "violation: "
	says out "replay: "
	[ ! -e c ] || fail "the checkpoint still exists"
}

# The output is larger than the buffer of the pipe.
test_checkpoint_is_locked_until_the_result_is_written() {
	("$faultlab" explore two_cpus_and_zap --kernel v8 --checkpoint c --json 2>messages ||
		echo $? >code) | {
		head -c 1 >first
		refused "checkpoint 'c' is in use by another search" \
			explore three_cpus_fault --checkpoint c
		cat >rest
	}
	[ "$(cat code)" -eq 1 ] || fail "exited with $(cat code)"
	[ ! -e c ] || fail "the checkpoint still exists"
}

test_full_disk_keeps_the_previous_checkpoint() {
	run 125 explore three_cpus_fault --max-runs 300 --checkpoint c
	cp c before
	got=0
	(ulimit -f 1 && exec "$faultlab" $long --checkpoint c) >out 2>err || got=$?
	[ $got -eq 129 ] || fail "exited with $got"
	cmp c before || fail "the checkpoint changed"
	[ "$(grep -c 'File too large' err)" -eq 1 ] || fail "not reported exactly once"
	says err "checkpoint 'c' cannot be written: File too large; the previous checkpoint is unchanged"
	leads "three_cpus_fault is undecided on model"
	! grep -q "^next:" err || fail "a failed command is suggested again"
	[ ! -e c.faultlab-new ] || fail "the temporary file was left behind"
}

# -- what is expected --

test_declared_violation_is_reported_as_expected() {
	run 1 explore driver_migrates_filter_owner
	says out 'expected:  "'
	run 1 explore driver_migrates_filter_owner --json
	says out '"expected": "\"'
	run 1 replay driver_migrates_filter_owner --schedule e1:1
	says err 'faultlab: expected: "'
	run 0 list
	grep -A1 '^driver_migrates_filter_owner ' out | grep -q 'expected: ".*" on every kernel' ||
		fail "list does not show the declaration"
	says out "needs private mappings of files; does not apply to "
	says out "stops after 10000 runs, unless --max-runs is given"
	run 0 kernels
	grep '^v8 ' out | grep -q "seeded bug: " || fail "kernels does not show the bug of v8"
	run 0 $short
	run 1 explore driver_migrates_filter_owner --herd
	says out 'Expected "'
	run 0 $short
	! grep -q "^expected:" out || fail "a program that holds must have no 'expected:' line"
}

test_limit_message_names_the_programs_own_bound() {
	run 125 explore three_cpus_fault
	says err "limit max_runs = 10000, the program's own (--max-runs replaces it), was reached"
	says out "runs:      10,000 of"
}

test_livelock_is_shown_with_its_turn() {
	run 1 explore two_cpus_back_off
	says out " repeat forever)"
	run 1 explore two_cpus_back_off --unfair
	says out "livelock under an unfair scheduler"
	says out " repeat forever)"
	! grep "to [0-9]* repeat forever" out | grep -q "steps \([0-9]*\) to \1 " ||
		fail "a turn of one step"
}

test_herd_lines_follow_the_verdict() {
	run 0 $short --herd
	leads "fork_while_unpinned holds on model: all 12 schedules, "
	for line in "Test fork_while_unpinned Forbidden" "Kernel model (1)" "Ok" "Witnesses" \
			"Positive: 12 Negative: 0" "Condition ~exists (violation)" \
			"Observation fork_while_unpinned Never 0 12"; do
		grep -qx -e "$line" out || fail "expected the line '$line'"
	done
	says out "Explored 12 runs, "
	! grep -q "^runs:" out || fail "the same figures twice"
	run 0 $short
	! grep -q "^Observation" out || fail "herd's lines without --herd"
	run 1 explore range_with_a_hole --herd
	says out "Observation range_with_a_hole Sometimes 1 0"
	says out "violation: C8"
	run 125 $short --herd --max-runs 2
	says out "Observation fork_while_unpinned Unknown 0 2"
	refused "--herd and --json are mutually exclusive" $short --herd --json
}

test_verdict_has_thousands_separators_and_seconds() {
	run 125 explore three_cpus_fault --max-runs 1234 -j 1
	head -n 1 out | grep -qE '^three_cpus_fault is undecided on model: limit max_runs was reached after 1,234 schedules, no violation found, [0-9]+\.[0-9]+ s$' ||
		fail "the verdict is $(head -n 1 out)"
	says out "runs:      1,234 of at most "
	run 1 explore range_with_a_hole
	head -n 1 out | grep -qE '^range_with_a_hole fails on model: violation found after 1 schedule, [0-9]+\.[0-9]+ s$' ||
		fail "the verdict is $(head -n 1 out)"
	run 125 $short --max-steps 10
	says out "truncated: "
}

# -- every program --

all="explore --all --kernel model -j 1"

# applying - the number of programs that apply to the model
applying() {
	"$faultlab" list >listed
	echo $(($(grep -c '^[a-z]' listed) -
		$(grep -cE 'does not apply to (.*model|any of)' listed)))
}

test_all_prints_a_line_for_each_program_that_applies() {
	run 125 $all --max-runs 20
	[ "$(grep -cE ' (holds|fails|is undecided) on model: .*, [0-9]+\.[0-9]+ s(,.*)?$' out)" \
		-eq "$(applying)" ] || fail "expected one line for each program"
	[ "$(wc -l <out)" -eq $(($(applying) + 1)) ] || fail "expected one line more"
	summary=$(tail -n 1 out)
	expr "$summary" : "model: $(applying) programs: [0-9]* hold, [0-9]* fail as declared, 0 fail, 0 stopped at their bounds, [0-9]* undecided; [0-9]* do not apply; [0-9.]* s$" >/dev/null ||
		fail "the summary is $summary"
	for pair in "holds on:hold" "s, as declared:fail as declared" \
			"is undecided on:undecided"; do
		n=$(grep -c "${pair%:*}" out)
		says out " $n ${pair#*:}"
	done
	! grep -q copied_while_zapped out || fail "a program that does not apply was run"
	grep -qx 'range_with_a_hole fails on model: .* s, as declared' out ||
		fail "expected the declared violation"
	says err "next: faultlab explore "
}

# A bound of a program is no limit that leaves something undecided.
test_all_exits_with_0_if_every_program_is_as_declared() {
	run 0 $all
	tail -n 1 out | grep -qE ' 0 fail, [1-9][0-9]* stopped at their bounds, 0 undecided; ' ||
		fail "the summary is $(tail -n 1 out)"
	! grep -q "^next:" err || fail "nothing is left to look at"
}

test_all_exits_with_1_after_a_violation_that_no_program_declares() {
	run 1 $all --max-runs 300 --unfair
	grep -qE ': violation found after .* s$' out || fail "expected an undeclared violation"
	says out ", 1 fail, "
	grep '^next: ' err | grep -q " $(sed -n 's/ fails on model: .* s$/ /p' out | head -n 1)" ||
		fail "the first one is not suggested"
}

test_all_prints_one_json_object_per_line() {
	run 125 $all --max-runs 2 --json
	[ "$(grep -cE '^\{.*"result":"[a-z]*".*"recording":null\}$' out)" -eq "$(applying)" ] ||
		fail "expected one object for each program"
	[ "$(wc -l <out)" -eq "$(applying)" ] || fail "more lines than objects"
}

test_all_takes_no_program_and_no_checkpoint() {
	refused "--all: unexpected operand 'two_cpus_fault': expected none" \
		explore --all two_cpus_fault
	refused "--all and --checkpoint are mutually exclusive" explore --all --checkpoint c
	refused "--all and --herd are mutually exclusive" explore --all --herd
	refused "unknown option '--all'" replay --all
}

test_all_stops_after_a_signal() {
	got=0
	env --default-signal=TERM timeout --foreground --preserve-status -s TERM 1 \
		"$faultlab" $all >out 2>err || got=$?
	[ $got -eq 125 ] || fail "exited with $got"
	says err "--all: stopped by SIGTERM after "
	got=0
	"$faultlab" $all --max-runs 20 >/dev/full 2>err || got=$?
	[ $got -eq 129 ] || fail "exited with $got after lost output"
}

# -- the manual page, and completion for shells --

# options_of COMMAND - the options that the help of COMMAND lists, sorted
options_of() {
	"$faultlab" $1 --help | sed '1,/^Usage/d' | grep -oE '^ +(-[a-zA-Z], +)?--[a-z-]+' | grep -oE -e '--[a-z-]+' | sort
}

# completed SCRIPT WORD... - what bash completes for the last word, sorted
completed() {
	bash -c '
		. "$1"
		shift
		PATH=$(dirname "$1"):$PATH
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_faultlab "$1" 2>/dev/null
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort
}

# complete_options SCRIPT - it must complete all options of all commands
complete_options() {
	for command in "" demo kernels list explore replay; do
		options_of "$command" >expected
		[ -s expected ] || fail "the help of '$command' has no options"
		completed "$1" "$faultlab" $command -- >found
		cmp -s expected found || return 1
	done
}

test_bash_completes_every_option() {
	run 0 --generate=bash
	bash -n out || fail "a syntax error"
	complete_options ./out || fail "faultlab $command: $(diff expected found)"
	for option in --max-runs --version --provenance; do
		sed "s/ $option / /; s/\"$option /\"/" out >canary
		! complete_options ./canary || fail "a missing option, $option, is not reported"
	done
}

test_bash_completes_commands_programs_kernels_and_files() {
	run 0 --generate=bash
	cp out script
	: >a_checkpoint
	[ "$(completed ./script "$faultlab" ex)" = explore ] || fail "no command"
	[ "$(completed ./script "$faultlab" help rep)" = replay ] || fail "no command after help"
	[ "$(completed ./script "$faultlab" explore -j4 three_cpus_f)" = three_cpus_fault ] ||
		fail "no program"
	[ "$(completed ./script "$faultlab" replay three_cpus_f)" = three_cpus_fault ] ||
		fail "no program"
	[ "$(completed ./script "$faultlab" demo --kernel mod)" = model ] || fail "no kernel"
	[ "$(completed ./script "$faultlab" explore --kernel = mod)" = model ] ||
		fail "no kernel after ="
	[ "$(completed ./script "$faultlab" explore --checkpoint a_ch)" = a_checkpoint ] ||
		fail "no file"
	[ -z "$(completed ./script "$faultlab" explore --max-runs t)" ] ||
		fail "a number is completed"
	[ -z "$(completed ./script "$faultlab" list t)" ] || fail "list takes no operand"
}

# zsh_options SCRIPT - it must have the options of all commands
zsh_options() {
	for command in demo kernels list explore replay; do
		options_of "$command" >expected
		sed -n "/^	$command)/,/;;\$/p" "$1" | grep -oE "^		'--[a-z-]+" |
			grep -oE -e '--[a-z-]+' | sort >found
		cmp -s expected found || return 1
	done
}

test_zsh_completes_every_option() {
	run 0 --generate=zsh
	! command -v zsh >/dev/null || zsh -n out || fail "a syntax error"
	says out "#compdef faultlab"
	zsh_options out || fail "faultlab $command: $(diff expected found)"
	sed "/'--max-runs/d" out >canary
	! zsh_options canary || fail "a missing option is not reported"
}

# rendered PAGE - render a manual page; warnings are errors
rendered() {
	groff -man -Tutf8 -ww "$1" >page 2>warnings
	[ ! -s warnings ]
}

test_manual_page_has_every_option_and_renders_without_warnings() {
	run 0 --generate=man
	cp out faultlab.1
	for command in "" demo kernels list explore replay; do
		for option in $(options_of "$command"); do
			text=$(printf '%s' "$option" | sed 's/-/\\-/g')
			if [ "$command" ]; then
				sed -n "/^\.SS faultlab $command/,/^\.S[SH] [^f]/p" out
			else
				sed -n '/^\.SH OPTIONS/,/^\.SH COMMANDS/p' out
			fi | grep -qF "$text" || fail "faultlab $command $option is missing"
		done
	done
	command -v groff >/dev/null || {
		echo "skipped: groff is missing"
		return 0
	}
	rendered faultlab.1 || fail "$(cat warnings)"
	grep -q "two_cpus_fault --random 1" page || fail "no examples"
	{ cat faultlab.1; echo '.NOSUCHMACRO'; } >canary.1
	! rendered canary.1 || fail "a warning is not reported"
}

test_help_has_the_default_of_every_value() {
	run 0 --generate=man
	# The text of an option is the line after its name.
	awk '/^\.TP$/ { option = ""; getline; if (/\\fI/) option = $0; next }
		option { if (!/\(default: |\(required\)/) print option; option = "" }' out >lacking
	[ ! -s lacking ] || fail "no default: $(cat lacking)"
	grep -cF '(default: ' out | grep -qE '^1[0-9]$|^[2-9][0-9]$' || fail "the check found no defaults"
}

# -- suggestions --

# suggested - run every command that out and err suggest, as printed
suggested() {
	sed -n 's/^next: \(faultlab .*\)/\1/p; s/.*; see: \(faultlab .*\)/\1/p' err >commands
	sed -e :a -e '/\\$/N; s/\\\n */ /; ta' out |
		sed -n 's/^replay: *\(faultlab .*\)/\1/p' >>commands
	[ -s commands ] || fail "no command is suggested"
	while read -r line; do
		got=0
		(
			faultlab() { "$faultlab" "$@"; }
			eval "$line" </dev/null >said 2>&1
		) || got=$?
		case $got in
		0 | 1 | 125) ;;
		*) sed 's/^/said: /' said >&2; fail "$line: exited with $got" ;;
		esac
		! grep -qE "; see: |which lacks|Aborted" said || fail "$line: $(cat said)"
	done <commands
}

test_every_suggested_command_works() {
	for command in list $short "$short --max-runs 3" "$short --max-steps 3" \
			"$short --preemptions 1" "$short --random 1 --depth 2 --max-runs 3" \
			"explore range_with_a_hole" "explore zap_before_programmed_mirror" \
			"replay zap_before_programmed_mirror --schedule e1:1@57,2" \
			"explore" "explore x" "explore $short --kernel x" "x" \
			"explore two_cpus_fault --x" "replay x" "demo x" "list x" "kernels x"; do
		"$faultlab" $command </dev/null >out 2>err || :
		suggested
	done
	run 125 explore two_cpus_fault --max-seconds 1 --max-runs 100 --checkpoint "it's a file"
	says err "--checkpoint 'it'\\''s a file'"
	suggested
}

test_list_suggests_a_search_without_a_violation() {
	run 0 list
	suggested
	! grep -q "^expected:\|^violation:" said || fail "the program is expected to break: $(cat said)"
	grep -q " holds on \| is undecided on " said || fail "the program does not hold: $(cat said)"
}

# Every program either runs on a kernel, or reports why it does not apply.
test_every_program_runs_or_reports_why_it_does_not_apply() {
	run 0 list
	grep -o '^[a-z][a-z0-9_]*' out >programs
	[ "$(wc -l <programs)" -ge 50 ] || fail "fewer than 50 programs are listed"
	for kernel in $("$faultlab" kernels | awk 'NR > 1 { print $1 }'); do
		for program in $(cat programs); do
			"$faultlab" replay "$program" --kernel "$kernel" --schedule x \
				>out 2>err && fail "schedule x"
			grep -qF -e "column 1 of 'x'" \
				-e "does not apply to $kernel, which lacks" err ||
				fail "$program on $kernel"
		done
	done
}

"test_$name"
