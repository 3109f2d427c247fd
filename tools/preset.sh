# SPDX-License-Identifier: GPL-2.0-only
#
# preset.sh - configure, compile and test a preset of CMakePresets.json, and find
# what was built
#
# Source it after common.sh.  Logs: build/PRESET.log, build/PRESET.test.log

# The trees that "lab test --tree" names, for FAULTLAB_TREES; or empty.
named_trees=''

# machine_error LOG - print the error that shows that this machine failed, not a
# source
#
# If the disk is full, that error may be missing from LOG.
machine_error() {
	grep -m 1 -oE "$MACHINE_ERRORS" "$1" && return
	if printf '%65536s' x >build/space 2>/dev/null; then
		rm -f build/space
		return 1
	fi
	rm -f build/space
	echo "No space left on device, or build cannot be written"
}
MACHINE_ERRORS='No space left on device|Disk quota exceeded|Read-only file system'
MACHINE_ERRORS="$MACHINE_ERRORS|Permission denied|Cannot allocate memory|out of memory"
MACHINE_ERRORS="$MACHINE_ERRORS|virtual memory exhausted|Too many open files"
MACHINE_ERRORS="$MACHINE_ERRORS|Killed signal terminated program"

# first_error LOG - print the first error of a compiler, or the last line
first_error() {
	grep -m 1 -E '(error|undefined reference)[: ]' "$1" || tail -n 1 "$1"
}

# quote WORD... - print the words as one line for a shell
quote() {
	for word; do
		case $word in
		*[!A-Za-z0-9_./=:@%+,-]* | '')
			printf "'%s' " "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
			;;
		*) printf '%s ' "$word" ;;
		esac
	done | sed 's/ $//'
}

# failed CODE WHAT LOG COMMAND... - print the end of LOG and the line to paste,
# and exit with CODE
failed() {
	code=$1 what=$2 log=$3
	shift 3
	tail -n 60 "$log" >&2
	say "$what failed; the whole log is $log"
	say "to reproduce: $(quote "$@")"
	if reason=$(machine_error "$log"); then
		die "this machine failed, not a source: $reason"
	fi
	conclude "$code"
}

# own_error LOG - is the first error in a source that does not depend on the
# kernel tree?
own_error() {
	own='src\|include\|cli\|tests\|programs\|examples\|bench\|fuzz'
	first_error "$1" | grep -v "^$top/tests/selftest/" | grep -q "^$top/\($own\)/"
}

# configure PRESET - run cmake, which compiles the kernel trees; print only the
# trees that it found
#
# With named_trees, a tree that cannot be used ends lab.
configure() {
	want_folder build
	want_folder "build/$1"
	log=build/$1.log
	: >"$log"
	required=OFF
	[ -z "$named_trees" ] || required=ON
	# The first build of a tree takes a while.
	[ -z "$named_trees" ] && [ -e "build/$1/build.ninja" ] ||
		say "configuring $1, which compiles new and changed kernel trees:" \
			"this can take minutes; the log is $log"
	logged "$log" cmake --preset "$1" "-DFAULTLAB_TREES=${FAULTLAB_TREES:-AUTO}" \
		-DFAULTLAB_TREES_REQUIRED=$required || {
		left_out "$1"
		failed $UNUSABLE "configuring $1" "$log" cmake --preset "$1" \
			"-DFAULTLAB_TREES=${FAULTLAB_TREES:-AUTO}"
	}
	sed -n 's/^-- faultlab:/faultlab:/p' "$log"
	left_out "$1"
}

# left_out PRESET - end lab if a tree that was named cannot be used
#
# build/PRESET/kernels/linux/left_out has a line "CODE TREE: WHY" for each
# (kernels/linux/CMakeLists.txt).
left_out() {
	[ -n "$named_trees" ] && [ -s "build/$1/kernels/linux/left_out" ] || return 0
	unusable=
	while read -r code why; do
		say "$why"
		[ "$code" = $UNDECIDED ] || unusable=1
	done <"build/$1/kernels/linux/left_out"
	[ -z "$unusable" ] || conclude $UNUSABLE
	say "undecided: a kernel tree that was named does not build"
	conclude $UNDECIDED
}

# compile PRESET - needs configure()
compile() {
	log=build/$1.log
	logged "$log" cmake --build --preset "$1" && return
	code=$UNDECIDED
	! own_error "$log" || code=$UNUSABLE
	say "the first error: $(first_error "$log")"
	failed $code "building $1" "$log" cmake --build --preset "$1"
}

# build PRESET [KERNEL] - configure and compile; die if KERNEL, the value of
# --kernel, is not empty and is none of its kernels
build() {
	configure "$1"
	[ -z "${2-}" ] || want_kernel "$1" "$2"
	compile "$1"
}

# run_tests PRESET [OPTION...] - print the last line of ctest
run_tests() {
	preset=$1
	shift
	log=build/$preset.test.log
	: >"$log"
	code=0
	logged "$log" ctest --preset "$preset" "$@" || code=$?
	case $code in
	0) printf '%s\n' "$preset: $(grep 'tests passed' "$log")" ;;
	8) failed $FAILED "testing $preset" "$log" ctest --preset "$preset" "$@" ;;
	*) failed $UNUSABLE "running the tests of $preset" "$log" ctest --preset "$preset" "$@" ;;
	esac
}

# kernels_of PRESET - print the names of its kernels; needs configure()
kernels_of() {
	printf '%s\n' model v8
	cut -f 1 "build/$1/kernels/linux/trees"
}

# want_kernel PRESET NAME - die if there is no such kernel; needs configure()
want_kernel() {
	kernels_of "$1" | grep -qxF -e "$2" ||
		die "$command: --kernel: no kernel '$2'; expected one of:" $(kernels_of "$1")
}

# newest PRESET - print the last kernel that has no bug put into it
newest() {
	"build/$1/faultlab" kernels | awk '$1 !~ /\+/ { name = $1 } END { print name }'
}

# user_option WORD... - read an option of a command that runs user code of a
# kernel, as read_option() does
#
# Sets kernel, or the environment of the user program.
# Return: not 0 if the word is no such option
user_option() {
	read_option "--kernel --warnings" "$@" || return 1
	case $option in
	--kernel) kernel=$value ;;
	--warnings)
		case $value in
		print | end) ;;
		*) die "$command: --warnings: expected print or end, got '$value'" ;;
		esac
		export FAULTLAB_WARNINGS="$value"
		;;
	esac
}

# build_for_user - build release; if kernel is empty, set it to the newest
#
# Standard output is left to the user program.
build_for_user() {
	want_packages
	build release "$kernel" >&2
	[ -n "$kernel" ] || kernel=$(newest release)
}

# want_tests_of PROGRAM - exit if the kernel has no such program
want_tests_of() {
	[ ! -x "$1" ] || return 0
	say "$command: $kernel does not apply; expected a kernel of a tree with lib/test_hmm.c and" \
		"tools/testing/selftests, one of:"
	for program in build/release/tests/selftest/hmm_tests_*; do
		! kernels_of release | grep -qxF -e "${program##*/hmm_tests_}" ||
			printf '%s\n' "${program##*/hmm_tests_}" >&2
	done
	conclude $UNDECIDED
}
