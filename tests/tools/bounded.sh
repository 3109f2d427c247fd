#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# bounded.sh - bounded.c ends commands that spin or wait forever, and no others
#
# usage: bounded.sh ends|passes_on|all_tests|ctest TOP BUILD WORK
set -u

row=$1 top=$2 build=$3 work=$4
bounded=$build/bounded
rm -rf "$work"
mkdir -p "$work" || exit 99
cd "$work" || exit 99
unset FAULTLAB_BUDGET
wrong=0

# expect CODE TEXT COMMAND... - it must exit with CODE, and print TEXT
expect() {
	code=$1 text=$2 status=0
	shift 2
	"$@" >said 2>&1 || status=$?
	if [ $status -ne "$code" ] || { [ -n "$text" ] && ! grep -q -e "$text" said; }; then
		echo "$*: exited with $status, expected $code and '$text'; output:"
		cat said
		wrong=1
	fi
}

ends() {
	spin='while :; do :; done'
	expect 152 'ended: sh: used more than 1 s of CPU' "$bounded" --cpu 1 sh -c "$spin"
	expect 152 'ended: sh: used more than 1 s of CPU' env FAULTLAB_BUDGET=1 "$bounded" sh -c "$spin"
	# A child, a process in its own session, and many short processes are
	# all counted.
	expect 152 'state R, .* s of CPU: sh -c' "$bounded" --cpu 1 sh -c "($spin) & wait"
	expect 152 'used more than' "$bounded" --cpu 1 sh -c "setsid sh -c '$spin' & sleep 1000"
	expect 152 'used more than' "$bounded" --cpu 1 sh -c 'while :; do seq 50000 >/dev/null; done'
	expect 152 'ended: sleep: used no CPU for .* s' "$bounded" --idle 2 sleep 1000
	expect 152 'state S, .*: sleep 1000' "$bounded" --idle 2 sh -c 'sleep 1000 & wait'
	expect 152 'used no CPU' "$bounded" --idle 2 sh -c 'while :; do sleep 0.3; done'
}

passes_on() {
	expect 0 '^a b$' "$bounded" echo 'a b'
	expect 0 '^a$' sh -c "echo a | '$bounded' cat"
	expect 77 '' "$bounded" sh -c 'exit 77'
	expect 134 '' "$bounded" sh -c 'kill -s ABRT $$'
	expect 139 '' "$bounded" sh -c 'kill -s SEGV $$'
	expect 0 '' "$bounded" --idle 9 sleep 2
	expect 0 '' "$bounded" --idle 3 sh -c 'for i in 1 2 3 4 5; do seq 10000000 >/dev/null; sleep 1; done'
	expect 0 '^unset$' "$bounded" sh -c 'echo ${FAULTLAB_BUDGET-unset}'
	expect 0 '' "$bounded" sh -c 'sleep 1234 & echo $! >left'
	! kill -0 "$(cat left)" 2>/dev/null || { echo "a process was left behind"; wrong=1; }
	expect 127 "nosuch: No such file" "$bounded" nosuch
	for seconds in x 0 -1 010 0x10 1e3 '' 99999999999999999999; do
		expect 129 "^bounded: --cpu: expected a number from 1 to 1000000.*, got '$seconds'" \
			"$bounded" --cpu "$seconds" true
		expect 129 "^bounded: FAULTLAB_BUDGET: expected a number" \
			env FAULTLAB_BUDGET="$seconds" "$bounded" true
	done
	expect 129 "unknown option '--nope'" "$bounded" --nope 3 true
	expect 129 "expected a command" "$bounded" --cpu 3
}

# Each test of this build is bounded.
all_tests() {
	ctest --test-dir "$build" --show-only=json-v1 >tests.json || exit 99
	awk -v bounded="\"$bounded\"," '
		/^ *"command" : *$/ { n++; getline; getline; sub(/^[ \t]*/, ""); bare += $0 != bounded }
		END {
			print n + 0 " tests, " bare + 0 " of them not run by bounded"
			exit !n || bare
		}' tests.json || wrong=1
}

# CTest reports a test that ends so as failed, although the test has printed
# what it should.
ctest_fails() {
	cat >CMakeLists.txt <<-PROJECT
		cmake_minimum_required(VERSION 3.25)
		project(canary LANGUAGES NONE)
		enable_testing()
		add_executable(bounded IMPORTED)
		set_property(TARGET bounded PROPERTY IMPORTED_LOCATION $bounded)
		include($top/tests/tools/bounded.cmake)
		set(FL_BUDGET_FACTOR 1)
		add_test(NAME spins COMMAND sh -c "echo fine; while :; do :; done")
		set_tests_properties(spins PROPERTIES TIMEOUT 1 PASS_REGULAR_EXPRESSION fine)
		add_test(NAME ends COMMAND sh -c [=[test "\$1" = "a;b" && test "\$#" = 2]=] sh "a;b" "")
		set_tests_properties(ends PROPERTIES TIMEOUT 1)
	PROJECT
	cmake -S . -B canary >said 2>&1 || { cat said; exit 99; }
	expect 8 'Test *#1: spins .*\*\*\*Exception' ctest --test-dir canary --output-on-failure
	expect 8 'bounded: ended: sh: used more than 1 s of CPU' ctest --test-dir canary --output-on-failure
	expect 8 'Test *#2: ends .* Passed' ctest --test-dir canary
}

case $row in
ctest) ctest_fails ;;
*) "$row" ;;
esac
exit $wrong
