"""CHECKS.md is the page of the check language: every word that an author can use is on it."""

import re
from pathlib import Path

import pytest

import grader.checks
from grader.calls import LAYOUTS
from grader.checks import battery
from grader.checks.collecting import FIXTURES

PAGE = Path(__file__).parents[2] / "CHECKS.md"
WAYS = (
    "run",
    "call",
    "array",
    "generator",
    "file",
    "hold",
    "value",
    "callback",
    "keep",
    "finish",
    "judge",
    "set",
    "fill",
)


@pytest.mark.parametrize("word", sorted({*grader.checks.__all__, *battery.__all__, *FIXTURES, *LAYOUTS, *WAYS}))
def test_every_word_is_on_the_page(word):
    assert re.search(rf"(?<!\w){re.escape(word)}(?!\w)", PAGE.read_text(encoding="utf-8"))
