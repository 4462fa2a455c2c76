"""Pure functions from a `Report` to a text in one format; nothing here runs, reads or writes anything.

    text        for the instructor's terminal
    json        for programs, after report.schema.json
    gradescope  results.json, after gradescope.schema.json
    classroom50 result.json, after classroom50.schema.json
    github      annotations of a run of GitHub Actions
    junit       for CI systems
    markdown    for a comment or the summary of a job
    html        one page for a browser or a printer

    recognised  which of these a text is in
    summary     many submissions in one table, as CSV

`student.for_students` makes the report that students may see; a format shows whatever the report holds.
"""

FOR_INSTRUCTORS = ("text", "json")  # unless --audience says otherwise
BY_CHECK = (
    "gradescope",
    "classroom50",
)  # their platforms know students and instructors; what students see is decided check by check
FOR_STUDENTS = ("github", "junit", "markdown", "html")  # whoever can read the repository sees what its CI writes
FORMATS = FOR_INSTRUCTORS + BY_CHECK + FOR_STUDENTS
# Of files, for the formats that make sense for many submissions at once.
EXTENSIONS = {
    "json": "json",
    "gradescope": "gradescope.json",
    "html": "html",
    "markdown": "md",
    "junit": "xml",
    "text": "txt",
}
