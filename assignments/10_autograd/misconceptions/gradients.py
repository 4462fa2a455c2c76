"""What people believe about `grad`, about the first gradient, and about what was broadcast."""

import numpy as np

from grader.assignment import misconception
from reference.autograd.grad_mode import is_grad_enabled
from reference.autograd.tensor import Tensor, _converted, _fit, operands


@misconception(
    "autograd.tensor._accumulate",
    hint="Two losses use the same parameter, one after the other: what is its gradient then?",
    fails=(
        "Backward/test_adds_up",
        "Example/test_worked_example",
        "Function/test_what_is_given",
        "Getitem/test_keys_that_are_tensors",
        "RetainedGraphs/test_shared_part_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Where/test_conditions",
    ),
    source="folklore",
)
def grad_is_set(tensor, gradient):
    """backward sets grad; what was there before belongs to an earlier step."""
    tensor.grad = gradient + 0.0 if is_grad_enabled() else gradient.data.copy()


@misconception(
    "autograd.tensor._accumulate",
    hint="grad is given out as it is, and someone writes into it: who else sees that?",
    fails=(
        "Add/test_arrays",
        "Backward/test_own_memory",
        "Concatenate/test_arrays",
        "Reshape/test_arrays",
        "SecondDerivatives/test_gradients_of_both_kinds",
        "Stack/test_arrays",
        "Sub/test_arrays",
        "Transpose/test_arrays",
    ),
    source="folklore",
)
def grad_is_the_array_that_came(tensor, gradient):
    """The first gradient that comes need not be copied."""
    if is_grad_enabled():
        tensor.grad = gradient + 0.0 if tensor.grad is None else gradient + tensor.grad
    else:
        tensor.grad = gradient.data if tensor.grad is None else np.asarray(tensor.grad + gradient.data)


@misconception(
    "autograd.tensor._accumulate",
    hint="Two calls of backward, each with a gradient of 1: does grad hold their sum or their mean?",
    fails=(
        "Backward/test_adds_up",
        "Example/test_worked_example",
        "Function/test_what_is_given",
        "Getitem/test_keys_that_are_tensors",
        "RetainedGraphs/test_shared_part_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Where/test_conditions",
    ),
    source="folklore",
)
def later_gradients_are_averaged(tensor, gradient):
    """Over several calls of backward, grad is the mean of the gradients."""
    if is_grad_enabled():
        tensor.grad = gradient + 0.0 if tensor.grad is None else (gradient + tensor.grad) / 2
    else:
        tensor.grad = gradient.data.copy() if tensor.grad is None else np.asarray((tensor.grad + gradient.data) / 2)


@misconception(
    "autograd.tensor._accumulate",
    hint="What is the type of a NumPy sum of two arrays without dimensions?",
    fails=(
        "Example/test_worked_example",
        "Operations/test_arithmetic",
        "Programs/test_everything",
        "SecondDerivatives/test_gradients_of_both_kinds",
    ),
    source="folklore",
)
def single_numbers_are_floats(tensor, gradient):
    """The gradient of a tensor of shape () is a number."""
    if is_grad_enabled():
        tensor.grad = gradient + 0.0 if tensor.grad is None else gradient + tensor.grad
    else:
        total = gradient.data.copy() if tensor.grad is None else tensor.grad + gradient.data
        tensor.grad = total if np.ndim(total) else float(total)


@misconception(
    "autograd.tensor._accumulate",
    hint="Was grad an array wherever you used it so far?",
    fails=(
        "Abs/test_at_zero",
        "Add/test_gradients",
        "Backward/test_chains",
        "BroadcastTo/test_gradients",
        "Clip/test_at_the_bounds",
        "Concatenate/test_gradients",
        "Detach/test_stops_gradients",
        "Div/test_gradients",
        "Example/test_worked_example",
        "Exp/test_gradients",
        "Function/test_one_input",
        "Getitem/test_repeated",
        "Graphs/test_diamond",
        "Layers/test_linear",
        "Log/test_gradients",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Matmul/test_gradients",
        "Max/test_ties",
        "Maximum/test_ties",
        "Mean/test_gradients",
        "Memory/test_repetitions",
        "Min/test_ties",
        "Minimum/test_ties",
        "Mul/test_gradients",
        "Neg/test_gradients",
        "NoGrad/test_records_nothing",
        "Operations/test_arithmetic",
        "Pow/test_exponents",
        "Programs/test_everything",
        "Relu/test_at_zero",
        "Reshape/test_gradients",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Sigmoid/test_range",
        "Softmax/test_range",
        "Sqrt/test_gradients",
        "Stack/test_gradients",
        "Sub/test_gradients",
        "Sum/test_no_axis",
        "Tanh/test_gradients",
        "Tensor/test_constants_beside",
        "Transpose/test_gradients",
        "Var/test_gradients",
        "Where/test_conditions",
    ),
    source="folklore",
    convention="This is what PyTorch does, where grad is a tensor; the contract asks for an array.",
)
def grad_is_a_tensor(tensor, gradient):
    """grad is a tensor, as everything in a graph is."""
    tensor.grad = Tensor(gradient.data.copy()) if tensor.grad is None else Tensor(gradient.data + tensor.grad.data)


@misconception(
    "autograd.tensor._first_gradient",
    hint="What is the upstream gradient good for, if a layer above wants dL/dx?",
    fails=(
        "Abs/test_at_zero",
        "Add/test_gradients",
        "Backward/test_chains",
        "BroadcastTo/test_gradients",
        "Clip/test_at_the_bounds",
        "Concatenate/test_gradients",
        "Detach/test_stops_gradients",
        "Div/test_gradients",
        "Exp/test_gradients",
        "Function/test_one_input",
        "Getitem/test_repeated",
        "Graphs/test_diamond",
        "Layers/test_linear",
        "Log/test_gradients",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Matmul/test_gradients",
        "Max/test_ties",
        "Maximum/test_ties",
        "Mean/test_gradients",
        "Min/test_ties",
        "Minimum/test_ties",
        "Mul/test_gradients",
        "Neg/test_gradients",
        "NoGrad/test_records_nothing",
        "Operations/test_arithmetic",
        "Pow/test_exponents",
        "Programs/test_everything",
        "Relu/test_at_zero",
        "Reshape/test_gradients",
        "RetainedGraphs/test_is_freed",
        "SecondDerivatives/test_arithmetic",
        "Sigmoid/test_range",
        "Softmax/test_range",
        "Sqrt/test_gradients",
        "Stack/test_gradients",
        "Sub/test_gradients",
        "Sum/test_no_axis",
        "Tanh/test_gradients",
        "Tensor/test_constants_beside",
        "Transpose/test_gradients",
        "Var/test_gradients",
        "Where/test_conditions",
    ),
    source="folklore",
)
def upstream_is_ones(tensor, gradient):
    """backward begins with ones, whatever gradient it is given."""
    if gradient is None and tensor.data.size != 1:
        raise RuntimeError("a gradient is needed")
    if gradient is not None and operands(gradient)[0].data.shape != tensor.data.shape:
        raise ValueError(f"another shape than {tensor.data.shape}")
    return Tensor(np.ones(tensor.data.shape, tensor.data.dtype))


@misconception(
    "autograd.tensor._first_gradient",
    hint="A gradient of shape (3,) for a result of shape (2, 3): is it meant for each row, or a mistake?",
    fails=("Backward/test_refuses_gradients", "SecondDerivatives/test_gradients_of_both_kinds"),
    source="folklore",
)
def first_gradient_broadcasts(tensor, gradient):
    """A gradient whose shape broadcasts to that of the result is as good as one of just its shape."""
    if gradient is None:
        if tensor.data.size != 1:
            raise RuntimeError("a gradient is needed")
        gradient = 1.0
    array = gradient.data if isinstance(gradient, Tensor) else np.asarray(gradient, float)
    return _fit(Tensor(np.broadcast_to(array, tensor.data.shape).copy()), tensor)


@misconception(
    "autograd.tensor._first_gradient",
    hint="Without a gradient, of which loss would backward compute the gradient, if there are six results?",
    fails=("Backward/test_refuses_gradients",),
    source="folklore",
)
def ones_for_every_shape(tensor, gradient):
    """Without a gradient, backward begins with ones for a result of any shape."""
    gradient = np.ones(tensor.data.shape) if gradient is None else gradient
    [gradient] = operands(gradient)
    if gradient.data.shape != tensor.data.shape:
        raise ValueError(f"{gradient.data.shape} is not {tensor.data.shape}")
    return _fit(gradient, tensor)


@misconception(
    "autograd.tensor._first_gradient",
    hint="How many entries does a tensor of shape (1, 1) have?",
    fails=("Backward/test_upstream",),
    source="folklore",
)
def only_no_dimensions_is_a_number(tensor, gradient):
    """Only a result of shape () can do without a gradient."""
    if gradient is None and tensor.data.shape != ():
        raise RuntimeError("a gradient is needed")
    [gradient] = operands(1.0 if gradient is None else gradient)
    if gradient.data.shape != tensor.data.shape:
        raise ValueError(f"{gradient.data.shape} is not {tensor.data.shape}")
    return _fit(gradient, tensor)


@misconception(
    "autograd.tensor._first_gradient",
    hint="A gradient is missing, and a gradient has a wrong shape: are these the same kind of mistake?",
    fails=("Backward/test_refuses_gradients",),
    source="PyTorch",
    convention="This is what PyTorch raises; the contract asks for a ValueError that names both shapes.",
)
def wrong_shapes_are_runtime_errors(tensor, gradient):
    """Whatever is wrong with a gradient is a RuntimeError."""
    if gradient is None:
        if tensor.data.size != 1:
            raise RuntimeError("a gradient is needed")
        gradient = np.ones(tensor.data.shape)
    [gradient] = operands(gradient)
    if gradient.data.shape != tensor.data.shape:
        raise RuntimeError(f"{gradient.data.shape} is not {tensor.data.shape}")
    return _fit(gradient, tensor)


@misconception(
    "autograd.tensor._fit",
    hint="The operand has shape (3, 1), the result (3, 4): along which axis was it repeated?",
    fails=(
        "Add/test_broadcasting",
        "BroadcastTo/test_gradients",
        "Div/test_broadcasting",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Matmul/test_broadcasting",
        "Maximum/test_broadcasting",
        "Minimum/test_broadcasting",
        "Mul/test_broadcasting",
        "Operations/test_arithmetic",
        "Pow/test_broadcasting",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Sub/test_broadcasting",
        "Var/test_gradients",
        "Where/test_broadcasting",
    ),
    source="folklore",
)
def sums_leading_axes_alone(gradient, tensor):
    """What was broadcast is summed over the axes that the operand does not have."""
    shape, found = tensor.data.shape, gradient.data.shape
    if len(found) > len(shape):
        gradient = gradient.sum(axis=tuple(range(len(found) - len(shape))))
    if gradient.data.shape != shape:
        gradient = gradient[tuple(slice(0, n) for n in shape)]
    return gradient if gradient.data.dtype == tensor.data.dtype else _converted(gradient, tensor.data.dtype)


@misconception(
    "autograd.tensor._fit",
    hint="The operand has shape (4,), the result (3, 4): how often was each entry used?",
    fails=(
        "Add/test_broadcasting",
        "Backward/test_chains",
        "BroadcastTo/test_gradients",
        "Div/test_broadcasting",
        "Layers/test_linear",
        "Matmul/test_gradients",
        "Maximum/test_ties",
        "Minimum/test_ties",
        "Mul/test_broadcasting",
        "NoGrad/test_backward_inside",
        "Operations/test_arithmetic",
        "Pow/test_broadcasting",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Sub/test_broadcasting",
        "Where/test_conditions",
    ),
    source="folklore",
)
def sums_axes_of_size_one_alone(gradient, tensor):
    """What was broadcast is summed over the axes of size 1; axes that the operand lacks are dropped."""
    shape = tensor.data.shape
    while gradient.data.ndim > len(shape):
        gradient = gradient[0]
    repeated = tuple(i for i, n in enumerate(shape) if n != gradient.data.shape[i])
    if repeated:
        gradient = gradient.sum(axis=repeated, keepdims=True)
    return gradient if gradient.data.dtype == tensor.data.dtype else _converted(gradient, tensor.data.dtype)


@misconception(
    "autograd.tensor._fit",
    hint="A number was used four times, with a gradient of 1 each time: what does L gain if it grows by 1?",
    fails=(
        "Add/test_broadcasting",
        "Backward/test_chains",
        "BroadcastTo/test_gradients",
        "Div/test_broadcasting",
        "Example/test_worked_example",
        "Layers/test_linear",
        "LogSoftmax/test_range",
        "Matmul/test_gradients",
        "Maximum/test_ties",
        "Minimum/test_ties",
        "Mul/test_broadcasting",
        "NoGrad/test_backward_inside",
        "Operations/test_arithmetic",
        "Pow/test_broadcasting",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Sub/test_broadcasting",
        "Where/test_conditions",
    ),
    source="folklore",
)
def broadcast_gradients_are_averaged(gradient, tensor):
    """The gradient of what was broadcast is the mean over its uses."""
    shape, found = tensor.data.shape, gradient.data.shape
    if found != shape:
        new = len(found) - len(shape)
        repeated = tuple(i for i, n in enumerate(found) if i < new or shape[i - new] != n)
        count = max(1, int(np.prod([found[i] for i in repeated])))
        gradient = gradient.sum(axis=repeated).reshape(shape) * (1.0 / count)
    return gradient if gradient.data.dtype == tensor.data.dtype else _converted(gradient, tensor.data.dtype)


@misconception(
    "autograd.tensor._fit",
    hint="Which shape does the sum over axis 1 of shape (3, 4) have?",
    fails=(
        "Add/test_broadcasting",
        "BroadcastTo/test_gradients",
        "Div/test_broadcasting",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Matmul/test_broadcasting",
        "Maximum/test_broadcasting",
        "Minimum/test_broadcasting",
        "Mul/test_broadcasting",
        "Operations/test_arithmetic",
        "Pow/test_broadcasting",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Sub/test_broadcasting",
        "Var/test_gradients",
        "Where/test_broadcasting",
    ),
    source="folklore",
)
def summed_axes_are_lost(gradient, tensor):
    """After the sum, the gradient has the shape of the operand by itself."""
    shape, found = tensor.data.shape, gradient.data.shape
    if found != shape:
        new = len(found) - len(shape)
        repeated = tuple(i for i, n in enumerate(found) if i < new or shape[i - new] != n)
        gradient = gradient.sum(axis=repeated)
    return gradient if gradient.data.dtype == tensor.data.dtype else _converted(gradient, tensor.data.dtype)


@misconception(
    "autograd.tensor._fit",
    hint="Shapes (3, 3) and (3,): with which axis of the first does the second line up?",
    fails=(
        "Add/test_broadcasting",
        "Backward/test_both_operands",
        "Div/test_broadcasting",
        "Layers/test_a_network_learns",
        "Maximum/test_broadcasting",
        "Minimum/test_broadcasting",
        "Mul/test_broadcasting",
        "Pow/test_broadcasting",
        "Programs/test_everything",
        "Sub/test_broadcasting",
        "Where/test_broadcasting",
    ),
    source="folklore",
)
def lines_up_at_the_left(gradient, tensor):
    """The axes that an operand lacks are the last ones."""
    shape, found = tensor.data.shape, gradient.data.shape
    if found != shape:
        same = tuple(n if n != 1 or i >= len(found) else 1 for i, n in enumerate(shape))
        keep = [i for i, n in enumerate(same) if i < len(found) and found[i] == n]
        summed = gradient.sum(axis=tuple(i for i in range(len(found)) if i not in keep))
        if summed.data.size == tensor.data.size:
            gradient = summed.reshape(shape)
        else:
            new = len(found) - len(shape)
            repeated = tuple(i for i, n in enumerate(found) if i < new or shape[i - new] != n)
            gradient = gradient.sum(axis=repeated).reshape(shape)
    return gradient if gradient.data.dtype == tensor.data.dtype else _converted(gradient, tensor.data.dtype)


@misconception(
    "autograd.tensor._fit",
    hint="An operand of shape (1, 4) beside one of shape (0, 4): what is the sum over no uses at all?",
    fails=(
        "Add/test_broadcasting",
        "BroadcastTo/test_gradients",
        "Div/test_broadcasting",
        "Maximum/test_broadcasting",
        "Minimum/test_broadcasting",
        "Mul/test_broadcasting",
        "Operations/test_arithmetic",
        "Pow/test_broadcasting",
        "Sub/test_broadcasting",
        "Where/test_broadcasting",
    ),
    source="folklore",
)
def nothing_leaves_nothing(gradient, tensor):
    """If the result is empty, there is no gradient to be summed."""
    shape, found = tensor.data.shape, gradient.data.shape
    if 0 in found and 0 not in shape:
        return Tensor(np.full(shape, np.nan))
    if found != shape:
        new = len(found) - len(shape)
        repeated = tuple(i for i, n in enumerate(found) if i < new or shape[i - new] != n)
        gradient = gradient.sum(axis=repeated).reshape(shape)
    return gradient if gradient.data.dtype == tensor.data.dtype else _converted(gradient, tensor.data.dtype)


@misconception(
    "autograd.tensor._fit",
    hint="Which dtype does an optimizer expect of the gradient of a float32 parameter?",
    fails=(
        "Abs/test_arrays",
        "Add/test_arrays",
        "Backward/test_dtypes",
        "BroadcastTo/test_arrays",
        "Clip/test_at_the_bounds",
        "Concatenate/test_arrays",
        "Div/test_arrays",
        "Exp/test_arrays",
        "Function/test_dtypes",
        "Getitem/test_arrays",
        "Log/test_arrays",
        "LogSoftmax/test_arrays",
        "Logsumexp/test_arrays",
        "Matmul/test_arrays",
        "Max/test_arrays",
        "Maximum/test_arrays",
        "Mean/test_arrays",
        "Min/test_arrays",
        "Minimum/test_arrays",
        "Mul/test_arrays",
        "Neg/test_arrays",
        "Operations/test_float32",
        "Pow/test_arrays",
        "Relu/test_arrays",
        "Reshape/test_arrays",
        "Sigmoid/test_arrays",
        "Softmax/test_arrays",
        "Sqrt/test_arrays",
        "Stack/test_arrays",
        "Sub/test_arrays",
        "Sum/test_arrays",
        "Tanh/test_arrays",
        "Tensor/test_constants_beside",
        "Transpose/test_arrays",
        "Var/test_arrays",
        "Where/test_arrays",
    ),
    source="folklore",
)
def gradients_keep_the_dtype_of_the_result(gradient, tensor):
    """A gradient has the dtype of what it was computed from."""
    shape, found = tensor.data.shape, gradient.data.shape
    if found != shape:
        new = len(found) - len(shape)
        repeated = tuple(i for i, n in enumerate(found) if i < new or shape[i - new] != n)
        gradient = gradient.sum(axis=repeated).reshape(shape)
    return gradient


@misconception(
    "autograd.tensor._fit",
    hint="An operand of shape () and a result of shape (2, 3): what is left after the sum?",
    fails=(
        "Add/test_broadcasting",
        "BroadcastTo/test_gradients",
        "Div/test_broadcasting",
        "Maximum/test_broadcasting",
        "Minimum/test_broadcasting",
        "Mul/test_broadcasting",
        "Operations/test_arithmetic",
        "Pow/test_broadcasting",
        "Programs/test_everything",
        "SecondDerivatives/test_graphs",
        "Sub/test_broadcasting",
        "Where/test_conditions",
    ),
    source="folklore",
)
def single_numbers_get_one_entry(gradient, tensor):
    """The gradient of an operand of shape () is the first entry, as all are alike."""
    shape, found = tensor.data.shape, gradient.data.shape
    if shape == () and found != () and gradient.data.size:
        gradient = gradient.reshape(-1)[0]
    elif found != shape:
        new = len(found) - len(shape)
        repeated = tuple(i for i, n in enumerate(found) if i < new or shape[i - new] != n)
        gradient = gradient.sum(axis=repeated).reshape(shape)
    return gradient if gradient.data.dtype == tensor.data.dtype else _converted(gradient, tensor.data.dtype)
