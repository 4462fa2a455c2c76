"""What PyTorch is asked about sequences: values, gradients.

Not compared: initial values, which come from NumPy's generator; the types of errors, RuntimeError for most of
PyTorch's, where this course raises ValueError; what PyTorch computes of a sequence without a batch, which is not part
of this course.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.recordings.case import Case


def cases() -> Iterator[Case]:
    """Tables of words."""
    rng = np.random.default_rng(8)
    for options in ({}, {"padding_idx": 1}, {"padding_idx": -1}):
        for shape in ((6,), (2, 3), (0,), ()):
            yield _words(f"Embedding {options} of {shape}", rng, options, shape)


def _words(name: str, rng: np.random.Generator, options: dict[str, Any], shape: tuple[int, ...]) -> Case:
    spec = {"module": ["Embedding", {"num_embeddings": 4, "embedding_dim": 3} | options]}
    arrays = {"x": np.array(rng.integers(0, 4, shape))} | _arrays(rng, {"dy": (*shape, 3), "weight": (4, 3)})
    return Case(name, "passes", spec | {"inputs": ["x"], "outputs": ["y"]}, arrays)


def _arrays(
    rng: np.random.Generator, shapes: dict[str, tuple[int, ...]], dtype: Any = np.float64
) -> dict[str, np.ndarray]:
    """Numbers of two decimals: a person can read them."""
    return {name: np.round(rng.normal(0, 1, shape), 2).astype(dtype) for name, shape in shapes.items()}
