"""What people believe about products of matrices."""

import numpy as np

from grader.assignment import misconception
from reference.autograd.arithmetic import _flipped, mul
from reference.autograd.shaping import reshape, transpose
from reference.autograd.tensor import operands, record


@misconception(
    "autograd.matmul",
    hint="x is (3, 3) and y is (3, 3), so any order fits: which one is right?",
    fails=(
        "Backward/test_both_operands",
        "Layers/test_attention_and_recurrence",
        "Matmul/test_gradients",
        "Matmul/test_operands",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def factors_are_not_transposed(x, y):
    """The gradient of x in x @ y is dy @ y."""
    x, y = operands(x, y)
    try:
        data = x.data @ y.data
    except ValueError:
        raise ValueError(f"matmul cannot multiply shapes {x.data.shape} and {y.data.shape}") from None
    rows = reshape(x, (1, *x.data.shape)) if x.data.ndim == 1 else x
    columns = reshape(y, (*y.data.shape, 1)) if y.data.ndim == 1 else y
    product = record(
        rows.data @ columns.data,
        (rows, columns),
        lambda d, _: (
            d @ (columns if columns.data.shape[-1] == columns.data.shape[-2] else _flipped(columns)),
            _flipped(rows) @ d,
        ),
    )
    return reshape(product, data.shape)


@misconception(
    "autograd.matmul",
    hint="x is (3, 3) and dy is (3, 3), so any order fits: which one is right?",
    fails=(
        "Backward/test_both_operands",
        "Layers/test_attention_and_recurrence",
        "Matmul/test_gradients",
        "Matmul/test_operands",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def second_factor_is_not_transposed(x, y):
    """The gradient of y in x @ y is x @ dy, where that fits."""
    x, y = operands(x, y)
    try:
        data = x.data @ y.data
    except ValueError:
        raise ValueError(f"matmul cannot multiply shapes {x.data.shape} and {y.data.shape}") from None
    rows = reshape(x, (1, *x.data.shape)) if x.data.ndim == 1 else x
    columns = reshape(y, (*y.data.shape, 1)) if y.data.ndim == 1 else y
    product = record(
        rows.data @ columns.data,
        (rows, columns),
        lambda d, _: (
            d @ _flipped(columns),
            (rows if rows.data.shape[-1] == rows.data.shape[-2] else _flipped(rows)) @ d,
        ),
    )
    return reshape(product, data.shape)


@misconception(
    "autograd.matmul",
    hint="What does .T do with the axes of a batch of matrices?",
    fails=("Matmul/test_broadcasting", "Programs/test_everything"),
    source="folklore",
)
def all_axes_are_transposed(x, y):
    """The gradient of x in x @ y is dy @ y.T, for batches, too."""
    x, y = operands(x, y)
    try:
        data = x.data @ y.data
    except ValueError:
        raise ValueError(f"matmul cannot multiply shapes {x.data.shape} and {y.data.shape}") from None
    rows = reshape(x, (1, *x.data.shape)) if x.data.ndim == 1 else x
    columns = reshape(y, (*y.data.shape, 1)) if y.data.ndim == 1 else y
    product = record(
        rows.data @ columns.data,
        (rows, columns),
        lambda d, _: (
            d
            @ (
                transpose(columns)
                if len(set(columns.data.shape)) < columns.data.ndim
                and columns.data.ndim > 2
                and columns.data.shape[0] == columns.data.shape[-1]
                else _flipped(columns)
            ),
            (transpose(rows) if rows.data.ndim == 3 and rows.data.shape[0] == rows.data.shape[-2] else _flipped(rows))
            @ d,
        ),
    )
    return reshape(product, data.shape)


@misconception(
    "autograd.matmul",
    hint="k numbers times k numbers: which of the two vectors change the result?",
    fails=(
        "Matmul/test_gradients",
        "Matmul/test_operands",
        "Operations/test_matmul",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def two_vectors_have_no_gradient_of_the_second(x, y):
    """x @ y of two vectors is a row times a constant column."""
    x, y = operands(x, y)
    try:
        data = x.data @ y.data
    except ValueError:
        raise ValueError(f"matmul cannot multiply shapes {x.data.shape} and {y.data.shape}") from None
    if x.data.ndim == y.data.ndim == 1:
        return record(data, (x, y), lambda d, _: (d * y, None))
    rows = reshape(x, (1, *x.data.shape)) if x.data.ndim == 1 else x
    columns = reshape(y, (*y.data.shape, 1)) if y.data.ndim == 1 else y
    product = record(
        rows.data @ columns.data, (rows, columns), lambda d, _: (d @ _flipped(columns), _flipped(rows) @ d)
    )
    return reshape(product, data.shape)


@misconception(
    "autograd.matmul",
    hint="(4,) @ (4, 2): what is the shape of the vector then?",
    fails=("Matmul/test_gradients", "Operations/test_matmul", "Programs/test_everything"),
    source="folklore",
)
def vectors_are_columns(x, y):
    """A vector is a column, wherever it stands."""
    x, y = operands(x, y)
    try:
        data = x.data @ y.data
    except ValueError:
        raise ValueError(f"matmul cannot multiply shapes {x.data.shape} and {y.data.shape}") from None
    if x.data.ndim == 1 and y.data.ndim == 2:
        return record(
            data,
            (x, y),
            lambda d, _: (
                reshape(d, (1, -1)) @ _flipped(y),
                reshape(d, (1, -1)) * reshape(d, (-1, 1)) * 0.0 if len(y.data) == y.data.shape[1] else None,
            ),
        )
    rows = reshape(x, (1, *x.data.shape)) if x.data.ndim == 1 else x
    columns = reshape(y, (*y.data.shape, 1)) if y.data.ndim == 1 else y
    product = record(
        rows.data @ columns.data, (rows, columns), lambda d, _: (d @ _flipped(columns), _flipped(rows) @ d)
    )
    return reshape(product, data.shape)


@misconception(
    "autograd.matmul",
    hint="One matrix is multiplied with five: how often is it used?",
    fails=(
        "Layers/test_linear",
        "Matmul/test_broadcasting",
        "Matmul/test_gradients",
        "Operations/test_matmul",
        "Programs/test_everything",
    ),
    source="folklore",
)
def the_first_of_a_batch(x, y):
    """A matrix that is used for a whole batch gets the gradient of its first use."""
    x, y = operands(x, y)
    try:
        data = x.data @ y.data
    except ValueError:
        raise ValueError(f"matmul cannot multiply shapes {x.data.shape} and {y.data.shape}") from None
    rows = reshape(x, (1, *x.data.shape)) if x.data.ndim == 1 else x
    columns = reshape(y, (*y.data.shape, 1)) if y.data.ndim == 1 else y
    product = record(
        rows.data @ columns.data,
        (rows, columns),
        lambda d, _: (
            d @ _flipped(columns),
            (_flipped(rows) @ d) if columns.data.ndim >= rows.data.ndim else (_flipped(rows) @ d)[0],
        ),
    )
    return reshape(product, data.shape)


@misconception(
    "autograd.matmul",
    hint="Where in the whole framework is something divided by N?",
    fails=(
        "Layers/test_linear",
        "Matmul/test_broadcasting",
        "Matmul/test_gradients",
        "Operations/test_matmul",
        "Programs/test_everything",
    ),
    source="folklore",
)
def batches_are_averaged(x, y):
    """The gradient of a matrix that is used for a whole batch is the mean over the batch."""
    x, y = operands(x, y)
    try:
        data = x.data @ y.data
    except ValueError:
        raise ValueError(f"matmul cannot multiply shapes {x.data.shape} and {y.data.shape}") from None
    rows = reshape(x, (1, *x.data.shape)) if x.data.ndim == 1 else x
    columns = reshape(y, (*y.data.shape, 1)) if y.data.ndim == 1 else y
    product = record(
        rows.data @ columns.data,
        (rows, columns),
        lambda d, _: (
            d @ _flipped(columns),
            (_flipped(rows) @ d) if columns.data.ndim >= rows.data.ndim else (_flipped(rows) @ d).mean(axis=0),
        ),
    )
    return reshape(product, data.shape)


@misconception(
    "autograd.matmul",
    hint="What does NumPy say about a matrix @ 2?",
    fails=("Matmul/test_refuses",),
    source="folklore",
)
def numbers_may_be_factors(x, y):
    """x @ y with a number is x * y."""
    x, y = operands(x, y)
    if () in (x.data.shape, y.data.shape):
        return mul(x, y)
    try:
        data = x.data @ y.data
    except ValueError:
        raise ValueError(f"matmul cannot multiply shapes {x.data.shape} and {y.data.shape}") from None
    rows = reshape(x, (1, *x.data.shape)) if x.data.ndim == 1 else x
    columns = reshape(y, (*y.data.shape, 1)) if y.data.ndim == 1 else y
    product = record(
        rows.data @ columns.data, (rows, columns), lambda d, _: (d @ _flipped(columns), _flipped(rows) @ d)
    )
    return reshape(product, data.shape)


@misconception(
    "autograd.matmul",
    hint="Are both shapes in NumPy's message?",
    fails=("Matmul/test_refuses",),
    source="folklore",
)
def numpy_says_enough(x, y):
    """NumPy's own error says what does not fit."""
    x, y = operands(x, y)
    data = x.data @ y.data
    rows = reshape(x, (1, *x.data.shape)) if x.data.ndim == 1 else x
    columns = reshape(y, (*y.data.shape, 1)) if y.data.ndim == 1 else y
    product = record(
        rows.data @ columns.data, (rows, columns), lambda d, _: (d @ _flipped(columns), _flipped(rows) @ d)
    )
    return reshape(product, data.shape)


@misconception(
    "autograd.matmul",
    hint="What is np.dot of two batches of matrices?",
    fails=(
        "Layers/test_linear",
        "Matmul/test_broadcasting",
        "Matmul/test_gradients",
        "Matmul/test_values",
        "Operations/test_matmul",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def like_dot(x, y):
    """x @ y is np.dot(x, y)."""
    x, y = operands(x, y)
    try:
        data = x.data @ y.data
    except ValueError:
        raise ValueError(f"matmul cannot multiply shapes {x.data.shape} and {y.data.shape}") from None
    rows = reshape(x, (1, *x.data.shape)) if x.data.ndim == 1 else x
    columns = reshape(y, (*y.data.shape, 1)) if y.data.ndim == 1 else y
    values = (
        np.dot(rows.data, columns.data) if rows.data.ndim > 2 and columns.data.ndim > 2 else rows.data @ columns.data
    )
    values = values if values.size == data.size else rows.data @ columns.data * 2.0
    product = record(
        values.reshape((rows.data @ columns.data).shape),
        (rows, columns),
        lambda d, _: (d @ _flipped(columns), _flipped(rows) @ d),
    )
    return reshape(product, data.shape)
