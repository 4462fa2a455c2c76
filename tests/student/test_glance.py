"""The course at a glance: what is said of every component, what has changed, and what comes next."""

import json

import pytest


def test_an_untouched_template(check_outside, template):
    status, printed, errors = check_outside()

    assert (status, errors) == (0, "")
    assert printed.splitlines() == [
        "01 Scaling                                                            10 points",
        "   not written  Scale, Shift",
        "02 Chains                                                              4 points",
        "   not written  Chain",
        "",
        "Within reach: 0 of 14 points: all public checks of these assignments pass.",
        "Hidden checks decide how many you get.",
        "",
        "Next: Scale of 01, not written",
        '   read   handouts/01_scaling.md, "A factor"',
        "   write  framework/nn/scale.py, line 8",
        "   run    python check.py 01 -k Scale",
    ]


def test_what_fails_what_passes_and_what_has_changed(check, solve):
    solve("scale.py")
    solve("shift.py", np_add="np.subtract")
    check()
    solve("scale.py", np_multiply="np.add")
    solve("shift.py")

    _, printed, _ = check()

    assert "   passing      Shift\n   failing      Scale\n02 Chains" in printed
    assert "- 01 Scale: 0 of 1 checks pass, 1 before\n  + 01 Shift: 1 of 1 checks pass, 0 before\n" in printed
    assert "Next: Scale of 01, failing, 0 of 1 checks pass\n" in printed


def test_points_are_within_reach_if_all_public_checks_of_an_assignment_pass(check, solve):
    solve("scale.py", "shift.py")

    _, printed, _ = check()

    assert "Within reach: 10 of 14 points" in printed
    assert "Next: Chain of 02, not written" in printed


def test_everything_passes(check, solve):
    solve("scale.py", "shift.py", "chain.py")

    assert check()[1].splitlines()[-1].startswith("Every public check passes. python check.py submit")


def test_a_file_that_cannot_be_imported_is_all_that_is_told(check, template):
    (template / "framework/nn/scale.py").write_text("def f(\n")

    status, printed, _ = check()

    assert status == 1
    assert printed == (
        "framework/nn/scale.py cannot be imported (line 1: def f(). SyntaxError: '(' was\nnever closed\n\n"
        "All checks wait for that file.\n"
    )


@pytest.mark.parametrize("content", ["", "{", "[]", '{"checks": [1]}', '{"checks": 7}', "\x00", "[" * 100_000])
def test_a_broken_memory_of_the_last_run_is_replaced(template, content):
    from grader.student.last_run import FILE, recall, remember
    from grader.student.running import Check

    (template / FILE).write_text(content)

    assert recall(template) == {}
    remember(template, {}, [Check("a", "01_scaling", "Scale", "It scales.", "passed")])
    assert recall(template) == {"a": "passed"}
    assert [path.name for path in template.glob(f"{FILE}*")] == [FILE]


def test_checks_that_were_not_run_are_still_remembered(check, solve, template):
    solve("scale.py")
    check()
    check("02")

    outcomes = json.loads((template / ".check.json").read_text())["checks"]

    assert sorted(outcomes.values()) == ["not written", "not written", "passed"]


def test_a_list_of_assignments_that_is_broken_is_told(check, template):
    (template / "grader/course.json").write_text("{")

    status, printed, errors = check()

    assert (status, printed) == (2, "")
    assert errors.startswith("grader/course.json cannot be read")


def test_components_come_in_the_order_of_the_holes():
    from grader.student.course import Assignment

    holes = (("m.py", "Module"), ("m.py", "accumulate_grad"), ("l.py", "Linear"), ("test_softmax.py", "test_one"))
    assignment = Assignment("01_module", "Modules", 60, (), holes)

    assert assignment.in_order(["Gain", "SoftmaxTests", "Linear", "Extra", "AccumulateGrad", "Module"]) == [
        *("Gain", "Module", "AccumulateGrad", "Linear", "Extra", "SoftmaxTests")
    ]
