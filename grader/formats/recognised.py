"""Tells which of our formats a text has. Commands use it when they were given a file of another kind than they read."""

import json
import re

# How each format begins. "text" comes last, as it begins with the name of a submission, which may be anything.
_BEGINNINGS = {
    "html": re.compile(r"<!DOCTYPE html>", re.I),
    "junit": re.compile(r"(<\?xml[^>]*\?>\s*)?<testsuites?\b"),
    "github": re.compile(r"::(stop-commands|error|warning|notice)\b"),
    "markdown": re.compile(r"## .*: [\d.]+ of [\d.]+ points"),
    "text": re.compile(r".*: [\d.]+ of [\d.]+ points"),
}
_SCHEMAS = {"grader.report/": "json", "classroom50/result/": "classroom50"}


def recognised(text: str) -> str | None:
    """The format's name, as --format knows it.

    None for a text of no format of ours, and for Gradescope's: whatever keeps its schema is a results.json.
    """
    text = text.removeprefix("\ufeff").lstrip()
    if not text.startswith("{"):
        return next((form for form, beginning in _BEGINNINGS.items() if beginning.match(text)), None)
    try:
        schema = str(json.loads(text).get("schema"))
    except (ValueError, RecursionError):
        return None
    return next((form for start, form in _SCHEMAS.items() if schema.startswith(start)), None)
