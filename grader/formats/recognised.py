"""Which of our formats a text is in, for whoever gave a command another file than it reads."""

import json
import re

# How a text of each format begins; a text for people is looked for last, as it begins with a submission's name.
_BEGINNINGS = {
    "html": re.compile(r"<!DOCTYPE html>", re.I),
    "junit": re.compile(r"(<\?xml[^>]*\?>\s*)?<testsuites?\b"),
    "github": re.compile(r"::(stop-commands|error|warning|notice)\b"),
    "markdown": re.compile(r"## .*: [\d.]+ of [\d.]+ points"),
    "text": re.compile(r".*: [\d.]+ of [\d.]+ points"),
}
_SCHEMAS = {"grader.report/": "json", "classroom50/result/": "classroom50"}


def recognised(text: str) -> str | None:
    """The format's name as --format knows it; None if it is none of ours, or Gradescope's, which is whatever keeps its schema."""
    text = text.removeprefix("\ufeff").lstrip()
    if not text.startswith("{"):
        return next((form for form, beginning in _BEGINNINGS.items() if beginning.match(text)), None)
    try:
        schema = str(json.loads(text).get("schema"))
    except (ValueError, RecursionError):
        return None
    return next((form for start, form in _SCHEMAS.items() if schema.startswith(start)), None)
