# SPDX-License-Identifier: GPL-2.0-only
#
# scratch.sh - a copy of lab and its commands with stand-ins for its tools, for the tests of lab
#
# Source this with $top, the source, and $work, a folder for all files that are
# made.  Sets
#
#   $lab   the copy; it shares no build folder with the real one
#   $bin   stand-ins for cmake, ctest and the tools that install packages, first
#          in PATH
#
# These variables control the stand-ins:
#
#   CONFIGURE  ok, fail, full, or the exit code 125 or 129 of a tree that is left
#              out
#   BUILD      ok, tree, own, full, write (fails if the disk is full), or sleep
#   CTEST      the exit code of ctest
#   FAULTLAB   WORD:CODE, the exit code of faultlab if WORD is one of its arguments
#   INSTALLED  all or none: the packages that dpkg-query reports as installed
#   APT        the exit code of apt-get
rm -rf "$work"
mkdir -p "$work/bin" "$work/top/kernels/linux" "$work/top/tests" || exit 99
bin=$(cd "$work/bin" && pwd) || exit 99
cp -r "$top/lab" "$top/tools" "$work/top/" || exit 99
cp "$top/kernels/linux/tree.sh" "$work/top/kernels/linux/" || exit 99
cp -r "$top/kernels/mutants" "$work/top/kernels/" || exit 99
scratch=$(cd "$work/top" && pwd) || exit 99
lab=$scratch/lab
export CONFIGURE=ok BUILD=ok CTEST=0 FAULTLAB='' INSTALLED=all APT=0
export scratch PATH="$bin:$PATH"
unset FAULTLAB_TREES XDG_CACHE_HOME

# stand_in NAME - install a command; standard input is its script
stand_in() {
	{ echo '#!/bin/sh'; cat; } >"$bin/$1"
	chmod +x "$bin/$1"
}

stand_in cmake <<'STAND_IN'
if [ "$1" = --preset ]; then
	folder=build/$2/kernels/linux
	mkdir -p "$folder"
	echo "cmake $*" >>"$scratch/commands"
	printf 'linux-9.9\t/out\n' >"$folder/trees"
	: >"$folder/left_out"
	case $CONFIGURE in
	ok) echo '-- faultlab: linux-9.9: release 9.9.9, from /tree'; exit 0 ;;
	full) echo 'cannot write: No space left on device'; exit 1 ;;
	125) echo '125 tree /tree: mm/memory.c:7: error: expected' >"$folder/left_out" ;;
	129) echo '129 tree /tree: is truncated' >"$folder/left_out" ;;
	esac
	echo 'CMake Error'
	exit 1
fi
echo "build $*" >>"$scratch/commands"
case $BUILD in
tree) echo "/tree/hmm-tests.c:7:3: error: unknown type name 'x'"; exit 1 ;;
own) echo "$scratch/src/machine/lock.c:7:3: error: unknown type name 'x'"; exit 1 ;;
full) echo '/usr/bin/ld: final link failed: No space left on device'; exit 1 ;;
write) head -c 200000 /dev/zero >"$scratch/build/object" || exit 1 ;;
sleep) echo $$ >"$scratch/sleeps"; sleep 1000 & wait ;;
esac
folder=$scratch/build/${3-release}
cat >"$folder/faultlab" <<'FAULTLAB'
#!/bin/sh
code=0
case $* in
*kernels*) echo linux-9.9 9.9.9 ;;
*zap_while_faulted_mirror*)
	echo "the end of the story"
	code=1
	;;
esac
case $* in *"${FAULTLAB%:*}"*) [ -z "$FAULTLAB" ] || code=${FAULTLAB#*:} ;; esac
exit $code
FAULTLAB
chmod +x "$folder/faultlab"
STAND_IN

stand_in ctest <<'STAND_IN'
echo "ctest $*" >>"$scratch/commands"
case "$*" in
*-N*nosuch*) echo 'Total Tests: 0'; exit 0 ;;
*-N*) echo '  Test #1: linux-9.9/race/a'; exit 0 ;;
esac
[ "$CTEST" -eq 0 ] && echo '100% tests passed, 0 tests failed out of 1' || echo '0% tests passed'
exit "$CTEST"
STAND_IN

stand_in dpkg-query <<'STAND_IN'
[ "$INSTALLED" = all ] && echo installed
STAND_IN

stand_in apt-get <<'STAND_IN'
[ "$APT" -eq 0 ] || echo "E: Unable to fetch some archives"
exit "$APT"
STAND_IN

stand_in sudo <<'STAND_IN'
exec "$@"
STAND_IN

wrong=0

# expect CODE TEXT COMMAND... - it must exit with CODE, and print TEXT
expect() {
	code=$1 text=$2
	shift 2
	: >"$scratch/commands"
	status=0
	"$@" >"$work/said" 2>&1 </dev/null || status=$?
	if [ $status -ne "$code" ]; then
		echo "$*: exited with $status, expected $code:"
		cat "$work/said"
		wrong=1
	elif ! grep -qF -e "$text" "$work/said"; then
		echo "$*: expected '$text' in the output:"
		cat "$work/said"
		wrong=1
	fi
}

# expect_no COMMAND - the last command of lab must not have started COMMAND
expect_no() {
	! grep "^$1 " "$scratch/commands" || {
		echo "the last command started $1"
		wrong=1
	}
}
