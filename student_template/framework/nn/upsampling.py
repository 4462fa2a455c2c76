"""Upsampling: images with more rows and columns, and nothing in them that was not there before."""

import numpy as np

from .module import Module, check_shape


class Upsample(Module):
    """Images that are larger by whole factors, each direction by its own.

    Equation: y[n, c] = R x[n, c] S^T, where R turns H numbers into Ho = H * factor, and S turns W into Wo

    "nearest": row i of R has a 1 at floor(i / factor), and zeros. So every number is repeated.
    "bilinear": row i belongs to the place s = (i + 1/2) / factor - 1/2 of x, but never to one before 0 or after H - 1.
    With a = floor(s), it has 1 - (s - a) at a, s - a at a + 1, and zeros. So a number is the middle of a square, and
    between two middles is interpolated.

    Args:
        scale_factor: int >= 1 for both directions, or pair (vertical, horizontal).
        mode: "nearest" or "bilinear".

    Raises:
        ValueError: if a factor is below 1, or there is no such mode.

    Source: PyTorch, torch.nn.Upsample (with align_corners=False).
    """

    def __init__(self, scale_factor: int | tuple[int, int], mode: str = "nearest") -> None:
        raise NotImplementedError("nn.Upsample.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Make images larger.

        Args:
            x: (N, C, H, W) float; N may be 0.

        Returns:
            y, (N, C, Ho, Wo) of the dtype of x.

        Raises:
            ValueError: naming the shape of x, if it does not have four dimensions.
        """
        raise NotImplementedError("nn.Upsample.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add up what each number of x was used for.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        raise NotImplementedError("nn.Upsample.backward")
