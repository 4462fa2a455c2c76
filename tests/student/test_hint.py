"""One hint at a time: what should hold, where to read, a question of the bank, the debugger."""

import json

import pytest

from grader.student import Refused
from grader.student.course import read_course
from grader.student.hint import FILE, next_hint
from grader.student.running import NOT_WRITTEN, PASSED, Check

NODE = "tests/test_01_scaling.py::TestScale::test_forward"


@pytest.fixture
def hint(template):
    """The next hint if the public checks ended so: of Scale, by name, and of Shift."""

    def hint(asked: str | None = "Scale", shift: str = PASSED, **scale: str) -> str:
        ends = {"test_forward": "failed", **scale}
        checks = [
            Check(NODE.replace("test_forward", n), "01_scaling", "Scale", f"{n} holds.", o) for n, o in ends.items()
        ]
        checks += [Check(NODE.replace("Scale", "Shift"), "01_scaling", "Shift", "Shift adds.", shift)]
        return "\n".join(next_hint(template, read_course(template), checks, asked))

    return hint


def test_hints_come_one_at_a_time_from_general_to_near(hint):
    first, *others = [hint() for _ in range(6)]

    assert first.startswith("01 Scale, hint 1 of 5\n\n  What should hold, and does not: test_forward holds.\n")
    assert first.endswith("The next one: python check.py hint Scale")
    assert 'Read handouts/01_scaling.md, "A factor"' in others[0]
    assert "What is three times two?" in others[1]
    assert "Which of the two numbers is below?" in others[2]
    assert "--debug" in others[3]
    assert others[3].endswith("That was the last one.")
    assert others[4] == others[3]


def test_only_beliefs_are_asked_about_of_which_all_public_checks_fail(hint, template):
    known = json.loads((template / FILE).read_text(encoding="utf-8"))["01_scaling"]
    text = "\n".join(hint() for _ in range(5))

    assert {"question": "Is the result larger or smaller than before?", "fails": ["Shift/test_forward"]} in known
    assert "larger or smaller" not in text


def test_hints_begin_anew_when_other_checks_fail(hint):
    hint()
    hint(test_forward=PASSED)

    assert "hint 2 of" in hint()  # as at the first hint
    assert "hint 1 of" in hint(test_more="failed")


def test_what_is_not_written_is_to_be_read_about(hint):
    read, explained = hint("nn.Scale", test_forward=NOT_WRITTEN), hint("scale", test_forward=NOT_WRITTEN)

    assert read.startswith("01 Scale, hint 1 of 2\n")
    assert "python check.py explain Scale" in explained


def test_without_a_name_it_is_about_the_first_component_that_does_not_pass(hint):
    assert hint(None, test_forward=PASSED, shift="failed").startswith("01 Shift, hint 1")
    assert hint(None, test_forward=PASSED) == "Every public check passes."
    assert hint("Scale", test_forward=PASSED).startswith("Every public check of Scale passes.")


def test_a_name_without_checks_is_refused(hint):
    with pytest.raises(Refused, match=r"No public check is about 'Scales'\. There are checks of Scale, Shift\."):
        hint("Scales")


@pytest.mark.parametrize("text", [None, "", "[]", '{"01_scaling": 3}', '{"01_scaling": [{}]}'])
def test_without_the_questions_the_other_hints_remain(hint, template, text):
    (template / FILE).unlink() if text is None else (template / FILE).write_text(text, encoding="utf-8")

    assert "hint 1 of 3" in hint()


def test_no_hidden_check_and_no_belief_is_among_the_questions(written):
    text = (written / FILE).read_text(encoding="utf-8")

    assert "test_backward" not in text
    assert "the factor is what" not in text.lower()
    assert "Which of the two numbers is below?" in text


def test_the_checks_are_run_for_it(check, solve):
    solve("scale.py", np_multiply="np.add")

    status, printed, _ = check("hint", "nn.Scale")

    assert status == 0
    assert "What should hold, and does not: Scale.forward multiplies by the factor." in printed
