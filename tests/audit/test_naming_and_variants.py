"""Law 6: a misconception is diagnosed as itself, and right answers that are written in another way lose nothing."""

import pytest

from grader.assignment import AssignmentError

BANK = "assignments/01_scaling/misconceptions/layers.py"
TWICE = '''

@misconception("nn.Scale.forward", hint="Is it the same?", fails=("Scale/test_forward",))
def the_factor_is_an_offset(self, x):
    """The factor moves every number."""
    return x + self.factor
'''


def write(folder, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def test_two_misconceptions_that_nothing_tells_apart_are_found(sound_root, examine):
    path = sound_root / BANK
    path.write_text(path.read_text() + TWICE)

    found = list(examine(6).findings[0].violations)

    likely = "Scale/test_forward has as likely causes layers.the_factor_is_added and layers.the_factor_is_an_offset"
    assert found == [
        f"layers.the_factor_is_added: {likely}",
        "layers.the_factor_is_an_offset: Scale/test_forward is explained by layers.the_factor_is_added",
        f"layers.the_factor_is_an_offset: {likely}",
    ]


def test_one_that_is_not_explained_since_a_listed_check_passed_says_which(change, violations):
    change(BANK, 'fails=("Scale/test_forward",)', 'fails=("Scale/test_forward", "Scale/test_backward")')

    passed = "Scale/test_forward is not explained: Scale/test_backward, which it lists, passed"
    assert violations(6) == [f"layers.the_factor_is_added: {passed}"]


def test_a_misconception_that_fails_nothing_is_not_named(change, violations):
    change(BANK, "    return dy\n", "    return self.factor * dy\n")

    assert violations(6) == ["layers.the_gradient_passes: it fails no check"]


def test_a_variant_that_is_right_passes_and_one_that_is_not_is_found(sound_root, tmp_path, violations, examine):
    text = (sound_root / "reference/nn/shift.py").read_text()
    write(tmp_path / "variants", "loops/nn/shift.py", text.replace("np.add(x, amount)", "x + amount"))
    write(tmp_path / "variants", "nothing/nn/shift.py", text.replace("np.add(x, amount)", "x"))

    found = violations(6, variants=tmp_path / "variants")

    assert {v.partition(":")[0] for v in found} == {"nothing"}
    assert len(found) == 2 * 2  # checks, seeds
    assert examine(6, variants=tmp_path / "variants").findings[1].evidence == "1 of 2 variants, 2 seeds"


def test_a_variant_that_needs_what_is_not_installed_is_noted(tmp_path, examine):
    write(tmp_path / "variants", "lamps/nn/shift.py", "import lamps_that_do_not_exist")

    finding = examine(6, variants=tmp_path / "variants").findings[1]

    assert finding.violations == ()
    assert finding.notes == ("lamps was not run; not installed: lamps_that_do_not_exist",)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [("a/nn/lamp.py", "", "there is no reference/nn/lamp.py"), ("a/nn/shift.py", "1 / 0", "ZeroDivisionError")],
)
def test_a_variant_that_cannot_be_one_is_refused(tmp_path, violations, name, text, problem):
    write(tmp_path / "variants", name, text)

    with pytest.raises(AssignmentError, match=problem):
        violations(6, variants=tmp_path / "variants")
