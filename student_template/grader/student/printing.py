"""Text for a terminal of 80 columns: colours where they can be shown, and plain text everywhere else."""

import codecs
import os
import re
import sys
import textwrap
import unicodedata
from typing import TextIO

WIDTH = 79
_ITEM = re.compile(r"(-|\d+\.) ")  # of a list
_NUMBER = re.compile(r" {3,}(\(\d+\))$", re.MULTILINE)  # of an equation, far to the right
_SIGNS = {"∂": "d", "√": "sqrt", "∛": "cbrt", "∈": "in", "≠": "!=", "≤": "<=", "≥": ">=", "·": "*", "×": "x", "‖": "||"}
_SIGNS |= {"∞": "inf", "²": "^2", "³": "^3", "−": "-", "–": "-", "→": "->", "←": "<-", "⊙": "*", "≈": "~", "±": "+-"}
_SIGNS |= {"Σ": "sum", "Π": "prod", "∫": "int", "∇": "grad ", "′": "'", "\u0302": "^", "λ": "lambda"}
_SIGNS |= {"⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"}
_CODES = {"green": "32", "red": "31", "yellow": "33", "bold": "1"}


def prepare(stream: TextIO | None) -> None:
    """Have a stream spell out the characters that its encoding lacks, instead of failing."""
    codecs.register_error("spelled", _spelled)
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="spelled")


def _spelled(error: UnicodeError) -> tuple[str, int]:
    """What is printed in place of characters: "sigma", "<=", "e" for "é", else "?"."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(map(_in_ascii, error.object[error.start : error.end])), error.end


def _in_ascii(character: str) -> str:
    name = unicodedata.name(character, "")
    letter = name.rpartition(" LETTER ")[2].partition(" ")[0].lower() if name.startswith("GREEK") else ""
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return _SIGNS.get(character, letter or plain or "?")


def is_coloured() -> bool:
    """Whether colours can be shown: on a terminal that knows them, unless NO_COLOR is set."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    is_known = sys.platform != "win32" or "WT_SESSION" in os.environ  # the old console of Windows shows codes as text
    return is_known and sys.stdout is not None and sys.stdout.isatty()


def paint(text: str, colour: str) -> str:
    """The text in a colour, where it can be shown."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if is_coloured() else text


def wrapped(start: str, text: str) -> str:
    """The text behind its start, in lines of at most `WIDTH` characters."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )


def reflowed(text: str, indent: str = "") -> str:
    """A text in Markdown or a docstring in lines of at most `WIDTH` characters, as far as that is possible.

    Paragraphs are filled anew. What is indented, or a table, keeps its lines; only those that are too long are broken.
    """
    parts = re.split(r"(\n\s*\n)", _NUMBER.sub(r"   \1", text))
    return "".join(part if not part.strip() else _filled(part, indent) for part in parts)


def _filled(paragraph: str, indent: str) -> str:
    lines = paragraph.splitlines()
    if all(len(indent + line) <= WIDTH for line in lines):
        return "\n".join(indent + line for line in lines)
    if not any(line.startswith((" ", "|", "!", "-", ">>>", "```")) or _ITEM.match(line) for line in lines):
        return wrapped(indent, " ".join(lines))
    if _ITEM.match(lines[0]) and all(_ITEM.match(line) or line.startswith("  ") for line in lines):
        items = re.split(r"\n(?=\S)", paragraph)
        return "\n".join(wrapped(indent + mark, rest) for mark, rest in map(_item, items))
    return "\n".join(_broken(indent + line) for line in lines)


def _item(text: str) -> tuple[str, str]:
    """The mark of an item of a list, "- " or "2. ", and its text in one line."""
    mark, _, rest = text.partition(" ")
    return f"{mark} ", " ".join(rest.split())


def _broken(line: str) -> str:
    """A line as it is, or, if it is too long, in several that are indented alike. Tables cannot be broken."""
    start = line[: len(line) - len(line.lstrip())]
    return line if len(line) <= WIDTH or line.lstrip().startswith("|") else wrapped(start, line.strip())


def pushed_apart(left: str, right: str) -> str:
    """Two texts at both ends of a line."""
    return f"{left}{' ' * max(1, WIDTH - len(left) - len(right))}{right}"


def listed(names: list[str], most: int = 8) -> str:
    """Names with commas between them: "a, b and 3 more"."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
