# SPDX-License-Identifier: GPL-2.0-only
#
# bounded.cmake - each test has a budget of CPU time; wall-clock time hardly
# matters
#
# A test that gets few CPUs on a busy machine is slow, but not wrong.  So
# add_test() runs each command under bounded.c.  The property TIMEOUT is the CPU
# time on a machine without other work; the budget is FL_BUDGET_FACTOR times as
# much, since caches and cores are shared and helper processes count.  CTest
# itself waits FL_LAST_RESORT seconds.
set(FL_BUDGET_FACTOR 4)
set(FL_BUDGET_DEFAULT 120)
set(FL_LAST_RESORT 3600)

# The default budget is for tests that set no TIMEOUT.
function(fl_bound_tests)
	get_property(tests DIRECTORY PROPERTY TESTS)
	foreach(test IN LISTS tests)
		get_property(seconds TEST ${test} PROPERTY TIMEOUT)
		if(NOT seconds)
			set(seconds ${FL_BUDGET_DEFAULT})
		endif()
		math(EXPR budget "${FL_BUDGET_FACTOR} * ${seconds}")
		set(last ${FL_LAST_RESORT})
		if(budget GREATER last)
			set(last ${budget})
		endif()
		set_property(TEST ${test} PROPERTY TIMEOUT ${last})
		set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT FAULTLAB_BUDGET=${budget})
	endforeach()
endfunction()

# add_test(NAME name COMMAND command [argument...]) - CMake's own, for a bounded
# command
function(add_test)
	get_property(known DIRECTORY PROPERTY FL_TESTS_ARE_BOUNDED)
	if(NOT known)
		set_property(DIRECTORY PROPERTY FL_TESTS_ARE_BOUNDED ON)
		cmake_language(DEFER CALL fl_bound_tests)
	endif()
	if(NOT ARGV0 STREQUAL "NAME" OR NOT ARGV2 STREQUAL "COMMAND")
		message(FATAL_ERROR "add_test: expected NAME name COMMAND command, got: ${ARGV}")
	endif()
	set(command ${ARGV3})
	if(TARGET ${command})
		set(command $<TARGET_FILE:${command}>)
	endif()
	# Add them one by one, in brackets: an argument may be empty, or have
	# semicolons.
	set(code "_add_test(NAME [==[${ARGV1}]==] COMMAND [==[$<TARGET_FILE:bounded>]==] [==[${command}]==]")
	math(EXPR last "${ARGC} - 1")
	if(last GREATER 3)
		foreach(i RANGE 4 ${last})
			string(APPEND code " [==[${ARGV${i}}]==]")
		endforeach()
	endif()
	cmake_language(EVAL CODE "${code})")
endfunction()
