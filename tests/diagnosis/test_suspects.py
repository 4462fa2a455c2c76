"""Which misconceptions a failed check may come from."""

from grader.assignment import Misconception
from grader.diagnosis.suspects import suspects_of
from grader.result import Check


def shared(*fails: str) -> Misconception:
    """A belief about something that two components of the reference have in common."""
    return Misconception("scale.shared", "nn.scaled", "Belief.", "Why?", fails)


FAILED = Check("01/hidden/Scale/test_forward", "01", "Scale", "It scales.", 1, public=False)


def test_a_check_of_the_same_component_that_passed_refutes_a_belief():
    belief = shared("Scale/test_forward", "Scale/test_backward", "Shift/test_forward")

    assert suspects_of([belief], FAILED, {"Scale/test_backward"}) == []


def test_a_check_of_another_component_that_passed_refutes_nothing():
    """The student's other component may do without what the reference has in common."""
    belief = shared("Scale/test_forward", "Shift/test_forward")

    assert suspects_of([belief], FAILED, {"Shift/test_forward"}) == [belief]


def test_a_belief_about_other_components_is_none():
    assert suspects_of([shared("Shift/test_forward")], FAILED) == []
