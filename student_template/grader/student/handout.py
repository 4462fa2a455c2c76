"""Finds the section of a handout that derives a component, by how often it speaks of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Parts of every handout that speak of all its components.
_ABOUT_ALL = re.compile(
    "Goal|What you will|What is|Sources|Common traps|A worked example|Conventions|Shapes and errors|Background"
)
_SMALL_CHANGES = re.compile(r"(Loss|LR|\dd|Tests)$")  # ends of a name that running text leaves out
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+")


@dataclass(frozen=True)
class Section:
    """A section with the text below its title, up to the next title."""

    title: str
    text: str


def sections(text: str) -> Iterator[Section]:
    """The sections of a page in Markdown."""
    title, lines, is_code = "", [], False
    for line in text.splitlines():
        is_code ^= line.startswith("```")
        if not is_code and re.match("#{1,6} ", line):
            yield Section(title, "\n".join(lines).strip())
            title, lines = line.lstrip("# "), []
        else:
            lines.append(line)
    yield Section(title, "\n".join(lines).strip())


def section_about(handout: Path, name: str) -> Section | None:
    """The section that speaks most of a class or function; None where none does, or there is no handout."""
    try:
        every = list(sections(handout.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
    derivations = [one for one in every if one.title and one.text and not _ABOUT_ALL.match(one.title)]
    others = [one for one in every if one.title in ("Shapes and errors", "Conventions")]
    for candidates, patterns in ((derivations, _patterns(name)), (others, [re.escape(name)])):
        for pattern in patterns:
            best = max(candidates, key=lambda one: _weight(one, name, pattern), default=None)
            if best is not None and _weight(best, name, pattern):
                return best
    return None


def _patterns(name: str) -> Iterator[str]:
    """How running text may call it: Cross-entropy, "cross entropy"; else by its longer words, the longest first."""
    stem = _SMALL_CHANGES.sub("", name) or name
    parts = _PARTS.findall(stem.replace("_", " "))
    yield rf"(?<![A-Za-z]){'[-_ ]?'.join(map(re.escape, parts))}s?(?![a-z])"
    for part in sorted(parts, key=len, reverse=True):
        if len(part) > 2:
            yield rf"(?<![A-Za-z]){re.escape(part)}"


def _weight(section: Section, name: str, pattern: str) -> int:
    """A title counts as much as ten mentions, as it says what the section is about."""
    is_title = re.search(pattern, section.title, re.IGNORECASE) is not None
    exact = len(re.findall(rf"\b{re.escape(name)}\b", section.text))
    return 10 * is_title + 2 * exact + len(re.findall(pattern, section.text, re.IGNORECASE))
