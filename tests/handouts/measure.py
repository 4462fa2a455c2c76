"""Which numbers of which handout no test knows.

    .venv/bin/python -m tests.handouts.measure

It counts the numbers in a handout's text before its sources, without tables and fenced code. Of these, a test computes
those of `EXAMPLES`. Of the others, some stand as they are in a check of the assignment, which may be by chance.
The rest is listed.
"""

import re
from itertools import groupby
from pathlib import Path

from tests.handouts.test_worked_examples import COURSE, EXAMPLES, NUMBER, places, plain


def text_of(handout: str) -> str:
    """The text before the sources, without tables and fenced code."""
    lines = handout.partition("\n## Sources")[0].split("\n")
    outside = [list(part) for fence, part in groupby(lines, lambda line: line.startswith("```")) if not fence][::2]
    return plain("\n".join(line for part in outside for line in part if not line.lstrip().startswith("|")))


def in_checks(folder: Path) -> set[float]:
    texts = (file.read_text(encoding="utf-8") for file in folder.glob("test_*.py"))
    return {float(number) for text in texts for number in NUMBER.findall(text)}


def main() -> None:
    for assignment in COURSE.assignments:
        text = text_of((assignment.folder / "README.md").read_text(encoding="utf-8"))
        numbers = list(NUMBER.finditer(text))
        known = places(text, EXAMPLES[assignment.number]()) if assignment.number in EXAMPLES else set()
        others = [at for at in numbers if at.start() not in known]
        checked = in_checks(assignment.folder)
        rest = [at[0] for at in others if float(at[0]) not in checked]
        computed = len(numbers) - len(others)
        print(f"{assignment.number}  {len(numbers)} numbers, {computed} computed, {len(rest)} in no check")
        print(re.sub(r"^", "    ", " ".join(rest)))


if __name__ == "__main__":
    main()
