# SPDX-License-Identifier: GPL-2.0-only
#
# programs_in_docs.cmake - a program that a document quotes is the one that is tested
#
# usage: cmake -DDOC=FILE -DTOP=FOLDER -P programs_in_docs.cmake
#
# Before each stands a comment, "program: FILE"; the comments that FILE begins with are not quoted.
file(READ ${DOC} text)
string(REGEX MATCHALL "<!-- program: [^ ]+ -->" marks "${text}")
if(NOT marks)
	message(FATAL_ERROR "${DOC} quotes no program")
endif()
foreach(mark ${marks})
	string(REGEX REPLACE "<!-- program: ([^ ]+) -->" "\\1" name "${mark}")
	file(READ ${TOP}/${name} program)
	string(FIND "${program}" "#include" at)
	string(SUBSTRING "${program}" ${at} -1 program)
	string(FIND "${text}" "${mark}\n```c\n${program}```\n" at)
	if(at EQUAL -1)
		message(FATAL_ERROR "${DOC}: the program is not ${name}")
	endif()
endforeach()
