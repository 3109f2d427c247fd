# SPDX-License-Identifier: GPL-2.0-only
#
# quoted_in_docs.cmake - quotes in documents match what is generated, or tested
#
# usage: cmake -DDOC=FILE -DFROM=FOLDER -DWHAT=story|program -P quoted_in_docs.cmake
#
# A comment "WHAT: FILE" precedes each quote, with FILE in FROM: a story, which
# other tests compare with the explorer's output; or a C program, which is built
# and run, quoted without the comments at its beginning.
file(READ ${DOC} text)
string(REGEX MATCHALL "<!-- ${WHAT}: [^ ]+ -->" marks "${text}")
if(NOT marks)
	message(FATAL_ERROR "${DOC}: no quoted ${WHAT} found")
endif()
foreach(mark ${marks})
	string(REGEX REPLACE "<!-- ${WHAT}: ([^ ]+) -->" "\\1" name "${mark}")
	file(READ ${FROM}/${name} quoted)
	set(language)
	if(WHAT STREQUAL "program")
		set(language c)
		string(FIND "${quoted}" "#include" at)
		string(SUBSTRING "${quoted}" ${at} -1 quoted)
	endif()
	string(FIND "${text}" "${mark}\n```${language}\n${quoted}```\n" at)
	if(at EQUAL -1)
		message(FATAL_ERROR "${DOC}: the quoted ${WHAT} differs from ${FROM}/${name}")
	endif()
endforeach()
