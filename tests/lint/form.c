/* Wrong: the indentation of line 4, and the columns of lines 5, 6 and 7. */
static const char *const texts[] = {
	"a string that is alone on its line may have 100 columns, as this one has: and so on and s",
   "wrong indentation",
	"a string that is alone on its line may not have 101 columns, as this one has: and so on an",
	"a string that is not alone may not have 81 columns: and so on a", "end",
	/* A comment may not have 81 columns, as this one has: and so on and s */
};
