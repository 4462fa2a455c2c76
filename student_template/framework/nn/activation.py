"""An activation bends what a linear layer leaves straight: without it, depth adds nothing.

Conventions shared by every class here, beside those of ``module``:

- x is a float array of any shape, y and dx are new arrays of its shape; all are pure numbers,
  without a unit.
- Values and gradients are exact to rounding, without a warning, for every |x| <= 1e4.
- ``backward`` raises RuntimeError before the first ``forward``, and ValueError, naming both
  shapes, if dy does not have the shape of y.

The first eight act on each number alone. ``Softmax`` and ``LogSoftmax`` act together on all the
numbers along one dimension. A negative ``dim`` counts from the end; one that x does not have
raises IndexError as soon as x is seen.
"""

import math

import numpy as np

from .module import Module, check_shape


class ReLU(Module):
    """Pass what is positive and block the rest: the rectified linear unit.

    Equation: y = max(x, 0)
    The derivative at x = 0, where the graph has a corner, is taken to be 0.

    Source: Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines (2010).

    >>> ReLU()(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return max(x, 0) for every number in x."""
        raise NotImplementedError("nn.ReLU.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        raise NotImplementedError("nn.ReLU.backward")


class LeakyReLU(Module):
    """Rectify, but let a fraction of what is negative through, so that no unit goes silent.

    Equation: y = x if x > 0, else negative_slope * x
    The derivative at x = 0 is taken to be negative_slope.

    Args:
        negative_slope: any float, also negative or above 1; the slope left of zero.

    Source: Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models
    (2013), sec. 2.

    >>> LeakyReLU(negative_slope=0.5)(np.array([-2.0, 0.0, 3.0]))
    array([-1.,  0.,  3.])
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        raise NotImplementedError("nn.LeakyReLU.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return x where it is positive, negative_slope * x elsewhere."""
        raise NotImplementedError("nn.LeakyReLU.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        raise NotImplementedError("nn.LeakyReLU.backward")


class ELU(Module):
    """Rectify, but level off smoothly towards -alpha on the left: the exponential linear unit.

    Equation: y = x if x > 0, else alpha * (exp(x) - 1)
    The derivative at x = 0 is taken to be alpha (for alpha = 1 there is no corner).

    Args:
        alpha: float; minus the value far to the left of zero.

    Source: Clevert, Unterthiner and Hochreiter, Fast and Accurate Deep Network Learning by
    Exponential Linear Units (2016), sec. 3.

    >>> ELU(alpha=2.0)(np.array([-1e4, 0.0, 1e4])).tolist()
    [-2.0, 0.0, 10000.0]
    """

    def __init__(self, alpha: float = 1.0) -> None:
        raise NotImplementedError("nn.ELU.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return x where it is positive, alpha * (exp(x) - 1) elsewhere."""
        raise NotImplementedError("nn.ELU.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        raise NotImplementedError("nn.ELU.backward")


class Sigmoid(Module):
    """Squash every number into (0, 1): the logistic function.

    Equation: y = 1 / (1 + exp(-x))

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sec. 3.10.

    >>> Sigmoid()(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return 1 / (1 + exp(-x)) for every number in x."""
        raise NotImplementedError("nn.Sigmoid.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        raise NotImplementedError("nn.Sigmoid.backward")


class Tanh(Module):
    """Squash every number into (-1, 1), symmetrically about zero.

    Equation: y = tanh(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x))

    Source: LeCun, Bottou, Orr and Mueller, Efficient BackProp (1998), sec. 4.4.

    >>> Tanh()(np.array([-1e4, 0.0, 1e4]))
    array([-1.,  0.,  1.])
    """

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return tanh(x) for every number in x."""
        raise NotImplementedError("nn.Tanh.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        raise NotImplementedError("nn.Tanh.backward")


class Softplus(Module):
    """Round off the corner of ReLU.

    Equation: y = log(1 + exp(beta * x)) / beta
    Note: the formula holds for every x; PyTorch switches to y = x where beta * x > 20.

    Args:
        beta: float > 0; the sharpness of the bend, ReLU in the limit of large beta.

    Raises:
        ValueError: if beta is 0.

    Source: Dugas et al., Incorporating Second-Order Functional Knowledge for Better Option
    Pricing (2001).

    >>> Softplus()(np.array([-1e4, 0.0, 1e4])).round(4).tolist()
    [0.0, 0.6931, 10000.0]
    """

    def __init__(self, beta: float = 1.0) -> None:
        raise NotImplementedError("nn.Softplus.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return log(1 + exp(beta * x)) / beta for every number in x."""
        raise NotImplementedError("nn.Softplus.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        raise NotImplementedError("nn.Softplus.backward")


class SiLU(Module):
    """Let every number decide, through the sigmoid, how much of itself passes (also: Swish).

    Equation: y = x * sigmoid(x)

    Source: Elfwing, Uchibe and Doya, Sigmoid-Weighted Linear Units for Neural Network Function
    Approximation in Reinforcement Learning (2018), sec. 2.

    >>> SiLU()(np.array([-1.0, 0.0, 1e4])).round(4).tolist()
    [-0.2689, 0.0, 10000.0]
    """

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return x * sigmoid(x) for every number in x."""
        raise NotImplementedError("nn.SiLU.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        raise NotImplementedError("nn.SiLU.backward")


class GELU(Module):
    """Weight every number by the share of a standard normal population that lies below it.

    Equation: y = x * Phi(x),  Phi(x) = (1 + erf(x / sqrt(2))) / 2
    With approximate="tanh": y = x / 2 * (1 + tanh(u)),  u = sqrt(2 / pi) * (x + 0.044715 * x**3)
    Note: the two differ by less than 5e-4; the exact one is the default here, as in PyTorch.

    Args:
        approximate: "none" for the exact function or "tanh" for the approximation; backward is
            the derivative of the one that was chosen.

    Raises:
        ValueError: if approximate is neither of the two.

    Source: Hendrycks and Gimpel, Gaussian Error Linear Units (2016), sec. 2.

    >>> GELU()(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """

    def __init__(self, approximate: str = "none") -> None:
        raise NotImplementedError("nn.GELU.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return x * Phi(x), or its approximation, for every number in x."""
        raise NotImplementedError("nn.GELU.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        raise NotImplementedError("nn.GELU.backward")


class Softmax(Module):
    """Turn scores into probabilities: positive, and summing to 1 along one dimension.

    Equation: y_i = exp(x_i) / sum_k exp(x_k),  i and k along dim
    A score of -inf means "impossible" and gets probability 0; a row needs one finite score.

    Args:
        dim: int; the dimension along which the probabilities sum to 1.

    Source: Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs
    (1990).

    >>> Softmax()(np.array([[1e4, 1e4], [0.0, -1e4]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """

    def __init__(self, dim: int = -1) -> None:
        raise NotImplementedError("nn.Softmax.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the probabilities of the scores x."""
        raise NotImplementedError("nn.Softmax.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        raise NotImplementedError("nn.Softmax.backward")


class LogSoftmax(Module):
    """Turn scores into log-probabilities, keeping those whose probability would round to 0.

    Equation: y_i = x_i - log(sum_k exp(x_k)),  i and k along dim
    A score of -inf means "impossible" and stays -inf; a row needs one finite score.

    Args:
        dim: int; the dimension along which the probabilities exp(y) sum to 1.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sec. 6.2.2.3.

    >>> LogSoftmax()(np.array([0.0, -1e4]))
    array([     0., -10000.])
    """

    def __init__(self, dim: int = -1) -> None:
        raise NotImplementedError("nn.LogSoftmax.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the log-probabilities of the scores x."""
        raise NotImplementedError("nn.LogSoftmax.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        raise NotImplementedError("nn.LogSoftmax.backward")


def logsumexp(x: np.ndarray, dim: int = -1, keepdim: bool = False) -> np.ndarray:
    """Add numbers that are given by their logarithms, and return the logarithm of the sum.

    Equation: log(sum_k exp(x_k)),  k along dim
    Numbers that are all 0, that is x all -inf, add up to 0: the result is -inf.

    Args:
        x: any shape, float; logarithms of the numbers to add [nat].
        dim: int; the dimension to sum over.
        keepdim: whether dim stays, with length 1, or goes.

    Returns:
        x's shape without dim, or with length 1 there; x's dtype; the logarithm of the sum [nat].

    Raises:
        IndexError: if x has no dimension dim.

    Source: Blanchard, Higham and Higham, Accurately Computing the Log-Sum-Exp and Softmax
    Functions (2021), sec. 1.

    >>> logsumexp(np.array([[0.0, 0.0], [1e4, -1e4]])).round(4).tolist()
    [0.6931, 10000.0]
    """
    raise NotImplementedError("nn.logsumexp")
