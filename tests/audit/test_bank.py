"""Laws 3 and 4: every misconception fails its checks, every check is failed by a misconception."""

import shutil

import pytest

BANK = "assignments/01_scaling/misconceptions/layers.py"


def test_a_listed_check_that_passes_is_found(change, violations):
    change(BANK, 'fails=("Scale/test_forward",)', 'fails=("Scale/test_forward", "Scale/test_backward")')

    assert violations(3) == ["layers.the_factor_is_added: Scale/test_backward should fail, but passes"]


def test_a_failing_check_of_a_component_that_is_not_listed_is_found(change, violations):
    change(BANK, 'fails=("Shift/test_forward",)', 'fails=("Scale/test_forward",)')

    assert violations(3) == [
        "layers.the_amount_is_taken_away: Scale/test_forward should fail, but passes",
        "layers.the_amount_is_taken_away: Shift/test_forward fails too, but no check of its component is listed",
    ]


def test_a_listed_check_that_does_not_exist_is_found(change, violations):
    change(BANK, 'fails=("Scale/test_backward",)', 'fails=("Scale/test_backward", "Scale/test_sideways")')

    assert violations(3) == ["layers.the_gradient_passes: there is no check Scale/test_sideways"]


def test_a_target_that_does_not_exist_is_found(change, violations):
    change(BANK, '"nn.Scale.backward"', '"nn.Scales.backward"')

    [violation] = violations(3)

    assert violation.startswith(
        "layers.the_gradient_passes: with it in the place of nn.Scales.backward, the reference cannot be used"
    )
    assert "does not define 'nn.Scales.backward'" in violation


def test_an_entry_that_does_not_work_at_all_is_found_although_it_fails_its_checks(change, violations):
    change(BANK, "    return dy\n", "    return numbers * dy\n")

    assert violations(3) == [
        "layers.the_gradient_passes: with it in the place of nn.Scale.backward, the reference cannot be used: "
        "it does not work at all: NameError: name 'numbers' is not defined"
    ]


def test_a_misconception_that_never_ends_is_stopped(change, violations):
    """Its checks time out, which fails them."""
    change(BANK, "    return dy\n", "    while True:\n        pass\n")
    change("assignments/01_scaling/assignment.toml", "seconds = 1", "seconds = 0.2")

    assert violations(3) == []


def test_a_check_that_no_misconception_fails_is_found(change, violations):
    change(BANK, "    return dy\n", "    return self.factor * dy\n")

    assert violations(4) == ["no misconception fails Scale/test_backward"]


def test_a_course_without_a_bank_breaks_both_laws(sound_root, violations):
    shutil.rmtree(sound_root / "assignments/01_scaling/misconceptions")

    assert [v.partition(":")[0] for v in violations(3) + violations(4)] == ["there is no bank of misconceptions"] * 2


def test_the_distance_to_the_nearest_wrong_answer_is_measured(change, examine):
    change(BANK, "return self.factor + x", "return self.factor * x * (1 + 3e-10)")

    trials = {entry.name: tried for entry, tried in examine(3).trials["01"].items()}

    # 1e-12 of the value and 1e-12 of the largest are allowed, so the largest element is off by 150 times that
    assert [round(t.distance) for t in trials["layers.the_factor_is_added"].trials if t.failed] == [150, 150]
    assert all(t.distance is None for tried in trials.values() for t in tried.trials if not t.failed)


def test_the_distance_is_measured_by_the_tolerance_of_the_check(change, examine):
    change(BANK, "return self.factor + x", "return self.factor * x * (1 + 3e-10)")
    change("assignments/01_scaling/test_hidden.py", "from grader.checks import", "from grader.checks import Tolerance,")
    change(
        "assignments/01_scaling/test_hidden.py",
        "forward(rng.normal(size=(2, 3))).compare()",
        "forward(rng.normal(size=(2, 3))).compare(tolerance=Tolerance(1e-10, 0.0))",
    )

    trials = {entry.name: tried for entry, tried in examine(3).trials["01"].items()}

    assert sorted(round(t.distance) for t in trials["layers.the_factor_is_added"].trials if t.failed) == [3, 150]


def test_an_answer_that_is_not_finite_has_no_distance(change, examine):
    change(BANK, "return self.factor + x", "return x / 0 * 0 + self.factor * x")

    trials = {entry.name: tried for entry, tried in examine(3).trials["01"].items()}

    assert [t.distance for t in trials["layers.the_factor_is_added"].trials if t.failed] == [None, None]


def entry(target: str, text: str) -> str:
    return f'\n\n@misconception("{target}", hint="Is it there?", fails=("Shift/test_forward",))\n{text}\n'


FUNCTION = 'def m(self, x):\n    """So it is called."""\n    return x'
CLASS = 'class m:\n    """So it is."""\n\n    def forward(self, x):\n        return x\n'
PRIVATE = """
    kind = "none"
    _more = 1

    def __repr__(self):
        return ""

    def _own(self):
        return 1
"""
NEW = {
    "a method": ("nn.Shift.forwards", FUNCTION, "Shift.forwards in nn/shift.py"),
    "a method of a class": (
        "nn.Shift",
        f"{CLASS}\n    def backwards(self, dy):\n        return dy",
        "Shift.backwards in nn/shift.py",
    ),
    "an attribute of a class": ("nn.Scale", f'{CLASS}\n    kinds = "linear"', "Scale.kinds in nn/scale.py"),
    "a part of a function": ("nn.shifted.of", FUNCTION, "shifted.of in nn/shift.py"),
}


@pytest.mark.parametrize("case", NEW)
def test_an_entry_that_replaces_what_the_reference_does_not_have_is_found(sound_root, violations, case):
    target, text, place = NEW[case]
    (sound_root / "assignments/01_scaling/misconceptions/more.py").write_text(entry(target, text))

    [violation] = [v for v in violations(3) if v.startswith("more.m: ")]

    assert f"with it in the place of {target}, the reference cannot be used: TargetError: " in violation
    assert f"the reference has no {place}, and an entry may only replace what is there" in violation


def test_an_entry_may_have_private_parts_of_its_own_and_replace_what_is_inherited(sound_root, violations):
    path = sound_root / "assignments/01_scaling/misconceptions/more.py"
    path.write_text(entry("nn.Scale", CLASS + PRIVATE).replace("Shift/test_forward", "Scale/test_forward"))

    assert violations(3) == []


def test_an_entry_that_takes_other_arguments_is_worth_a_note(change, examine):
    change(BANK, "def the_gradient_passes(self, dy):", "def the_gradient_passes(self, dy, x=0):")

    [finding, *_] = examine(3).findings

    assert finding.violations == ()
    takes = "nn.scale.Scale.backward takes (self, dy, x=...), but the reference's (self, dy); is that the belief?"
    assert finding.notes == (f"layers.the_gradient_passes: {takes}",)
