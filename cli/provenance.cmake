# SPDX-License-Identifier: GPL-2.0-only
#
# provenance.cmake - the table and the list of files of `faultlab kernels` agree
execute_process(COMMAND ${FAULTLAB} kernels --provenance OUTPUT_VARIABLE text
	COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+ ([0-9]+) files of [^\n]+" heads "${text}")
set(announced 0)
foreach(head ${heads})
	string(REGEX REPLACE "^.* ([0-9]+) files of .*$" "\\1" n "${head}")
	math(EXPR announced "${announced} + ${n}")
endforeach()
string(REGEX MATCHALL "\n[0-9a-f]+  [a-z_/-]+\\.c" lines "${text}")
list(LENGTH lines found)
if(NOT heads OR NOT announced EQUAL found)
	message(FATAL_ERROR "kernels --provenance: the heads announce ${announced} files, but ${found} are listed:\n${text}")
endif()
