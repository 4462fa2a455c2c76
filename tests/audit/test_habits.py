"""Mutants of other structure than a slip: by the name of each, one example."""

import ast

import pytest

from grader.assignment.habits import HABITS
from grader.assignment.mutants import MAX_HABITS, mutants

LAYER = """
class Layer:
    def __init__(self, beta=1.0, reduction="mean"):
        self.beta, self.reduction = beta, reduction
        self.count = 0

    def forward(self, x, dim=-1):
        y = np.exp(self.beta * x)
        self.kept = y
        self.save_for_backward(x > 0, dim)
        return y[0] if dim else y

    def backward(self, dy):
        return dy * self.kept * self.beta

    def update(self, p, grad: np.ndarray, group):
        p.data -= group["beta"] * grad

    def names(self):
        for name, child in vars(self).items():
            yield name
            yield from child.names()

    def all(self):
        return [p for p in self.names()]

    def run(self, x):
        for layer in reversed(self.layers):
            x = layer(x)
        for layer in self.layers:
            layer.reset()
        return sum(p for p in self.layers)
"""


def made(source: str = LAYER) -> dict[str, list[str]]:
    """What each kind makes, as "function: old => new" or "function: statement [old => new]"."""
    found: dict[str, list[str]] = {kind: [] for kind in HABITS}
    for mutant in mutants("nn/layer.py", ast.parse(source), None, with_habits=True):
        if mutant.kind in HABITS:
            found[mutant.kind].append(mutant.name.removeprefix("nn/layer.py:Layer."))
    return found


def test_what_a_method_stores_is_stored_the_first_time_only_or_once_for_each_shape():
    assert made()["stored only the first time"] == [
        "forward: self.kept = y [y => vars(self).setdefault('_first', y)]",
        "forward: self.save_for_backward(x > 0, dim) [x > 0 => vars(self).setdefault('_first', x > 0)]",
        "forward: self.save_for_backward(x > 0, dim) [dim => vars(self).setdefault('_first', dim)]",
    ]
    assert (
        made()["stored once for each shape"][0]
        == "forward: self.kept = y [y => vars(self).setdefault(f'_first{np.shape(y)}', y)]"
    )


def test_one_variable_stands_for_another_of_its_kind():
    swaps = made()["another variable"]

    assert "forward: self.kept = y [y => x]" in swaps
    assert "backward: return dy * self.kept * self.beta [self.kept => self.beta]" in swaps
    assert "update: p.data -= group['beta'] * grad [group => self.defaults]" in swaps
    assert "update: p.data -= group['beta'] * grad [grad => p.grad]" in swaps
    assert not any("=> name]" in swap or "=> self.count]" in swap for swap in swaps)  # never used as numbers


def test_an_option_is_ignored_where_it_is_used():
    assert made()["option ignored"] == [
        "__init__: self.beta, self.reduction = (beta, reduction) [beta => 1.0]",
        "__init__: self.beta, self.reduction = (beta, reduction) [reduction => 'mean']",
        "forward: y = np.exp(self.beta * x) [self.beta => 1.0]",
        "forward: self.save_for_backward(x > 0, dim) [dim => -1]",
        "forward: return y[0] if dim else y [dim => -1]",
        "backward: return dy * self.kept * self.beta [self.beta => 1.0]",
        "update: p.data -= group['beta'] * grad [group['beta'] => 1.0]",
    ]


def test_a_loop_does_its_first_item_only():
    assert made()["only the first item"] == [
        "names: for name, child in vars(self).items(): [vars(self).items() => list(vars(self).items())[:1]]",
        "all: return [p for p in self.names()] [self.names() => list(self.names())[:1]]",
        "run: for layer in reversed(self.layers): [reversed(self.layers) => list(reversed(self.layers))[:1]]",
        "run: for layer in self.layers: [self.layers => list(self.layers)[:1]]",
        "run: return sum((p for p in self.layers)) [self.layers => list(self.layers)[:1]]",
    ]


def test_an_order_is_changed_where_it_matters():
    """Not where each item is dealt with by itself, and not in a sum."""
    found = made()

    assert found["order reversed"] == [
        "names: for name, child in vars(self).items(): [vars(self).items() => reversed(list(vars(self).items()))]",
        "all: return [p for p in self.names()] [self.names() => reversed(list(self.names()))]",
        "run: for layer in reversed(self.layers): [reversed(self.layers) => self.layers]",
    ]
    assert [name.partition(":")[0] for name in found["order sorted"]] == ["names"]


def test_the_first_stands_for_the_last():
    assert made()["last for first"] == ["forward: return y[0] if dim else y [y[0] => y[-1]]"]
    assert made("def f(x):\n    return x[-1]\n")["first for last"] == ["nn/layer.py:f: return x[-1] [x[-1] => x[0]]"]


TREE = """
class Tree:
    def __init__(self, *children):
        self.children = children

    def size(self):
        total = 1
        for child in self.children:
            total += sum([child.size()]) if child else 0
        return total

    def names(self, prefix=""):
        yield prefix
        for i, child in enumerate(self.children):
            yield from child.names(f"{prefix}{i}")
"""


def test_recursion_is_cut_after_one_level():
    [cut] = [
        m
        for m in mutants("tree.py", ast.parse(TREE), ("Tree.names",), with_habits=True)
        if m.kind == "recursion cut after one level"
    ]
    scope: dict = {}
    exec(compile(cut.tree, "tree.py", "exec"), scope)
    leaf = scope["Tree"]

    assert list(leaf(leaf(leaf()), leaf()).names()) == ["", "0", "1"]
    assert cut.name == "tree.py:Tree.names: def names(self, prefix=''): => recursion cut after one level"


def test_there_are_not_many_of_a_kind_in_one_function():
    source = "def f(x, y=1):\n    return " + " + ".join(f"x ** {i} * y" for i in range(100))

    found = made(source)

    assert 0 < len(found["option ignored"]) <= MAX_HABITS
    assert 0 < len(found["another variable"]) <= MAX_HABITS


def test_slips_are_made_alone_unless_more_is_asked_for():
    kinds = {m.kind for m in mutants("nn/layer.py", ast.parse(LAYER), None)}

    assert kinds.isdisjoint(HABITS)


@pytest.mark.parametrize("kind", sorted(HABITS - {"first for last"}))
def test_every_kind_can_be_compiled(kind):
    found = [m for m in mutants("nn/layer.py", ast.parse(LAYER + TREE), None, with_habits=True) if m.kind == kind]

    assert found
    for mutant in found:
        compile(mutant.tree, "layer.py", "exec")
