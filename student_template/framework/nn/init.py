"""The values that training starts from.

Conventions shared by every function here whose name ends in an underscore:

- ``p`` is a Parameter. Its array is overwritten in place and keeps its dtype; ``p.grad`` is left
  alone. The function returns ``p`` itself.
- ``rng`` is the source of random numbers, by default a fresh ``default_rng()``. Each function
  makes the one draw that its docstring states, in float64, so that equal generators give equal values.
- The *fans* of a weight of shape (O, I, *K), with at least two dimensions of at least 1: every
  output adds up fan_in = I * prod(K) inputs, and every input goes into fan_out = O * prod(K) outputs.
  For a matrix, K is empty and prod(K) is 1.
"""

import math

import numpy as np

from .parameter import Parameter


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Look up the factor by which weights before a nonlinearity are enlarged, so that signals keep their size.

        "linear", "sigmoid"                                                  1
        "conv1d", "conv2d", "conv3d",
        "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"           1
        "tanh"                                                               5/3
        "relu"                                                               sqrt(2)
        "leaky_relu"                                                         sqrt(2 / (1 + param^2))
        "selu"                                                               3/4

    Args:
        nonlinearity: one of the names above.
        param: the negative slope of "leaky_relu", by default 0.01; ignored for the others.

    Raises:
        ValueError: for any other name.

    Source: PyTorch, torch.nn.init.calculate_gain.

    >>> calculate_gain("relu") == calculate_gain("leaky_relu", 0)
    True
    """
    raise NotImplementedError("nn.init.calculate_gain")


def zeros_(p: Parameter) -> Parameter:
    """Set every value to 0."""
    raise NotImplementedError("nn.init.zeros_")


def ones_(p: Parameter) -> Parameter:
    """Set every value to 1."""
    raise NotImplementedError("nn.init.ones_")


def uniform_(p: Parameter, a: float = 0.0, b: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """Draw every value uniformly from [a, b).

    Draw: ``rng.uniform(a, b, p.shape)``
    """
    raise NotImplementedError("nn.init.uniform_")


def normal_(p: Parameter, mean: float = 0.0, std: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """Draw every value from the normal distribution with this mean and standard deviation.

    Draw: ``rng.normal(mean, std, p.shape)``
    """
    raise NotImplementedError("nn.init.normal_")


def xavier_uniform_(p: Parameter, gain: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """Draw weights that keep signals and gradients about equally large from layer to layer: Glorot's initialisation.

    Equation: std = gain * sqrt(2 / (fan_in + fan_out)), bound = sqrt(3) * std
    Draw: ``rng.uniform(-bound, bound, p.shape)``

    Args:
        p: Parameter of shape (O, I, *K).
        gain: factor of all values, see ``calculate_gain``.

    Raises:
        ValueError: if p has fewer than two dimensions.

    Source: Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward Neural
    Networks (2010), eq. 16.
    """
    raise NotImplementedError("nn.init.xavier_uniform_")


def xavier_normal_(p: Parameter, gain: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """The same with normal values.

    Draw: ``rng.normal(0, std, p.shape)``, with the std of ``xavier_uniform_``

    Args:
        p: Parameter of shape (O, I, *K).
        gain: factor of all values, see ``calculate_gain``.

    Raises:
        ValueError: if p has fewer than two dimensions.
    """
    raise NotImplementedError("nn.init.xavier_normal_")


def kaiming_uniform_(
    p: Parameter,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: np.random.Generator | None = None,
) -> Parameter:
    """Draw weights that keep signals as large as they are through rectifiers: He's initialisation.

    Equation: std = calculate_gain(nonlinearity, a) / sqrt(fan), bound = sqrt(3) * std
    Draw: ``rng.uniform(-bound, bound, p.shape)``

    Args:
        p: Parameter of shape (O, I, *K).
        a: the negative slope of "leaky_relu"; 0 is that of ReLU.
        mode: which fan: "fan_in" keeps the size of signals going forward, "fan_out" that of
            gradients going back.
        nonlinearity: what comes after the layer, see ``calculate_gain``.

    Raises:
        ValueError: if p has fewer than two dimensions, or for another mode or nonlinearity.

    Source: He, Zhang, Ren and Sun, Delving Deep into Rectifiers (2015), sec. 2.2.
    """
    raise NotImplementedError("nn.init.kaiming_uniform_")


def kaiming_normal_(
    p: Parameter,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: np.random.Generator | None = None,
) -> Parameter:
    """The same with normal values.

    Draw: ``rng.normal(0, std, p.shape)``, with the std of ``kaiming_uniform_``

    Args:
        p: Parameter of shape (O, I, *K).
        a: the negative slope of "leaky_relu"; 0 is that of ReLU.
        mode: which fan, "fan_in" or "fan_out".
        nonlinearity: what comes after the layer, see ``calculate_gain``.

    Raises:
        ValueError: if p has fewer than two dimensions, or for another mode or nonlinearity.
    """
    raise NotImplementedError("nn.init.kaiming_normal_")


def orthogonal_(p: Parameter, gain: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """Draw a matrix at random among those that change no length, and multiply it by gain.

    A p of shape (O, I, *K) counts as a matrix W of O rows and I * prod(K) columns. Whichever are
    fewer, rows or columns, are orthogonal to each other and have the length gain.

    Draw: G = ``rng.normal(0, 1, (rows, columns))``. If G has more rows than columns, or as many,
    G = Q R with orthonormal columns in Q and an upper triangular R whose diagonal is positive, and
    W = gain * Q. Otherwise the same is done with G^T, and W = gain * Q^T.

    Args:
        p: Parameter of shape (O, I, *K).
        gain: factor of all values, see ``calculate_gain``.

    Raises:
        ValueError: if p has fewer than two dimensions.

    Source: Saxe, McClelland and Ganguli, Exact Solutions to the Nonlinear Dynamics of Learning in
    Deep Linear Neural Networks (2014), sec. 3; Mezzadri, How to Generate Random Matrices from the
    Classical Compact Groups (2007), sec. 5, for the signs.
    """
    raise NotImplementedError("nn.init.orthogonal_")
