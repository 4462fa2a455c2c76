"""Law 5: every mutant is failed by a check, or has a reason."""

import pytest

from grader.assignment import AssignmentError

SURVIVORS = "assignments/01_scaling/survivors.toml"
REQUIRE = "nn/scale.py:Scale.forward: require_array(x) => pass"


def test_a_surviving_mutant_without_a_reason_is_found(change, violations):
    change(SURVIVORS, f'    "{REQUIRE}",\n', "")

    [violation] = violations(5)

    assert violation == (
        "no check fails nn/scale.py, line 20, in Scale.forward: statement deleted: require_array(x) => pass\n    "
        + REQUIRE
    )


def test_a_reason_for_a_mutant_that_a_check_fails_is_found(change, violations):
    name = "nn/shift.py:shifted: return np.add(x, amount) => pass"
    change(SURVIVORS, "mutants = [", f'mutants = ["{name}",')

    assert violations(5) == [f"survivors.toml lists a mutant that a check fails: {name}"]


def test_a_reason_for_a_mutant_that_there_is_not_is_found(change, violations):
    change("reference/nn/shift.py", "float(amount)", "amount")

    [violation] = violations(5)

    assert violation.startswith("survivors.toml lists what there is not: nn/shift.py:Shift.__init__: self.amount")


def test_what_nobody_can_tell_apart_is_counted_by_itself(change, examine):
    change(SURVIVORS, f'    "{REQUIRE}",\n', "")
    change(
        SURVIVORS,
        "[[equivalent]]",
        f'[[outside]]\nreason = "Inputs are arrays."\nmutants = ["{REQUIRE}"]\n\n[[equivalent]]',
    )

    [finding] = examine(5).findings

    assert finding.violations == ()
    assert finding.evidence.endswith(" killed, 2 equivalent, 1 outside, 0 surviving")


def test_a_check_that_compares_nothing_lets_mutants_survive(change, violations):
    change(
        "assignments/01_scaling/test_hidden.py",
        "backward(rng.normal(size=(2, 3))).compare()",
        "backward(rng.normal(size=(2, 3)))",
    )

    assert any("return _times(self.factor, dy) => pass" in v for v in violations(5))


def test_a_mutant_that_never_ends_is_killed(change, violations):
    """With `x = layer.forward(x)` in the place of a growing counter, the loop has no end."""
    change("reference/nn/chain.py", "for layer in self.layers:", "i = 0\n        while i < len(self.layers):")
    change("reference/nn/chain.py", "x = layer.forward(x)", "x = self.layers[i].forward(x)\n            i = i + 1")
    change("assignments/02_chain/assignment.toml", "seconds = 1", "seconds = 0.2")

    assert not any("[1 => 0]" in v for v in violations(5, number="02"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[equivalent]]\nreason = ''\nmutants = ['a']", "needs a reason"),
        ("[[equivalent]]\nreason = 'b'\nmutants = 'a'", "mutants should be a list of names"),
        ("[[equivalent]]\nreason = 'b'\nmutants = ['a', 'a']", "listed twice"),
        ("[[equivalent]]\nreason = 'b'\nmutants = ['a']\n[[outside]]\nreason = 'b'\nmutants = ['a']", "listed twice"),
        ("[[killed]]\nreason = 'b'\nmutants = ['a']", r"only have \[\[equivalent\]\] and \[\[outside\]\] tables"),
        ("equivalent = 'all'", r"only have \[\[equivalent\]\]"),
        ("[[equivalent]", "this is not TOML"),
    ],
)
def test_a_list_of_survivors_that_is_no_list_is_refused(sound_root, violations, text, problem):
    (sound_root / SURVIVORS).write_text(text)

    with pytest.raises(AssignmentError, match=problem):
        violations(5)


@pytest.fixture
def with_variant(sound_root, violations):
    """Audit law 5 with a variant of a file of the reference."""

    def run(text: str, name: str = "loops") -> list[str]:
        folder = sound_root / "variants" / name / "nn"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "shift.py").write_text(text)
        return violations(5, variants=sound_root / "variants")

    return run


KEEPING = """
import numpy as np


class Shift:
    def __init__(self, amount):
        self.amount = float(amount)

    def forward(self, x):
        self.kept = np.asarray(x)
        return shifted(self.kept, self.amount)


def shifted(x, amount):
    return x + amount
"""


def test_a_variant_has_mutants_that_the_reference_has_not(with_variant):
    """The reference keeps nothing; who does can keep the first input for good, and no check gives two."""
    found = with_variant(KEEPING)

    assert any(
        violation.endswith(
            "loops/nn/shift.py:Shift.forward: self.kept = np.asarray(x)"
            " [np.asarray(x) => vars(self).setdefault('_first', np.asarray(x))]"
        )
        for violation in found
    )
    assert all("no check fails loops/nn/shift.py, line" in violation for violation in found)


def test_a_check_that_a_variant_fails_without_an_edit_kills_none_of_its_mutants(with_variant):
    """Else a variant that is wrong itself would let nothing survive."""
    looping = "for part in (SHARES):\n        x = x + part\n    return x"

    def of_the_loop(shares: str) -> list[str]:
        text = KEEPING.replace("return x + amount", looping.replace("SHARES", shares))
        return [violation for violation in with_variant(text) if "only the first item" in violation]

    assert of_the_loop("amount / 2, amount / 2") == []
    assert len(of_the_loop("2 * amount, amount")) == 1


def test_a_function_that_the_reference_has_too_has_no_mutants_of_its_own(sound_root, with_variant, examine):
    before = examine(5).findings[0].evidence

    assert with_variant((sound_root / "reference/nn/shift.py").read_text()) == []
    assert examine(5, variants=sound_root / "variants").findings[0].evidence == before


def test_a_variant_that_needs_more_than_numpy_has_no_mutants(with_variant):
    """Its survivors would be others on other machines."""
    assert with_variant(f"import pytest\n{KEEPING}") == []


def test_what_students_are_given_has_no_mutants_in_a_variant(change, with_variant):
    text = KEEPING.replace(
        "self.kept = np.asarray(x)", "self.kept = np.asarray(x)\n        return self.given()\n\n    def given(self):"
    )
    change(
        "reference/nn/shift.py",
        "        return shifted(x, self.amount)",
        "        return shifted(x, self.amount)\n\n    def given(self):\n        return 1",
    )
    change(
        "assignments/01_scaling/assignment.toml",
        '["Shift", "shifted"]',
        '["Shift.__init__", "Shift.forward", "shifted"]',
    )

    assert not any("Shift.given" in violation for violation in with_variant(text))
