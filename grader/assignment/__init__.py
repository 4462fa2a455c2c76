"""What an assignment is: one folder in assignments/, plus its holes in reference/.

folder          reads and validates assignment.toml
holes           derives a stub from the reference by its syntax tree
course          all assignments together, and which file of the package comes from where
misconceptions  the bank: wrong answers that people really give
records         what audits found of an assignment, kept beside it
variants        the reference with one thing replaced, imported as a package of its own
"""

from grader.assignment.course import Course
from grader.assignment.folder import Assignment, AssignmentError
from grader.assignment.misconceptions import Misconception, misconception, read_misconceptions
from grader.assignment.variants import Variants

__all__ = [
    "Assignment",
    "AssignmentError",
    "Course",
    "Misconception",
    "Variants",
    "misconception",
    "read_misconceptions",
]
