"""What is graded: two right answers, copies with small edits or one known bug, and answers that misbehave."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

COURSE = Path(__file__).with_name("course")
CHECKS = tuple(re.findall(r"^def test_(\w+)", (COURSE / "assignments/01_layers/test_hidden.py").read_text(), re.M))
VECTORISED = (COURSE / "reference/nn.py").read_text()
_CONV = re.compile(r"class Conv2d.*?\n\n\n(?=class)", re.S)
_NAIVE_CONV = "class Conv2d" + (COURSE / "naive_conv.py").read_text().partition("class Conv2d")[2] + "\n\n"
NAIVE = _CONV.sub(lambda _match: _NAIVE_CONV, VECTORISED)


@dataclass(frozen=True)
class Submission:
    """One nn.py; `fails` are the checks that a right grader reports as failed."""

    name: str
    source: str
    fails: frozenset[str] = frozenset()

    @property
    def verdicts(self) -> dict[str, bool]:
        """Check -> whether it should pass."""
        return {check: check not in self.fails for check in CHECKS}


Edit = Callable[[str], str]


def replaced(old: str, new: str) -> Edit:
    """An edit of the first place where `old` stands; it has to."""

    def edit(source: str) -> str:
        if old not in source:
            raise ValueError(f"not in the source: {old!r}")
        return source.replace(old, new, 1)

    return edit


# What leaves an answer right, as students' copies differ.
HARMLESS: tuple[Edit, ...] = (
    replaced("return x @ self.weight.data.T + self.bias.data", "return np.dot(x, self.weight.data.T) + self.bias.data"),
    replaced("return np.where(self.positive, x, 0.0)", "return x * self.positive"),
    lambda source: source.replace("dy", "upstream"),
    lambda source: source.replace("velocities", "memory"),
    replaced("self.bias.accumulate(dy.sum(axis=0))", "self.bias.accumulate(np.ones(len(dy)) @ dy)"),
    replaced("e / e.sum(axis=-1, keepdims=True)", "e / np.sum(e, axis=-1, keepdims=True)"),
    replaced("(self.difference**2).mean()", "np.mean(np.square(self.difference))"),
    lambda source: re.sub(r"\binner\b", "weighted", source),
    lambda source: source + "\n\ndef accuracy(x, target):\n    return float((x.argmax(axis=1) == target).mean())\n",
    replaced('"""y = max(x, 0)"""', '"""Keep what is positive, and drop the rest."""'),
    replaced("p.data -= self.lr * v", "p.data[...] = p.data - self.lr * v"),
    replaced("1.0 - self.y**2", "1.0 - np.square(self.y)"),
)
_IN_PLACE = "x[~self.positive] = 0.0\n        return x"
BUGS: tuple[tuple[str, Edit, set[str]], ...] = (
    (
        "bias gradient averaged",
        replaced("dy.sum(axis=0)", "dy.mean(axis=0)"),
        {"linear_gradients", "linear_accumulates", "training"},
    ),
    (
        "gradient replaced",
        replaced("gradient if self.grad is None else self.grad + gradient", "gradient"),
        {"linear_accumulates"},
    ),
    ("relu in place", replaced("return np.where(self.positive, x, 0.0)", _IN_PLACE), {"relu_leaves_its_input"}),
    ("sigmoid of y", replaced("dy * self.y * (1.0 - self.y)", "dy * (1.0 - self.y)"), {"sigmoid_gradients"}),
    ("tanh without square", replaced("(1.0 - self.y**2)", "(1.0 - self.y)"), {"tanh_gradients", "sequential_backward"}),
    ("softmax diagonal", replaced("self.y * (dy - inner)", "dy * self.y * (1.0 - self.y)"), {"softmax_gradients"}),
    ("softmax unshifted", replaced("np.exp(x - x.max(axis=-1, keepdims=True))", "np.exp(x)"), {"softmax_extremes"}),
    (
        "padding cut on one side",
        replaced("p : dx.shape[2] - p, p : dx.shape[3] - p", "2 * p :, 2 * p :"),
        {"conv_gradients"},
    ),
    (
        "entropy not averaged",
        replaced("return dy * dx / len(self.target)", "return dy * dx"),
        {"cross_entropy_gradients", "training"},
    ),
    (
        "first module left out",
        replaced("in reversed(self.parts)", "in self.parts[:0:-1]"),
        {"sequential_backward", "training"},
    ),
    ("momentum of wrong sign", replaced("v *= self.momentum", "v *= -self.momentum"), {"sgd_momentum"}),
    ("adam not corrected", replaced("corrected = m / (1.0 - a**self.t)", "corrected = m"), {"adam_steps"}),
)


def cohort(base: str, number: int = 36) -> list[Submission]:
    """Copies of an answer: of every three, two are right and have one or two harmless edits, and one has one bug."""
    n = len(HARMLESS)
    right = [HARMLESS[i % n](HARMLESS[(i + 5) % n](base) if i >= n else base) for i in range(2 * n)]
    wrong = [(edit(base), frozenset(fails)) for _, edit, fails in BUGS]
    answers = [
        one
        for i, bug in enumerate(wrong)
        for one in ((right[2 * i], frozenset()), (right[2 * i + 1], frozenset()), bug)
    ]
    chosen = itertools.islice(itertools.cycle(answers), number)
    return [Submission(f"s{i:03}", f"# student {i}\n{source}", fails) for i, (source, fails) in enumerate(chosen)]


def _in_silu(lines: str) -> Edit:
    body = "".join(f"        {line}\n" for line in lines.splitlines())
    return replaced("        self.x, self.s = x, logistic(x)\n", body)


def _at_import(lines: str) -> Edit:
    """Before anything is defined, so that nothing is deserved."""
    return replaced("import numpy as np\n", f"import numpy as np\n{lines}\n")


SILU = frozenset({"silu_forward", "silu_gradients", "silu_extremes"})
EVERY = frozenset(CHECKS)
_SWALLOWING = """while True:
    try:
        while True:
            pass
    except BaseException:
        pass"""
_MISBEHAVIOUR: tuple[tuple[str, Edit, frozenset[str]], ...] = (
    ("endless loop at import", _at_import("while True:\n    pass"), EVERY),
    ("endless loop in a method", _in_silu("while True:\n    pass"), SILU),
    ("loop that swallows BaseException", _in_silu(_SWALLOWING), SILU),
    ("sys.exit at import", _at_import("import sys\nsys.exit(0)"), EVERY),
    ("sys.exit in a method", _in_silu("import sys\nsys.exit(0)"), SILU),
    ("os._exit at import", _at_import("import os\nos._exit(0)"), EVERY),
    ("os._exit in a method", _in_silu("import os\nos._exit(0)"), SILU),
    ("segmentation fault in a method", _in_silu("import ctypes\nctypes.string_at(0)"), SILU),
    ("memory without end in a method", _in_silu("held = []\nwhile True:\n    held.append(np.ones(2**22))"), SILU),
)


def misbehaving() -> list[Submission]:
    """Vectorised answers that take their process along; what they touch is lost, everything else is deserved."""
    return [Submission(name, edit(VECTORISED), fails) for name, edit, fails in _MISBEHAVIOUR]


def four_bad() -> list[Submission]:
    """Those that a cohort is graded with: two never end, two end their process."""
    kept = ("endless loop at import", "endless loop in a method", "sys.exit in a method", "os._exit in a method")
    return [submission for submission in misbehaving() if submission.name in kept]
