# SPDX-License-Identifier: GPL-2.0-only
#
# header.awk - check and print the header of a mutant
#
# usage: awk -f header.awk FILE.cocci
#
# The lines before the first empty line are comments of the form "// KEY: VALUE".  Each
# key occurs once, except "applies":
#
#   bug       "own"; or the number of a known bug, the commit that fixed it, and "fixed"
#             if the mutant injects the fix instead of the bug
#   wrong     one sentence: what the code does wrong
#   file      files of the tree that the mutant changes
#   applies   "everywhere"; or "FILE has REGEX", "FILE lacks REGEX": every line must hold
#   shown-by  what runs first: programs and GROUP/TEST of the suite, or "-"
#   masked    optional: why nothing can find the mutant, though its code differs from
#             the kernel's
#
# Prints lines "KEY<TAB>VALUE".  If the header is malformed, prints an error per line and
# exits with 1.
function complain(what)
{
	print FILENAME ":" FNR ": " what >"/dev/stderr"
	bad = 1
}

BEGIN {
	known["bug"] = "^(own|B[0-9][0-9][a-z]?( [0-9a-f]+)?( fixed)?)$"
	known["wrong"] = "^[A-Z].*\\.$"
	known["file"] = "^[a-z_/]+\\.[ch]( [a-z_/]+\\.[ch])*$"
	known["masked"] = "^[A-Z].*\\.$"
	known["applies"] = "^(everywhere|[a-z_/]+\\.[ch] (has|lacks) .+)$"
	known["shown-by"] = "^(-|[a-z0-9_]+(\\/[a-z0-9_]+)?( [a-z0-9_]+(\\/[a-z0-9_]+)?)*)$"
}

NR == 1 {
	if ($0 != "// SPDX-License-Identifier: GPL-2.0-only")
		complain("expected an SPDX line first")
	next
}

/^@/ {
	rules = 1
	exit
}

/^$/ {
	ended = 1
}

ended {
	next
}

!/^\/\/ [a-z-]+: +[^ ]/ {
	complain("expected '// KEY: VALUE' before the first empty line")
	next
}

{
	key = $2
	sub(/:$/, "", key)
	value = $0
	sub(/^\/\/ [a-z-]+: +/, "", value)
	if (!(key in known))
		complain("unknown key '" key "'")
	else if (value !~ known[key])
		complain(key ": unexpected value '" value "'")
	else if (key in seen && (key != "applies" || value == "everywhere" || everywhere))
		complain(key ": duplicate key")
	else
		lines[++n] = key "\t" value
	seen[key] = 1
	if (key == "applies" && value == "everywhere")
		everywhere = 1
}

END {
	for (key in known)
		if (!(key in seen) && key != "masked")
			complain(key ": missing")
	if (!rules)
		complain("no rule found")
	if (bad)
		exit 1
	for (i = 1; i <= n; i++)
		print lines[i]
}
