"""What people believe about `grad`, about the first gradient, and about what was broadcast."""

import numpy as np

from grader.assignment import misconception
from reference.autograd.grad_mode import is_grad_enabled
from reference.autograd.tensor import Tensor, _converted, _fit, operands


@misconception(
    "autograd.tensor._accumulate",
    hint="Two losses use the same parameter, one after the other: what is its gradient then?",
    fails=("?/?",),
    source="folklore",
)
def grad_is_set(tensor, gradient):
    """backward sets grad; what was there before belongs to an earlier step."""
    tensor.grad = gradient + 0.0 if is_grad_enabled() else gradient.data.copy()


@misconception(
    "autograd.tensor._accumulate",
    hint="grad is given out as it is, and someone writes into it: who else sees that?",
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
    source="folklore",
    convention="This is what PyTorch does, where grad is a tensor; the contract asks for an array.",
)
def grad_is_a_tensor(tensor, gradient):
    """grad is a tensor, as everything in a graph is."""
    tensor.grad = Tensor(gradient.data.copy()) if tensor.grad is None else Tensor(gradient.data + tensor.grad.data)


@misconception(
    "autograd.tensor._first_gradient",
    hint="What is the upstream gradient good for, if a layer above wants dL/dx?",
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
