# SPDX-License-Identifier: GPL-2.0-only
#
# quoted_in_docs.cmake - quotes in documents match what is generated, or tested
#
# usage: cmake -DDOC=FILE -DFROM=FOLDER -DWHAT=story|program|mutant
#        -P quoted_in_docs.cmake
#
# A comment "WHAT: FILE" precedes each quote, with FILE in FROM: a story, which
# other tests compare with the explorer's output; a C program, which is built and
# run, quoted without the comments at its beginning; or a mutant.  A line "..." of a
# quote stands for lines that are left out.
file(READ ${DOC} text)
string(REGEX MATCHALL "<!-- ${WHAT}: [^ ]+ -->" marks "${text}")
if(NOT marks)
	message(FATAL_ERROR "${DOC}: no quoted ${WHAT} found")
endif()

# check(NAME QUOTE TEXT) - QUOTE has the lines of TEXT, with "..." for others
function(check name quote text)
	set(cut "\n...\n")
	set(quote "\n${quote}")
	set(text "\n${text}")
	set(first 1)
	while(1)
		# The line break after a part, and that before the next one, are one.
		string(FIND "${quote}" "${cut}" at)
		set(last 0)
		if(at EQUAL -1)
			set(last 1)
			set(part "${quote}")
		else()
			string(SUBSTRING "${quote}" 0 ${at} part)
			string(APPEND part "\n")
			math(EXPR at "${at} + 4")
			string(SUBSTRING "${quote}" ${at} -1 quote)
		endif()
		string(LENGTH "${part}" length)
		string(FIND "${text}" "${part}" at)
		if(at EQUAL -1 OR (first AND NOT at EQUAL 0) OR
		   (part STREQUAL "\n" AND (first OR NOT last)))
			message(FATAL_ERROR
				"${DOC}: the quoted ${WHAT} differs from ${name} in:${part}")
		endif()
		math(EXPR next "${at} + ${length} - 1")
		string(SUBSTRING "${text}" ${next} -1 text)
		if(last)
			break()
		endif()
		set(first 0)
	endwhile()
	# After a last line "...", nothing of the quote is left but a line break.
	if(NOT text STREQUAL "\n" AND NOT part STREQUAL "\n")
		message(FATAL_ERROR "${DOC}: the quoted ${WHAT} ends before ${name}")
	endif()
endfunction()

foreach(mark ${marks})
	string(REGEX REPLACE "<!-- ${WHAT}: ([^ ]+) -->" "\\1" name "${mark}")
	file(READ ${FROM}/${name} original)
	set(language)
	if(WHAT STREQUAL "program")
		set(language c)
		string(FIND "${original}" "#include" at)
		string(SUBSTRING "${original}" ${at} -1 original)
	endif()
	set(begin "${mark}\n```${language}\n")
	string(FIND "${text}" "${begin}" at)
	if(at EQUAL -1)
		message(FATAL_ERROR "${DOC}: expected a quote after: ${mark}")
	endif()
	string(LENGTH "${begin}" length)
	math(EXPR at "${at} + ${length}")
	string(SUBSTRING "${text}" ${at} -1 rest)
	string(FIND "${rest}" "```\n" at)
	string(SUBSTRING "${rest}" 0 ${at} quote)
	check(${FROM}/${name} "${quote}" "${original}")
endforeach()
