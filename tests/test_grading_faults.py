"""Student code that fails in every way. Each failure costs only its own checks, is named, and disturbs nothing."""

import re
from dataclasses import replace

import pytest

from grader.assignment import Course
from grader.grading import grade, prepare
from grader.result import AssignmentReport, Outcome
from grader.submission import Submission

SCALE, SHIFT = "nn/scale.py", "nn/shift.py"
GOOD = """
class Scale:
    def __init__(self, factor):
        self.factor = factor
    def forward(self, x):
        return self.factor * x
    def backward(self, dy):
        return self.factor * dy
"""
FORWARD = "        return self.factor * x\n"


def outcomes(report: AssignmentReport, component: str) -> set[str]:
    return {str(r.outcome) for r in report.results if r.check.component == component}


def messages(report: AssignmentReport) -> str:
    return "\n".join(f"{r.message} {r.detail}" for r in report.results)


# What can go wrong while a file is imported. Each case: the file, and what is said.
WHILE_IMPORTING = {
    "missing": (None, "framework/nn/scale.py is missing."),
    "syntax error": (f"{GOOD}\ndef oops(:\n", "SyntaxError: invalid syntax (line 10)"),
    "wrong indentation": (GOOD.replace("    def backward", "   def backward"), "IndentationError: "),
    "raises": (f"1 / 0\n{GOOD}", "ZeroDivisionError: division by zero (line 1)"),
    "exits": (f"import sys\nsys.exit()\n{GOOD}", "SystemExit (line 2)"),
    "exits hard": ("import os\nos._exit(3)\n", "the process ended with exit code 3"),
    "kills itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", "signal 9 (SIGKILL)"),
    "loops": ("while True: pass\n", "no answer within 1 s"),
    "recurses": ("def f(): f()\nf()\n", "RecursionError: maximum recursion depth exceeded"),
    "asks": (
        "input('factor? ')\n",
        "EOFError: EOF when reading a line: it calls input(), which nobody answers while it is graded (line 1)",
    ),
    "reads a file": ("open('weights.npy')\n", "Error: "),
    "uses torch": (f"import torch\ntorch.manual_seed(3)\n{GOOD}", "No module named 'torch': while grading, only NumPy"),
    "inherits from torch": (
        f"from torch.nn import Module\nclass Own(Module): pass\n{GOOD}",
        "No module named 'torch': while grading, only NumPy",
    ),
    "imports all of torch": (f"from torch import *\n{GOOD}", "No module named 'torch': while grading, only NumPy"),
    "uses the reference": (f"import reference\nreference.nn.Scale(2)\n{GOOD}", "No module named 'reference'"),
    "uses the grader": (f"import grader.grading\ngrader.grading.grade()\n{GOOD}", "No module named 'grader"),
    "imports what is not there": ("from .shift import Shaft\n", "cannot import name 'Shaft' from 'framework.nn.shift'"),
    "imports itself in a circle": ("from framework.nn import Scale\n", "ImportError: "),
    "no such class": (
        GOOD.replace("Scale", "Skale"),
        "framework/nn/scale.py is not complete: it does not define Scale",
    ),
    "empty": ("", "framework/nn/scale.py is not complete: it does not define Scale"),
    "NUL": (b"x = 1\0", "framework/nn/scale.py could not be imported: "),
    "not UTF-8": ("name = 'Müller'".encode("latin-1"), "SyntaxError: "),
    "UTF-16": (
        GOOD.encode("utf-16"),
        "could not be imported: it is saved as UTF-16; save it as UTF-8, as Python expects it",
    ),
    "UTF-16 without a mark": (
        GOOD.encode("utf-16-be"),
        "could not be imported: it is saved as UTF-16; save it as UTF-8",
    ),
    "UTF-32": (GOOD.encode("utf-32"), "could not be imported: it is saved as UTF-32; save it as UTF-8"),
    "too deep for the compiler": (f"x = {'-' * 100_000}1\n", "framework/nn/scale.py could not be imported: "),
    "a giant message": ("raise ValueError('x' * 10_000_000)\n", "framework/nn/scale.py could not be imported: "),
    "garbage to every descriptor": (
        "import os\nfor i in range(20):\n    try: os.write(i, b'x' * 4096)\n    except OSError: pass\n",
        "framework/nn/scale.py ",
    ),
}


@pytest.mark.parametrize(("source", "said"), WHILE_IMPORTING.values(), ids=WHILE_IMPORTING.keys())
def test_a_file_that_cannot_be_imported_is_named_once(course, sandbox, source, said):
    texts = {**course.reference, SCALE: source}
    files = {path: text.encode() if isinstance(text, str) else text for path, text in texts.items() if text is not None}

    notices = prepare(course, Submission("", files), course.assignments[0], sandbox).notices

    assert len(notices) == 1
    assert said in notices[0]
    assert "Traceback" not in notices[0]


@pytest.mark.parametrize("case", ["missing", "syntax error", "raises", "exits", "exits hard", "no such class"])
def test_a_file_that_cannot_be_imported_costs_its_own_checks(graded, case):
    report = graded({SCALE: WHILE_IMPORTING[case][0]})

    assert report.earned == 4
    assert outcomes(report, "Scale") == {"blocked"}
    assert outcomes(report, "Shift") == {"passed"}
    assert WHILE_IMPORTING[case][1] in report.notices[0]


def test_a_question_that_nobody_answers_is_explained(graded):
    report = graded(
        {
            SCALE: f"{GOOD}\n\ndef forward(self, x):\n    return float(input('factor? ')) * x\n\n\n"
            "Scale.forward = forward\n"
        }
    )

    told = {r.kind for r in report.results if r.check.component == "Scale"} - {""}
    assert told == {"Your code calls input(), which nobody answers while it is graded."}


def test_only_names_that_a_check_or_a_given_file_asks_for_are_missed(graded, course_root):
    """How the reference is cut is nobody's duty."""
    reference = course_root / "reference/nn/scale.py"
    reference.write_text(f"{reference.read_text()}\n\nclass Spare:\n    pass\n")
    course = Course.load(course_root)

    assert graded({SCALE: GOOD}, course=course).notices == ()
    assert graded({SCALE: ""}, course=course).notices == (
        "framework/nn/scale.py is not complete: it does not define Scale",
    )


def test_what_a_file_defines_before_it_fails_still_counts(graded):
    report = graded({SCALE: f"{GOOD}\nraise ValueError('at the end')\n"})

    assert report.earned == 10
    assert report.notices == ("framework/nn/scale.py could not be imported: ValueError: at the end (line 10)",)


def test_a_broken_file_and_a_hanging_one_each_cost_their_own(graded):
    report = graded({SCALE: "while True: pass", SHIFT: "def (", "nn/mine.py": "also broken ("})

    assert report.earned == 0
    assert outcomes(report, "Scale") == outcomes(report, "Shift") == {"blocked"}
    assert [notice.partition(" ")[0] for notice in report.notices] == ["framework/nn/scale.py", "framework/nn/shift.py"]


def test_files_that_hang_are_tried_no_longer_than_all_checks_may_take(graded, course_root):
    """Each file that hangs costs its time once; the assignment's whole time limits them together."""
    toml = course_root / "assignments/01_scaling/assignment.toml"
    toml.write_text(toml.read_text().replace("seconds = 1", "seconds = 0.5\ntotal_seconds = 1"))
    hanging = {f"nn/extra{i}.py": "while True: pass" for i in range(10)}
    imports = "".join(f"try: from . import extra{i}\nexcept ImportError: pass\n" for i in range(10))

    report = graded({SCALE: imports + GOOD, **hanging}, course=Course.load(course_root))

    assert report.earned == 0
    assert {str(r.outcome) for r in report.results} == {"timeout"}
    assert sum(r.seconds for r in report.results) < 1  # no check meets again what is known by then
    assert report.notices[-1] == "Importing the package does not work: no answer within 0.5 s; the process was stopped."


def test_sources_that_stop_the_compiler_are_tried_no_longer_than_all_checks_may_take(course_root, sandbox):
    toml = course_root / "assignments/01_scaling/assignment.toml"
    toml.write_text(toml.read_text().replace("seconds = 1", "seconds = 0.5\ntotal_seconds = 1e-6"))
    course = Course.load(course_root)
    files = {path: text.encode() for path, text in course.reference.items()} | {SHIFT: b"x = " + b"-" * 200_000 + b"1"}

    notices = prepare(course, Submission("", files), course.assignments[0], sandbox).notices

    assert len(notices) >= 1
    assert all("could not be imported" in notice or "does not work" in notice for notice in notices)


SABOTAGE = {
    "forgets its modules": "import sys\n"
    "for name in [n for n in sys.modules if n.startswith('framework')]: del sys.modules[name]\n",
    "empties the finder": "import sys\nsys.meta_path.clear()\n",
    "replaces another module": "import sys\nsys.modules['framework.nn.shift'] = None\n",
    "breaks the builtins": "import builtins\nbuiltins.len = builtins.isinstance = builtins.str = None\n",
    "breaks numpy": "import numpy\nnumpy.ndarray = numpy.asarray = numpy.frombuffer = None\n",
    "closes the connection": "import os\nos.closerange(0, 100)\n",
    "dies a little later": "import os, threading\nthreading.Timer(0.05, os._exit, [1]).start()\n",
}


@pytest.mark.parametrize("source", SABOTAGE.values(), ids=SABOTAGE.keys())
def test_a_file_that_breaks_its_process_still_gets_a_report(graded, source):
    """What it costs is the student's affair, but every check has a result and none is the grader's fault."""
    report = graded({SCALE: f"{source}\n{GOOD}"})

    assert len(report.results) == 5


def test_a_forged_answer_is_not_believed(graded):
    """A worker may say anything of its import; a strange answer is one more way to break a file."""
    forge = """
        import json, os, struct
        for value in ({"l": []}, {"l": [7]}, {"l": [{"d": [["nn/shift.py", 7], ["x" * 999, "y"]]}]}, None):
            text = json.dumps({"id": 1, "value": value, "classes": {}}).encode()
            for descriptor in range(3, 20):
                try: os.write(descriptor, struct.pack(">4sIQ", b"NNG1", len(text), 0) + text)
                except OSError: pass
    """
    report = graded({SCALE: re.sub("^        ", "", forge, flags=re.M) + GOOD})

    assert report.earned <= 10
    assert outcomes(report, "Shift") <= {"passed", "error", "blocked"}


# A failure in one method costs the checks that call it: forward has 4 of 10 points. A case: body, outcome, message.
WHILE_RUNNING = {
    "returns nothing": ("pass", "failed", "is None (is a `return` missing?)"),
    "returns a list": (
        "return [self.factor * v for v in x]",
        "failed",
        "is a list of 2 items, but should be a numpy.ndarray",
    ),
    "returns an object array": ("return (self.factor * x).astype(object)", "failed", "dtype object"),
    "returns a subclass": (
        "import numpy as np; return np.ma.array(self.factor * x)",
        "failed",
        "but should be a numpy.ndarray",
    ),
    "returns NaN": ("return x * float('nan')", "failed", "[0] is nan, but should be 3 (2 of 2 are NaN)"),
    "returns itself": ("return self", "failed", "Scale, but should be a numpy.ndarray"),
    "returns a generator": ("yield x", "failed", "generator, but should be a numpy.ndarray"),
    "returns another shape": (
        "return (self.factor * x)[None]",
        "failed",
        "has shape (1, 2), but should have shape (2,)",
    ),
    "raises": (
        "raise ValueError('no idea')",
        "error",
        "ValueError: no idea framework/nn/scale.py, line 6, in Scale.forward",
    ),
    "raises a stranger": ("raise type('Odd', (BaseException,), {})", "error", "Odd"),
    "exits": ("import sys; sys.exit('bye')", "error", "SystemExit: bye"),
    "exits hard": ("import os; os._exit(0)", "error", "the process ended with exit code 0 in the middle of the check"),
    "kills itself": ("import os; os.kill(os.getpid(), 9)", "error", "signal 9 (SIGKILL)"),
    "loops": ("while True: pass", "timeout", "no answer within 1 s; the process was stopped"),
    "recurses": ("return self.forward(x)", "error", "RecursionError: maximum recursion depth exceeded"),
    "takes all memory": ("return bytearray(1 << 50)", "error", "MemoryError"),
}


@pytest.mark.parametrize(("body", "outcome", "said"), WHILE_RUNNING.values(), ids=WHILE_RUNNING.keys())
def test_a_method_that_goes_wrong_costs_the_checks_that_call_it(graded, body, outcome, said):
    report = graded({SCALE: GOOD.replace(FORWARD, f"        {body}\n")})

    assert report.earned == 6
    assert outcomes(report, "Scale") == {"passed", outcome}
    assert said in messages(report)
    assert report.notices == ()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("return x[7, 7]", "Your code raised IndexError in Scale.forward."),
        ("raise type('Secret_3', (KeyError,), {})('Secret_4')", "Your code raised KeyError in Scale.forward."),
        (
            "raise type('ValueError', (Exception,), {'__module__': 'builtins.Secret'})('x')",
            "Your code raised an exception in Scale.forward.",
        ),
        ("(lambda: 1 / 0)()", "Your code raised ZeroDivisionError in Scale.forward."),
        (
            "import numpy as np; np.seterr(all='raise'); np.zeros(2) / 0",
            "NumPy warned in Scale.forward: invalid value. Here a warning is an error.",
        ),
        ("return x.nothing", "Your code raised AttributeError in Scale.forward."),
        ("return self.nothing()[0] + x", "Your code raised AttributeError in Scale.forward."),
        ("return None + x[0] + None", "Your code raised TypeError in Scale.forward, as something is None there."),
        ("return x.grad", "A numpy.ndarray stands where a Parameter should be in Scale.forward."),
        (
            "raise FloatingPointError('Secret_5 encountered in x')",
            "Your code raised FloatingPointError in Scale.forward.",
        ),
        (
            "raise FloatingPointError('overflow encountered in Secret_6')",
            "NumPy warned in Scale.forward: overflow. Here a warning is an error.",
        ),
    ],
)
def test_of_a_hidden_check_the_built_in_type_and_the_function_are_told_and_no_word_of_the_students(graded, body, kind):
    report = graded({SCALE: GOOD.replace(FORWARD, f"        {body}\n")})

    kinds = {r.kind for r in report.results if r.outcome is Outcome.ERROR}
    assert kinds == {kind}
    assert "Secret" not in kind


def test_a_warning_that_counts_is_told_as_one(graded):
    body = "        import numpy as np; np.seterr(all='raise'); np.ones(2) / 0\n"

    assert "NumPy warned: divide by zero encountered in divide. Here a warning is an error." in messages(
        graded({SCALE: GOOD.replace(FORWARD, body)})
    )


@pytest.mark.parametrize(
    ("old", "new", "earned", "said"),
    [
        ("def forward(self, x)", "def forward(self)", 6, "forward() takes 1 positional argument but 2 were given"),
        ("def forward(self, x)", "def forward(self, x, y)", 6, "missing 1 required positional argument: 'y'"),
        ("def forward", "def foward", 6, "'Scale' object has no attribute 'forward'"),
        ("def __init__(self, factor)", "def __init__(self)", 4, "takes 1 positional argument but 2 were given"),
        ("class Scale", "Scale = 3\nclass Other", 4, "'int' object is not callable"),
        ("    def forward", "    forward = 3\n    def other", 6, "'int' object is not callable"),
    ],
)
def test_a_wrong_interface_is_named(graded, old, new, earned, said):
    report = graded({SCALE: GOOD.replace(old, new)})

    assert report.earned == earned
    assert said in messages(report)


@pytest.mark.parametrize(
    "flood", ["print('x' * 1000)", "import sys; sys.stderr.write('x' * 1000)", "import warnings; warnings.warn('x')"]
)
def test_a_flood_of_prints_costs_nothing(graded, capfd, flood):
    report = graded({SCALE: f"for _ in range(2_000): {flood}\n{GOOD}"})

    assert report.earned == 10
    assert capfd.readouterr() == ("", "")


def test_an_assignment_whose_time_is_over_takes_nothing_from_the_next(course, sandbox):
    first, second = course.assignments[:2]
    hurried = replace(first, total_seconds=1e-9)

    looping = {path: text.encode() for path, text in course.reference.items()}
    looping[SCALE] = GOOD.replace(FORWARD, "        while True: pass\n").encode()
    report = grade(course, Submission("", looping), (hurried, second), sandbox)

    assert outcomes(report.assignments[0], "Scale") == {"timeout", "passed"}
    assert outcomes(report.assignments[0], "Shift") == {"passed"}
    assert {r.outcome for r in report.assignments[1].results} == {Outcome.PASSED}
