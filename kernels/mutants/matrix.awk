# SPDX-License-Identifier: GPL-2.0-only
#
# matrix.awk - results of mutants, for people, for programs, or for docs/mutants.md
#
# usage: awk [-v json=1 | -v table=1] -f matrix.awk RESULTS
#
# A line is MUTANT KERNEL STATUS BY RUNS SECONDS WHAT BUG WRONG MASKED, apart by tabs.
# Exits with 1 where a result is not as it should be.
function quoted(s)
{
	gsub(/\\/, "\\\\\\\\", s)
	gsub(/"/, "\\\"", s)
	gsub(/[\001-\037]/, " ", s)
	return "\"" s "\""
}

function number(s)
{
	return s == "-" || s == "" ? "null" : s
}

function cell(status, by, runs, seconds)
{
	if (status == "found")
		return by ", " runs " run" (runs == 1 ? "" : "s") ", " seconds " s"
	return status == "not-applicable" ? "-" : status
}

BEGIN {
	FS = "\t"
}

{
	mutant = $1; kernel = $2; status = $3
	if (!(mutant in known)) {
		known[mutant] = 1
		mutants[++n] = mutant
		bug[mutant] = $8; wrong[mutant] = $9; masked[mutant] = $10
	}
	if (!(kernel in kernels)) {
		kernels[kernel] = 1
		columns[++m] = kernel
	}
	count[status]++
	text[mutant, kernel] = cell(status, $4, $5, $6)
	short[mutant, kernel] = status == "found" ? $4 (index($4, "/") ? "" : ", " $5) : \
		status == "not-applicable" ? "-" : "**" status "**"
	notes[mutant, kernel] = $7
	bad_here = mutant == "unmodified" ? status != "survived" : \
		status == "error" || (status == "survived" && $10 == "")
	if (bad_here)
		bad[mutant, kernel] = ++all_bad
	line[NR] = "{" quoted("mutant") ": " quoted(mutant) ", " \
		quoted("bug") ": " quoted($8) ", " quoted("wrong") ": " quoted($9) ", " \
		quoted("kernel") ": " quoted(kernel) ", " quoted("status") ": " quoted(status) ", " \
		quoted("by") ": " ($4 == "-" ? "null" : quoted($4)) ", " \
		quoted("runs") ": " number($5) ", " quoted("seconds") ": " number($6) ", " \
		quoted("what") ": " ($7 == "-" ? "null" : quoted($7)) ", " \
		quoted("masked") ": " ($10 == "" ? "null" : quoted($10)) ", " \
		quoted("as_it_should_be") ": " (bad_here ? "false" : "true") "}"
}

END {
	if (json) {
		print "["
		for (i = 1; i <= NR; i++)
			print line[i] (i < NR ? "," : "")
		print "]"
		exit all_bad > 0
	}
	if (table) {
		printf "| mutant | what is wrong |"
		for (j = 1; j <= m; j++)
			printf " %s |", columns[j]
		printf "\n| --- | --- |"
		for (j = 1; j <= m; j++)
			printf " --- |"
		for (i = 1; i <= n; i++) {
			if (mutants[i] == "unmodified")
				continue
			printf "\n| `%s` | %s |", mutants[i], wrong[mutants[i]]
			for (j = 1; j <= m; j++)
				printf " %s |", short[mutants[i], columns[j]]
		}
		print ""
		exit all_bad > 0
	}
	for (i = 1; i <= n; i++) {
		mutant = mutants[i]
		printf "%s%s\n", mutant, bug[mutant] == "" ? "" : " (" bug[mutant] "): " wrong[mutant]
		for (j = 1; j <= m; j++) {
			kernel = columns[j]
			if (!((mutant, kernel) in text))
				continue
			printf "  %-14s %s\n", kernel, text[mutant, kernel]
			note = notes[mutant, kernel]
			if (text[mutant, kernel] == "survived" && mutant != "unmodified")
				print "                 " (masked[mutant] == "" ? "nothing notices it" : masked[mutant])
			else if (note != "" && note != "-")
				print "                 " substr(note, 1, 100)
		}
	}
	printf "%d found, %d survived, %d not applicable, %d errors\n",
		count["found"], count["survived"], count["not-applicable"], count["error"]
	exit all_bad > 0
}
