# SPDX-License-Identifier: GPL-2.0-only
#
# story.cmake - the output of the faultlab command for a run, and its exit codes
#
#   cmake -DFAULTLAB=... -DSCHEMA=...
#         -DCHECK=golden|canary|shape|lost|short|json|exit|colour|width|all|gdb
#         [-DKERNEL=...] [-DPROGRAM=...] [-DSTORIES=FOLDER] -P story.cmake
#
# Golden files are beside this script, or in STORIES.  If FAULTLAB_UPDATE is set in the
# environment, they are written.  A tree's golden file is for its release only.
set(program zap_before_programmed_mirror)
if(PROGRAM)
	set(program ${PROGRAM})
endif()
if(NOT KERNEL)
	set(KERNEL model)
endif()
if(NOT STORIES)
	set(STORIES ${CMAKE_CURRENT_LIST_DIR})
endif()

# run(CODE ARGUMENT...) - must exit with CODE; sets out and err
macro(run code)
	execute_process(COMMAND ${FAULTLAB} ${ARGN} OUTPUT_VARIABLE out
		ERROR_VARIABLE err RESULT_VARIABLE got)
	if(NOT got EQUAL ${code})
		message(FATAL_ERROR
			"faultlab ${ARGN}: exited with ${got}, expected ${code}\n${out}${err}")
	endif()
endmacro()

# expect(TEXT PART) - PART, no regular expression, must be in TEXT
function(expect text part)
	string(FIND "${text}" "${part}" at)
	if(at EQUAL -1)
		message(FATAL_ERROR "expected '${part}' in:\n${text}")
	endif()
endfunction()

# schedule() - set schedule to the schedule of explore, as one argument
# whatever it contains
macro(schedule)
	run(1 explore ${program} --kernel ${KERNEL})
	string(REGEX MATCH "--schedule '([^']*)'" found "${out}")
	string(REPLACE ";" "\\;" schedule "${CMAKE_MATCH_1}")
endmacro()

# golden_file() - set golden to the name of the file; for a tree, that of its
# release
macro(golden_file)
	set(golden ${STORIES}/${KERNEL}/${program}.txt)
	if(KERNEL MATCHES "^linux-")
		run(0 kernels)
		string(REPLACE "+" "\\+" pattern "${KERNEL}")
		string(REGEX MATCH "\n${pattern} +([^ ]+)" found "${out}")
		string(REPLACE ".txt" ".${CMAKE_MATCH_1}.txt" golden "${golden}")
	endif()
endmacro()

# Source lines move, so their numbers are ignored; other tests check that they
# exist.
function(check_golden)
	golden_file()
	schedule()
	run(1 replay ${program} --kernel ${KERNEL} --schedule "${schedule}")
	string(REGEX REPLACE "(\\.[ch]):[0-9]+" "\\1:N" out "${out}")
	longest("${out}" most)
	if(most GREATER 80)
		message(FATAL_ERROR "expected at most 80 columns, got ${most} in:\n${out}")
	endif()
	if(DEFINED ENV{FAULTLAB_UPDATE})
		file(WRITE ${golden} "${out}")
	endif()
	if(NOT EXISTS ${golden})
		message("skipped: ${golden} does not exist; FAULTLAB_UPDATE=1 writes it")
		return()
	endif()
	file(READ ${golden} expected)
	if(out STREQUAL expected)
		return()
	endif()
	set(now ${CMAKE_CURRENT_BINARY_DIR}/${KERNEL}.${program}.txt)
	file(WRITE ${now} "${out}")
	execute_process(COMMAND diff -u ${golden} ${now} OUTPUT_VARIABLE difference)
	file(REMOVE ${now})
	message("${difference}")
	message(FATAL_ERROR "the story differs from the golden file; if the new story is right, FAULTLAB_UPDATE=1 writes it")
endfunction()

# A changed word in a golden file must be reported, with both words.
function(check_canary)
	golden_file()
	file(READ ${golden} story)
	string(REPLACE "mark_and_add()" "mark_and_sub()" story "${story}")
	set(STORIES ${CMAKE_CURRENT_BINARY_DIR}/canary)
	golden_file()
	file(WRITE ${golden} "${story}")
	execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=FAULTLAB_UPDATE
		${CMAKE_COMMAND} -DFAULTLAB=${FAULTLAB} -DCHECK=golden
		-DKERNEL=${KERNEL} -DPROGRAM=${program} -DSTORIES=${STORIES}
		-P ${CMAKE_CURRENT_LIST_FILE} OUTPUT_VARIABLE out ERROR_VARIABLE out
		RESULT_VARIABLE got)
	file(REMOVE_RECURSE ${STORIES})
	if(got EQUAL 0)
		message(FATAL_ERROR "a changed story was accepted")
	endif()
	foreach(part "\n-      mark_and_sub()" "\n+      mark_and_add()" "the story differs")
		expect("${out}" "${part}")
	endforeach()
endfunction()

# longest(TEXT RESULT) - set RESULT to the length of the longest line
function(longest text result)
	string(REGEX REPLACE "[][;\\\\]" "x" text "${text}")
	string(REPLACE "\n" ";" lines "${text}")
	set(most 0)
	foreach(line IN LISTS lines)
		string(LENGTH "${line}" length)
		if(length GREATER most)
			set(most ${length})
		endif()
	endforeach()
	set(${result} ${most} PARENT_SCOPE)
endfunction()

function(check_shape)
	schedule()
	set(first "${out}")
	foreach(part "${program} fails on ${KERNEL}: violation found after " "switch (chosen)"
			"switch (finished)" "mark_and_add()" "*excl"
			"violation: C8 lifetime: device dev0 accesses frame"
			"because:   step " "replay:    faultlab replay ${program}")
		expect("${first}" "${part}")
	endforeach()
	expect("${err}" "next: faultlab replay")
	# The story is the same, to the letter.
	run(1 replay ${program} --kernel ${KERNEL} --schedule "${schedule}")
	string(FIND "${first}" "step  " at)
	string(SUBSTRING "${first}" ${at} -1 story)
	longest("${story}" most)
	if(most GREATER 80)
		message(FATAL_ERROR "expected at most 80 columns, got ${most} in:\n${story}")
	endif()
	if(NOT out STREQUAL story)
		message(FATAL_ERROR "the replayed story differs:\n${out}")
	endif()
endfunction()

# The violation is caused by a lock that another thread takes away.  If that
# thread stores a value that it read before, the story must also show the read.
function(check_lost)
	schedule()
	set(step "step ([0-9]+) of ([A-Z0-9]+)")
	string(REGEX REPLACE "\n +" " " text "${out}")
	string(REGEX MATCH "because: +${step} \\(lock: held -> free\\) cleared the lock that ${step} \\(lock: free -> held\\) had taken"
		because "${text}")
	set(lost ${CMAKE_MATCH_1})
	set(taken ${CMAKE_MATCH_3})
	if(NOT because OR CMAKE_MATCH_2 STREQUAL CMAKE_MATCH_4)
		message(FATAL_ERROR "the lost lock is not reported:\n${out}")
	endif()
	expect("${err}" "--gdb ${lost}\n")
	string(REGEX MATCH "\n +([0-9]+) +flags 0x[0-9a-f]+ = " read "${out}")
	if(NOT read OR NOT CMAKE_MATCH_1 LESS ${taken} OR NOT taken LESS ${lost})
		message(FATAL_ERROR "the earlier read is not shown:\n${out}")
	endif()
endfunction()

# Switches that the violation does not need are found and removed.
function(check_short)
	schedule()
	string(REPLACE "e1:" "e1:1@10,2@2,1@20,2@3,1@30,2@12," long ${schedule})
	run(1 replay ${program} --kernel ${KERNEL} --schedule ${long})
	expect("${out}" "--schedule '${schedule}'")
	run(1 replay ${program} --kernel ${KERNEL} --schedule ${long} --as-is)
	expect("${out}" "--schedule '${long}'")
endfunction()

# conforms(SCHEMA TEXT) - TEXT must conform to docs/SCHEMA.schema.json
function(conforms schema text)
	set(file ${CMAKE_CURRENT_BINARY_DIR}/${KERNEL}.${schema}.json)
	file(WRITE ${file} "${text}")
	execute_process(COMMAND ${SCHEMA}
		${CMAKE_CURRENT_LIST_DIR}/../../docs/${schema}.schema.json ${file}
		OUTPUT_VARIABLE why ERROR_VARIABLE why RESULT_VARIABLE got)
	if(NOT got EQUAL 0)
		message(FATAL_ERROR "does not conform to docs/${schema}.schema.json: ${why}")
	endif()
	file(REMOVE ${file})
endfunction()

# result(CODE RESULT ARGUMENT...) - explore must exit with CODE and print
# RESULT; sets out
macro(result code expected)
	run(${code} explore ${ARGN} --kernel ${KERNEL} --json)
	conforms(result "${out}")
	string(JSON result GET "${out}" result)
	if(NOT result STREQUAL ${expected})
		message(FATAL_ERROR "${ARGN}: expected result ${expected}, got ${result}")
	endif()
endmacro()

function(check_json)
	result(0 held unmap_while_faulted)
	result(125 limit two_cpus_fault --max-runs 2)
	result(125 limit two_cpus_fault --max-steps 5)
	result(1 violation ${program})
	string(JSON schedule GET "${out}" recording schedule)

	run(1 replay ${program} --kernel ${KERNEL} --schedule ${schedule} --json)
	conforms(recording "${out}")
	run(0 replay two_cpus_fault --kernel ${KERNEL} --schedule e1:1,2 --json)
	conforms(recording "${out}")
	run(0 list --json)
	string(JSON name GET "${out}" 0 name)
	run(0 kernels --json)
	string(JSON name GET "${out}" 0 name)
endfunction()

# Each line of explore --all --json is a result.
function(check_all)
	execute_process(COMMAND ${FAULTLAB} explore --all --json --max-runs 3
		--kernel ${KERNEL} OUTPUT_VARIABLE out ERROR_VARIABLE err)
	set(nr 0)
	while(NOT out STREQUAL "")
		string(FIND "${out}" "\n" at)
		string(SUBSTRING "${out}" 0 ${at} line)
		math(EXPR at "${at} + 1")
		string(SUBSTRING "${out}" ${at} -1 out)
		conforms(result "${line}")
		math(EXPR nr "${nr} + 1")
	endwhile()
	if(nr LESS 50)
		message(FATAL_ERROR "expected at least 50 results, got ${nr}\n${err}")
	endif()
endfunction()

function(check_exit)
	run(0 explore two_cpus_fault --kernel ${KERNEL})
	expect("${out}" "two_cpus_fault holds on ${KERNEL}: all ")
	expect("${out}" "under sequential consistency")
	expect("${err}" "next: faultlab explore ")
	run(125 explore two_cpus_fault --kernel ${KERNEL} --max-runs 2)
	expect("${err}" "limit max_runs = 2 was reached")
	expect("${err}" "--max-runs 20")
	run(125 explore two_cpus_fault --kernel ${KERNEL} --max-steps 5)
	expect("${err}" "--max-steps 50")
	run(0 replay two_cpus_fault --kernel ${KERNEL} --schedule e1:1,2)
	expect("${out}" "ended without a violation")
	foreach(wrong "explore" "explore nothing" "explore two_cpus_fault --frob 1"
			"explore two_cpus_fault --max-runs x"
			"explore two_cpus_fault --kernel nothing"
			"explore two_cpus_fault --schedule e1:1"
			"replay two_cpus_fault" "replay two_cpus_fault --schedule x"
			"replay two_cpus_fault --schedule e1:9" "list x" "kernels x")
		separate_arguments(wrong)
		run(129 ${wrong})
		if(NOT out STREQUAL "")
			message(FATAL_ERROR "${wrong}: a message among data: ${out}")
		endif()
	endforeach()
	foreach(command demo kernels list explore replay)
		foreach(option -h --help)
			run(0 ${command} ${option})
			if(NOT out MATCHES "^examples:\n")
				message(FATAL_ERROR "${command}: expected the examples first:\n${out}")
			endif()
		endforeach()
	endforeach()
endfunction()

# On a terminal, created by script(1).
function(check_colour)
	string(ASCII 27 escape)
	schedule()
	expect("${out}" "violation:")
	if(out MATCHES "${escape}")
		message(FATAL_ERROR "colour without a terminal:\n${out}")
	endif()
	set(command
		"${FAULTLAB} replay ${program} --kernel ${KERNEL} --schedule '${schedule}'")
	execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=NO_COLOR TERM=xterm
		script -qec "${command}" /dev/null OUTPUT_VARIABLE colour)
	execute_process(COMMAND ${CMAKE_COMMAND} -E env NO_COLOR=1 TERM=xterm
		script -qec "${command}" /dev/null OUTPUT_VARIABLE plain)
	if(NOT colour MATCHES "${escape}")
		message(FATAL_ERROR "no colour on a terminal:\n${colour}")
	endif()
	if(plain MATCHES "${escape}")
		message(FATAL_ERROR "colour in spite of NO_COLOR:\n${plain}")
	endif()
	string(REGEX REPLACE "${escape}\\[[0-9]*m" "" colour "${colour}")
	if(NOT colour STREQUAL plain)
		message(FATAL_ERROR "coloured output differs from plain output:\n${colour}\n${plain}")
	endif()
endfunction()

# The picture has the width of the terminal, but at least 80 columns.
function(check_width)
	schedule()
	set(command
		"${FAULTLAB} replay ${program} --kernel ${KERNEL} --schedule '${schedule}'")
	foreach(columns 40 80 120 200)
		execute_process(COMMAND ${CMAKE_COMMAND} -E env NO_COLOR=1 TERM=xterm
			script -qec "stty cols ${columns}; ${command} 2>/dev/null" /dev/null
			OUTPUT_VARIABLE wide)
		string(REPLACE "\r\n" "\n" wide "${wide}")
		longest("${wide}" most)
		set(least 60)
		set(limit ${columns})
		if(columns LESS 80)
			set(limit 80)
		elseif(columns GREATER 80)
			set(least 81)
		endif()
		if(most LESS least OR most GREATER limit)
			message(FATAL_ERROR "${columns} columns: expected a width from ${least} to ${limit}, got ${most} in:\n${wide}")
		endif()
		string(FIND "${wide}" "~" cut)
		if(columns GREATER 80 AND NOT cut EQUAL -1)
			message(FATAL_ERROR "${columns} columns: a name is cut in:\n${wide}")
		elseif(columns EQUAL 80 AND cut EQUAL -1)
			message(FATAL_ERROR "no name is cut in 80 columns, so the test shows nothing:\n${wide}")
		endif()
	endforeach()
endfunction()

# gdb stops just before the decisive step of the other thread.
function(check_gdb)
	run(1 explore ${program} --kernel ${KERNEL})
	string(REGEX MATCH "--schedule '([^']*)' --gdb ([0-9]+)" found "${err}")
	set(step ${CMAKE_MATCH_2})
	string(REGEX MATCH "\n +${step}  ([^:]*):([0-9]+) ([a-z_]+)\\(\\)" place
		"${out}")
	set(file ${CMAKE_MATCH_1})
	set(line ${CMAKE_MATCH_2})
	string(REGEX MATCH "--schedule '([^']*)'" found "${err}")
	execute_process(COMMAND ${FAULTLAB} replay ${program} --kernel ${KERNEL}
		--schedule ${CMAKE_MATCH_1} --gdb ${step} INPUT_FILE /dev/null
		OUTPUT_VARIABLE out ERROR_VARIABLE err)
	if(out MATCHES "ptrace|personality" AND NOT out MATCHES "fl_replay_stop \\(")
		message("skipped: gdb cannot trace here")
		return()
	endif()
	expect("${out}" "fl_replay_stop (step=")
	expect("${out}" "${file}:${line}\n")
	if(NOT out MATCHES "\n${line}\t")
		message(FATAL_ERROR "gdb does not show line ${line} of ${file}:\n${out}")
	endif()
endfunction()

cmake_language(CALL check_${CHECK})
