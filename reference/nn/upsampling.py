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
        factors = (scale_factor,) * 2 if isinstance(scale_factor, int | np.integer) else tuple(scale_factor)
        if min(factors) < 1 or mode not in ("nearest", "bilinear"):
            given = f"scale_factor={scale_factor}, mode={mode!r}"
            raise ValueError(f'Upsample needs factors >= 1, and "nearest" or "bilinear" for mode, got {given}')
        self.scale_factor, self.mode = factors, mode

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Make images larger.

        Args:
            x: (N, C, H, W) float; N may be 0.

        Returns:
            y, (N, C, Ho, Wo) of the dtype of x.

        Raises:
            ValueError: naming the shape of x, if it does not have four dimensions.
        """
        if x.ndim != 4:
            raise ValueError(f"x of Upsample has shape {x.shape}, but should have shape (N, C, H, W)")
        matrix = _repeating if self.mode == "nearest" else _interpolating
        rows, columns = (matrix(size, factor) for size, factor in zip(x.shape[2:], self.scale_factor, strict=True))
        self.save_for_backward(rows, columns, x.shape, x.dtype)
        return (rows @ x @ columns.T).astype(x.dtype, copy=False)

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
        rows, columns, shape, dtype = self.saved_values
        check_shape("dy of Upsample", dy.shape, (*shape[:2], len(rows), len(columns)))
        return (rows.T @ dy @ columns).astype(dtype, copy=False)


def _repeating(size: int, factor: int) -> np.ndarray:
    return np.repeat(np.eye(size), factor, axis=0)


def _interpolating(size: int, factor: int) -> np.ndarray:
    """Its row i has the shares that the numbers have in number i of the longer row."""
    place = np.maximum(0, (np.arange(size * factor) + 0.5) / factor - 0.5)
    distance = np.abs(np.minimum(place, size - 1)[:, None] - np.arange(size))
    return np.maximum(0, 1 - distance)
