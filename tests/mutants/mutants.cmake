# SPDX-License-Identifier: GPL-2.0-only
#
# mutants.cmake - errors for malformed mutants, and the report of results
#
#   cmake -DMUTANTS=kernels/mutants -DBOUNDED=... -DWORK=... -P mutants.cmake
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK}/tree/build ${WORK}/tree/src/mm
	${WORK}/tree/include/generated)

# run(CODE PART COMMAND...) - the command must exit with CODE, and print PART
function(run code part)
	execute_process(COMMAND ${ARGN} RESULT_VARIABLE got OUTPUT_VARIABLE out
		ERROR_VARIABLE out WORKING_DIRECTORY ${WORK})
	if(NOT got EQUAL ${code})
		message(FATAL_ERROR "${ARGN}: exited with ${got}, expected ${code}\n${out}")
	endif()
	string(FIND "${out}" "${part}" at)
	if(at EQUAL -1)
		message(FATAL_ERROR "${ARGN}: expected '${part}' in:\n${out}")
	endif()
	set(out "${out}" PARENT_SCOPE)
endfunction()

# mutant(FIND PUT) - write x.cocci: a correct one, with FIND replaced by PUT
function(mutant find put)
	set(text "// SPDX-License-Identifier: GPL-2.0-only
// bug:      B12 7c7b962938dd
// wrong:    A reference is not taken.
// file:     mm/memory.c
// applies:  everywhere
// shown-by: zap_while_faulted_mirror

@@
@@
- take()
+ 0
")
	string(REPLACE "${find}" "${put}" text "${text}")
	file(WRITE ${WORK}/x.cocci "${text}")
endfunction()

# header(CODE PART FIND PUT) - header.awk must exit with CODE, and print PART
function(header code part find put)
	mutant("${find}" "${put}")
	run(${code} "${part}" awk -f ${MUTANTS}/header.awk x.cocci)
endfunction()

file(GLOB all ${MUTANTS}/*.cocci)
if(NOT all)
	message(FATAL_ERROR "no mutants found in ${MUTANTS}")
endif()
foreach(one ${all})
	run(0 "wrong\t" awk -f ${MUTANTS}/header.awk ${one})
endforeach()
header(0 "bug\tB12 7c7b962938dd" "-" "-")
header(1 "x.cocci:1: expected an SPDX line first" "// SPDX" "// spdx")
header(1 "x.cocci:3: unknown key 'worng'" "wrong:" "worng:")
header(1 "wrong: missing" "// wrong:    A reference is not taken.\n" "")
header(1 "x.cocci:3: wrong: unexpected value 'bad'"
	"A reference is not taken." "bad")
header(1 "x.cocci:2: bug: unexpected value 'B1'" "B12 7c7b962938dd" "B1")
header(1 "x.cocci:6: applies: duplicate key" "// shown-by: zap_while_faulted_mirror"
	"// applies:  everywhere")
header(1 "x.cocci:2: expected '// KEY: VALUE'" "// bug: " "// bug  ")
header(1 "no rule found" "@@\n@@" "")

# A tree with one function, written here.
file(WRITE ${WORK}/tree/src/mm/memory.c "int f(void)\n{\n\treturn keep();\n}\n")
file(WRITE ${WORK}/tree/build/build.ninja "")
file(WRITE ${WORK}/tree/build/CMakeCache.txt
	"FL_SRC:UNINITIALIZED=${WORK}/tree/src\nFL_NAME:UNINITIALIZED=linux-9.9\n")
file(WRITE ${WORK}/tree/include/generated/utsrelease.h "#define UTS_RELEASE \"9.9.9\"\n")
set(build ${MUTANTS}/build.sh tree x.cocci out)
find_program(SPATCH spatch)
if(SPATCH)
	mutant("everywhere" "mm/memory.c lacks keep\\(")
	run(3 "mm/memory.c has 'keep" ${build})
	mutant("everywhere" "mm/memory.c has lose\\(")
	run(3 "mm/memory.c lacks 'lose" ${build})
	mutant("-" "-")
	run(1 "does not apply to 9.9.9: spatch finds no matching place in mm/memory.c" ${build})
	mutant("mm/memory.c" "mm/vma.c")
	run(1 "does not apply to 9.9.9: no mm/vma.c in the tree" ${build})
	mutant("- take()" "- take(")
	run(1 "spatch failed" ${build})
else()
	run(1 "spatch is missing" ${build})
endif()

# Compare the code of a file before and after a change, in a folder laid out as
# by build.sh.
set(text "#include \"x.h\"
static const int table[] = { 1, 2, 3 };
int f(int n)
{
	if (n < 0)
		report(__FILE__, __LINE__);
	return n + table[n & 1];
}
")
set(header "void report(const char *file, int line);\n")
foreach(folder orig src)
	file(WRITE ${WORK}/same/${folder}/x.h "${header}")
	file(WRITE ${WORK}/same/${folder}/x.c "${text}")
endforeach()
file(WRITE ${WORK}/same/commands
	"cc -O2 -g -I${WORK}/same/src -o ${WORK}/same/x.o -c ${WORK}/same/src/x.c\n")

# same(CODE FIND PUT) - with FIND in x.c replaced by PUT, same.sh must exit with
# CODE
function(same code find put)
	string(REPLACE "${find}" "${put}" changed "${text}")
	if(changed STREQUAL text)
		message(FATAL_ERROR "x.c does not contain '${find}'")
	endif()
	file(WRITE ${WORK}/same/src/x.c "${changed}")
	run(${code} "" ${MUTANTS}/same.sh same)
endfunction()

same(0 "n + table" "2 * n - n + table")
same(0 "int f" "\n\n\nint f")
same(0 "	return" "	if (sizeof(n) == 1)\n		return 0;\n	return")
same(1 "n < 0" "n < 1")
same(1 "1, 2, 3" "1, 2, 4")
same(1 "n + table" "n + __LINE__ + table")
same(1 "__LINE__" "__LINE__ + 1")
same(1 "return" "retrun")
same(1 "static " "")
file(WRITE ${WORK}/same/src/x.c "${text}")
file(APPEND ${WORK}/same/src/x.h "#define report(file, line)\n")
run(1 "" ${MUTANTS}/same.sh same)
file(WRITE ${WORK}/same/src/x.h "${header}")
run(0 "" ${MUTANTS}/same.sh same)
file(WRITE ${WORK}/same/src/not-read.h "")
run(1 "" ${MUTANTS}/same.sh same)

# Results of the kernel's own tests: TAP written here, printed by a stand-in for
# the test program.
set(own ${MUTANTS}/selftest.sh selftest)
file(MAKE_DIRECTORY ${WORK}/selftest)
file(CREATE_LINK ${BOUNDED} ${WORK}/selftest/bounded SYMBOLIC)
run(0 "not-applicable\t-\t-\tthe tree has no such test" ${own} linux-9.9)

# tap(KERNEL PART LINES [COMMAND]) - if the test program prints LINES and runs
# COMMAND, selftest.sh must print PART
function(tap kernel part lines)
	file(WRITE ${WORK}/selftest/hmm_tests "#!/bin/sh\ncat <<'TAP'\n${lines}TAP\n${ARGN}\n")
	file(CHMOD ${WORK}/selftest/hmm_tests
		PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
	run(0 "${part}" ${own} ${kernel} 2)
endfunction()

set(known hmm.hmm_device_coherent.migrate_anon_huge_err)
set(run "#  RUN           hmm.a.b ...\n")
set(all "# FAILED: 0 / 1 tests passed.\n")
tap(linux-9.9 "survived\t-" "${run}ok 1 hmm.a.b # SKIP there is none\n# PASSED: 1 / 1 tests passed.\n")
tap(linux-9.9 "\thmm-tests.c:1:b:Expected 0 == 1"
	"${run}# /a/b/hmm-tests.c:1:b:Expected 0 == 1\nnot ok 1 hmm.a.b\n${all}")
tap(linux-9.9 "found\thmm.a.b\t"
	"${run}violation: C8 x\n# hmm-tests.c:1:b:Expected\nnot ok 1 hmm.a.b\n${all}")
tap(linux-9.9 "\tviolation: C8 x\n"
	"${run}violation: C8 x\n# hmm-tests.c:1:b:Expected\nnot ok 1 hmm.a.b\n${all}")
tap(linux-7.3+x "survived\t-"
	"#  RUN           ${known} ...\nWARN: Conflicting mapping in same section\nnot ok 1 ${known}\n${all}")
tap(linux-7.3+x "found\t${known}\t"
	"#  RUN           ${known} ...\nviolation: C8 x\nnot ok 1 ${known}\n${all}")
tap(linux-9.9 "found\thmm.a.b\t" "${run}" "yes '# hmm-tests.c:1:b:Expected' | head -n 20000")
tap(linux-9.9 "found\thmm_tests\t" "${run}Segmentation fault\n")

# A test that takes too long proves nothing; its other output still counts.
tap(linux-9.9 "undecided\t-\t" "${run}" "sleep 1000")
tap(linux-9.9 "\tused no CPU for " "${run}" "sleep 1000")
tap(linux-9.9 "\thmm.a.b: timeout of the harness"
	"${run}# hmm.a.b: Test terminated by timeout\nnot ok 1 hmm.a.b\n${all}")
tap(linux-9.9 "\tviolation: C8 x\n"
	"${run}violation: C8 x\n# hmm.a.b: Test terminated by timeout\nnot ok 1 hmm.a.b\n${all}")
tap(linux-9.9 "found\thmm.a.c\t"
	"${run}# hmm.a.b: Test terminated by timeout\nnot ok 1 hmm.a.b\n#  RUN           hmm.a.c ...\n# hmm-tests.c:1:c:Expected\nnot ok 2 hmm.a.c\n${all}")

# hunt.sh, with stand-ins for the suite and the programs.
file(MAKE_DIRECTORY ${WORK}/hunt)
file(CREATE_LINK ${BOUNDED} ${WORK}/hunt/bounded SYMBOLIC)

# stand_in(NAME TEXT) - write a stand-in whose script is TEXT
function(stand_in name text)
	file(WRITE ${WORK}/hunt/${name} "#!/bin/sh\n${text}\n")
	file(CHMOD ${WORK}/hunt/${name}
		PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endfunction()

# hunt(PART SUITE PROGRAMS) - if the stand-ins end with these commands, hunt.sh
# must print PART
function(hunt part suite programs)
	stand_in(suite "[ \"$1\" != --list ] || { echo g/a; exit; }\n${suite}")
	stand_in(programs "${programs}")
	run(0 "${part}" ${MUTANTS}/hunt.sh hunt linux-9.9 -)
endfunction()

hunt("survived\t-\t-\t" "exit 0" "exit 0")
hunt("found\tg/a\t1\t" "echo 'does not hold: x'; exit 1" "exit 0")
hunt("found\tp\t3\t0.10\tviolation: x" "exit 0" "printf 'p\\t3\\t0.10\\tviolation: x\\n'; exit 1")
hunt("found\tprograms\t-\t" "exit 0" "exit 134")
hunt("undecided\t-\t-\t" "exit 0" "echo 'p was stopped after 9 runs'; exit 125")
hunt("\tp was stopped after 9 runs" "exit 0" "echo 'p was stopped after 9 runs'; exit 125")
hunt("undecided\t-\t-\t" "kill -s XCPU $$" "exit 0")
hunt("\tg did not end in " "kill -s XCPU $$" "exit 0")
hunt("found\tp\t3\t" "kill -s XCPU $$" "printf 'p\\t3\\t0.10\\tviolation: x\\n'; exit 1")

# If this machine lacks something, that is no result.
foreach(programs "exit 0" "echo 'programs: Cannot allocate memory' >&2; exit 129")
	foreach(suite "exit 0" "echo 'suite: Cannot allocate memory'; exit 129")
		if(NOT "${programs}${suite}" STREQUAL "exit 0exit 0")
			stand_in(suite "[ \"$1\" != --list ] || { echo g/a; exit; }\n${suite}")
			stand_in(programs "${programs}")
			run(129 "Cannot allocate memory" ${MUTANTS}/hunt.sh hunt linux-9.9 -)
		endif()
	endforeach()
endforeach()
file(WRITE ${WORK}/no_result "a\tk\tsurvived\t-\t-\t9.00\t-\tnot-run\t-\t-\t-\town\tWrong.\t\n"
	"d\tk\terror\t-\t-\t-\tno result: Cannot allocate memory\tnot-run\t-\t-\t-\town\tWrong.\t\n")
run(129 "1 errors" awk -f ${MUTANTS}/matrix.awk no_result)

# The reports of results.
set(own "survived\t-\t6.00\t-")
set(found "a\tk\tfound\tp\t3\t0.10\tsays \"no\"\\n\tfound\tt\t1.50\tsays it\tB12\tWrong.\t\n")
set(masked "b\tk\tsurvived\t-\t-\t9.00\t-\t${own}\town\tWrong.\tNo test reads it.\n")
set(same "e\tk\tsame-code\t-\t-\t-\tequal\tsame-code\t-\t-\tequal\town\tWrong.\t\n")
file(WRITE ${WORK}/good
	"unmodified\tk\tsurvived\t-\t-\t9.00\t-\t${own}\t\t\t\n${found}${masked}${same}")
run(0 "e (own): Wrong.\n  k              same-code\n                 equal
1 found, 2 survived, 1 the same code, 0 not applicable, 0 errors, 0 undecided
hmm-tests: 1 found, 2 survived, 1 the same code" awk -f ${MUTANTS}/matrix.awk good)
run(0 "| `e` | Wrong. | same-code | same-code |" awk -v table=1 -f ${MUTANTS}/matrix.awk good)
run(0 "" awk -v json=1 -f ${MUTANTS}/matrix.awk good)
string(JSON what GET "${out}" 1 what)
string(JSON runs GET "${out}" 1 runs)
string(JSON why GET "${out}" 2 masked)
string(JSON test GET "${out}" 1 hmm_tests test)
string(JSON status GET "${out}" 3 status)
string(JSON right GET "${out}" 3 as_it_should_be)
if(NOT what STREQUAL "says \"no\"\\n" OR NOT runs EQUAL 3 OR NOT why STREQUAL "No test reads it." OR
   NOT test STREQUAL "t" OR NOT status STREQUAL "same-code" OR NOT right)
	message(FATAL_ERROR "the JSON output differs from the text: ${out}")
endif()
# A limit is no result, except for a mutant with a reason why nothing can show
# it, and for the search of a correct kernel.
set(limit "undecided\t-\t-\t9.00\tp was stopped")
file(WRITE ${WORK}/undecided "${found}c\tk\t${limit}\t${own}\town\tWrong.\t\n")
run(125 "  k              undecided\n                 p was stopped" awk -f ${MUTANTS}/matrix.awk undecided)
run(125 "1 found, 0 survived, 0 the same code, 0 not applicable, 0 errors, 1 undecided"
	awk -f ${MUTANTS}/matrix.awk undecided)
file(WRITE ${WORK}/undecided "unmodified\tk\tsurvived\t-\t-\t9.00\t-\tundecided\t-\t9.00\tx\t\t\t\n")
run(125 "hmm-tests: 0 found, 0 survived, 0 the same code, 0 not applicable, 1 undecided"
	awk -f ${MUTANTS}/matrix.awk undecided)
file(WRITE ${WORK}/decided "${found}unmodified\tk\t${limit}\t${own}\t\t\t\n"
	"b\tk\t${limit}\t${own}\town\tWrong.\tNo test reads it.\n")
run(0 "2 undecided" awk -f ${MUTANTS}/matrix.awk decided)
file(WRITE ${WORK}/undecided "c\tk\t${limit}\t${own}\town\tWrong.\t\n"
	"d\tk\terror\t-\t-\t-\tdoes not apply\t${own}\town\tWrong.\t\n")
run(1 "1 errors, 1 undecided" awk -f ${MUTANTS}/matrix.awk undecided)

# Arguments are checked before anything is built.
set(runs ${MUTANTS}/run.sh -)
run(129 "unknown option '--nope'; see ./lab help" ${runs} --nope)
run(129 "unknown option 'x'" ${runs} x)
run(129 "--only: expected a value" ${runs} --only)
run(129 "--by: expected ours or hmm-tests (default: both), got 'x'" ${runs} --by x)
run(129 "--mutants: expected a folder, got '/nonexistent'" ${runs} --mutants /nonexistent)
run(129 "has 'nosuch' in its name" ${runs} --only nosuch)
run(129 "FAULTLAB_JOBS: expected a number from 1 to 9999, got '-1'"
	${CMAKE_COMMAND} -E env FAULTLAB_JOBS=-1 ${runs})
run(0 "" ${runs} --only b12)

foreach(bad "unmodified\tk\tfound\tp\t1\t0.1\tx\t${own}\t\t\t\n"
		"unmodified\tk\tsurvived\t-\t-\t9.00\t-\tfound\tt\t1.50\tx\t\t\t\n"
		"c\tk\tsurvived\t-\t-\t9.00\t-\t${own}\town\tWrong.\t\n"
		"d\tk\terror\t-\t-\t-\tdoes not apply\t${own}\town\tWrong.\t\n")
	file(WRITE ${WORK}/bad "${found}${bad}")
	run(1 " found, " awk -f ${MUTANTS}/matrix.awk bad)
endforeach()
