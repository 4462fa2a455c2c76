"""A course fits together, or is refused with the file and key that is wrong."""

import re
import shutil
from pathlib import Path

import pytest

from grader.assignment import AssignmentError, Course

TOML = "assignments/01_scaling/assignment.toml"
GOOD = """
title = "Scaling"
points = 10
given = ["nn/given.py"]
[holes]
"nn/scale.py" = ["Scale"]
"nn/shift.py" = ["Shift", "shifted"]
"""


def refusal(root) -> str:
    with pytest.raises(AssignmentError) as caught:
        Course.load(root)
    return str(caught.value)


def test_a_sound_course_is_read(course):
    [first, second] = course.assignments

    assert (first.number, first.name, first.title, first.points) == ("01", "01_scaling", "Scaling", 10)
    assert first.holes == {"nn/scale.py": ("Scale",), "nn/shift.py": ("Shift", "shifted")}
    assert (first.seconds, first.memory, first.requires) == (1, 1024, ())
    assert second.requires == ("01",)
    assert [path.name for path in first.test_files] == ["test_public.py", "test_hidden.py"]


# Each case: what replaces what in a sound assignment.toml, the key that is named, and a word of what is said.
BROKEN_KEYS = [
    ('title = "Scaling"', "", "", "the key 'title' is missing"),
    ('title = "Scaling"', 'title = ""', "title", ""),
    ('title = "Scaling"', "title = 3", "title", "not of type 'string'"),
    ("points = 10", "", "", "the key 'points' is missing"),
    ("points = 10", "points = 0", "points", ""),
    ("points = 10", "points = -1", "points", ""),
    ("points = 10", "points = true", "points", "not of type 'number'"),
    ("points = 10", 'points = "10"', "points", "not of type 'number'"),
    ("points = 10", "points = nan", "", "finite"),
    ("points = 10", "points = inf", "", "finite"),
    ("points = 10", "points = 2026-06-01", "", "points is a date or a time, 2026-06-01"),
    ("points = 10", f"points = {'[' * 30}{']' * 30}", "", "nested too deeply"),
    ("points = 10", f"points = {'[' * 3000}{']' * 3000}", "", "nested too deeply"),
    ("points = 10", "points = 10\npionts = 10", "", "there is no key 'pionts'; is 'points' meant?"),
    ("points = 10", "points = 10\nlamps = 10", "", "there is no key 'lamps'; there are title, points, requires, "),
    ("points = 10", 'points = 10\nrequires = "01"', "requires", "not of type 'array'"),
    ("points = 10", "points = 10\nrequires = [1]", "requires.0", "not of type 'string'"),
    ("points = 10", 'points = 10\nrequires = ["1"]', "requires.0", "does not match"),
    ("points = 10", 'points = 10\nrequires = ["00\\n"]', "requires.0", "does not match"),
    ("points = 10", 'points = 10\nrequires = ["00", "00"]', "requires", "non-unique"),
    ("points = 10", 'points = 10\nrequires = ["01"]', "requires", "'01' is no earlier assignment"),
    ("points = 10", 'points = 10\nrequires = ["02"]', "requires", "'02' is no earlier assignment"),
    ("points = 10", 'points = 10\nrequires = ["77"]', "requires", "'77' is no earlier assignment"),
    ("[holes]", "[wholes]", "", "there is no key 'wholes'; is 'holes' meant?"),
    ('["Scale"]', "[]", "holes.nn/scale.py", ""),
    ('["Scale"]', '"Scale"', "holes.nn/scale.py", "not of type 'array'"),
    ('["Scale"]', '["Scale", "Scale"]', "holes.nn/scale.py", "non-unique"),
    ('["Scale"]', '["Scale.a.b"]', "holes.nn/scale.py.0", "does not match"),
    ('["Scale"]', '["Scales"]', "holes.nn/scale.py", "'Scales' is no public class, method or function there"),
    ('["Scale"]', '["Scale.forwards"]', "holes.nn/scale.py", "'Scale.forwards'"),
    ('["Scale"]', '["_times"]', "holes.nn/scale.py", "'_times'"),
    ('["nn/given.py"]', '"nn/given.py"', "given", "not of type 'array'"),
    ('["nn/given.py"]', '["../given.py"]', "given.0", "does not match"),
    ('["nn/given.py"]', '["nn/given.py", "nn/given.py"]', "given", "non-unique"),
    ('["nn/given.py"]', '["nn/given.py", "nn/gone.py"]', "given", "there is no reference/nn/gone.py"),
    (
        '["nn/given.py"]',
        '["nn/given.py", "nn/scale.py"]',
        "given",
        "01_scaling has holes in nn/scale.py, so it is not given",
    ),
    (
        '["nn/given.py"]',
        '["nn/given.py", "nn/chain.py"]',
        "given",
        "02_chain has holes in nn/chain.py, so it is not given",
    ),
    ('"nn/scale.py"', '"nn/scales.py"', "holes.nn/scales.py", "there is no reference/nn/scales.py"),
    ('"nn/scale.py"', '"../scale.py"', "holes", "does not match"),
    ("[holes]", "[limits]\nseconds = 0\n[holes]", "limits.seconds", ""),
    ("[holes]", "[limits]\nseconds = inf\n[holes]", "", "finite"),
    ("[holes]", "[limits]\nseconds = 1e12\n[holes]", "limits.seconds", "maximum"),
    ("[holes]", "[limits]\ntotal_seconds = -1\n[holes]", "limits.total_seconds", ""),
    ("[holes]", "[limits]\nmemory = 1\n[holes]", "limits.memory", "minimum"),
    ("[holes]", "[limits]\nmemory = 99999999999\n[holes]", "limits.memory", "maximum"),
    ("[holes]", "[limits]\nmemory = 1024.5\n[holes]", "limits.memory", "not of type 'integer'"),
    ("[holes]", "[limits]\ndisk = 1\n[holes]", "limits", "disk"),
]


@pytest.mark.parametrize(("old", "new", "key", "said"), BROKEN_KEYS, ids=[f"{b[1]!r:.40}" for b in BROKEN_KEYS])
def test_a_broken_key_is_refused_with_file_and_key(course_root, old, new, key, said):
    (course_root / TOML).write_text(GOOD.replace(old, new))

    message = refusal(course_root)

    assert message.startswith(f"{course_root / TOML}: {f'{key}: ' if key else ''}")
    assert said in message


def test_two_assignments_with_holes_in_one_file_are_refused(course_root):
    (course_root / TOML).write_text(GOOD.replace("nn/shift.py", "nn/chain.py").replace('"Shift", "shifted"', '"Chain"'))

    assert refusal(course_root) == (
        f"{course_root / TOML}: holes.nn/chain.py: 02_chain has holes in this file too; one file belongs to one"
    )


@pytest.mark.parametrize("text", [b"title = ", b"\xff\xfe", b"a = 1\na = 2", b"\0"])
def test_what_is_not_toml_is_refused_by_file(course_root, text):
    (course_root / TOML).write_bytes(text)

    assert re.match(re.escape(f"{course_root / TOML}: this is not TOML: "), refusal(course_root))


@pytest.mark.parametrize("name", ["README.md", "assignment.toml", "test_public.py", "test_hidden.py"])
def test_a_missing_file_is_refused_by_name(course_root, name):
    (course_root / "assignments/02_chain" / name).unlink()

    assert refusal(course_root) == f"{course_root}/assignments/02_chain/{name}: this file is missing"


def test_checks_may_be_spread_over_several_files(course_root):
    folder = course_root / "assignments/01_scaling"
    (folder / "test_public.py").rename(folder / "test_public_scale.py")
    for name in ("test_hidden_shift.py", "test_public_shift.py", "test_hidden_a.py"):
        (folder / name).write_text("")

    names = [path.name for path in Course.load(course_root).assignments[0].test_files]

    public = ["test_public_scale.py", "test_public_shift.py"]
    assert names == [*public, "test_hidden.py", "test_hidden_a.py", "test_hidden_shift.py"]


@pytest.mark.parametrize("name", ["test_hiden.py", "test_publics.py", "test_.py", "test_hidden-more.py"])
def test_a_file_of_checks_that_is_neither_public_nor_hidden_is_refused(course_root, name):
    (course_root / "assignments/01_scaling" / name).write_text("")

    assert refusal(course_root) == (
        f"{course_root}/assignments/01_scaling/{name}: a file of checks is called test_public.py or test_hidden.py, "
        "or test_hidden_losses.py, say"
    )


@pytest.mark.parametrize("name", ["scaling", "1_scaling", "001_scaling", "01-scaling", "01_", "01_a b", "٠١_x", "x1_y"])
def test_a_folder_of_another_name_is_refused(course_root, name):
    (course_root / "assignments/01_scaling").rename(course_root / "assignments" / name)

    assert "two digits, an underscore and a word" in refusal(course_root)


def test_a_number_used_twice_is_refused(course_root):
    (course_root / "assignments/02_chain").rename(course_root / "assignments/01_chain")

    assert "another folder has the number 01 too" in refusal(course_root)


@pytest.mark.parametrize("name", [".git", "_drafts", "__pycache__"])
def test_other_folders_and_files_are_passed_over(course_root, name):
    (course_root / "assignments" / name).mkdir()
    (course_root / "assignments/README.md").write_text("")

    assert len(Course.load(course_root).assignments) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"def f(:\n", "invalid syntax (line 1)"),
        (b"\xff\xfe", "it is not UTF-8"),
        (b"x = 1\0", "null byte"),
        (b"class Scale:\n    def _f(self): ...\nclass Scale2(Scale):\n    def f(self): ...\n", "Scale"),
    ],
    ids=["syntax", "encoding", "nul", "no public method"],
)
def test_a_broken_reference_is_refused_by_file(course_root, text, said):
    (course_root / "reference/nn/scale.py").write_bytes(text)

    message = refusal(course_root)

    assert "nn/scale.py" in message
    assert said in message


@pytest.mark.parametrize("what", ["reference", "reference/__init__.py"])
def test_a_missing_reference_is_refused(course_root, what):
    (course_root / what).rename(course_root / "elsewhere")

    assert f"{course_root}/reference" in refusal(course_root)


@pytest.mark.parametrize("root", ["nowhere", "course/reference", "course/reference/__init__.py"])
def test_a_folder_without_assignments_is_no_course(course_root, root):
    assert "there is no assignment" in refusal(course_root.parent / root)


# Nothing is given that no assignment gives


def test_a_file_that_no_assignment_speaks_of_is_refused_by_name(course_root):
    (course_root / TOML).write_text(GOOD.replace('given = ["nn/given.py"]', ""))

    assert refusal(course_root).startswith(f"{course_root}/reference/nn/given.py: no assignment speaks of this file")


def test_the_solution_of_an_assignment_that_is_gone_is_refused_by_name(course_root):
    shutil.rmtree(course_root / "assignments/02_chain")

    assert refusal(course_root).startswith(f"{course_root}/reference/nn/chain.py: no assignment speaks of this file")


@pytest.mark.parametrize("file", ["later.py", "nn/later.py", "new/later.py"])
def test_a_new_file_is_given_only_once_an_assignment_says_so(course_root, file):
    (course_root / "reference" / file).parent.mkdir(exist_ok=True)
    (course_root / "reference" / file).write_text("answer = 42\n")
    assert f"reference/{file}: no assignment speaks of this file" in refusal(course_root)
    second = course_root / "assignments/02_chain/assignment.toml"
    second.write_text(f'given = ["{file}"]\n{second.read_text()}')

    assert Course.load(course_root).stubs[file] == "answer = 42\n"


def test_a_new_package_needs_no_word(course_root):
    (course_root / "reference/new").mkdir()
    (course_root / "reference/new/__init__.py").write_text("")

    assert "new/__init__.py" in Course.load(course_root).stubs


# What a sound course says


@pytest.mark.parametrize(
    ("asked", "given"),
    [((), ["01", "02"]), (("02",), ["02"]), (("1",), ["01"]), (("2", "1"), ["01", "02"]), (("1", "01"), ["01"])],
)
def test_assignments_are_selected_by_number_each_once_and_in_order(course, asked, given):
    assert [a.number for a in course.select(asked)] == given


@pytest.mark.parametrize("asked", ["3", "x", "", "-1", "001"])
def test_an_unknown_number_is_named(course, asked):
    with pytest.raises(KeyError) as caught:
        course.select(("01", asked))

    assert caught.value.args == (asked,)


def test_each_assignment_is_graded_inside_the_solutions_it_requires(course):
    first, second = course.assignments

    assert "nn/scale.py" not in course.base_files(first)
    assert course.base_files(second)["nn/scale.py"] == course.reference["nn/scale.py"]
    for assignment in (first, second):
        assert "nn/chain.py" not in course.base_files(assignment)
        assert course.base_files(assignment)["nn/given.py"] == course.reference["nn/given.py"]


def test_what_is_required_by_something_required_is_solved_too(course_root):
    third = course_root / "assignments/03_more"
    (course_root / "assignments/02_chain").rename(third)
    (third / "assignment.toml").write_text(
        'title = "More"\npoints = 4\nrequires = ["02"]\n[holes]\n"nn/chain.py" = ["Chain"]\n'
    )
    second = course_root / "assignments/02_shift"
    second.mkdir()
    for name in ("README.md", "test_public.py", "test_hidden.py"):
        (second / name).write_text("")
    (second / "assignment.toml").write_text(
        'title = "Shift"\npoints = 1\nrequires = ["01"]\n[holes]\n"nn/shift.py" = ["Shift"]\n'
    )
    (course_root / TOML).write_text(GOOD.replace('"nn/shift.py" = ["Shift", "shifted"]\n', ""))

    course = Course.load(course_root)

    assert course.base_files(course.assignments[2])["nn/scale.py"] == course.reference["nn/scale.py"]


def test_holes_are_named_as_they_are_reached(course):
    names = {"__init__", "forward", "backward"}

    assert course.hole_names(course.assignments[0]) == {f"nn.Scale.{name}" for name in names} | {
        "nn.Shift.__init__",
        "nn.Shift.forward",
        "nn.shifted",
    }


@pytest.mark.parametrize(
    ("file", "name", "module"),
    [("nn/scale.py", "Scale.forward", "nn"), ("nn/given.py", "hidden_helper", "nn.given"), ("top.py", "f", "top")],
)
def test_a_name_is_reached_through_the_package_that_exports_it(course, file, name, module):
    assert course.public_module(file, name) == module


def test_a_package_file_promises_nothing(course):
    assert course.promises["nn/__init__.py"] == ()
    assert course.promises["nn/shift.py"] == ("Shift", "shifted")


def test_what_is_asked_for_is_what_checks_reach_and_given_files_import():
    real_course = Course.load(Path(__file__).parents[2])
    tests = {"test_by_hand", "test_property", "test_edge"}  # students may have others instead
    spare = {file: set(real_course.promises[file]) - set(real_course.asked(file)) for file in real_course.owners}

    assert {file: names for file, names in spare.items() if names} == {
        **{f"tests_written/test_{name}.py": tests for name in ("softmax", "mean_squared_error", "linear_gradients")},
        "nn/module.py": {"check_shape"},
        "nn/loss.py": {"Loss", "ClassLoss"},
        "nn/rnn.py": {"RNNBase"},
        "nn/rnncell.py": {"RNNCellBase", "given_or_zeros"},
        "optim/optimizer.py": {"exponential_average", "velocity", "check_hyperparameters"},
        "optim/lr_scheduler/scheduler.py": {"one_per_group"},
    }
    assert "accumulate_grad" in real_course.asked("nn/module.py")


def test_files_without_holes_are_given_as_they_are(course):
    assert course.stubs["nn/given.py"] == course.reference["nn/given.py"]
    assert "_times" not in course.stubs["nn/scale.py"]
