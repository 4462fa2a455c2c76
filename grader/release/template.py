"""The student template: stubs, public checks, handouts and the part of the grader that public checks need."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from grader.assignment import AssignmentError, Course
from grader.release.leaks import leaks

FILES = Path(__file__).with_name("template_files")
GRADER = Path(__file__).resolve().parents[1]
# What public checks import. Nothing here knows a hidden check, the reference or a grade.
PUBLIC_GRADER = (
    "calls.py",
    "compare.py",
    "gradcheck.py",
    "checks/__init__.py",
    "checks/decorators.py",
    "checks/errors.py",
    "checks/framework.py",
    "checks/gradients.py",
    "checks/local.py",
    "checks/seeding.py",
    "checks/twin.py",
)
TABLE_MARK = "{{assignments}}"


def write_template(course: Course, target: Path) -> list[str]:
    """Write the template into `target`, in place of what was there, and return the paths written.

    Raises:
        AssignmentError: if a line of a solution would leak, naming the places; nothing is written then.
    """
    files = template_files(course)
    found = leaks(course, files)
    if found:
        raise AssignmentError("student_template", "lines of the solution would leak:\n" + "\n".join(found))
    if target.exists():
        shutil.rmtree(target)
    for path, text in files.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8", newline="\n")
    return sorted(files)


def template_files(course: Course) -> Mapping[str, str]:
    """Every file of the template by its path."""
    files = {f"framework/{path}": text for path, text in course.stubs.items()}
    for path in PUBLIC_GRADER:
        files[f"grader/{path}"] = (GRADER / path).read_text(encoding="utf-8")
    files["grader/__init__.py"] = '"""The part of the grader that the public checks use."""\n'
    for assignment in course.assignments:
        public = assignment.folder / "test_public.py"
        files[f"tests/test_{assignment.name}.py"] = public.read_text(encoding="utf-8")
        handout = (assignment.folder / "README.md").read_text(encoding="utf-8")
        files[f"handouts/{assignment.name}.md"] = handout
    for path in sorted(FILES.iterdir()):
        text = path.read_text(encoding="utf-8")
        files[path.name.replace("dot_", ".")] = text.replace(TABLE_MARK, _table(course))
    return files


def _table(course: Course) -> str:
    rows = [
        f"| {a.number} | [{a.title}](handouts/{a.name}.md) | `pytest tests/test_{a.name}.py` |" for a in course.assignments
    ]
    return "\n".join(["| | assignment | its public checks |", "|---|---|---|", *rows])
