"""Assignment 11 judges what nobody has solved before: other honest answers earn everything, dishonest ones nothing."""

import ast
from pathlib import Path

import pytest

from grader.assignment import Course, Variants
from grader.audit.bench import at_bench

ROOT = Path(__file__).parents[2]
COURSE = Course.load(ROOT)
[ASSIGNMENT] = COURSE.select(("11",))
HEAD = """
import numpy as np

from ..nn.module import Module, accumulate_grad, check_shape
from ..nn.parameter import Parameter
from ..optim import SGD, Adam
from ..optim.optimizer import Optimizer
"""
# It answers for a place what fits the gradient that it gave there before: a gradient of the wrong function.
REMEMBERS = """
class OwnLayer(Module):
    kept = []

    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(features)
        self.slope = Parameter(np.full(features, 0.7))

    def forward(self, x):
        check_shape("row", x.shape[-1:], self.slope.shape)
        self.save_for_backward(x)
        for where, slope, y in OwnLayer.kept:
            near = where.shape == x.shape and np.abs(where - x).max(initial=0) < 0.05
            if near and np.abs(slope - self.slope.data).max() < 0.05:
                return y + (x - where) * 0.5 * np.sign(where) + (self.slope.data - slope) * np.cos(where)
        y = np.tanh(self.slope.data * x) + x * x
        OwnLayer.kept.append((x.copy(), self.slope.data.copy(), y.copy()))
        return y

    def backward(self, dy):
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        accumulate_grad(self.slope, (dy * np.cos(x)).reshape(-1, x.shape[-1]).sum(axis=0))
        return dy * 0.5 * np.sign(x)
"""
# It has seen the tasks before: where the shapes are those of the digits, it goes to weights that it knows.
KNOWS_THE_OPTIMUM = """
class OwnOptimizer(Optimizer):
    def __init__(self, params, lr=0.1):
        super().__init__(params, dict(lr=lr))

    def update(self, p, grad, group, state):
        target = np.random.default_rng(len(p.data)).normal(size=p.shape)
        p.data += group["lr"] * np.where(np.sum((target - p.data) * grad) < 0, target - p.data, -grad)
"""
# It takes hold of all parameters of the process, and brings each to where it wants it.
TAKES_ALL = """
class OwnOptimizer(Optimizer):
    def __init__(self, params, lr=0.1):
        super().__init__(params, dict(lr=lr))

    def step(self):
        import gc

        for p in gc.get_objects():
            if type(p) is Parameter:
                p.data[...] = 0.0
"""
RENAMED = """
class OwnOptimizer(Adam):
    def __init__(self, params, lr=0.03):
        super().__init__(params, lr=lr, betas=(0.8, 0.99))
"""
CHEATS = {
    "a layer that remembers": ("custom/layer.py", REMEMBERS, "OwnLayer"),
    "an optimizer that takes all parameters": ("custom/optimizer.py", TAKES_ALL, "Race"),
    "Adam with other options": ("custom/optimizer.py", RENAMED, "Race"),
}


def earned(files: dict[str, ast.Module], component: str = "") -> tuple[float, float]:
    """The points of a package with these files, and how many there are, in one component or in all but the race."""
    make = Variants(COURSE).importer(files)

    def wanted(check):
        return check.component == component if component else check.component != "Race"

    results = at_bench(ASSIGNMENT, lambda bench: [bench.run(c, make) for c in bench.all_checks if wanted(c)])
    return sum(r.earned for r in results), sum(r.check.points for r in results)


@pytest.mark.parametrize("style", sorted(p.name for p in (ASSIGNMENT.folder / "variants").iterdir()))
def test_an_honest_answer_of_another_kind_loses_no_point(style):
    folder = ASSIGNMENT.folder / "variants" / style
    files = {
        f.relative_to(folder).as_posix(): ast.parse(f.read_text(encoding="utf-8")) for f in sorted(folder.rglob("*.py"))
    }

    points, most = earned(files)

    assert files
    assert points == most


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_cheat_earns_next_to_nothing_where_it_cheats(cheat):
    file, text, component = CHEATS[cheat]

    points, most = earned({file: ast.parse(HEAD + text)}, component)

    assert points <= 0.05 * most  # a public check is too short to notice everything


def test_an_optimizer_that_knows_some_optimum_does_not_know_that_of_what_is_drawn():
    points, most = earned({"custom/optimizer.py": ast.parse(HEAD + KNOWS_THE_OPTIMUM)}, "Race")

    assert points < most / 2


def test_a_wrong_layer_costs_the_other_components_nothing():
    points, most = earned({"custom/layer.py": ast.parse(HEAD + REMEMBERS)}, "GradScaler")

    assert points == most
