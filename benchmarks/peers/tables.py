"""Figures with their number of runs and their spread, in tables that become Markdown and JSON."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """What the same thing took in several runs."""

    runs: tuple[float, ...]

    @classmethod
    def of(cls, runs: Sequence[float]) -> "Figure":
        return cls(tuple(runs))

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    def __str__(self) -> str:
        if len(self.runs) == 1:
            return f"{digits(self.median)} (1 run)"
        return f"{digits(self.median)} ({digits(min(self.runs))}-{digits(max(self.runs))})"

    def to_json(self) -> dict[str, Any]:
        return {"median": self.median, "min": min(self.runs), "max": max(self.runs), "runs": len(self.runs)}


@dataclass(frozen=True)
class Table:
    """`name` is for programs, `caption` for readers; the first cell of a row says what it is about."""

    name: str
    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def to_markdown(self) -> str:
        lines = [self.heads, ["---", *["---:"] * (len(self.heads) - 1)], *self.rows]
        return f"{self.caption}\n\n" + "".join(f"| {' | '.join(map(shown, line))} |\n" for line in lines)

    def to_json(self) -> dict[str, Any]:
        rows = [[cell.to_json() if isinstance(cell, Figure) else cell for cell in row] for row in self.rows]
        return {"caption": self.caption, "heads": list(self.heads), "rows": rows}


def shown(cell: Any) -> str:
    return digits(cell) if isinstance(cell, float) else str(cell)


def digits(value: float) -> str:
    """Three digits, and no power of ten."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.6f}".rstrip("0").rstrip(".") or "0"
