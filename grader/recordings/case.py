"""A case, its results, and the file with both: JSON in which a person can read and compare every number."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """What to ask a framework.

    Args:
        name: says what the case shows; unique.
        way: which function of `play` asks it.
        spec: what to build and how to call it, as plain data.
        arrays: everything that is computed with; no case draws a random number.
        differs: why the right answer in this course is another one than PyTorch's, if it is.
    """

    name: str
    way: str
    spec: dict[str, Any]
    arrays: Arrays = field(default_factory=dict)
    differs: str = ""


@dataclass(frozen=True)
class Recording:
    """A case and its results: each an array, a float, a text, or a list of names."""

    case: Case
    results: dict[str, Any]


@dataclass(frozen=True)
class Recordings:
    """The whole file. `provenance` says by what and when it was made."""

    provenance: dict[str, str]
    recordings: tuple[Recording, ...]


def write(recordings: Recordings, path: Path) -> None:
    """Write the file. Each array has a line of its own, so that a change to one is one line of a diff."""
    provenance = ",\n".join(f"  {_pair(k, v)}" for k, v in recordings.provenance.items())
    cases = ",\n".join(_case_text(r) for r in recordings.recordings)
    path.write_text(f'{{"provenance": {{\n{provenance}\n}},\n"cases": [\n{cases}\n]}}\n', encoding="utf-8")


def read(path: Path) -> Recordings:
    """Read what `write` wrote. NaN and Infinity are written so, as Python's json does."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Recordings(data["provenance"], tuple(_recording(entry) for entry in data["cases"]))


def _case_text(recording: Recording) -> str:
    case = recording.case
    facts = {"name": case.name, "way": case.way, "spec": case.spec}
    facts |= {"differs on purpose": case.differs} if case.differs else {}
    head = ", ".join(_pair(k, v) for k, v in facts.items())
    arrays, results = (
        ",\n".join(f"  {_pair(k, encoded(v))}" for k, v in values.items())
        for values in (case.arrays, recording.results)
    )
    return f'{{{head},\n "arrays": {{\n{arrays}}},\n "results": {{\n{results}}}}}'


def _pair(key: str, value: Any) -> str:
    return f"{json.dumps(key)}: {json.dumps(value)}"


def _recording(entry: dict[str, Any]) -> Recording:
    arrays, results = ({k: decoded(v) for k, v in entry[part].items()} for part in ("arrays", "results"))
    differs = entry.get("differs on purpose", "")
    return Recording(Case(entry["name"], entry["way"], entry["spec"], arrays, differs), results)


def encoded(value: Any) -> Any:
    """An array as {its dtype: nested lists}, an empty array as its shape, and anything else as it is.

    Every number has enough digits to tell it from its neighbours, so reading gives exactly the same number.
    """
    if not isinstance(value, np.ndarray):
        return value
    if value.size == 0:
        return {str(value.dtype): [], "shape": list(value.shape)}
    digits = np.vectorize(lambda v: float(str(v)), otypes=[float])  # the shortest digits of a float32 are fewer
    return {str(value.dtype): (digits(value) if value.dtype.kind == "f" else value).tolist()}


def decoded(data: Any) -> Any:
    """What `encoded` was given."""
    if not isinstance(data, dict):
        return data
    [dtype, values], *_ = data.items()
    return np.array(values, dtype=dtype).reshape(data.get("shape", np.shape(values)))
