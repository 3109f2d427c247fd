#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# help.sh - each command of lab is listed by lab help, and is a script of tools/
# that states its usage and its exit codes
#
# usage: help.sh TOP WORK
set -u

top=$1 work=$2
. "$top/tests/lab/scratch.sh"

commands=$("$lab" nosuch 2>&1 | sed -n 's/.*expected one of: \(.*\) help; see.*/\1/p')
scripts=$(cd "$top/tools" && find . -name '*.sh' -perm -u+x | sed 's|^\./||; s|\.sh$||')
[ "$(printf '%s\n' $commands | sort)" = "$(printf '%s\n' "$scripts" | sort)" ] || {
	echo "expected a script for each command, and no other scripts:" $commands
	echo "scripts:" $scripts
	wrong=1
}
for command in $commands; do
	"$lab" help | grep -q "^  $command\( \|$\)" || {
		echo "lab help does not list $command"
		wrong=1
	}
	for text in "# usage: lab $command" "# exit codes: "; do
		grep -q "^$text" "$top/tools/$command.sh" || {
			echo "tools/$command.sh: expected '$text' in its header"
			wrong=1
		}
	done
done
exit $wrong
