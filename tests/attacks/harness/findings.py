"""From what was seen to sentences; none means that the attack was contained."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from harness.attack import Attack

POINTS = 10.0
OWN = (
    "test_forward",
    "test_backward",
    "test_parts",
    "test_precision",
    "test_public",
)  # the checks of the attacked file
NEIGHBOUR = ("test_total",)  # of another file of the same package
ELSEWHERE = ("test_double", "test_double_public")  # of another assignment
ALL = OWN + NEIGHBOUR + ELSEWHERE
OVERHEAD = 3.0  # seconds that one check may take beyond its limit, for reading, comparing and reporting large answers
MAX_OUTPUT = 2_000_000  # characters of one report
TIMING = re.compile(r" took [\d.]+ s$| is right but (timeout|not run)$")
UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, invisible or reordering ones, half characters, line separators


def verdicts(attack: Attack, outcomes: dict[str, tuple[str, float]]) -> Iterator[str]:
    """About outcomes, by the check's name: ("passed", points)."""
    if missing := [name for name in ALL if name not in outcomes]:
        yield f"no result for {', '.join(missing)}"
    for name, (outcome, points) in outcomes.items():
        at_home = "test_double" in name if attack.place.startswith("more/") else name in OWN
        good = outcome == "passed"
        if outcome == "internal":
            yield f"{name} ended as the grader's own fault"
        elif at_home and (good or points > 0) and name not in attack.honest:
            yield f"{name} gave {points:g} points for nothing"
        elif not at_home and not good and not (name in NEIGHBOUR and attack.spoils) and name not in OWN:
            yield f"{name} is right but {outcome}"


def proofs(attack: Attack, outcomes: dict[str, tuple[str, float]]) -> Iterator[str]:
    """About the checks that have to pass, so that it is known that attacks of its kind still do what they say."""
    for name in attack.proves:
        outcome, _ = outcomes.get(name, ("missing", 0.0))
        if outcome != "passed":
            yield f"{name} should have been passed, as a proof, but {outcome}"


def seconds(taken: dict[str, tuple[float, float]], waited: float) -> Iterator[str]:
    """About the time of each check, beside the one that it may take.

    `waited` is what the grading lost to others on this machine.
    """
    for name, (used, limit) in taken.items():
        if used - waited > limit + OVERHEAD:
            yield f"{name} took {used - waited:.1f} s"


def could_be_the_machine(found: list[str]) -> bool:
    """Whether a machine that is busy with something else explains everything that was found: then it is tried again."""
    return bool(found) and all(TIMING.search(sentence) for sentence in found)


def texts(rendered: dict[str, str], mark: str) -> Iterator[str]:
    """About the report in every format: nothing in it may command, hide, flood or break."""
    for form, text in rendered.items():
        if len(text) > MAX_OUTPUT:
            yield f"the {form} report has {len(text)} characters"
        unsafe = {c for c in text if c not in "\n\t" and unicodedata.category(c) in UNSAFE}
        if form != "text":
            for said in _strings(json.loads(text)):
                unsafe |= {c for c in said if c not in "\n\t" and unicodedata.category(c) in UNSAFE}
        if unsafe:
            yield f"the {form} report has characters {sorted(map(hex, map(ord, unsafe)))[:5]}"
        if any(line.strip().startswith("::") for line in text.splitlines()) or "##[" in text:
            yield f"the {form} report has a line that commands a runner"
    if any(line.startswith(mark) for line in rendered.get("text", "").splitlines()):
        yield "the student's words stand where a line of the report begins"


def gradescope(text: str, mark: str) -> Iterator[str]:
    """About results.json: the student sees it."""
    data = json.loads(text)
    formats = {data.get("output_format"), *(t.get("output_format") for t in data["tests"])}
    if formats != {"text"}:
        yield "the results are not plain text"
    if any(line.startswith(mark) for line in data["output"].splitlines()):
        yield "the student's words stand where a line of the summary begins"
    if any(mark in json.dumps(t) for t in data["tests"] if "/hidden/" in t["extra_data"]["id"]):
        yield "the student's words are shown with a hidden check"
    if round(sum(t["max_score"] for t in data["tests"]), 4) != POINTS:
        yield "the maximum is not the course's"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *_strings(item))
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
