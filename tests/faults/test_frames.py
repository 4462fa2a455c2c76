"""The wire, fuzzed at its trusted end."""

from tests.faults.frames import fuzz, good_answer, survives


def test_damaged_answers_are_the_students_fault_or_plain_data_and_never_stop_the_grader():
    assert survives(good_answer())
    assert fuzz(30_000).clean
