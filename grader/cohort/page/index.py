"""The page over all class reports in a folder. Each report says in its own head what it is about; nothing else is kept.

It has no script and needs no network. What reports say of themselves is text, never markup.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote

from grader.cohort.page.style import STYLE, digest
from grader.formats.student import clean

INDEX = "index.html"
MARK = '<meta name="generator" content="grader cohort report">'  # by this, an index is known as ours
HEAD = 16_384  # bytes of a page in which its card is searched for
CARD = re.compile(r'<meta name="class-report" content="([^"]*)">')


@dataclass(frozen=True)
class Card:
    """What a report says of itself. `checks` and `reference` are the beginnings of the course's digests."""

    title: str
    began: str  # ISO 8601, UTC
    assignments: str
    people: int
    checks: str
    reference: str

    def to_meta(self) -> str:
        """The line for the head of a page."""
        return f'<meta name="class-report" content="{escape(json.dumps(asdict(self)))}">'


def card_of(path: Path) -> Card | None:
    """What a file says of itself; None if it is no class report."""
    try:
        with path.open("rb") as file:
            found = CARD.search(file.read(HEAD).decode("ascii", "replace"))
        card = Card(**json.loads(unescape(found[1]))) if found else None
    except (OSError, ValueError, TypeError):
        return None
    return card if card and all(isinstance(value, str | int) for value in asdict(card).values()) else None


def cards_in(folder: Path) -> dict[str, Card]:
    """Name of the file -> card, of all class reports in a folder, the newest first."""
    found = {path.name: card for path in folder.glob("*.html") if (card := card_of(path))}
    return dict(sorted(found.items(), key=lambda each: (str(each[1].began), each[0]), reverse=True))


def is_index(path: Path) -> bool:
    """Whether this file is an index that was written here."""
    try:
        with path.open("rb") as file:
            return MARK.encode() in file.read(HEAD)
    except OSError:
        return False


def to_index(cards: dict[str, Card]) -> str:
    """The page. It is ASCII, so that no encoding can break it."""
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{digest(STYLE)}'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">{MARK}'
        f"<title>Class reports</title><style>{STYLE}</style></head><body>"
        '<header><h1>Class reports</h1></header><main><div class="scroll"><table><thead><tr>'
        f"{_cells('th', ('Report', 'Run of', 'Assignments', 'People', 'Checks', 'Reference'))}"
        f"</tr></thead><tbody>{''.join(_rows(cards))}</tbody></table></div></main></body></html>\n"
    )
    return page.encode("ascii", "xmlcharrefreplace").decode()


def _rows(cards: dict[str, Card]) -> Iterable[str]:
    for name, card in cards.items():
        link = f'<td><a href="./{quote(name)}">{escape(clean(str(card.title)))}</a></td>'
        when = str(card.began)[:16].replace("T", " ")
        facts = (when, card.assignments, card.people, card.checks, card.reference)
        yield f"<tr>{link}{_cells('td', facts)}</tr>"


def _cells(kind: str, values: Iterable[object]) -> str:
    return "".join(f"<{kind}>{escape(clean(str(value)))}</{kind}>" for value in values)
