# SPDX-License-Identifier: GPL-2.0-only
#
# schema.cmake - schema.c detects each way in which a document can be wrong
#
#   cmake -DSCHEMA=... -P schema.cmake
set(folder ${CMAKE_CURRENT_BINARY_DIR}/schema.canary)
file(MAKE_DIRECTORY ${folder})
file(WRITE ${folder}/schema.json [=[{
 "type": "object", "required": ["a", "b"], "additionalProperties": false,
 "properties": {
  "a": { "type": ["integer", "null"], "minimum": 1 },
  "b": { "type": "array", "items": { "$ref": "#/$defs/b" } },
  "c": { "const": 3 }, "d": { "enum": ["x", "y"] },
  "e": { "oneOf": [{ "type": "null" }, { "$ref": "other.json" }] }
 },
 "$defs": { "b": { "type": "string", "pattern": "^b+$" } }
}]=])
file(WRITE ${folder}/other.json [=[{ "type": "object",
 "additionalProperties": { "type": "string" } }]=])

# expect(CODE PART DOCUMENT) - schema.c must exit with CODE, and print PART
function(expect code part document)
	file(WRITE ${folder}/document.json "${document}")
	execute_process(COMMAND ${SCHEMA} ${folder}/schema.json ${folder}/document.json
		OUTPUT_VARIABLE out ERROR_VARIABLE out RESULT_VARIABLE got)
	string(FIND "${out}" "${part}" at)
	if(NOT got EQUAL ${code} OR at EQUAL -1)
		message(FATAL_ERROR "${document}: exited with ${got}, expected ${code} and '${part}': ${out}")
	endif()
endfunction()

expect(0 "" [=[{ "a": 1, "b": ["b", "bb"], "c": 3, "d": "y", "e": { "k": "v" } }]=])
expect(0 "" [=[{ "a": null, "b": [], "e": null }]=])
expect(1 "/a: of none of the allowed types" [=[{ "a": "1", "b": [] }]=])
expect(1 "/a: below the minimum" [=[{ "a": 0, "b": [] }]=])
expect(1 "/: b" [=[{ "a": 1 }]=])
expect(1 "/b: array" [=[{ "a": 1, "b": {} }]=])
expect(1 "/b/1: ^b+$" [=[{ "a": 1, "b": ["b", "c"] }]=])
expect(1 "/c: differs from the constant" [=[{ "a": 1, "b": [], "c": 4 }]=])
expect(1 "/d: matches none of the alternatives" [=[{ "a": 1, "b": [], "d": "z" }]=])
expect(1 "/e/k: string" [=[{ "a": 1, "b": [], "e": { "k": 1 } }]=])
expect(1 "/f: not allowed" [=[{ "a": 1, "b": [], "f": 1 }]=])
expect(129 "" "{")
file(WRITE ${folder}/schema.json [=[{ "multipleOf": 2 }]=])
expect(129 "unsupported keyword: multipleOf" "[]")
file(REMOVE_RECURSE ${folder})
