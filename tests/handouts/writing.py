"""How the handouts write numbers."""

import numpy as np


def n(value: float, digits: int = 6) -> str:
    """A number as handouts write it."""
    shown = f"{np.asarray(value).item():.{digits}f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def row(values: np.ndarray, digits: int = 6) -> str:
    return ", ".join(n(v, digits) for v in np.ravel(values))


def plain(told: str) -> str:
    return " ".join(told.split())
