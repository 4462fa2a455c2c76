"""What authors of checks use. A check is a plain pytest test; its docstring is the sentence a student reads.

    @weight(2)
    def test_bias_gradient_sums_over_the_batch(twin, rng):
        \"\"\"The gradient of the bias is the sum of the upstream gradient over every row.\"\"\"
        linear = twin("nn.Linear", 5, 3)
        linear.forward(rng.normal(size=(7, 5)))
        linear.backward(rng.normal(size=(7, 3)))
        linear.compare("bias.grad")

Fixtures: `student` is the framework under test. `rng` is seeded from the check's name and the submission. In hidden
checks there are also `reference`, and `twin`, which drives both frameworks by the same calls.
"""

from grader.calls import seed
from grader.checks.decorators import (
    fine,
    hide_errors,
    integrated,
    leaderboard,
    number,
    partial_credit,
    seconds,
    tags,
    visibility,
    weight,
)
from grader.checks.errors import raises
from grader.checks.gradients import check_gradients, check_own_gradients
from grader.compare import EXACT, Tolerance, compare

__all__ = [
    "EXACT",
    "Tolerance",
    "check_gradients",
    "check_own_gradients",
    "compare",
    "fine",
    "hide_errors",
    "integrated",
    "leaderboard",
    "number",
    "partial_credit",
    "raises",
    "seconds",
    "seed",
    "tags",
    "visibility",
    "weight",
]
