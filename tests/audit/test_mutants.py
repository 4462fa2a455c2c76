"""Mutants: one edit each, in the solution only, by a name without a line number, in the same order every time."""

import ast

import pytest

from grader.assignment import Course, Variants
from grader.assignment.holes import HoleError
from grader.assignment.mutants import mutants

SOURCE = '''
"""Text."""

import numpy as np

_LIMIT = 1


class Layer:
    """Given: 2 + 2."""

    kind: str = "plain"

    def forward(self, x: np.ndarray, axis: int = 0) -> np.ndarray:
        """Return 1 + 1."""
        if x.ndim < 2 and axis:
            raise ValueError(f"{1 + 1} is wrong")
        self.total += 0.5
        y = x.sum(axis=axis, keepdims=True)
        return np.where(x > 0, x, -y), y.T.copy()

    def given(self) -> int:
        return 1 + 1


def _helper(a, b):
    return (a - b).astype(a.dtype, copy=False)
'''
EXPECTED = """\
_LIMIT: _LIMIT = 1 [1 => 0]
_LIMIT: _LIMIT = 1 [1 => 2]
Layer.forward: axis=0 [0 => 1]
Layer.forward: if x.ndim < 2 and axis: [x.ndim < 2 and axis => x.ndim < 2 or axis]
Layer.forward: if x.ndim < 2 and axis: [x.ndim < 2 and axis => axis]
Layer.forward: if x.ndim < 2 and axis: [x.ndim < 2 and axis => x.ndim < 2]
Layer.forward: if x.ndim < 2 and axis: [x.ndim < 2 and axis => True]
Layer.forward: if x.ndim < 2 and axis: [x.ndim < 2 and axis => False]
Layer.forward: if x.ndim < 2 and axis: [x.ndim < 2 and axis => not (x.ndim < 2 and axis)]
Layer.forward: if x.ndim < 2 and axis: [x.ndim < 2 => x.ndim <= 2]
Layer.forward: if x.ndim < 2 and axis: [x.ndim < 2 => x.ndim >= 2]
Layer.forward: if x.ndim < 2 and axis: [2 => 3]
Layer.forward: raise ValueError(f'{1 + 1} is wrong') => pass
Layer.forward: self.total += 0.5 => pass
Layer.forward: self.total += 0.5 => self.total = 0.5
Layer.forward: self.total += 0.5 => self.total -= 0.5
Layer.forward: self.total += 0.5 [0.5 => 1.0]
Layer.forward: y = x.sum(axis=axis, keepdims=True) => pass
Layer.forward: y = x.sum(axis=axis, keepdims=True) [x.sum(axis=axis, keepdims=True) => x.mean(axis=axis, keepdims=True)]
Layer.forward: y = x.sum(axis=axis, keepdims=True) [axis=axis => nothing]
Layer.forward: y = x.sum(axis=axis, keepdims=True) [keepdims=True => nothing]
Layer.forward: y = x.sum(axis=axis, keepdims=True) [True => False]
Layer.forward: return (np.where(x > 0, x, -y), y.T.copy()) => pass
Layer.forward: return (np.where(x > 0, x, -y), y.T.copy()) => return np.where(x > 0, x, -y)
Layer.forward: return (np.where(x > 0, x, -y), y.T.copy()) [np.where(x > 0, x, -y) => np.where(x > 0, -y, x)]
Layer.forward: return (np.where(x > 0, x, -y), y.T.copy()) [x > 0 => x >= 0]
Layer.forward: return (np.where(x > 0, x, -y), y.T.copy()) [x > 0 => x <= 0]
Layer.forward: return (np.where(x > 0, x, -y), y.T.copy()) [0 => 1]
Layer.forward: return (np.where(x > 0, x, -y), y.T.copy()) [-y => y]
Layer.forward: return (np.where(x > 0, x, -y), y.T.copy()) [y.T.copy() => y.T]
Layer.forward: return (np.where(x > 0, x, -y), y.T.copy()) [y.T => y]
_helper: return (a - b).astype(a.dtype, copy=False) => pass
_helper: return (a - b).astype(a.dtype, copy=False) [(a - b).astype(a.dtype, copy=False) => a - b]
_helper: return (a - b).astype(a.dtype, copy=False) [(a - b).astype(a.dtype, copy=False) => \
-(a - b).astype(a.dtype, copy=False)]
_helper: return (a - b).astype(a.dtype, copy=False) [a - b => a + b]
_helper: return (a - b).astype(a.dtype, copy=False) [a - b => b - a]
"""


def made(source: str = SOURCE, holes: tuple[str, ...] = ("Layer.forward",)):
    return list(mutants("nn/layer.py", ast.parse(source), holes))


def test_every_edit_is_made_once_and_only_in_the_solution():
    """What stays: given methods, docstrings, annotations, what errors say, and `copy=False`, which saves time."""
    names = [mutant.name.removeprefix("nn/layer.py:") for mutant in made()]

    assert names == EXPECTED.splitlines()


def test_each_mutant_is_another_text_and_the_original_stays_as_it_was():
    tree = ast.parse(SOURCE)

    texts = {ast.unparse(mutant.tree) for mutant in mutants("nn/layer.py", tree, ("Layer.forward",))}

    assert len(texts) == len(EXPECTED.splitlines())
    assert ast.unparse(ast.parse(SOURCE)) == ast.unparse(tree) not in texts


def test_names_do_not_depend_on_lines_and_descriptions_do():
    lower = made("\n\n" + SOURCE)

    assert [m.name for m in lower] == [m.name for m in made()]
    assert lower[2].description == "nn/layer.py, line 16, in Layer.forward: constant changed: 0 => 1"


def test_equal_edits_of_one_statement_are_numbered():
    names = [m.name for m in made("def f(x):\n    return x + 3 + 3\n", ("f",)) if "[3 => 4]" in m.name]

    assert names == ["nn/layer.py:f: return x + 3 + 3 [3 => 4]", "nn/layer.py:f: return x + 3 + 3 [3 => 4] #2"]


def test_every_mutant_can_be_compiled():
    for mutant in made():
        compile(mutant.tree, "layer.py", "exec")


def test_a_mutant_behaves_as_it_says(course: Course):
    variants, file = Variants(course), "nn/shift.py"
    by_name = {m.name: m for m in mutants(file, variants.trees[file], ("Shift", "shifted"))}

    negative = variants.importer(
        {file: by_name["nn/shift.py:shifted: return np.add(x, amount) [np.add(x, amount) => -np.add(x, amount)]"].tree}
    )()

    assert negative.nn.shifted(2.0, 1.0) == -3.0


def test_a_hole_that_is_not_there_is_refused():
    with pytest.raises(HoleError):
        made(holes=("Layers",))
