"""The student template: stubs, public checks, handouts and the part of the grader that public checks need."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from grader.assignment import Assignment, Course
from grader.figures import FOLDER as FIGURES
from grader.figures import figure_files
from grader.release.leaks import Content, require_no_leak
from grader.release.milestones import milestone_files, milestone_section
from grader.release.questions import questions
from grader.release.topdown import topdown_files, topdown_section
from grader.release.whole_folder import replace_folder
from grader.student.course import FILE as LISTED
from grader.student.hint import FILE as QUESTIONS

FILES = Path(__file__).with_name("template_files")
GRADER = Path(__file__).resolve().parents[1]
# The modules that public checks import. None of them contains a hidden check, the reference or a grade.
PUBLIC_GRADER = (
    "authored.py",
    "calls.py",
    "operators.py",
    "callbacks.py",
    "compare.py",
    "gradcheck/__init__.py",
    "gradcheck/check.py",
    "gradcheck/difference.py",
    "gradcheck/elements.py",
    "gradcheck/trial.py",
    "patterns.py",
    "picture.py",
    "portable.py",
    "checks/__init__.py",
    "checks/decorators.py",
    "checks/errors.py",
    "checks/examples.py",
    "checks/follow_through.py",
    "checks/framework.py",
    "checks/gradients.py",
    "checks/imports.py",
    "checks/local.py",
    "checks/seeding.py",
    "checks/stopwatch.py",
    "checks/trees.py",
    "checks/trial.py",
    "checks/twin.py",
    "checks/unwritten.py",
    "checks/wrong.py",
    "isolation/inside/absent.py",
    "isolation/inside/preload.py",
    "package.py",
    "student/__init__.py",
    "student/arguments.py",
    "student/course.py",
    "student/debug.py",
    "student/debugging.py",
    "student/explain.py",
    "student/glance.py",
    "student/handout.py",
    "student/hint.py",
    "student/last_run.py",
    "student/main.py",
    "student/making.py",
    "student/own_gradients.py",
    "student/plotting.py",
    "student/printing.py",
    "student/recording.py",
    "student/running.py",
    "student/sending.py",
    "student/source.py",
    "student/tracing.py",
    "student/watching.py",
    "submission/entries.py",
    "submission/files.py",
    "submission/limits.py",
    "submission/words.py",
)
_INSIDE = re.compile(r"\binside\.")  # student.inside.f, or "inside.f"


def write_template(course: Course, target: Path) -> list[str]:
    """Write the template into `target`, in place of an older one.

    Returns:
        The paths written.

    Raises:
        AssignmentError: if a line of a solution would leak, naming the places; or if `target` contains anything that
            is not a template's. Nothing is written or removed then.
    """
    files = template_files(course)
    require_no_leak(course, files)
    replace_folder(target, files)
    return sorted(files)


def template_files(course: Course) -> Mapping[str, Content]:
    """Every file of the template: path -> text."""
    files: dict[str, Content] = {f"framework/{path}": text for path, text in course.stubs.items()}
    for path in PUBLIC_GRADER:
        files[f"grader/{path}"] = _text(GRADER / path)
    files["grader/__init__.py"] = '"""The part of the grader that the public checks use."""\n'
    files["grader/isolation/__init__.py"] = '"""What holds while a submission is graded."""\n'
    files["grader/isolation/inside/__init__.py"] = '"""What is there where student code runs."""\n'
    files["grader/submission/__init__.py"] = '"""What a submission may be."""\n'
    files[LISTED] = _listed(course)
    files[QUESTIONS] = questions(course)
    for assignment in course.assignments:
        for public in assignment.public_files:
            files[_place(assignment, public)] = _text(public)
        files |= {f"data/{assignment.name}/{file.name}": file.read_bytes() for file in assignment.data_files}
        if assignment.number in course.inside and _uses_inside(assignment):
            files[f"tests/inside_{assignment.name}.py"] = course.inside[assignment.number].text
        files |= _handout(assignment)
    files |= milestone_files(course) | topdown_files(course)
    known = {
        "{{assignments}}": _table(course),
        "{{files}}": _files(course),
        "{{given}}": _given(course),
        "{{data}}": _data(course),
        "{{milestones}}": milestone_section(course),
        "{{topdown}}": topdown_section(course),
    }
    for path in sorted(filter(Path.is_file, FILES.iterdir())):  # an installer leaves __pycache__ beside check.py
        text = _text(path)
        for mark, value in known.items():
            text = text.replace(mark, value)
        files[path.name.replace("dot_", ".")] = text
    return files


def _handout(assignment: Assignment) -> dict[str, Content]:
    """The handout and its figures, which lie in a folder of their own; the links follow them."""
    text = _text(assignment.folder / "README.md")
    place = f"{FIGURES}/{assignment.name}"
    figures = {f"handouts/{place}/{file.name}": file.read_bytes() for file in figure_files(assignment)}
    return {f"handouts/{assignment.name}.md": text.replace(f"]({FIGURES}/", f"]({place}/"), **figures}


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _place(assignment: Assignment, public: Path) -> str:
    """Where students find a file of public checks: test_public_losses.py as tests/test_03_loss_losses.py."""
    return f"tests/test_{assignment.name}{public.stem.removeprefix('test_public')}.py"


def _uses_inside(assignment: Assignment) -> bool:
    return any(_INSIDE.search(_text(file)) for file in assignment.public_files)


def _table(course: Course) -> str:
    rows = [
        f"| {a.number} | [{a.title}](handouts/{a.name}.md) | {a.points:g} | `python check.py {a.number}` |"
        for a in course.assignments
    ]
    return "\n".join(["| | assignment | points | its public checks |", "|---|---|---|---|", *rows])


def _listed(course: Course) -> str:
    """What `check.py` knows of the assignments."""
    rows = [
        {
            "name": a.name,
            "title": a.title,
            "points": a.points,
            "tests": [_place(a, file) for file in a.public_files],
            "holes": a.holes,
        }
        for a in course.assignments
    ]
    return json.dumps(rows, indent=1) + "\n"


def _files(course: Course) -> str:
    return "\n    ".join(f"{a.name}: {' '.join(a.holes)}" for a in course.assignments)


def _given(course: Course) -> str:
    """What students receive as it is."""
    files = dict.fromkeys(f"`{file}`" for a in course.assignments for file in a.given)  # two may give the same one
    return " and ".join(["`__init__.py` files", *files])


def _data(course: Course) -> str:
    """A row of the table of folders; nothing where no assignment has data."""
    files = [f"data/{a.name}/{file.name}" for a in course.assignments for file in a.data_files]
    return (
        f"\n| `data/` | what some assignments compute with; your own programs find it as `{files[0]}` |"
        if files
        else ""
    )
