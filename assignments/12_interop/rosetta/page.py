"""Writes the table into the handout, between two marks.

python -m assignments.12_interop.rosetta.page
"""

import json
from itertools import groupby
from pathlib import Path

from .rows import ROWS, Row
from .verify import DIFFERS, FILE

HANDOUT = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- rosetta: `rosetta/page.py` writes what follows -->", "<!-- end of rosetta -->"
COLUMNS = {"ours": "here", "torch": "PyTorch", "flax": "JAX, Flax, optax", "keras": "Keras"}


def table() -> str:
    """The table, section by section."""
    noted = json.loads(FILE.read_text(encoding="utf-8"))
    parts = []
    for section, rows in groupby(ROWS, key=lambda row: row.section):
        lines = [f"**{section}**", "", _line(COLUMNS.values(), "note"), "|---" * (len(COLUMNS) + 1) + "|"]
        parts.append("\n".join([*lines, *(_row(row, noted) for row in rows)]))
    releases = sorted({release for cells in noted.values() for release in cells.values()})
    return "\n\n".join([f"Verified with {', '.join(releases)}.", *parts])


def with_table(handout: str) -> str:
    """The handout with the table of now."""
    before, _, rest = handout.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def _row(row: Row, noted: dict) -> str:
    cells = [_code(row.ours), *(_cell(getattr(row, name), noted.get(name, {})) for name in list(COLUMNS)[1:])]
    return _line(cells, row.note)


def _cell(cell: str, true: dict[str, str]) -> str:
    if not cell:
        return "none"
    sign = DIFFERS if cell.startswith(DIFFERS) else ""
    return sign + _code(cell.removeprefix(DIFFERS)) + ("" if cell in true else " (not verified)")


def _code(text: str) -> str:
    return f"`{text}`"


def _line(cells: object, note: str) -> str:
    return "| " + " | ".join([*cells, note]) + " |"  # type: ignore[misc]


if __name__ == "__main__":
    HANDOUT.write_text(with_table(HANDOUT.read_text(encoding="utf-8")), encoding="utf-8")
