"""The field: six optimizers that every submission is measured against, each with the same options for all tasks."""

from collections.abc import Callable

import numpy as np

from reference.nn import Parameter
from reference.optim import SGD, Adam, AdamW, Lion, Optimizer
from reference.optim.optimizer import Group, Params, State


class Shampoo(Optimizer):
    """The gradient of a matrix, divided by roots of what its rows, and its columns, were so far.

    Equation: L = L + G G^T,  R = R + G^T G,  p = p - lr * L^(-1/4) G R^(-1/4); L and R begin as eps times identity.
    With one side alone, it is the inverse root: p = p - lr * L^(-1/2) G. A vector is a matrix with one column. A side
    that is longer than `LONGEST` is left out, as is done in practice; a vector that is longer has a diagonal L.

    Source: Gupta, Koren and Singer, Shampoo: Preconditioned Stochastic Tensor Optimization (2018), algorithm 1.
    """

    LONGEST = 32

    def __init__(self, params: Params, lr: float, eps: float = 1e-4) -> None:
        super().__init__(params, dict(lr=lr, eps=eps))

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        """One step of the equation."""
        matrix = grad.reshape(len(grad), -1)
        products = {
            name: side @ side.T
            for name, side in {"left": matrix, "right": matrix.T}.items()
            if 1 < len(side) <= self.LONGEST
        }
        for name, product in products.items():
            state[name] = state.get(name, group["eps"] * np.eye(len(product))) + product
        if not products:
            state["sum"] = state.get("sum", group["eps"]) + matrix * matrix
            matrix = matrix / np.sqrt(state["sum"])
        if "left" in products:
            matrix = _power(state["left"], -0.5 / len(products)) @ matrix
        if "right" in products:
            matrix = matrix @ _power(state["right"], -0.5 / len(products))
        p.data -= group["lr"] * matrix.reshape(grad.shape)


def _power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 1e-12) ** exponent) @ vectors.T


# The options were chosen once, on draws that no grading uses, so that the six differ clearly: benchmarks/optimizers.py.
FIELD: dict[str, Callable[[list[Parameter]], Optimizer]] = {
    "SGD": lambda params: SGD(params, lr=0.3),
    "momentum": lambda params: SGD(params, lr=0.1, momentum=0.9),
    "Lion": lambda params: Lion(params, lr=0.03),
    "Adam": lambda params: Adam(params, lr=0.03),
    "AdamW": lambda params: AdamW(params, lr=0.1, weight_decay=0.01),
    "Shampoo": lambda params: Shampoo(params, lr=1.0),
}
