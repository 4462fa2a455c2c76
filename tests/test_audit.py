"""The audit holds for a sound course, and finds each way in which a course can be wrong."""

import pytest

from grader.assignment import Course
from grader.audit import audit, run_in_process
from grader.result import Outcome

PUBLIC = "assignments/02_chain/test_public.py"
HIDDEN = "assignments/02_chain/test_hidden.py"


@pytest.fixture
def audited(sandbox):
    """Audit the second assignment of a course: what was violated, by the beginning of the law."""

    def run(root, seeds: int = 2) -> dict[str, tuple[str, ...]]:
        course = Course.load(root)
        findings = audit(course, course.select(("02",)), sandbox, seeds, lambda _result: None)
        return {finding.law.split()[1]: finding.violations for finding in findings}

    return run


def change(path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_sound_course_keeps_all_laws(course, sandbox):
    heard = []

    findings = audit(course, course.assignments, sandbox, 3, heard.append)

    assert [f.violations for f in findings] == [()] * 4
    assert [f.assignment for f in findings] == ["01", "01", "02", "02"]
    assert len(heard) == 5 * (3 + 1 + 1) + 2 * (3 + 1 + 1)


def test_a_check_that_the_reference_fails_is_found_for_every_seed(course_root, audited):
    change(course_root / PUBLIC, '-2.0]), "Chain', '2.0]), "Chain')

    violations = audited(course_root)["reference"]

    assert [v.partition(":")[0] for v in violations] == ["seed 0", "seed 1", "in a worker", "in a worker it earns 2 of 4 points"]
    assert "02/public/Chain/test_an_empty_chain_changes_nothing: failed: Chain().forward[1] is -2, but should be 2" in violations[0]


def test_a_check_that_fails_for_some_seeds_is_found(course_root, audited):
    change(course_root / HIDDEN, "        layers =", "        assert rng.random() < 0.5\n        layers =")

    seeds = {v.partition(":")[0] for v in audited(course_root, 8)["reference"]}

    assert 0 < len([s for s in seeds if s.startswith("seed")]) < 8


def test_a_check_that_is_itself_mistaken_is_found(course_root, audited):
    change(course_root / HIDDEN, "rng.normal", "rng.abnormal")

    assert "internal: AttributeError" in audited(course_root)["reference"][-2]


def test_a_check_that_the_template_passes_is_found(course_root, audited):
    change(course_root / PUBLIC, "compare(student.nn.Chain().forward(np.array([1.0, -2.0]))", "compare(np.array([1.0, -2.0])")

    assert audited(course_root)["untouched"] == ("02/public/Chain/test_an_empty_chain_changes_nothing: passed: ",)


def test_a_check_that_fails_for_another_reason_than_the_stub_is_found(course_root, audited):
    change(course_root / PUBLIC, "student.nn.Chain()", "student.nn.Chains()")

    [violation] = audited(course_root)["untouched"]

    assert "test_an_empty_chain_changes_nothing: error: AttributeError" in violation


def test_a_part_of_another_assignment_that_is_not_required_is_found(course_root, audited):
    """Without `requires`, the checks would meet parts of assignment 01 that nobody has written."""
    change(course_root / "assignments/02_chain/assignment.toml", 'requires = ["01"]\n', "")

    found = audited(course_root)

    assert "02/hidden/Chain/test_order: " in found["untouched"][0]
    assert found["reference"][0].startswith("in a worker: 02/hidden/Chain/test_order: ")


def test_the_reference_is_run_with_the_seed_that_is_asked_for(course):
    first, again, other = (run_in_process(course.assignments[0], seed) for seed in (1, 1, 2))

    assert {r.outcome for r in first + other} == {Outcome.PASSED}
    assert [r.check.id for r in first] == [r.check.id for r in again]
