"""The look of all pages about classes, and how a page names what it may use."""

import base64
import hashlib
from pathlib import Path

STYLE = Path(__file__).with_name("page.css").read_text(encoding="ascii")


def digest(text: str) -> str:
    """What the content security policy calls a style sheet or script with this text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
