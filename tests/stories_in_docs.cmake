# SPDX-License-Identifier: GPL-2.0-only
#
# stories_in_docs.cmake - a story that a document quotes is the one that is generated
#
# usage: cmake -DDOC=FILE -DSTORIES=FOLDER -P stories_in_docs.cmake
#
# Before each stands a comment, "story: FILE"; FILE is in STORIES, where other tests compare
# it with what the explorer prints.
file(READ ${DOC} text)
string(REGEX MATCHALL "<!-- story: [^ ]+ -->" marks "${text}")
if(NOT marks)
	message(FATAL_ERROR "${DOC} quotes no story")
endif()
foreach(mark ${marks})
	string(REGEX REPLACE "<!-- story: ([^ ]+) -->" "\\1" name "${mark}")
	file(READ ${STORIES}/${name} story)
	string(FIND "${text}" "${mark}\n```\n${story}```\n" at)
	if(at EQUAL -1)
		message(FATAL_ERROR "${DOC}: the story is not that of ${STORIES}/${name}")
	endif()
endforeach()
