"""Dropout sets numbers to 0 at random while a network is trained, so that none of them can be relied upon.

Conventions shared by both classes:

- *Inverted* dropout: in training what is kept is divided by 1 - p, so that the mean stays as it is.
  In evaluation y is x.
- p is the probability of being **dropped**, as in PyTorch; elsewhere it is sometimes that of being kept.
- Every forward in training makes one draw from ``rng``, also for p = 0. In evaluation there is none.
- y and dx have the dtype of x. With p = 1 everything is dropped: y and dx are zeros.
"""

import numpy as np

from .module import Module, check_shape


class Dropout(Module):
    """Drop every number independently of the others.

    Equation, in training: y = x / (1 - p) where u >= p, else 0, with u uniform in [0, 1)
    Equation, in evaluation: y = x

    Draw: u = ``rng.random(x.shape)``, in every forward in training.

    Args:
        p: from 0 to 1; the probability of being dropped.
        rng: source of the draws, by default a fresh ``default_rng()``.

    Raises:
        ValueError: if p is not between 0 and 1.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout: A Simple Way to
    Prevent Neural Networks from Overfitting (2014), sec. 4, and sec. 10 for the scale.
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator | None = None) -> None:
        raise NotImplementedError("nn.Dropout.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Drop numbers of x in training; return x in evaluation.

        Args:
            x: float array of at least one dimension.

        Returns:
            y, of the shape and dtype of x; in evaluation it may be x itself.
        """
        raise NotImplementedError("nn.Dropout.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx for what the last forward dropped.

        Args:
            dy: array of the shape of x; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x; after a forward in evaluation it may be
            dy itself.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of x.
        """
        raise NotImplementedError("nn.Dropout.backward")


class Dropout2d(Dropout):
    """Drop whole channels: neighbours in an image are so alike that single numbers would not be missed.

    Equation: that of ``Dropout`` with one u for each example and channel, shared by its H * W numbers

    Draw: u = ``rng.random((N, C))``, in every forward in training.

    Args:
        p: from 0 to 1; the probability of being dropped.
        rng: source of the draws, by default a fresh ``default_rng()``.

    Raises:
        ValueError: if p is not between 0 and 1.

    Source: Tompson, Goroshin, Jain, LeCun and Bregler, Efficient Object Localization Using
    Convolutional Networks (2015), sec. 3.2.
    """

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Drop channels of x in training; return x in evaluation.

        Args:
            x: (N, C, H, W) float.

        Returns:
            y, of the shape and dtype of x; in evaluation it may be x itself.

        Raises:
            ValueError: naming its shape, if x does not have four dimensions, in either mode.
        """
        raise NotImplementedError("nn.Dropout2d.forward")
