"""Laws 1 and 2: the reference earns everything, the untouched template nothing (see also test_worthless.py)."""

from grader.assignment import Course
from grader.audit import LAWS, Settings, audit, run_in_process
from grader.audit.tasks import Cache
from grader.result import Outcome

PUBLIC = "assignments/02_chain/test_public.py"
HIDDEN = "assignments/02_chain/test_hidden.py"


def test_a_sound_course_keeps_all_laws(sound_root, here):
    course = Course.load(sound_root)
    heard = []

    audited = audit(course, course.assignments, Settings(seeds=3), here, Cache(None), lambda *done: heard.append(done))

    assert [(f.assignment, f.law, f.violations) for f in audited.findings if f.violations] == []
    assert [f.law for f in audited.findings] == sorted([*LAWS, 2, 6, 6, 7]) * 2
    assert heard[-1] == (here.done, here.done)


def test_a_check_that_the_reference_fails_is_found_for_every_seed(change, violations):
    change(PUBLIC, '-2.0]), "Chain', '2.0]), "Chain')

    found = violations(1, number="02")

    elsewhere, *rest = found
    check = "02/public/Chain/test_an_empty_chain_changes_nothing"
    places = [v.partition(":")[0] for v in rest]
    assert elsewhere.startswith(f"seed 0 as if in another process: {check}: failed: ")
    assert places == ["seed 0", "seed 1", "in a worker", "in a worker it earns 2 of 4 points"]
    assert f"{check}: failed: Chain().forward[1] is -2, but should be 2" in rest[0]


def test_a_check_that_fails_for_some_seeds_is_found(change, violations):
    change(HIDDEN, "        layers =", "        assert rng.random() < 0.5\n        layers =")

    seeds = {v.partition(":")[0] for v in violations(1, number="02", seeds=8)}

    assert 0 < len([s for s in seeds if s.startswith("seed")]) < 8


def test_a_check_that_is_itself_mistaken_is_found(change, violations):
    change(HIDDEN, "rng.normal", "rng.abnormal")

    assert "internal: AttributeError" in violations(1, number="02")[-2]


def test_a_check_that_the_template_passes_is_found(change, violations):
    change(PUBLIC, "compare(student.nn.Chain().forward(np.array([1.0, -2.0]))", "compare(np.array([1.0, -2.0])")

    assert violations(2, number="02")[0] == "02/public/Chain/test_an_empty_chain_changes_nothing: passed: "


def test_a_check_that_fails_for_another_reason_than_the_stub_is_found(change, violations):
    change(PUBLIC, "compare(student.nn.Chain()", "len(student.nn)\n        compare(student.nn.Chain()")

    [violation] = violations(2, number="02")

    assert "test_an_empty_chain_changes_nothing: internal: TypeError" in violation


def test_a_check_that_hands_over_what_cannot_cross_is_found_without_a_worker(change, violations):
    """Within one process the reference takes a function, bytes or anything."""
    change(HIDDEN, "        layers =", "        student.nn.Scale(1.0).forward = lambda x: x\n        layers =")
    change(HIDDEN, "(self, twin, rng)", "(self, twin, student, rng)")

    [elsewhere, *_] = violations(1, number="02")

    assert elsewhere.startswith("seed 0 as if in another process: 02/hidden/Chain/test_order: internal: Unsendable")
    assert "a check cannot give this to another process: function" in elsewhere


def test_a_part_of_another_assignment_that_is_not_required_is_found(change, violations):
    """Without `requires`, the checks would meet parts of assignment 01 that nobody has written."""
    change("assignments/02_chain/assignment.toml", 'requires = ["01"]\n', "")

    assert "02/hidden/Chain/test_order: " in violations(2, number="02")[0]
    assert violations(1, number="02")[0].startswith("in a worker: 02/hidden/Chain/test_order: ")


def test_the_reference_is_run_with_the_seed_that_is_asked_for(course):
    first, again, other = (run_in_process(course.assignments[0], seed) for seed in (1, 1, 2))

    assert {r.outcome for r in first + other} == {Outcome.PASSED}
    assert [r.check.id for r in first] == [r.check.id for r in again]
