"""What can explain a failure: a misconception, two of them together, or a slip. And the sentences about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.assignment import Misconception
from grader.assignment.mutants import Mutant

# What a slip is about, by the kind of edit that makes it (see `assignment.edits`). It is enough to look for the slip,
# but not enough to copy a solution.
SLIPS = {
    "operator swapped": "an operator",
    "sides swapped": "the order of two operands",
    "comparison swapped": "a comparison",
    "and/or swapped": "a condition",
    "part dropped": "a condition",
    "condition forced": "a condition",
    "condition negated": "a condition",
    "sign dropped": "a sign",
    "minus added": "a sign",
    ".T dropped": "a transposition",
    "constant changed": "a number",
    "argument dropped": "an argument of a call",
    "arguments swapped": "the order of the arguments of a call",
    "function swapped": "which function is called",
    "statement deleted": "a statement that is missing",
    "only assigned": "an assignment that should add",
    "added on": "an addition that should assign",
    "first of a tuple": "what is returned",
}


@dataclass(frozen=True)
class Cause:
    """One possible cause of a failure. `fails` are checks that must fail if it is the cause.

    There are four sentences for a check that this cause explains: `exactly` if chance is excluded, `likely` if it is
    not, `partly` if something else is wrong, too, and `elsewhere` if the numbers differ in every run. `functions` maps
    each function that it is about (file and name) to the belief about it.
    """

    name: str
    exactly: str = field(compare=False)
    likely: str = field(compare=False)
    partly: str = field(compare=False)
    elsewhere: str = field(compare=False)
    place: str = field(compare=False)
    hint: str = field(compare=False)
    about: str = field(compare=False)  # the function that it is about, as in "Linear.backward"
    fails: tuple[str, ...] = field(compare=False, default=())
    functions: Mapping[tuple[str, str], str] = field(compare=False, default_factory=dict)
    homes: frozenset[str] = field(compare=False, default=frozenset())  # the classes or modules of its functions

    @property
    def components(self) -> set[str]:
        """Those of which it has to fail a check."""
        return {check.partition("/")[0] for check in self.fails}

    def excludes(self, other: "Cause") -> bool:
        """Whether nobody can have both: they have different beliefs about one function."""
        return any(
            self.functions[function] != other.functions[function]
            for function in self.functions.keys() & other.functions
        )


def _public(target: str) -> str:
    """As students know it: "nn.GELU._tanh_gate" is in GELU."""
    parts = target.removeprefix("nn.").removeprefix("optim.").split(".")
    return ".".join(parts[:-1] if parts[-1].startswith("_") and not parts[-1].endswith("__") else parts)


def of_misconceptions(
    misconceptions: tuple[Misconception, ...], functions: Mapping[tuple[str, str], str] | None = None
) -> Cause:
    """The cause that somebody has all these misconceptions, which are about these functions."""
    beliefs = " And: ".join(f'"{m.belief}"' for m in misconceptions)
    conventions = " ".join(m.convention for m in misconceptions if m.convention)
    about = " and ".join(_public(m.target) for m in misconceptions)
    return Cause(
        name=" + ".join(m.name for m in misconceptions),
        exactly=conventions or f"Your results are exactly those of this belief: {beliefs}",
        likely=conventions or f"This belief leads to the same: {beliefs}",
        partly=conventions or f"This belief leads to a part of what is wrong here: {beliefs}",
        elsewhere=conventions or f"Other checks show this belief, and it fails this one in the same way: {beliefs}",
        place=f"A mistake in {about} leads to the same results.",
        hint=" ".join(m.hint for m in misconceptions),
        about=about,
        homes=frozenset(m.home for m in misconceptions),
        fails=tuple(check for m in misconceptions for check in m.fails),
        functions=functions or {},
    )


def of_slip(mutant: Mutant) -> Cause:
    """The cause that a right solution has one slip in it."""
    about = SLIPS.get(mutant.kind, "a call that is missing")
    solution = f"a solution that is right but for one slip in {mutant.function}."
    exactly = f"Your results are exactly those of {solution}"
    hint = f"The slip is about {about}: where in {mutant.function} could that be?"
    likely = f"The same comes of {solution}"
    return Cause(mutant.name, exactly, likely, likely, likely, likely, hint, mutant.function)


def in_common(causes: Sequence[Cause]) -> tuple[str, str]:
    """What can be said about several beliefs that explain a check equally well, and a question.

    At most one of them is the student's, so none is named.
    """
    about = {cause.about for cause in causes}
    hints = {cause.hint for cause in causes}
    where = f" about {about.pop()}" if len(about) == 1 else ""
    return f"Several beliefs{where} lead to the same results.", hints.pop() if len(hints) == 1 else ""
