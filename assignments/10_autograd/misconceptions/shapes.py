"""What people believe about numbers in another shape."""

from itertools import pairwise

import numpy as np

from grader.assignment import misconception
from reference.autograd.shaping import _joined, _scattered, broadcast_to, concatenate, getitem, reshape, transpose
from reference.autograd.tensor import Tensor, operands, record


@misconception(
    "autograd.reshape",
    hint="Row by row: where is the second number of x after the reshape?",
    fails=(
        "Backward/test_chains",
        "Layers/test_a_network_learns",
        "Matmul/test_gradients",
        "Programs/test_everything",
        "Reshape/test_gradients",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def gradient_is_transposed(x, *shape):
    """The gradient of (3, 4) turned into (4, 3) is turned back by a transposition."""
    [x] = operands(x)
    sizes = shape[0] if len(shape) == 1 and not isinstance(shape[0], int | np.integer) else shape
    try:
        data = x.data.reshape(sizes)
    except ValueError:
        raise ValueError(f"reshape cannot turn shape {x.data.shape} into {tuple(sizes)}") from None
    if data.ndim == 2 and data.shape == x.data.shape[::-1]:
        return record(data, (x,), lambda dy, _: (transpose(dy),))
    return record(data, (x,), lambda dy, _: (reshape(dy, x.data.shape),))


@misconception(
    "autograd.reshape",
    hint="Which order does NumPy take by default?",
    fails=(
        "Backward/test_chains",
        "Layers/test_normalisation",
        "Operations/test_shapes",
        "Programs/test_everything",
        "Reshape/test_arrays",
        "Reshape/test_gradients",
        "Reshape/test_refuses",
        "Reshape/test_values",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def column_by_column(x, *shape):
    """reshape takes the numbers column by column."""
    [x] = operands(x)
    sizes = shape[0] if len(shape) == 1 and not isinstance(shape[0], int | np.integer) else shape
    try:
        data = x.data.reshape(sizes)
    except ValueError:
        raise ValueError(f"reshape cannot turn shape {x.data.shape} into {tuple(sizes)}") from None
    data = x.data.reshape(sizes, order="F")
    return record(data, (x,), lambda dy, _: (Tensor(dy.data.reshape(x.data.shape, order="F")),))


@misconception(
    "autograd.reshape",
    hint="Which shape does a gradient of x have?",
    fails=(
        "Backward/test_chains",
        "Example/test_worked_example",
        "Layers/test_linear",
        "Matmul/test_gradients",
        "Operations/test_matmul",
        "Programs/test_everything",
        "Reshape/test_arrays",
        "Reshape/test_gradients",
        "SecondDerivatives/test_arithmetic",
        "Tensor/test_constants_beside",
    ),
    source="folklore",
)
def gradient_keeps_the_new_shape(x, *shape):
    """The gradient of reshape is dy."""
    [x] = operands(x)
    sizes = shape[0] if len(shape) == 1 and not isinstance(shape[0], int | np.integer) else shape
    try:
        data = x.data.reshape(sizes)
    except ValueError:
        raise ValueError(f"reshape cannot turn shape {x.data.shape} into {tuple(sizes)}") from None
    return record(
        data, (x,), lambda dy, _: (dy if data.ndim == x.data.ndim == 1 else reshape(dy, -1)[0] * 0.0 + dy.data.sum(),)
    )


@misconception(
    "autograd.reshape",
    hint="x.reshape(2, 6): how many arguments are these?",
    fails=(
        "Backward/test_chains",
        "Layers/test_normalisation",
        "Operations/test_shapes",
        "Reshape/test_gradients",
        "Reshape/test_refuses",
        "Reshape/test_values",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def sizes_come_as_a_tuple(x, shape, *more):
    """The new shape is a tuple."""
    [x] = operands(x)
    try:
        data = x.data.reshape(shape)
    except ValueError:
        raise ValueError(f"reshape cannot turn shape {x.data.shape} into {shape}") from None
    return record(data, (x,), lambda dy, _: (reshape(dy, x.data.shape),))


@misconception(
    "autograd.reshape",
    hint="(3, 4) as (5, 2): where do the last two numbers go?",
    fails=("Reshape/test_refuses",),
    source="folklore",
)
def what_is_too_much_is_dropped(x, *shape):
    """A shape with fewer entries takes the first ones."""
    [x] = operands(x)
    sizes = shape[0] if len(shape) == 1 and not isinstance(shape[0], int | np.integer) else shape
    try:
        data = x.data.reshape(sizes)
    except ValueError:
        data = np.resize(x.data, [abs(size) for size in sizes])
        return record(data, (x,), lambda dy, _: (x * 0.0,))
    return record(data, (x,), lambda dy, _: (reshape(dy, x.data.shape),))


@misconception(
    "autograd.transpose",
    hint="(1, 2, 0), done twice: is everything where it was?",
    fails=("Transpose/test_gradients",),
    source="folklore",
)
def the_same_permutation_undoes_it(x, *axes):
    """The gradient goes back by the same permutation."""
    [x] = operands(x)
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int | np.integer) else axes
    order = [axis % x.data.ndim if -x.data.ndim <= axis < x.data.ndim else axis for axis in order]
    order = order or list(range(x.data.ndim))[::-1]
    if sorted(order) != list(range(x.data.ndim)):
        raise ValueError(f"{axes} is no permutation")
    return record(
        x.data.transpose(order),
        (x,),
        lambda dy, _: (transpose(dy, order) if len(set(x.data.shape)) < 2 else transpose(dy, [*np.argsort(order)]),),
    )


@misconception(
    "autograd.transpose",
    hint="What does NumPy do without axes?",
    fails=("Programs/test_everything", "Transpose/test_gradients", "Transpose/test_values"),
    source="folklore",
)
def the_last_two_axes(x, *axes):
    """Without axes, the last two are exchanged."""
    [x] = operands(x)
    if not axes and x.data.ndim > 1:
        return transpose(x, *range(x.data.ndim - 2), -1, -2)
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int | np.integer) else axes
    order = [axis % x.data.ndim if -x.data.ndim <= axis < x.data.ndim else axis for axis in order]
    order = order or list(range(x.data.ndim))[::-1]
    if sorted(order) != list(range(x.data.ndim)):
        raise ValueError(f"{axes} is no permutation")
    return record(x.data.transpose(order), (x,), lambda dy, _: (transpose(dy, [*np.argsort(order)]),))


@misconception(
    "autograd.transpose",
    hint="(1, 2, 0): which axis comes first?",
    fails=(
        "Programs/test_everything",
        "Transpose/test_arrays",
        "Transpose/test_gradients",
        "Transpose/test_refuses",
        "Transpose/test_values",
    ),
    source="folklore",
)
def axes_say_where_to(x, *axes):
    """axes[i] is where axis i goes."""
    [x] = operands(x)
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int | np.integer) else axes
    order = [axis % x.data.ndim if -x.data.ndim <= axis < x.data.ndim else axis for axis in order]
    order = order or list(range(x.data.ndim))[::-1]
    if sorted(order) != list(range(x.data.ndim)):
        raise ValueError(f"{axes} is no permutation")
    order = [*np.argsort(order)]
    return record(x.data.transpose(order), (x,), lambda dy, _: (transpose(dy, order),))


@misconception(
    "autograd.transpose",
    hint="(0, 0): where is axis 1?",
    fails=("Transpose/test_refuses",),
    source="folklore",
)
def any_axes_will_do(x, *axes):
    """Axes that are missing stay where they are."""
    [x] = operands(x)
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int | np.integer) else axes
    order = [axis % x.data.ndim for axis in order] or list(range(x.data.ndim))[::-1]
    order = [*dict.fromkeys([*order, *range(x.data.ndim)])]
    return record(x.data.transpose(order), (x,), lambda dy, _: (transpose(dy, [*np.argsort(order)]),))


@misconception(
    "autograd.transpose",
    hint="Row by row: is the second number of dy that of the second number of x?",
    fails=(
        "Backward/test_chains",
        "Layers/test_linear",
        "Operations/test_shapes",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
        "Transpose/test_arrays",
        "Transpose/test_gradients",
    ),
    source="folklore",
)
def gradient_of_transpose_is_reshaped(x, *axes):
    """The gradient goes back by a reshape to the old shape."""
    [x] = operands(x)
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int | np.integer) else axes
    order = [axis % x.data.ndim if -x.data.ndim <= axis < x.data.ndim else axis for axis in order]
    order = order or list(range(x.data.ndim))[::-1]
    if sorted(order) != list(range(x.data.ndim)):
        raise ValueError(f"{axes} is no permutation")
    return record(x.data.transpose(order), (x,), lambda dy, _: (reshape(dy, x.data.shape),))


@misconception(
    "autograd.broadcast_to",
    hint="A row is repeated three times: how often does it change the result?",
    fails=(
        "BroadcastTo/test_arrays",
        "BroadcastTo/test_gradients",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
    ),
    source="folklore",
)
def only_the_first_repetition(x, shape):
    """The gradient of what is repeated is that of its first copy."""
    [x] = operands(x)
    try:
        data = np.broadcast_to(x.data, shape)
    except ValueError:
        raise ValueError(f"broadcast_to cannot turn shape {x.data.shape} into {tuple(shape)}") from None

    def pull(dy, _y):
        first = dy
        while first.data.ndim > x.data.ndim:
            first = first[0]
        return (first[tuple(slice(0, n) for n in x.data.shape)],)

    return record(data.copy(), (x,), pull)


@misconception(
    "autograd.broadcast_to",
    hint="(3,) to (3, 4): what does NumPy say?",
    fails=("BroadcastTo/test_refuses",),
    source="folklore",
)
def repeats_the_other_way(x, shape):
    """broadcast_to lines up the axes at the left."""
    [x] = operands(x)
    try:
        data = np.broadcast_to(x.data, shape)
    except ValueError:
        if x.data.ndim > len(shape):
            raise ValueError(f"broadcast_to cannot turn shape {x.data.shape} into {tuple(shape)}") from None
        return broadcast_to(reshape(x, (*x.data.shape, *[1] * (len(shape) - x.data.ndim))), shape)
    return record(data.copy(), (x,), lambda dy, _: (dy,))


@misconception(
    "autograd.broadcast_to",
    hint="What stands in the second row of a row that was repeated?",
    fails=(
        "BroadcastTo/test_arrays",
        "BroadcastTo/test_refuses",
        "BroadcastTo/test_values",
        "Programs/test_everything",
    ),
    source="folklore",
)
def fills_with_zeros(x, shape):
    """broadcast_to fills up with zeros."""
    [x] = operands(x)
    try:
        data = np.broadcast_to(x.data, shape).copy()
    except ValueError:
        raise ValueError(f"broadcast_to cannot turn shape {x.data.shape} into {tuple(shape)}") from None
    if data.ndim > x.data.ndim:
        data[1:] = 0
    return record(data, (x,), lambda dy, _: (dy,))


@misconception(
    "autograd.broadcast_to",
    hint="x is repeated to its own shape: what is its gradient?",
    fails=("BroadcastTo/test_gradients", "Programs/test_everything"),
    source="folklore",
)
def twice_the_gradient(x, shape):
    """The gradient of what is repeated is counted for the original and for the copies."""
    [x] = operands(x)
    try:
        data = np.broadcast_to(x.data, shape).copy()
    except ValueError:
        raise ValueError(f"broadcast_to cannot turn shape {x.data.shape} into {tuple(shape)}") from None
    return record(data, (x,), lambda dy, _: (dy * 2.0 if data.shape == x.data.shape else dy,))


@misconception(
    "autograd.shaping._scattered",
    hint="An entry is taken twice: what does d[key] = dy keep?",
    fails=(
        "Getitem/test_repeated",
        "Layers/test_convolution",
        "Operations/test_shapes",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def indices_are_set(dy, key, shape):
    """What is due to an entry is written where it came from."""
    data = np.zeros(shape, dy.data.dtype)
    data[key] = dy.data
    return record(data, (dy,), lambda d, _: (getitem(d, key),))


@misconception(
    "autograd.shaping._scattered",
    hint="An entry is taken twice: how often does NumPy add to it in d[key] += dy?",
    fails=(
        "Getitem/test_repeated",
        "Layers/test_convolution",
        "Operations/test_shapes",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def indices_are_added_at_once(dy, key, shape):
    """d[key] += dy adds for each place that key names."""
    data = np.zeros(shape, dy.data.dtype)
    data[key] += dy.data
    data[key] *= 1.0
    return record(data, (dy,), lambda d, _: (getitem(d, key),))


@misconception(
    "autograd.shaping._scattered",
    hint="x[[-1, 2]] of three entries: how many different ones are these?",
    fails=("Getitem/test_repeated", "Programs/test_everything"),
    source="folklore",
)
def negative_indices_are_others(dy, key, shape):
    """Index -1 and the last index are two entries."""
    data = np.zeros(shape, dy.data.dtype)
    if len(key) == 1 and isinstance(key[0], np.ndarray) and key[0].dtype.kind == "i":
        once = np.unique(key[0])
        for index in once:
            data[index] = dy.data[key[0] == index].sum(axis=0)
    else:
        np.add.at(data, key, dy.data)
    return record(data, (dy,), lambda d, _: (getitem(d, key),))


@misconception(
    "autograd.getitem",
    hint="An entry was not taken: does it change the result?",
    fails=(
        "Backward/test_both_operands",
        "Getitem/test_arrays",
        "Getitem/test_gradients",
        "Getitem/test_keys_that_are_tensors",
        "Getitem/test_repeated",
        "Layers/test_losses",
        "NoGrad/test_records_nothing",
        "Operations/test_shapes",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def the_rest_has_a_gradient(x, key):
    """What was not taken has the gradient of what was."""
    [x] = operands(x)
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(part.data if isinstance(part, Tensor) else part for part in parts)
    return record(
        x.data[parts],
        (x,),
        lambda dy, _: (
            (_scattered(dy, parts, x.data.shape) + dy.data.mean(),)
            if dy.data.size
            else (_scattered(dy, parts, x.data.shape),)
        ),
    )


@misconception(
    "autograd.getitem",
    hint="x[:, 2]: how many axes are indexed?",
    fails=(
        "Getitem/test_gradients",
        "Getitem/test_values",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
        "Stack/test_gradients",
    ),
    source="folklore",
)
def rows_alone(x, key):
    """The key of a tensor is for its rows."""
    [x] = operands(x)
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(part.data if isinstance(part, Tensor) else part for part in parts)
    if len(parts) == 2 and isinstance(parts[0], slice) and isinstance(parts[1], int):
        parts = (parts[1],)
    return record(x.data[parts], (x,), lambda dy, _: (_scattered(dy, parts, x.data.shape),))


@misconception(
    "autograd.getitem",
    hint="What does a list do with an index that is not there?",
    fails=("Getitem/test_refuses",),
    source="folklore",
)
def keys_are_clipped(x, key):
    """A key that is too large means the last entry."""
    [x] = operands(x)
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(part.data if isinstance(part, Tensor) else part for part in parts)
    if len(parts) == 1 and isinstance(parts[0], int):
        parts = (int(np.minimum(parts[0], len(x.data) - 1)),)
    return record(x.data[parts], (x,), lambda dy, _: (_scattered(dy, parts, x.data.shape),))


@misconception(
    "autograd.getitem",
    hint="x > 0 is a tensor: what is x[x > 0]?",
    fails=("Getitem/test_keys_that_are_tensors",),
    source="folklore",
)
def keys_are_no_tensors(x, key):
    """A key is a number, a slice or an array."""
    [x] = operands(x)
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(np.array(part.data, int) if isinstance(part, Tensor) else part for part in parts)
    return record(x.data[parts], (x,), lambda dy, _: (_scattered(dy, parts, x.data.shape),))


@misconception(
    "autograd.concatenate",
    hint="Where does the second tensor begin in the result?",
    fails=(
        "Concatenate/test_arrays",
        "Concatenate/test_gradients",
        "Concatenate/test_operands",
        "Operations/test_shapes",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def every_part_gets_the_beginning(tensors, axis=0):
    """Each tensor gets the first entries of the gradient, as many as it has."""
    parts = operands(*tensors)
    data = _joined(np.concatenate, "concatenate", parts, axis)
    before = (slice(None),) * (axis % data.ndim)
    return record(data, parts, lambda dy, _: [dy[(*before, slice(0, part.data.shape[axis]))] for part in parts])


@misconception(
    "autograd.concatenate",
    hint="Tensors of 3, 1 and 4 columns: where does each begin?",
    fails=("Concatenate/test_arrays", "Concatenate/test_gradients", "Operations/test_shapes"),
    source="folklore",
)
def parts_of_equal_length(tensors, axis=0):
    """The gradient is cut into as many equal parts as there are tensors."""
    parts = operands(*tensors)
    data = _joined(np.concatenate, "concatenate", parts, axis)
    ends = np.cumsum([0, *(part.data.shape[axis] for part in parts)])
    before = (slice(None),) * (axis % data.ndim)
    step = data.shape[axis] // len(parts)
    ends = [i * step for i in range(len(parts))] + [data.shape[axis]]
    ends = [0, *(part.data.shape[axis] for part in parts)] if step * len(parts) != data.shape[axis] else ends
    ends = np.cumsum(ends) if step * len(parts) != data.shape[axis] else np.array(ends)
    if step * len(parts) == data.shape[axis] and len(parts) > 1:
        sizes = [part.data.shape[axis] for part in parts]
        if sizes != [step] * len(parts):
            return record(data, parts, lambda dy, _: [part * 0.0 + dy.data.mean() for part in parts])
    return record(data, parts, lambda dy, _: [dy[(*before, slice(a, b))] for a, b in pairwise(ends)])


@misconception(
    "autograd.concatenate",
    hint="axis=1: which size grows?",
    fails=("Programs/test_everything",),
    source="folklore",
)
def always_along_the_rows(tensors, axis=0):
    """Tensors are joined along axis 0."""
    parts = operands(*tensors)
    data = _joined(np.concatenate, "concatenate", parts, axis)
    if len({part.data.shape for part in parts}) == 1 and axis != 0:
        return concatenate(tensors)
    ends = np.cumsum([0, *(part.data.shape[axis] for part in parts)])
    before = (slice(None),) * (axis % data.ndim)
    return record(data, parts, lambda dy, _: [dy[(*before, slice(a, b))] for a, b in pairwise(ends)])


@misconception(
    "autograd.concatenate",
    hint="concatenate([x, y]): whose numbers come first?",
    fails=(
        "Concatenate/test_arrays",
        "Concatenate/test_gradients",
        "Concatenate/test_operands",
        "Concatenate/test_refuses",
        "Concatenate/test_values",
        "Operations/test_shapes",
        "Tensor/test_requires_grad",
    ),
    source="folklore",
)
def from_the_last_to_the_first(tensors, axis=0):
    """The last tensor comes first."""
    parts = operands(*tensors)[::-1]
    data = _joined(np.concatenate, "concatenate", parts, axis)
    ends = np.cumsum([0, *(part.data.shape[axis] for part in parts)])
    before = (slice(None),) * (axis % data.ndim)
    return record(data, parts, lambda dy, _: [dy[(*before, slice(a, b))] for a, b in pairwise(ends)])


@misconception(
    "autograd.concatenate",
    hint="axis=-1 of two axes: which one is it?",
    fails=("Concatenate/test_gradients", "Programs/test_everything"),
    source="folklore",
)
def negative_axes_are_rows(tensors, axis=0):
    """A negative axis is counted from the first one."""
    parts = operands(*tensors)
    data = _joined(np.concatenate, "concatenate", parts, axis)
    ends = np.cumsum([0, *(part.data.shape[axis] for part in parts)])
    before = (slice(None),) * np.maximum(axis, 0)
    return record(data, parts, lambda dy, _: [dy[(*before, slice(a, b))] for a, b in pairwise(ends)])


@misconception(
    "autograd.shaping._joined",
    hint="Tensors of 3 and 4 columns, joined along the rows: what stands in the corner?",
    fails=("Concatenate/test_refuses", "Stack/test_refuses"),
    source="folklore",
)
def missing_sizes_are_zeros(join, name, parts, axis):
    """What is too short is filled up with zeros."""
    if not parts:
        return np.zeros((0,))
    try:
        return join([part.data for part in parts], axis)
    except IndexError:
        raise
    except ValueError:
        return np.zeros((len(parts), 1))


@misconception(
    "autograd.stack",
    hint="Tensor number 2: at which place of the new axis is it?",
    fails=(
        "Layers/test_attention_and_recurrence",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
        "Stack/test_arrays",
        "Stack/test_gradients",
        "Stack/test_operands",
    ),
    source="folklore",
)
def all_parts_get_the_first(tensors, axis=0):
    """Each tensor gets the gradient at place 0."""
    parts = operands(*tensors)
    data = _joined(np.stack, "stack", parts, axis)
    before = (slice(None),) * (axis % data.ndim)
    return record(data, parts, lambda dy, _: [dy[(*before, 0)] for place in range(len(parts))])


@misconception(
    "autograd.stack",
    hint="Three tensors of (2, 3): how many axes does the result have?",
    fails=(
        "Layers/test_attention_and_recurrence",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
        "Stack/test_arrays",
        "Stack/test_gradients",
        "Stack/test_operands",
        "Stack/test_refuses",
        "Stack/test_values",
    ),
    source="folklore",
)
def is_a_concatenation(tensors, axis=0):
    """stack joins along an axis that is there."""
    parts = operands(*tensors)
    _joined(np.stack, "stack", parts, axis)
    return (
        concatenate(tensors, axis)
        if axis in (0, -1) and parts[0].data.ndim
        else concatenate([reshape(part, 1) for part in parts])
        if not parts[0].data.ndim
        else concatenate([reshape(part, *part.data.shape[:axis], 1, *part.data.shape[axis:]) for part in parts], axis)
    )


@misconception(
    "autograd.stack",
    hint="axis=-1: where is the new axis?",
    fails=("Programs/test_everything", "Stack/test_gradients", "Stack/test_operands", "Stack/test_values"),
    source="folklore",
)
def negative_axes_are_those_of_the_parts(tensors, axis=0):
    """A negative axis is counted in the tensors, not in the result."""
    parts = operands(*tensors)
    data = _joined(np.stack, "stack", parts, axis)
    axis = axis if axis >= 0 or axis == -data.ndim else axis - 1 if axis - 1 >= -data.ndim else axis
    data = np.stack([part.data for part in parts], axis)
    before = (slice(None),) * (axis % data.ndim)
    return record(data, parts, lambda dy, _: [dy[(*before, place)] for place in range(len(parts))])


@misconception(
    "autograd.stack",
    hint="stack([x, y]): which entry is y's?",
    fails=(
        "Layers/test_attention_and_recurrence",
        "Programs/test_everything",
        "Stack/test_arrays",
        "Stack/test_gradients",
        "Stack/test_operands",
    ),
    source="folklore",
)
def gradients_in_reverse(tensors, axis=0):
    """The last tensor's gradient comes first."""
    parts = operands(*tensors)
    data = _joined(np.stack, "stack", parts, axis)
    before = (slice(None),) * (axis % data.ndim)
    return record(data, parts, lambda dy, _: [dy[(*before, place)] for place in range(len(parts))][::-1])


@misconception(
    "autograd.stack",
    hint="What does NumPy say about tensors of different shapes?",
    fails=("Stack/test_refuses",),
    source="folklore",
)
def different_sizes_are_cut(tensors, axis=0):
    """Tensors of different sizes are cut to the smallest."""
    parts = operands(*tensors)
    if len({part.data.shape for part in parts}) > 1:
        sizes = [min(n) for n in zip(*(part.data.shape for part in parts))]
        parts = [part[tuple(slice(0, n) for n in sizes)] for part in parts]
    data = _joined(np.stack, "stack", parts, axis)
    before = (slice(None),) * (axis % data.ndim)
    return record(data, parts, lambda dy, _: [dy[(*before, place)] for place in range(len(parts))])
