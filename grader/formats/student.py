"""What a student is told of one result, in plain text that cannot format, colour or command anything."""

import re

from grader.result import CheckResult, Outcome

MAX_TEXT = 20_000  # characters; Gradescope cuts at 100,000, and nobody reads more
# C0 and C1 controls (but not tab and newline), surrogates, and the characters that reorder or hide text
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# What a GitHub runner obeys where it stands in a log: "::error::..." and "##[error]..."; slices such as x[::2] stay
_COMMAND = re.compile(r":(?=:(?![-\d\]]))|#(?=#\[)")


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Text that shows as it is everywhere: no control characters, no commands, and no longer than `limit` (its ends are kept)."""
    safe = _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
    safe = _COMMAND.sub(r"\g<0> ", safe)
    if len(safe) <= limit:
        return safe
    half = (limit - 40) // 2  # the mark between the ends has under 40 characters
    return f"{safe[:half]}\n[... {len(safe) - 2 * half} characters ...]\n{safe[-half:]}"


def explanation(result: CheckResult) -> str:
    """Why a check did not pass: everything for a public check; for a hidden one the kind and the author's hint.

    A hidden check's message could hold its inputs or expected values, or text that the student's code made of them; that of a fault
    of the grader could hold the inside of the grader.
    """
    if result.outcome is Outcome.PASSED:
        return ""
    if result.outcome is Outcome.INTERNAL:
        return clean(result.kind)
    hint = result.check.hint or ""
    parts = [hint or result.message or result.kind, result.detail] if result.check.public else [result.kind, hint]
    return clean("\n".join(part for part in parts if part))
