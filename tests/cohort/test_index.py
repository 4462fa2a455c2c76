"""The index over class reports: each report says itself what it is about, and nothing of it becomes markup."""

import pytest

from grader.cohort.page.index import MARK, Card, cards_in, to_index
from grader.cohort.store import STORE
from tests.cohort.pretending import Mark, hand_in
from tests.cohort.test_report import A, B

HOSTILE = '"><script>alert(1)</script>\x1b[31m\u202e'


@pytest.fixture
def graded(pretended, tmp_path):
    """A folder with the results of two people."""
    for name in ("ada", "bob"):
        hand_in(tmp_path / "week", name, {A: Mark(), B: Mark(0.0)})
    pretended("run", tmp_path / "week")
    assert (tmp_path / "out" / STORE).is_file()
    return tmp_path / "out"


def test_the_index_lists_every_report_of_the_folder(graded, run, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "other.html").write_text("<title>no report</title>")
    for name in ("week_1", "week 2"):
        code, out, _err = run("cohort", "report", graded, "-o", pages / f"{name}.html", "--title", f"Report {name}")
        assert code == 0
    text = (pages / "index.html").read_text(encoding="ascii")

    assert "lists the class reports beside it: 2" in out
    cards = cards_in(pages)
    assert sorted(cards) == ["week 2.html", "week_1.html"]
    assert {card.people for card in cards.values()} == {2}
    assert all(card.began[:10] in text and card.checks in text and card.reference in text for card in cards.values())
    assert 'href="./week%202.html">Report week 2</a>' in text
    assert "other.html" not in text


def test_another_index_is_left_alone(graded, run, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("mine")
    code, _out, err = run("cohort", "report", graded, "-o", pages / "week.html")

    assert (code, (pages / "index.html").read_text()) == (0, "mine")
    assert "is left alone" in err


def test_no_text_of_a_report_becomes_markup(tmp_path):
    card = Card(HOSTILE, "2026-03-06T20:00:00Z", "01", 3, HOSTILE, HOSTILE)
    (tmp_path / "week.html").write_text(f"<head>{card.to_meta()}</head>", encoding="ascii")
    (tmp_path / "broken.html").write_text('<meta name="class-report" content="{&quot;title&quot;: [">')
    (tmp_path / "odd.html").write_text('<meta name="class-report" content="[1]">')
    cards = cards_in(tmp_path)
    page = to_index(cards)

    assert cards == {"week.html": card}
    assert "<script" not in page
    assert "\x1b" not in page
    assert MARK in page
