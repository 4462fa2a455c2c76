"""The table of assignments in a course's README.md: it stands between two marks, and is never written by hand."""

from grader.assignment import Assignment, AssignmentError, Course

BEGIN = "<!-- assignments: `grader release table` writes what follows -->"
END = "<!-- end of the assignments -->"
HEAD = "| | title | points | requires |\n|---|---|---:|---|"


def with_table(course: Course, readme: str) -> str:
    """The text with the table of the course's assignments between the marks.

    Raises:
        AssignmentError: if the marks are not there, each once and in their order.
    """
    before, _, rest = readme.partition(f"{BEGIN}\n")
    _, found, after = rest.partition(END)
    if not found or BEGIN in rest or END in before + after:
        raise AssignmentError(course.root / "README.md", f"the table belongs between two lines, {BEGIN} and {END}")
    rows = "\n".join(map(_row, course.assignments))
    return f"{before}{BEGIN}\n\n{HEAD}\n{rows}\n\n{END}{after}"


def _row(a: Assignment) -> str:
    requires = f" {', '.join(a.requires)} |" if a.requires else " |"
    return f"| {a.number} | [{a.title}](assignments/{a.name}/README.md) | {a.points:g} |{requires}"
