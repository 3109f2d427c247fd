# SPDX-License-Identifier: GPL-2.0-only
#
# violation.cmake - a violation is the same in everything that the command
# prints
#
#   cmake -DFAULTLAB=... -DKERNEL=... "-DPROGRAMS=NAME NAME..." -P violation.cmake
#
# For each program, which must break on that kernel: compares the exit code, the
# verdict, JSON, the story, the search with one and with two processes, and a
# replay of the printed schedule.

# command(CODE ARGUMENT...) - must exit with CODE; sets out
macro(command code)
	execute_process(COMMAND ${FAULTLAB} ${ARGN} OUTPUT_VARIABLE out
		ERROR_VARIABLE err RESULT_VARIABLE got)
	if(NOT got EQUAL ${code})
		message(FATAL_ERROR "faultlab ${ARGN}: expected exit code ${code}, got ${got}\n${out}${err}")
	endif()
	if(err MATCHES "internal bug")
		message(FATAL_ERROR "faultlab ${ARGN}: ${err}")
	endif()
endmacro()

# same(WHAT TEXT EXPECTED) - compare without line breaks, as a story breaks at
# 80 columns
function(same what text expected)
	string(REGEX REPLACE "[ \n]+" " " text "${text}")
	string(REGEX REPLACE "[ \n]+" " " expected "${expected}")
	string(FIND "${text}" "${expected}" at)
	if(at EQUAL -1)
		message(FATAL_ERROR "${program} on ${KERNEL}: ${what}: expected '${expected}' in:\n${text}")
	endif()
endfunction()

if(NOT PROGRAMS)
	message(FATAL_ERROR "PROGRAMS: expected names of programs, got none")
endif()
separate_arguments(PROGRAMS)
foreach(program ${PROGRAMS})
	command(1 explore ${program} --kernel ${KERNEL} --tries 10 -j 1 --json)
	set(json "${out}")
	string(JSON result GET "${json}" result)
	string(JSON found GET "${json}" violation text)
	string(JSON text_of_recording GET "${json}" recording end text)
	string(JSON schedule GET "${json}" recording schedule)
	if(NOT result STREQUAL violation OR NOT found MATCHES "violation: ")
		message(FATAL_ERROR "${program} on ${KERNEL}: result ${result}: ${found}")
	endif()
	# A schedule has semicolons.
	string(REPLACE ";" "\\;" argument "${schedule}")

	command(1 explore ${program} --kernel ${KERNEL} --tries 10 -j 1)
	same("the verdict" "${out}" "${program} fails on ${KERNEL}: violation found after ")
	same("the story" "${out}" "${text_of_recording}")
	set(first "${out}")
	command(1 explore ${program} --kernel ${KERNEL} --tries 10 -j 2)
	string(REGEX REPLACE ", [0-9.]+ s\n" "\n" first "${first}")
	string(REGEX REPLACE ", [0-9.]+ s\n" "\n" out "${out}")
	if(NOT out STREQUAL first)
		message(FATAL_ERROR "${program} on ${KERNEL}: the output differs with a helper process:\n${first}\n${out}")
	endif()

	command(1 replay ${program} --kernel ${KERNEL} --schedule "${argument}")
	same("the replay" "${out}" "${text_of_recording}")
	command(1 replay ${program} --kernel ${KERNEL} --schedule "${argument}" --json)
	string(JSON text GET "${out}" end text)
	if(NOT text STREQUAL text_of_recording)
		message(FATAL_ERROR "${program} on ${KERNEL}: the replay as JSON: got ${text}\nexpected ${text_of_recording}")
	endif()
endforeach()
