"""Pure functions that turn a `Report` into text, one module for each format. Nothing here does input or output.

    text        for the instructor's terminal
    json        for programs; report.schema.json describes it
    gradescope  results.json; gradescope.schema.json describes it
    classroom50 result.json; classroom50.schema.json describes it
    github      annotations of a GitHub Actions run
    junit       for CI systems
    markdown    for a comment or the summary of a job
    html        one page for a browser or a printer

    recognised  tells which of these formats a text has
    summary     many submissions in one table, as CSV

`student.for_students` removes what students may not see. A format shows all that is in the report it gets.
"""

FOR_INSTRUCTORS = ("text", "json")  # unless --audience says otherwise
# These platforms have accounts for students and instructors, so what students see is decided for each check.
BY_CHECK = ("gradescope", "classroom50")
FOR_STUDENTS = ("github", "junit", "markdown", "html")  # whoever can read the repository sees what its CI writes
FORMATS = FOR_INSTRUCTORS + BY_CHECK + FOR_STUDENTS
# File name extensions, for the formats that make sense for many submissions at once.
EXTENSIONS = {
    "json": "json",
    "gradescope": "gradescope.json",
    "html": "html",
    "markdown": "md",
    "junit": "xml",
    "text": "txt",
}
