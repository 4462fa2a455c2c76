"""What an assignment is: one folder in assignments/, plus its holes in reference/.

folder  reads and validates assignment.toml
holes   derives a stub from the reference by its syntax tree
course  all assignments together, and which file of the package comes from where
"""

from grader.assignment.course import Course
from grader.assignment.folder import Assignment, AssignmentError

__all__ = ["Assignment", "AssignmentError", "Course"]
