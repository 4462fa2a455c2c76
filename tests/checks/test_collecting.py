"""What is refused at collection, always naming the file and the test; and what a check is made of."""

import pytest

from grader.assignment import AssignmentError, Course
from grader.audit.running import run_in_process
from grader.result import Outcome, Visibility


def refusal(run, hidden, public="", **options):
    with pytest.raises(AssignmentError) as caught:
        run(hidden, public, **options)
    return str(caught.value)


def check(decorators="@weight(1)", docstring="'It works.'"):
    return f"{decorators}\ndef test_x():\n    {docstring}\n"


REFUSED = {
    "no docstring": (check(docstring="pass"), "it has no docstring; that is the sentence a student reads"),
    "an empty docstring": (check(docstring="' '"), "it has no docstring"),
    "no weight": (check("@number('1')"), "it has no @weight"),
    "a text as weight": (check("@weight('3')"), "its weight should be a positive number, but is '3'"),
    "a truth value as weight": (check("@weight(True)"), "its weight should be a positive number, but is True"),
    "no points": (check("@weight(0)"), "its weight should be a positive number, but is 0"),
    "a negative weight": (check("@weight(-1)"), "its weight should be a positive number, but is -1"),
    "NaN as weight": (check("@weight(float('nan'))"), "its weight should be a positive number, but is nan"),
    "an infinite weight": (check("@weight(float('inf'))"), "its weight should be a positive number, but is inf"),
    "a text as partial credit": (check("@partial_credit('3')"), "its weight should be a positive number, but is '3'"),
    "a visibility of no meaning": (
        check("@weight(1)\n@visibility('secret')"),
        "its visibility should be one of visible, hidden, after_due_date, after_published, but is 'secret'",
    ),
    "a list as visibility": (check("@weight(1)\n@visibility([])"), "its visibility should be one of"),
    "a hint that is none": (check("@weight(1)\n@hide_errors(5)"), "its @hide_errors should be a text, but is 5"),
    "an empty number": (check("@weight(1)\n@number('')"), "its @number should be a text, but is ''"),
    "tags that are no texts": (check("@weight(1)\n@tags('a', 5)"), "its @tags should be texts, but are ('a', 5)"),
    "a leaderboard in no order": (
        check("@weight(1)\n@leaderboard('speed', 'down')"),
        "its @leaderboard should be a name and \"asc\" or \"desc\", but is 'speed', 'down'",
    ),
    "a leaderboard without a name": (check("@weight(1)\n@leaderboard('')"), "its @leaderboard should be a name"),
    "a number as leaderboard": (check("@weight(1)\n@leaderboard(5)"), "its @leaderboard should be a name"),
    "the same name twice": (check() + check(), "another one of this name follows, so this one would never run"),
    "a decorator without its argument": (check("@weight"), "it has no docstring"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_broken_check_is_refused_by_file_and_test(run, fault):
    source, problem = REFUSED[fault]

    said = refusal(run, source)

    assert "01_tiny/test_hidden.py: test_x: " in said
    assert problem in said


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (
            "class TestA:\n" + "".join(f"    @weight(1)\n    def test_x(self):\n        '{i}'\n" for i in "ab"),
            "TestA::test_x",
        ),
        ("".join(f"class TestA:\n    @weight(1)\n    def test_{i}(self):\n        '{i}'\n" for i in "ab"), "TestA"),
        ("class TestA:\n    pass\nTestA = 5\n" + check() + "def test_x():\n    '2'\n", "test_x"),
    ],
    ids=["method", "class", "after something harmless"],
)
def test_a_check_that_another_of_its_name_replaces_is_refused(run, source, place):
    said = refusal(run, source)

    assert f"01_tiny/test_hidden.py: {place}: another one of this name follows" in said


def asking(arguments: str, more: str = "") -> str:
    return more + check().replace("test_x()", f"test_x({arguments})")


MISSPELT = {
    "a check's": (asking("studnet"), "there is no fixture 'studnet'; is 'student' meant?"),
    "one of nothing like it": (asking("gpu"), "there is no fixture 'gpu'"),
    "beside parameters": (
        asking("a, rgn", "@pytest.mark.parametrize('a', [1])\n"),
        "there is no fixture 'rgn'; is 'rng' meant?",
    ),
    "a fixture's": (
        asking("net", "@pytest.fixture\ndef net(studnt):\n    return studnt\n"),
        "there is no fixture 'studnt'; is 'student' meant?",
    ),
    "a fixture's that every check has": (
        "@pytest.fixture(autouse=True)\ndef net(studnt):\n    return studnt\n" + check(),
        "there is no fixture 'studnt'; is 'student' meant?",
    ),
    "a mark's": (
        "@pytest.mark.usefixtures('studnet')\n" + check(),
        "there is no fixture 'studnet'; is 'student' meant?",
    ),
}


@pytest.mark.parametrize("case", MISSPELT)
def test_a_fixture_that_there_is_not_is_refused_by_file_and_test(run, case):
    source, problem = MISSPELT[case]

    said = refusal(run, source)

    assert "01_tiny/test_hidden.py: test_x" in said
    assert problem in said


@pytest.mark.parametrize("name", ["twin", "reference"])
def test_a_public_check_that_wants_what_students_do_not_have_is_refused(run, name):
    said = refusal(run, "", asking(name))

    assert f"01_tiny/test_public.py: test_x: the fixture {name!r} is for hidden checks: students, " in said


@pytest.mark.parametrize(
    "source",
    [
        asking("request, tmp_path, student, twin, reference, rng, set_score, set_leaderboard_value"),
        asking("net, a", "@pytest.fixture\ndef net(student, b=2):\n    return b\n@pytest.mark.parametrize('a', [1])\n"),
        asking("a", "def pytest_generate_tests(metafunc):\n    metafunc.parametrize('a', [1])\n"),
        "class TestA:\n    @pytest.fixture\n    def net(self, rng):\n        return rng\n"
        "    @weight(1)\n    def test_x(self, net):\n        'It works.'\n",
        asking("net", "@pytest.fixture(params=[1])\ndef net(request):\n    return request.param\n"),
    ],
)
def test_a_check_may_have_every_fixture_that_there_is(run, source):
    assert run(source).only.outcome == "passed"


def test_two_checks_with_one_id_are_refused(run):
    source = check() + "class TestTiny:\n    @weight(1)\n    def test_x(self):\n        'It works.'\n"

    assert "TestTiny::test_x: another check has the id 01/hidden/Tiny/test_x too" in refusal(run, source, points=2)


def test_the_same_name_in_the_public_and_the_hidden_file_is_fine(run):
    ids = [r.check.id for r in run(check(), check(), points=2).results]

    assert ids == ["01/public/Tiny/test_x", "01/hidden/Tiny/test_x"]


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("def test_x(:\n", "SyntaxError"),
        ("import surely_not_there\n", "surely_not_there"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("raise SystemExit(3)\n", "it ends the process: SystemExit(3)"),
        ("raise NotImplementedError('nn.Linear')\n", "NotImplementedError: nn.Linear"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_with_the_cause(run, tmp_path, source, cause):
    said = refusal(run, source, check())

    assert said.startswith(f"{tmp_path}/01_tiny/test_hidden.py: it cannot be imported:\n")
    assert cause in said


def test_a_class_whose_parameters_are_wrong_is_refused(run):
    source = "@pytest.mark.parametrize('a, b', [1])\n" + check().replace("()", "(a, b)")

    assert "01_tiny/test_hidden.py: " in refusal(run, source)


@pytest.mark.parametrize(("points", "total"), [(3, "2.5"), (2, "2.5"), (2.5001, "2.5")])
def test_points_that_do_not_add_up_are_refused_with_both_numbers(run, points, total):
    source = check("@weight(1.5)") + check().replace("test_x", "test_y")

    said = refusal(run, source, points=points)

    assert f"assignment.toml: points: it says {points:g}, but the weights of the 2 checks add up to {total}" in said


def test_points_that_add_up_but_for_rounding_are_accepted(run):
    source = "".join(check("@weight(0.1)").replace("test_x", f"test_{i}") for i in range(10))

    assert len(run(source, points=1).results) == 10


def test_an_assignment_without_checks_is_refused(run):
    assert "the weights of the 0 checks add up to 0" in refusal(run, "")


def test_nothing_is_run_when_something_is_refused(run):
    heard = []
    refusal(run, check(), check("@weight(0)"), points=1, on_result=heard.append)

    assert heard == []


def test_a_bare_check_has_the_usual_values(run):
    found = run(check()).only.check

    assert (found.id, found.assignment, found.component) == ("01/hidden/Tiny/test_x", "01", "Tiny")
    assert (found.title, found.points, found.public) == ("It works.", 1, False)
    assert (found.visibility, found.number, found.tags, found.hint) == (Visibility.VISIBLE, None, (), None)


def test_the_component_is_the_class_without_test(run):
    source = "class TestLinear:\n    @weight(1)\n    def test_bias(self):\n        'It works.'\n"

    assert run(source).only.check.id == "01/hidden/Linear/test_bias"


def test_the_title_is_the_first_paragraph_in_one_line(run):
    source = check(docstring='"""The bias is\n    added once.\n\n    A note for authors.\n    """')

    assert run(source).only.check.title == "The bias is added once."


def test_each_set_of_parameters_is_a_check_of_its_own(run):
    source = "@pytest.mark.parametrize('n', [1, 20])\n" + check("@weight(2)").replace("()", "(n)")

    checks = [r.check for r in run(source, points=4).results]

    assert [(c.id, c.title, c.points) for c in checks] == [
        ("01/hidden/Tiny/test_x[1]", "It works. [1]", 2),
        ("01/hidden/Tiny/test_x[20]", "It works. [20]", 2),
    ]


def test_fine_print_is_marked(run):
    checks = [r.check for r in run(check("@fine\n@weight(1)") + check().replace("test_x", "test_y"), points=2).results]

    assert [(c.id, c.fine) for c in checks] == [("01/hidden/Tiny/test_x", True), ("01/hidden/Tiny/test_y", False)]


# Files of several checks


SHIFT = """from grader.checks import weight

from .amounts import AMOUNT


class TestShift:
    @weight(1)
    def test_{name}(self, twin, rng):
        \"\"\"Shift works.\"\"\"
        twin("nn.Shift", AMOUNT).forward(rng.normal(size=3)).compare()
"""


def test_a_component_may_be_spread_over_files_that_share_what_lies_beside_them(course_root):
    folder = course_root / "assignments/01_scaling"
    (folder / "amounts.py").write_text("AMOUNT = 2.5\n")
    for name in ("one", "two"):
        (folder / f"test_hidden_{name}.py").write_text(SHIFT.format(name=name))
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text().replace("points = 10", "points = 12"))

    results = run_in_process(Course.load(course_root).assignments[0], 0)

    assert {f"01/hidden/Shift/test_{name}" for name in ("one", "two", "forward")} <= {r.check.id for r in results}
    assert all(result.outcome is Outcome.PASSED for result in results)


def test_a_public_check_may_not_use_what_students_do_not_receive(course_root):
    folder = course_root / "assignments/01_scaling"
    (folder / "amounts.py").write_text("AMOUNT = 2.5\n")
    (folder / "test_public_more.py").write_text("from .amounts import AMOUNT\n")

    with pytest.raises(AssignmentError) as caught:
        run_in_process(Course.load(course_root).assignments[0], 0)

    assert str(caught.value) == (
        f"{folder}/test_public_more.py: line 1: it imports from .amounts, which students do not receive"
    )
