"""What several files of hidden checks build: modules, the names for them in messages, and inputs."""

from dataclasses import dataclass

import numpy as np

from grader.calls import Call

ONES = np.ones(2)


@dataclass(frozen=True)
class Buffer:
    values: np.ndarray


def build(student, parts):
    """A Module with the given attributes: a dict stands for a Module, an array for a Parameter."""
    module = student.nn.Module()
    for name, part in parts.items():
        if isinstance(part, Buffer):
            module.register_buffer(name, part.values.copy())
        else:
            setattr(module, name, build(student, part) if isinstance(part, dict) else student.nn.Parameter(part.copy()))
    return module


def large_tree(rng, depth=4, children=12):
    """Parts of a Module four levels deep, with twelve children in no order; each level has parameters and buffers, each
    of two dtypes."""
    own = {
        "weight": rng.normal(size=(2, 3)),
        "mean": Buffer(rng.normal(size=2)),
        "scale": np.asarray(rng.normal(), "float32"),
    }
    own["count"] = Buffer(rng.integers(9, size=3))
    if depth == 1:
        return own
    names = [f"layer{number}" for number in rng.permutation(children)]
    return own | {name: large_tree(rng, depth - 1, 2) for name in names}


def names_of(pairs):
    """The names of (name, value) pairs, as one text: a message then shows all of them."""
    return ", ".join(name for name, _ in pairs)


def called(objects, names):
    """What each object is called, as one text; `names` maps object to name."""
    return ", ".join(names.get(item, "another object") for item in objects)


def fill(student, owner, path, value):
    """Overwrite an array in place where it lives."""
    student.run([Call("set item", owner, path, (Ellipsis, value))])


def normal(rng, shape):
    """Normal numbers, as an array also where the shape is ()."""
    return np.asarray(rng.normal(size=shape))
