"""The public checks as a student runs them: what is printed, read from real runs."""

import os
import subprocess
import sys
from contextlib import suppress

import pytest

from grader.checks.local import HIDDEN
from grader.isolation.inside.package import ImportPolicy

NN = """
class Good:
    def forward(self, x): return x
class Wrong:
    def forward(self, x): return x + 1
class Unwritten:
    def forward(self, x):
        '''Return x.'''
        raise NotImplementedError("nn.Unwritten.forward")
    def backward(self, dy): raise NotImplementedError("nn.Unwritten.backward")
class Abstract:
    def forward(self, x): raise NotImplementedError(f"{type(self).__name__}.forward")
class Raising:
    def forward(self, x): return x[7, 7]
class Silent:
    def forward(self, x): pass
class Half:
    '''
    >>> Half().backward(1)
    '''
    def forward(self, x): return x
    def backward(self, dy): raise NotImplementedError("nn.Half.backward")
def unwritten(x): raise NotImplementedError("nn.unwritten")
"""
CHECKS = """
import numpy as np
import pytest
from grader.checks import compare, weight

@weight(1)
@pytest.mark.parametrize("name", ["Good", "Wrong", "Unwritten", "Abstract", "Raising", "Silent"])
class TestThings:
    def test_forward(self, student, name):
        '''Forward returns
        its input.'''
        x = np.zeros(2)
        compare(getattr(student.nn, name)().forward(x), x, f"{name}.forward(x)")

class TestNumbers:
    @weight(1)
    def test_random_numbers(self, rng):
        '''The numbers are the same in every run.'''
        assert rng.integers(1 << 32) == NUMBER
"""
OTHER = """
from grader.checks import weight
class TestGood:
    @weight(1)
    def test_good(self, student):
        '''Good is there.'''
        student.nn.Good()
"""
INI = """[pytest]
testpaths = tests
addopts = -p grader.checks.local -q --tb=short -rN --no-header
pythonpath = .
framework_files =
    02_things: nn.py
    03_other: gone.py
"""


@pytest.fixture
def folder(tmp_path):
    from grader.checks.seeding import rng_for

    number = int(rng_for("test_random_numbers", 0).integers(1 << 32))
    files = {
        "framework/__init__.py": "from . import nn\n",
        "framework/nn.py": NN,
        "tests/test_02_things.py": CHECKS.replace("NUMBER", str(number)),
        "tests/test_03_other.py": OTHER,
        "pytest.ini": INI,
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def run(folder):
    """Run pytest there, with some lines put in front of nn.py or at its end, and return what it prints."""

    def run(*arguments: str, front: str = "", end: str = "", status: int = 1, keys: str = "") -> str:
        (folder / "framework" / "nn.py").write_text(front + NN + end)
        environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "80", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        command = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, input=keys, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    return run


def end(printed: str) -> list[str]:
    """The lines below "your framework", without the last, which has the time."""
    return printed.partition(" your framework ")[2].splitlines()[1:-1]


@pytest.mark.parametrize(
    "told",
    [
        "Forward returns its input. [Wrong]\n\n    Wrong.forward(x)[0] is 1, but should be 0 (2 of 2 differ)\n\n",
        "Forward returns its input. [Abstract]\n\n    not written yet: Abstract.forward\n\n",
        "Forward returns its input. [Silent]\n\n"
        "    Silent.forward(x) is None (is a `return` missing?), but should be a numpy.nd",
        "Forward returns its input. [Raising]\n\ntests/test_02_things.py:13: in test_forward\n",
        "framework/nn.py:14: in forward\n    def forward(self, x): return x[7, 7]\n",
    ],
    ids=["wrong", "not overridden", "nothing returned", "raising", "where"],
)
def test_a_failed_check_says_its_sentence_and_what_was_found(run, told):
    assert told in run()


def test_nothing_else_shows_the_inside_of_the_grader(run):
    printed = run()

    assert "grader/" not in printed.partition("your framework")[0]
    assert "raise Mismatch" not in printed
    assert "short test summary" not in printed


def test_what_was_reached_and_what_is_not_written_stands_at_the_end_by_assignment(run):
    printed = run()

    assert end(printed) == [
        "02 things          2 of 7 public checks pass; not written yet:",
        "    nn.py  Unwritten, Half (backward), unwritten",
        "03 other           1 of 1 public checks pass",
        "examples in docstrings (no points): 1 waits for what is not written yet",
        *HIDDEN.splitlines(),
    ]
    assert "4 failed, 3 passed, 1 not written in " in printed
    assert "Unwritten" not in printed.partition("your framework")[0]


def test_what_is_not_written_is_named_although_all_checks_pass(run):
    assert end(run("tests/test_02_things.py::TestNumbers", status=0)) == [
        "02 things          1 of 1 public checks pass; not written yet (leave what you do not need):",
        "    nn.py  Unwritten, Half (backward), unwritten",
        "examples in docstrings (no points): 1 waits for what is not written yet",
        *HIDDEN.splitlines(),
    ]


def test_a_choice_of_checks_names_only_what_these_need(run):
    assert end(run("tests/test_02_things.py", "-k", "Unwritten or Good")) == [
        "02 things          1 of 2 public checks pass",
        "not written yet: nn.Unwritten.forward",
        *HIDDEN.splitlines(),
    ]


def test_what_stops_the_run_is_named(run):
    assert "not written yet: nn.Unwritten.forward\n" in run(
        "-x", "tests/test_02_things.py::TestThings::test_forward[Unwritten]"
    )


def test_the_names_of_checks_are_shown_on_request(run):
    assert "tests/test_02_things.py::TestThings::test_forward[Unwritten] NOT WRITTEN" in run("-v")


def test_what_another_assignment_asks_for_is_named_with_it(run, folder):
    ini = (folder / "pytest.ini").read_text().replace("02_things: nn.py", "01_more: nn.py\n    02_things: two.py")
    (folder / "pytest.ini").write_text(ini)

    assert (
        "02 things needs of 01 more: nn.Unwritten.forward. When it is graded, a right\n"
        "                            one is used in its place.\n"
    ) in run()


def test_a_name_that_no_check_has_is_answered_with_those_there_are(run):
    printed = run("-k", "collecting", status=5)

    assert "no check has this name; there are: Things, Numbers, Good\n" in printed
    assert "your framework" not in printed


def test_a_name_that_checks_have_is_not_denied_when_somebody_stops_them(run):
    """Ctrl-C in the only check that was chosen: none has a result, and there is one of this name."""
    stopped = "class Good:\n    def forward(self, x): raise KeyboardInterrupt\n"
    printed = run("tests/test_02_things.py", "-k", "Good", end=stopped, status=2)

    assert "KeyboardInterrupt" in printed
    assert "no check has this name" not in printed


def test_a_name_that_checks_have_is_not_denied_when_they_are_only_listed(run):
    printed = run("--collect-only", "-k", "Good", status=0)

    assert "test_good" in printed
    assert "no check has this name" not in printed


def test_it_stops_at_the_first_failure_when_asked(run):
    assert "1 failed, 1 passed" in run("-x")


FAULTS = {
    "a syntax error": ("def f(\n", "    line 1:  def f(\n\n    SyntaxError: '(' was never closed\n"),
    "an exception": ("x = 1\n1 / 0\n", "    line 2:  1 / 0\n\n    ZeroDivisionError: division by zero\n"),
    "an exit": ("import sys\nsys.exit('bye')\n", "    line 2:  sys.exit('bye')\n\n    SystemExit: bye\n"),
    "a missing name": (
        "from . import ghost\n",
        "    line 1:  from . import ghost\n\n    ImportError: cannot import name",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_package_that_cannot_be_imported_is_told_once(run, fault):
    front, told = FAULTS[fault]
    printed = run(front=front)

    assert (
        f"{' framework/nn.py ':_^80}\nframework/nn.py cannot be imported, and all checks wait for it.\n\n{told}"
        in printed
    )
    assert printed.count(told) == 1
    assert "1 failed, 1 passed, 6 waiting in " in printed
    assert "your framework" not in printed
    assert len(printed.splitlines()) < 12


def test_a_package_that_is_not_there_is_told(run, folder):
    (folder / "framework").rename(folder / "frame")
    (folder / "framework").mkdir()
    (folder / "framework" / "__init__.py").write_text("from . import nm\n")

    assert "framework/__init__.py cannot be imported" in run(front="")


def refused(name: str) -> str:
    """What a worker says in which everything is loaded that can be."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("grader.isolation.inside.package.may_come", lambda _name: False)
        with pytest.raises(ModuleNotFoundError) as caught:
            ImportPolicy(give_up=pytest.fail).find_spec(name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("import scipy.special", "scipy"),
        ("from pytest import approx", "pytest"),
        ("import urllib.request", "urllib.request"),
    ],
)
def test_an_import_that_the_grader_refuses_is_refused_in_the_same_words_whether_installed_or_not(run, statement, name):
    front = f"for _ in range(1):\n    with open(__file__):\n        {statement}\n"

    assert f"    line 3:  {statement}\n\n    ModuleNotFoundError: {refused(name)}\n" in run(front=front)


def test_what_is_refused_at_the_top_of_a_file_fails_when_it_is_used(run):
    front = "import urllib.request as web\nfrom scipy.special import erf\nimport matplotlib.pyplot as plt\n"

    assert "2 of 7 public checks pass" in run(front=front)
    assert f"    line 4:  erf(1)\n\n    ModuleNotFoundError: {refused('scipy')}\n" in run(front=f"{front}erf(1)\n")


def test_what_can_be_imported_while_graded_can_be_here(run):
    front = """
from __future__ import annotations
import collections.abc, concurrent.futures, importlib, math, typing, numpy.linalg, numpy as np, framework
from framework import nn
try:
    import scipy
except ImportError:
    scipy = None
"""
    assert "2 of 7 public checks pass" in run(front=front)


def test_the_debugger_opens_where_the_student_wrote_and_not_inside_the_grader(run):
    printed = run("--pdb", "-k", "Wrong or Raising", keys="p name\nq\n", status=2)
    assert "-> compare(getattr(student.nn, name)().forward(x), x" in printed
    assert "(Pdb) 'Wrong'" in printed

    printed = run("--pdb", "-k", "Raising", keys="p x.shape\nq\n", status=2)
    assert "(Pdb) (2,)" in printed


def test_the_students_own_breakpoint_opens_the_debugger_there(run):
    end = "def same(x):\n    breakpoint()\n    return x\nGood.forward = lambda self, x: same(x)\n"

    assert "(Pdb) (2,)\n" in run("-k", "Good and Things", end=end, keys="p x.shape\nc\n", status=0)


def test_examples_in_docstrings_are_run_and_not_counted_as_checks(run):
    printed = run("--doctest-modules", "framework")

    assert "1 not written in " in printed
    assert "public checks" not in printed


RIGHT = "def doubled(x):\n    '''\n    >>> doubled(2)\n    4\n    '''\n    return 2 * x\n"
WRONG = "class Good:\n    '''\n    >>> Good().forward(2)\n    3\n    '''\n    def forward(self, x): return x\n"
RAISING = "class Good:\n    '''\n    >>> Good().forward(2)\n    3\n    '''\n    def forward(self, x): return x[0]\n"
ENDLESS = "class Good:\n    '''\n    >>> while True: pass\n    '''\n    def forward(self, x): return x\n"


def test_examples_in_docstrings_are_tried_by_default_and_counted_by_themselves(run):
    printed = run(end=RIGHT)

    assert "examples in docstrings (no points): 1 of 2 are right, 1 waits" in printed
    assert "2 of 7 public checks pass" in printed


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (WRONG, "    >>> Good().forward(2)\n    should give: 3\n    gave:        2\n"),
        (RAISING, "    should give: 3\n    gave:        TypeError: 'int' object is not subscriptable\n"),
    ],
    ids=["wrong", "raising"],
)
def test_an_example_that_is_not_right_is_shown_and_fails_no_check(run, end, told):
    printed = run(end=end)

    assert "framework/nn.py, Good: an example in its docstring is not right.\n    >>> Good()" in printed
    assert told in printed
    assert "examples in docstrings (no points): 0 of 2 are right, 1 waits" in printed
    assert "03 other           1 of 1 public checks pass" in printed


def test_an_example_that_never_ends_is_stopped(run):
    assert "an example in its docstring is not right.\n    it was still computing after 5 sec" in run(end=ENDLESS)


def test_no_example_is_tried_of_a_component_that_was_not_chosen(run):
    assert "examples in docstrings" not in run("-k", "Numbers", end=RIGHT, status=0)


def test_examples_in_docstrings_of_a_package_that_cannot_be_imported(run):
    printed = run("--doctest-modules", "framework", front="def f(\n")

    assert (
        "framework/nn.py cannot be imported, and all checks wait for it. line 1:  def f( SyntaxError: '(' was"
        in printed
    )
    assert "Traceback" not in printed


def test_the_name_of_a_component_chooses_its_checks_alone(run, folder):
    (folder / "tests" / "test_03_other.py").rename(folder / "tests" / "test_03_numbers.py")

    assert "1 passed, 7 deselected" in run("-k", "Numbers", status=0)


def test_a_loop_ends_after_the_time_of_a_check_and_its_place_is_named(run, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p tests.checks.hurried")
    end = "def forward(self, x):\n    while True:\n        x = x + 0\nGood.forward = forward\n"

    printed = run("-k", "Good and Things", end=end)

    said = "Forward returns its input. [Good]\n\n    it was still computing after 0.3 seconds, at framework/nn.py:"
    assert said in printed
    assert "in forward\n        " in printed.partition(said)[2]


def test_a_file_of_checks_that_is_broken_is_counted(run, folder):
    (folder / "tests" / "test_04_broken.py").write_text("import surely_not_there\n")

    assert "04 broken          0 of 1 public checks pass" in run("--continue-on-collection-errors")


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_check_that_trains_says_on_a_terminal_how_long_it_may_take(folder, is_terminal):
    training = "\n@seconds(30)\n@weight(1)\ndef test_training(student):\n    'It learns.'\n    student.nn.Good()\n"
    text = OTHER.replace("import weight", "import seconds, weight") + training
    (folder / "tests/test_03_other.py").write_text(text)
    environment = {**os.environ, "NO_COLOR": "1", "TERM": "dumb", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "tests/test_03_other.py"]
    ours, theirs = os.openpty() if is_terminal else os.pipe()
    with os.fdopen(ours, "rb", buffering=0) as reader:
        done = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs)
        os.close(theirs)
        printed = b""
        with suppress(OSError):  # so a terminal says that nobody writes to it any more
            while some := reader.read(4096):
                printed += some
        assert done.wait() == 0

    assert (b"(training, up to 30 s)" in printed) == is_terminal
