"""The way through the course from above: a program that trains from the first day, with stand-ins for what is missing.

It is the folder `topdown/` of an assignment. Its `parts.py` says which parts are the student's, `first_day.py` trains.
"""

from grader.assignment import Course

FOLDER = "topdown"
SECTION = """## Two ways through the course

**From below**, you follow the numbers. Every part stands on parts that you have written. You never use what you have
not understood; but it takes some weeks until something trains.

**From above**, a network trains on the first day: `python topdown/first_day.py`. All its parts are stand-ins at first.
You replace one after another by your own, in the order you like, and the network goes on training. You always see what
a part is good for; but for a while you use parts that you do not know yet. Stand-ins contain no derivative. Where
PyTorch is installed, it computes their gradients; elsewhere they are differences, which takes some twenty times as
long as your own code will. `python check.py status` says which parts are yours.

Both ways have the same handouts, checks and points, and you can change over at any time. Coming from above, read the
goal and the table of shapes in a handout first, write the part, and read the derivations when a check fails. In each
handout the section "Coming from above" says which stand-ins it replaces, and what to write first.

"""


def topdown_files(course: Course) -> dict[str, str]:
    """What students receive: path -> text. Nothing where no assignment has such a program."""
    files = [file for a in course.assignments for file in sorted((a.folder / FOLDER).glob("*.py"))]
    return {f"{FOLDER}/{file.name}": file.read_text(encoding="utf-8") for file in files}


def topdown_section(course: Course) -> str:
    """The section of a text for students; nothing where there is no such program."""
    return SECTION if topdown_files(course) else ""
