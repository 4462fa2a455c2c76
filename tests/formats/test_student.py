"""What a student may be told: harmless text, and of hidden checks neither values nor any words but the author's."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.formats.student import MAX_TEXT, clean, explanation
from grader.result import Outcome

TEXT = st.text(st.characters(codec=None), max_size=300)


@given(TEXT)
def test_clean_text_holds_nothing_that_formats_hides_or_commands(text):
    safe = clean(text)

    safe.encode("utf-8")
    assert not [c for c in safe if c not in "\t\n" and unicodedata.category(c) in ("Cc", "Cs")]
    assert not [
        c
        for c in safe
        if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    ]


@given(TEXT)
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    "text",
    ["plain", "x[::2], x[::-1] and x[::]", "## Head", "two\nlines\tand a tab", "Größe ‖x‖ ≤ 1 → 層", "e\u0301", "👍🏽"],
)
def test_ordinary_text_stays(text):
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error file=a::b", ": :error file=a: :b"),
        ("x\n  ::set-output name=score::100", "x\n  : :set-output name=score::100"),
        ("##[error]x", "# #[error]x"),
        (":::: x", ": : : : x"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\ufffdb"),
        ("\x1b[1m", "\ufffd[1m"),
        ("a\0", "a\ufffd"),
        ("\ud800", "\ufffd"),
        ("a\u202eb", "a\ufffdb"),
    ],
)
def test_what_would_not_show_is_replaced(text, shown):
    assert clean(text) == shown


@pytest.mark.parametrize("length", [0, 199, 200, 201, 10_000, 10**7, 10**7 * 3])
def test_text_never_exceeds_its_limit_and_keeps_its_ends(length):
    text = ("a" * length)[:-1] + "z" if length else ""

    shown = clean(text, 200)

    assert len(shown) <= 200
    assert (shown[:1], shown[-1:]) == (text[:1], text[-1:])
    assert (length > 200) == ("characters ...]" in shown)


def test_a_hidden_check_shows_neither_message_nor_detail(result):
    told = explanation(result(message="SECRET 4.25", detail="SECRET"))

    assert told == "The values are not the expected ones."


def test_a_hidden_check_shows_the_hint_of_its_author(result):
    assert (
        explanation(result(hint="Think of the batch.")) == "The values are not the expected ones.\nThink of the batch."
    )


def test_a_public_check_shows_everything(result):
    told = explanation(
        result(Outcome.ERROR, True, message="ValueError: no", detail="framework/nn/linear.py, line 3, in forward")
    )

    assert told == "ValueError: no\nframework/nn/linear.py, line 3, in forward"


def test_a_public_check_with_hidden_errors_shows_the_hint_instead_of_the_message(result):
    told = explanation(
        result(public=True, hint="Think of the batch.", message="SECRET", detail="framework/nn/linear.py, line 3, in f")
    )

    assert told == "Think of the batch.\nframework/nn/linear.py, line 3, in f"


@pytest.mark.parametrize("public", [True, False])
def test_a_passed_check_needs_no_explanation(result, public):
    assert explanation(result(Outcome.PASSED, public)) == ""


@pytest.mark.parametrize("public", [True, False])
def test_a_fault_of_the_grader_shows_nothing_of_its_inside(result, public):
    told = explanation(
        result(
            Outcome.INTERNAL, public, kind="The grader itself failed.", message="KeyError: 3", detail="Traceback ..."
        )
    )

    assert told == "The grader itself failed."


def test_no_explanation_is_longer_than_gradescope_takes(result):
    assert len(explanation(result(Outcome.ERROR, True, message="x" * 10**7))) <= MAX_TEXT
