"""The page around the data of a class report.

The text of students is data: it is never part of the markup, and the script puts it into the page as text only. Should
that ever fail, the content security policy still forbids everything but the page's own style sheet and script.
"""

import json
from html import escape
from pathlib import Path
from typing import Any

from grader.cohort.page.data import Class, data
from grader.cohort.page.index import Card
from grader.cohort.page.style import STYLE, digest
from grader.formats.student import clean

SCRIPT = Path(__file__).with_name("page.js")


def to_page(found: Class) -> str:
    """The page. It is ASCII, so that no encoding can break it."""
    script = SCRIPT.read_text(encoding="ascii")
    policy = (
        f"default-src 'none'; style-src '{digest(STYLE)}'; script-src '{digest(script)}'; base-uri 'none';"
        " form-action 'none'"
    )
    title = escape(found.title).encode("ascii", "xmlcharrefreplace").decode()
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">'
        f"{_card(found).to_meta()}"
        f"<title>{title}</title><style>{STYLE}</style></head><body>"
        '<a class="skip" href="#main">Skip to the results</a><header id="top"></header>'
        '<nav id="nav" aria-label="Parts of the report"></nav><main id="main" tabindex="-1">'
        "<noscript>This page needs JavaScript, which is in the page itself.</noscript></main>"
        f'<script type="application/json" id="data">{_json(data(found))}</script>'
        f"<script>{script}</script></body></html>\n"
    )


def _card(found: Class) -> Card:
    made = found.run.made_from
    course = (made.checks[:12], made.reference[:12])
    return Card(clean(found.title), found.run.began, made.assignments, len(found.grades), *course)


def _json(value: Any) -> str:
    """JSON that no parser of HTML takes for the end of the script."""
    return json.dumps(value, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
