# SPDX-License-Identifier: GPL-2.0-only
#
# matrix.awk - print the results of mutants as text, JSON, or the table of docs/mutants.md
#
# usage: awk [-v json=1 | -v table=1] -f matrix.awk RESULTS
#
# A line is the result of cell.sh followed by BUG WRONG MASKED, separated by tabs.  The
# exit code is the first that applies:
#
#   129  an error is one of this machine
#     1  an error; a mutant survived without a reason ("masked"); or a test found a fault
#        in an unmodified kernel
#   125  a limit left a mutant without a reason undecided, or the kernel's own tests of an
#        unmodified kernel
#
# The kernel's own tests must pass on an unmodified kernel, but need not detect mutants.
# Nothing can detect a mutant with the same code as the kernel.  On an unmodified kernel,
# a search is expected to reach a limit.
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

function string(s)
{
	return s == "-" || s == "" ? "null" : quoted(s)
}

function cell(status, by, runs, seconds)
{
	if (status == "found")
		return by ", " runs " run" (runs == 1 ? "" : "s") ", " seconds " s"
	return status == "not-applicable" ? "-" : status
}

# The cell of the kernel's own tests.
function own_cell(status, test, seconds)
{
	if (status == "found")
		return test ", " seconds " s"
	return status == "not-applicable" ? "-" : status
}

# The table cell of a mutant that was not found.
function plain(status)
{
	return status == "not-applicable" ? "-" : status == "same-code" ? status : "**" status "**"
}

# short_name(TEST) - private.exclusive for hmm.hmm_device_private.exclusive
function short_name(test)
{
	sub(/^hmm2?\.hmm2?_device_/, "", test)
	return test
}

BEGIN {
	FS = "\t"
}

{
	mutant = $1; kernel = $2; status = $3; own_status = $8
	if (!(mutant in known)) {
		known[mutant] = 1
		mutants[++n] = mutant
		bug[mutant] = $12; wrong[mutant] = $13; masked[mutant] = $14
	}
	if (!(kernel in kernels)) {
		kernels[kernel] = 1
		columns[++m] = kernel
	}
	if (status != "not-run") {
		ours = 1
		count[status]++
		text[mutant, kernel] = cell(status, $4, $5, $6)
		short[mutant, kernel] = status == "found" ? $4 (index($4, "/") ? "" : ", " $5) : \
			plain(status)
		notes[mutant, kernel] = $7
	}
	if (own_status != "not-run") {
		own = 1
		own_count[own_status]++
		own_text[mutant, kernel] = own_cell(own_status, $9, $10)
		own_short[mutant, kernel] = own_status == "found" ? short_name($9) : \
			plain(own_status)
		own_notes[mutant, kernel] = $11
	}
	bad_here = mutant == "unmodified" ? status ~ /found|error/ || own_status ~ /found|error/ : \
		status == "error" || (status == "survived" && $14 == "")
	all_bad += bad_here
	no_result += status == "error" && $7 ~ /^no result: /
	undecided += mutant == "unmodified" ? own_status == "undecided" : \
		status == "undecided" && $14 == ""
	line[NR] = "{" quoted("mutant") ": " quoted(mutant) ", " \
		quoted("bug") ": " quoted($12) ", " quoted("wrong") ": " quoted($13) ", " \
		quoted("kernel") ": " quoted(kernel) ", " quoted("status") ": " quoted(status) ", " \
		quoted("by") ": " string($4) ", " \
		quoted("runs") ": " number($5) ", " quoted("seconds") ": " number($6) ", " \
		quoted("what") ": " string($7) ", " \
		quoted("hmm_tests") ": {" quoted("status") ": " quoted(own_status) ", " \
		quoted("test") ": " string($9) ", " quoted("seconds") ": " number($10) ", " \
		quoted("what") ": " string($11) "}, " \
		quoted("masked") ": " string($14) ", " \
		quoted("as_it_should_be") ": " (bad_here ? "false" : "true") "}"
}

function verdict()
{
	return no_result ? 129 : all_bad ? 1 : undecided ? 125 : 0
}

END {
	if (json) {
		print "["
		for (i = 1; i <= NR; i++)
			print line[i] (i < NR ? "," : "")
		print "]"
		exit verdict()
	}
	if (table) {
		printf "| mutant | bug |"
		for (j = 1; ours && j <= m; j++)
			printf " %s |", columns[j]
		for (j = 1; own && j <= m; j++)
			printf " hmm-tests, %s |", columns[j]
		printf "\n| --- | --- |"
		for (j = 1; j <= m * (ours + own); j++)
			printf " --- |"
		for (i = 1; i <= n; i++) {
			if (mutants[i] == "unmodified")
				continue
			printf "\n| `%s` | %s |", mutants[i], wrong[mutants[i]]
			for (j = 1; ours && j <= m; j++)
				printf " %s |", short[mutants[i], columns[j]]
			for (j = 1; own && j <= m; j++)
				printf " %s |", own_short[mutants[i], columns[j]]
		}
		print ""
		exit verdict()
	}
	for (i = 1; i <= n; i++) {
		mutant = mutants[i]
		printf "%s%s\n", mutant, bug[mutant] == "" ? "" : " (" bug[mutant] "): " wrong[mutant]
		for (j = 1; j <= m; j++) {
			kernel = columns[j]
			with_ours = (mutant, kernel) in text
			if (with_ours) {
				printf "  %-14s %s\n", kernel, text[mutant, kernel]
				note = notes[mutant, kernel]
				if (text[mutant, kernel] == "survived" && mutant != "unmodified")
					note = masked[mutant] == "" ? "not detected" : masked[mutant]
				else
					note = substr(note, 1, 100)
				if (note != "" && note != "-")
					print "                 " note
			}
			if (with_ours && text[mutant, kernel] ~ /^(-|same-code)$/)
				continue
			if ((mutant, kernel) in own_text) {
				printf "  %-14s hmm-tests: %s\n", with_ours ? "" : kernel,
					own_text[mutant, kernel]
				note = substr(own_notes[mutant, kernel], 1, 100)
				if (note != "" && note != "-")
					print "                 " note
			}
		}
	}
	if (ours)
		printf "%d found, %d survived, %d the same code, %d not applicable, %d errors, %d undecided\n",
			count["found"], count["survived"], count["same-code"],
			count["not-applicable"], count["error"], count["undecided"]
	if (own)
		printf "hmm-tests: %d found, %d survived, %d the same code, %d not applicable, %d undecided\n",
			own_count["found"], own_count["survived"], own_count["same-code"],
			own_count["not-applicable"], own_count["undecided"]
	exit verdict()
}
