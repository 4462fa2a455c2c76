"""What people believe about images that become larger."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.upsampling import _interpolating, _repeating


@misconception(
    "nn.upsampling._repeating",
    hint="Of the numbers 1 and 5: is it 1 1 5 5, or 1 5 1 5?",
    fails=("Upsample/test_gradients", "Upsample/test_values"),
    source="folklore",
)
def image_is_tiled(size, factor):
    """The image as a whole is repeated."""
    return np.tile(np.eye(size), (factor, 1))


@misconception(
    "nn.upsampling._repeating",
    hint="Between two numbers, what stands in the new places?",
    fails=("Upsample/test_gradients", "Upsample/test_values"),
    source="folklore",
)
def zeros_in_between(size, factor):
    """New places hold zeros."""
    matrix = np.repeat(np.eye(size), factor, axis=0)
    matrix[np.arange(size * factor) % factor != 0] = 0
    return matrix


@misconception(
    "nn.upsampling._interpolating",
    hint="Are the corners of the larger image those of the smaller one?",
    fails=("Upsample/test_gradients_with_options", "Upsample/test_values_with_options"),
    source="folklore",
    convention="This is the form with align_corners=True; the contract asks for PyTorch's default.",
)
def corners_meet(size, factor):
    """The first and last numbers of both images are at the same places."""
    count = size * factor
    place = np.arange(count) * ((size - 1) / max(count - 1, 1))
    return np.maximum(0, 1 - np.abs(place[:, None] - np.arange(size)))


@misconception(
    "nn.upsampling._interpolating",
    hint="Where is the middle of the first of the smaller squares?",
    fails=("Upsample/test_gradients_with_options", "Upsample/test_values_with_options"),
    source="folklore",
)
def numbers_are_corners(size, factor):
    """Row i is at the place i / factor of x."""
    place = np.arange(size * factor) / factor
    return np.maximum(0, 1 - np.abs(np.minimum(place, size - 1)[:, None] - np.arange(size)))


@misconception(
    "nn.upsampling._interpolating",
    hint="What do the shares of the first row add up to?",
    fails=("Upsample/test_gradients_with_options", "Upsample/test_values_with_options"),
    source="folklore",
)
def zeros_beyond_the_border(size, factor):
    """Beyond the first and last number there are zeros."""
    place = (np.arange(size * factor) + 0.5) / factor - 0.5
    return np.maximum(0, 1 - np.abs(place[:, None] - np.arange(size)))


@misconception(
    "nn.upsampling._interpolating",
    hint="Can an interpolated number be larger than all of the image?",
    fails=("Upsample/test_gradients_with_options", "Upsample/test_values_with_options"),
    source="folklore",
)
def lines_go_on_beyond_the_border(size, factor):
    """Beyond the first and last number the lines go on."""
    place = (np.arange(size * factor) + 0.5) / factor - 0.5
    matrix = np.zeros((size * factor, size))
    for i, s in enumerate(place):
        a = int(np.clip(np.floor(s), 0, max(size - 2, 0)))
        share = s - a if size > 1 else 0.0
        matrix[i, a] += 1 - share
        matrix[i, min(a + 1, size - 1)] += share
    return matrix


@misconception(
    "nn.upsampling._interpolating",
    hint="What is between 1 and 5 in bilinear mode?",
    fails=("Upsample/test_gradients_with_options", "Upsample/test_values_with_options"),
    source="folklore",
)
def mode_is_ignored(size, factor):
    """Every mode repeats numbers."""
    return np.repeat(np.eye(size), factor, axis=0)


@misconception(
    "nn.upsampling._interpolating",
    hint="Does it matter whether the factor is even or odd?",
    fails=("Upsample/test_gradients_with_options", "Upsample/test_values_with_options"),
    source="folklore",
)
def shift_is_rounded(size, factor):
    """The place of row i is (i - factor // 2) / factor."""
    place = np.maximum(0, (np.arange(size * factor) - factor // 2) / factor)
    return np.maximum(0, 1 - np.abs(np.minimum(place, size - 1)[:, None] - np.arange(size)))


@misconception(
    "nn.Upsample.forward",
    hint="With factors (2, 3), how many rows become of 4?",
    fails=("Upsample/test_gradients", "Upsample/test_gradients_with_options"),
    source="folklore",
)
def factors_are_exchanged(self, x):
    """The factors are (horizontal, vertical)."""
    if x.ndim != 4:
        raise ValueError(f"x of Upsample has shape {x.shape}, but should have shape (N, C, H, W)")
    matrix = _repeating if self.mode == "nearest" else _interpolating
    factors = self.scale_factor[::-1]
    rows, columns = (matrix(size, factor) for size, factor in zip(x.shape[2:], factors, strict=True))
    self.save_for_backward(rows, columns, x.shape, x.dtype)
    return (rows @ x @ columns.T).astype(x.dtype, copy=False)


@misconception(
    "nn.Upsample.forward",
    hint="With factors (2, 3), how many columns become of 3?",
    fails=("Upsample/test_gradients", "Upsample/test_gradients_with_options"),
    source="folklore",
)
def first_factor_is_for_both(self, x):
    """The first factor is for both directions."""
    if x.ndim != 4:
        raise ValueError(f"x of Upsample has shape {x.shape}, but should have shape (N, C, H, W)")
    matrix = _repeating if self.mode == "nearest" else _interpolating
    rows, columns = (matrix(size, self.scale_factor[0]) for size in x.shape[2:])
    self.save_for_backward(rows, columns, x.shape, x.dtype)
    return (rows @ x @ columns.T).astype(x.dtype, copy=False)


@misconception(
    "nn.Upsample.forward",
    hint="What should happen to an x that is no image?",
    fails=("Upsample/test_refuses",),
    source="folklore",
)
def dimensions_are_not_checked(self, x):
    """The last two dimensions are those of the image, whatever is before."""
    matrix = _repeating if self.mode == "nearest" else _interpolating
    rows, columns = (matrix(size, factor) for size, factor in zip(x.shape[-2:], self.scale_factor, strict=True))
    self.save_for_backward(rows, columns, x.shape, x.dtype)
    return (rows @ x @ columns.T).astype(x.dtype, copy=False)


@misconception(
    "nn.Upsample.forward",
    hint="Which dtype does y have, if x is float32?",
    fails=("Upsample/test_dtypes",),
    source="folklore",
)
def output_is_float64(self, x):
    """y has the dtype that NumPy chooses."""
    if x.ndim != 4:
        raise ValueError(f"x of Upsample has shape {x.shape}, but should have shape (N, C, H, W)")
    matrix = _repeating if self.mode == "nearest" else _interpolating
    rows, columns = (matrix(size, factor) for size, factor in zip(x.shape[2:], self.scale_factor, strict=True))
    self.save_for_backward(rows, columns, x.shape, x.dtype)
    return rows @ x @ columns.T


@misconception(
    "nn.Upsample.forward",
    hint="After an image of another size, whose shape does dx have?",
    fails=("Upsample/test_factors", "Upsample/test_used_again"),
    source="folklore",
)
def matrices_of_the_first_image(self, x):
    """The matrices and the shape of x are kept once."""
    if x.ndim != 4:
        raise ValueError(f"x of Upsample has shape {x.shape}, but should have shape (N, C, H, W)")
    matrix = _repeating if self.mode == "nearest" else _interpolating
    rows, columns = (matrix(size, factor) for size, factor in zip(x.shape[2:], self.scale_factor, strict=True))
    first = vars(self).setdefault("_first", (rows, columns, x.shape))
    self.save_for_backward(*first, x.dtype)
    return (rows @ x @ columns.T).astype(x.dtype, copy=False)


@misconception(
    "nn.Upsample.backward",
    hint="How often was each number of x used?",
    fails=("Upsample/test_gradients", "Upsample/test_gradients_with_options"),
    source="folklore",
)
def gradient_is_a_mean(self, dy):
    """dx is the mean of dy over what a number was used for."""
    rows, columns, shape, dtype = self.saved_values
    check_shape("dy of Upsample", dy.shape, (*shape[:2], len(rows), len(columns)))
    count = self.scale_factor[0] * self.scale_factor[1]
    return (rows.T @ dy @ columns / count).astype(dtype, copy=False)


@misconception(
    "nn.Upsample.backward",
    hint="How many copies of a number does y hold?",
    fails=("Upsample/test_gradients", "Upsample/test_gradients_with_options"),
    source="folklore",
)
def gradient_of_the_first_copy(self, dy):
    """dx is dy at the first copy of each number."""
    rows, columns, shape, dtype = self.saved_values
    check_shape("dy of Upsample", dy.shape, (*shape[:2], len(rows), len(columns)))
    down, right = self.scale_factor
    return dy[:, :, ::down, ::right].astype(dtype)


@misconception(
    "nn.Upsample.backward",
    hint="In bilinear mode, on how many numbers of y does one of x act?",
    fails=("Upsample/test_bilinear", "Upsample/test_factors", "Upsample/test_gradients_with_options"),
    source="folklore",
)
def gradient_is_that_of_nearest(self, dy):
    """In both modes dx adds up the block of dy that has become of a number."""
    rows, columns, shape, dtype = self.saved_values
    check_shape("dy of Upsample", dy.shape, (*shape[:2], len(rows), len(columns)))
    rows, columns = (_repeating(size, factor) for size, factor in zip(shape[2:], self.scale_factor, strict=True))
    return (rows.T @ dy @ columns).astype(dtype, copy=False)


@misconception(
    "nn.Upsample.backward",
    hint="Which dtype does dx have, if x is float32 and dy is not?",
    fails=("Upsample/test_dtypes",),
    source="folklore",
)
def gradient_has_the_dtype_of_dy(self, dy):
    """dx has the dtype of dy."""
    rows, columns, shape, _ = self.saved_values
    check_shape("dy of Upsample", dy.shape, (*shape[:2], len(rows), len(columns)))
    return (rows.T @ dy @ columns).astype(dy.dtype)


@misconception(
    "nn.Upsample.backward",
    hint="Who else may look at what you returned?",
    fails=("Upsample/test_memory",),
    source="folklore",
)
def result_is_kept(self, dy):
    """dx is written into an array that is made once for each shape."""
    rows, columns, shape, dtype = self.saved_values
    check_shape("dy of Upsample", dy.shape, (*shape[:2], len(rows), len(columns)))
    kept = vars(self).setdefault("_kept", {}).setdefault((shape, dtype.str), np.zeros(shape, dtype))
    kept[...] = rows.T @ dy @ columns
    return kept


@misconception(
    "nn.Upsample.__init__",
    hint="What is a factor of 0, and what is a mode that does not exist?",
    fails=("Upsample/test_refuses",),
    source="folklore",
)
def nothing_is_refused(self, scale_factor, mode="nearest"):
    """Whoever gives impossible factors or modes will see what happens."""
    self.scale_factor = (scale_factor,) * 2 if isinstance(scale_factor, int | np.integer) else tuple(scale_factor)
    self.mode = mode
