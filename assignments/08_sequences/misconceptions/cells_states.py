"""What people believe about what cells are given, and give back."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.rnncell import given_or_zeros


@misconception(
    "nn.rnncell._forward",
    hint="x is float32. What is the new state?",
    fails=("RNNCell/test_dtypes", "LSTMCell/test_dtypes", "GRUCell/test_dtypes"),
    source="folklore",
)
def results_are_float64(cell, x, state):
    """States are float64, as the weights are."""
    name = type(cell).__name__
    if x.ndim != 2 or x.shape[1] != cell.input_size:
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape (N, {cell.input_size})")
    before = given_or_zeros(f"the state of {name}", state, (len(x), cell.hidden_size), x.dtype)
    _, after = cell.unroll(x[None], before)
    return tuple(array.copy() for array in after)


@misconception(
    "nn.rnncell._forward",
    hint="Somebody writes into h'. What does backward know of it?",
    fails=("RNNCell/test_memory",),
    source="folklore",
)
def state_is_kept_by_reference(cell, x, state):
    """The new state may be the very array that is kept."""
    name = type(cell).__name__
    if x.ndim != 2 or x.shape[1] != cell.input_size:
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape (N, {cell.input_size})")
    before = given_or_zeros(f"the state of {name}", state, (len(x), cell.hidden_size), x.dtype)
    _, after = cell.unroll(x[None], before)
    kept = cell.saved_values[2][0]
    after = tuple(array.astype(x.dtype, copy=False) for array in after)
    cell.save_for_backward(*cell.saved_values[:2], [kept])
    return after


@misconception(
    "nn.rnncell._forward",
    hint="What does NumPy make of a state of shape (1, 4), for two examples?",
    fails=("RNNCell/test_refuses_states", "LSTMCell/test_refuses_states", "GRUCell/test_refuses_states"),
    source="folklore",
)
def states_are_broadcast(cell, x, state):
    """A state that can be broadcast to the right shape fits."""
    name = type(cell).__name__
    if x.ndim != 2 or x.shape[1] != cell.input_size:
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape (N, {cell.input_size})")
    shape = (len(x), cell.hidden_size)
    before = tuple(np.zeros(shape, x.dtype) if part is None else np.broadcast_to(part, shape) for part in state)
    _, after = cell.unroll(x[None], before)
    return tuple(array.astype(x.dtype) for array in after)


@misconception(
    "nn.rnncell._forward",
    hint="Does a cell take a vector?",
    fails=("RNNCell/test_refuses", "LSTMCell/test_refuses", "GRUCell/test_refuses"),
    source="folklore",
)
def vector_is_a_batch_of_one(cell, x, state):
    """An x without a batch is a batch of one."""
    name = type(cell).__name__
    x = np.atleast_2d(x)
    if x.ndim != 2 or x.shape[1] != cell.input_size:
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape (N, {cell.input_size})")
    before = given_or_zeros(f"the state of {name}", state, (len(x), cell.hidden_size), x.dtype)
    _, after = cell.unroll(x[None], before)
    return tuple(array.astype(x.dtype) for array in after)


@misconception(
    "nn.rnncell._forward",
    hint="What does the first step begin with, if nobody gives a state?",
    fails=(
        "RNNCell/test_worked_example",
        "RNNCell/test_no_state",
        "LSTM/test_worked_example",
        "LSTMCell/test_no_state",
        "GRUCell/test_no_state",
    ),
    source="folklore",
)
def state_is_needed(cell, x, state):
    """A step needs the state before."""
    name = type(cell).__name__
    if x.ndim != 2 or x.shape[1] != cell.input_size or state[0] is None:
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape (N, {cell.input_size})")
    before = given_or_zeros(f"the state of {name}", state, (len(x), cell.hidden_size), x.dtype)
    _, after = cell.unroll(x[None], before)
    return tuple(array.astype(x.dtype) for array in after)


@misconception(
    "nn.rnncell._forward",
    hint="How many examples may a batch have?",
    fails=(
        "RNNCell/test_worked_example",
        "RNNCell/test_values",
        "LSTMCell/test_worked_example",
        "LSTMCell/test_values",
        "GRUCell/test_worked_example",
        "GRUCell/test_values",
    ),
    source="folklore",
)
def batch_of_one_is_a_vector(cell, x, state):
    """A batch of one gives a vector."""
    name = type(cell).__name__
    if x.ndim != 2 or x.shape[1] != cell.input_size:
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape (N, {cell.input_size})")
    before = given_or_zeros(f"the state of {name}", state, (len(x), cell.hidden_size), x.dtype)
    _, after = cell.unroll(x[None], before)
    return tuple(np.squeeze(array, 0) if len(x) == 1 else array.astype(x.dtype) for array in after)


@misconception(
    "nn.rnncell._backward",
    hint="x is float32. What is dx?",
    fails=("RNNCell/test_dtypes", "LSTMCell/test_dtypes", "GRUCell/test_dtypes"),
    source="folklore",
)
def gradients_are_float64(cell, d_state):
    """Gradients are float64, as the weights are."""
    x, h, _ = cell.saved_values
    arriving = given_or_zeros(f"what {type(cell).__name__}.backward is given", d_state, h.shape[1:], x.dtype)
    dx, before = cell.unroll_backward(np.zeros_like(h), arriving)
    return tuple(array.astype(np.float64) for array in (dx[0], *before))


@misconception(
    "nn.rnncell._backward",
    hint="What does NumPy make of a dh of shape (4,)?",
    fails=("RNNCell/test_refuses", "LSTMCell/test_refuses", "GRUCell/test_refuses"),
    source="folklore",
)
def gradients_are_broadcast(cell, d_state):
    """A gradient that can be broadcast to the right shape fits."""
    x, h, _ = cell.saved_values
    shape = h.shape[1:]
    arriving = tuple(np.zeros(shape) if part is None else np.broadcast_to(part, shape) for part in d_state)
    dx, before = cell.unroll_backward(np.zeros_like(h), arriving)
    return tuple(array.astype(x.dtype) for array in (dx[0], *before))


@misconception(
    "nn.rnncell._backward",
    hint="Nobody gave an h. What was it?",
    fails=("RNNCell/test_worked_example", "RNNCell/test_no_state", "LSTMCell/test_no_state", "GRUCell/test_no_state"),
    source="folklore",
)
def zeros_have_no_gradient(cell, d_state):
    """A state of zeros was given by nobody, so its gradient is zeros."""
    x, h, _ = cell.saved_values
    arriving = given_or_zeros(f"what {type(cell).__name__}.backward is given", d_state, h.shape[1:], x.dtype)
    dx, before = cell.unroll_backward(np.zeros_like(h), arriving)
    return tuple(array.astype(x.dtype) * (k == 0 or np.any(h)) for k, array in enumerate((dx[0], *before)))


@misconception(
    "nn.rnncell._backward",
    hint="Is h an input of the cell?",
    fails=(
        "RNNCell/test_worked_example",
        "RNNCell/test_gradients",
        "LSTMCell/test_worked_example",
        "LSTMCell/test_gradients",
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
    ),
    source="folklore",
)
def state_gets_no_gradient(cell, d_state):
    """A cell hands back dx; the state belongs to the step before."""
    x, h, _ = cell.saved_values
    arriving = given_or_zeros(f"what {type(cell).__name__}.backward is given", d_state, h.shape[1:], x.dtype)
    dx, before = cell.unroll_backward(np.zeros_like(h), arriving)
    return tuple(array.astype(x.dtype) for array in (dx[0], *map(np.zeros_like, before)))


@misconception(
    "nn.rnncell.given_or_zeros",
    hint="Which shape was given, and which is right: who tells the user?",
    fails=(
        "RNNCell/test_refuses",
        "RNNCell/test_refuses_states",
        "LSTMCell/test_refuses",
        "LSTMCell/test_refuses_states",
        "GRUCell/test_refuses",
        "GRUCell/test_refuses_states",
        "RNN/test_refuses",
        "RNN/test_refuses_states",
        "LSTM/test_refuses",
        "LSTM/test_refuses_states",
        "GRU/test_refuses",
        "GRU/test_refuses_states",
    ),
    source="folklore",
)
def message_names_no_shape(name, arrays, shape, dtype):
    """A message says that something is wrong."""
    for array in arrays:
        if array is not None and array.shape != shape:
            raise ValueError(f"{name} has a wrong shape")
    return tuple(np.zeros(shape, dtype) if array is None else array for array in arrays)


@misconception(
    "nn.rnncell.given_or_zeros",
    hint="Which of the dimensions have to fit?",
    fails=(
        "RNNCell/test_refuses",
        "RNNCell/test_refuses_states",
        "LSTMCell/test_refuses",
        "LSTMCell/test_refuses_states",
        "GRUCell/test_refuses",
        "GRUCell/test_refuses_states",
        "RNN/test_refuses",
        "RNN/test_refuses_states",
        "LSTM/test_refuses",
        "LSTM/test_refuses_states",
        "GRU/test_refuses",
        "GRU/test_refuses_states",
    ),
    source="folklore",
)
def states_are_reshaped(name, arrays, shape, dtype):
    """A state with the right number of entries is brought into shape."""
    for array in arrays:
        if array is not None and array.size != np.prod(shape):
            check_shape(name, array.shape, shape)
    return tuple(np.zeros(shape, dtype) if array is None else array.reshape(shape) for array in arrays)


@misconception(
    "nn.rnncell._forward",
    hint="x is float32, and no state is given. What is the new state?",
    fails=("RNNCell/test_dtypes", "LSTMCell/test_dtypes", "GRUCell/test_dtypes"),
    source="folklore",
)
def missing_state_is_float64(cell, x, state):
    """Where no state is given, it is np.zeros(shape)."""
    name = type(cell).__name__
    if x.ndim != 2 or x.shape[1] != cell.input_size:
        raise ValueError(f"x of {name} has shape {x.shape}, but should have shape (N, {cell.input_size})")
    before = given_or_zeros(f"the state of {name}", state, (len(x), cell.hidden_size), np.dtype(float))
    _, after = cell.unroll(x[None], before)
    return tuple(array.astype(np.result_type(x, *before)) for array in after)
