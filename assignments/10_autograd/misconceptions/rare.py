"""What shows only in rare calls: a bound of 0, no axis, another order in memory, after an error, one after another."""

import numpy as np

from grader.assignment import misconception
from reference.autograd.grad_mode import _switch, enable_grad, is_grad_enabled, no_grad
from reference.autograd.reductions import _extreme, _kept
from reference.autograd.shaping import broadcast_to, reshape, transpose
from reference.autograd.tensor import Tensor, _first_gradient, _fit, _go_back, _ordered, _refuse, operands, record


@misconception(
    "autograd.clip",
    hint="clip(x, min=0): is the result ever negative?",
    fails=("Clip/test_gradients", "Clip/test_values"),
    source="a reader of the handout",
)
def a_bound_of_zero_is_none(x, min=None, max=None):
    """`if min` asks whether there is a lower bound."""
    if min is None and max is None:
        raise ValueError("clip needs a bound")
    [x] = operands(x)
    data = np.clip(x.data, min or -np.inf, max or np.inf)
    return record(data, (x,), lambda dy, _: (dy * (data == x.data),))


@misconception(
    "autograd.clip",
    hint="np.float32(0.1) <= np.float64(0.1): what does NumPy say?",
    fails=("Clip/test_at_the_bounds",),
    source="a reader of the handout",
)
def bounds_are_float64(x, min=None, max=None):
    """Whether x is inside is asked with bounds of float64."""
    if min is None and max is None:
        raise ValueError("clip needs a bound")
    [x] = operands(x)
    low, high = np.float64(-np.inf if min is None else min), np.float64(np.inf if max is None else max)
    inside = (x.data >= low) & (x.data <= high)
    return record(np.clip(x.data, min, max), (x,), lambda dy, _: (dy * inside,))


@misconception(
    "autograd.sum",
    hint="What shape has np.ones((3, 4)).sum(axis=())?",
    fails=("Sum/test_no_axis",),
    source="PyTorch",
    convention="This is what torch.sum does with dim=(); the contract asks for NumPy's meaning.",
)
def an_empty_tuple_is_every_axis(x, axis=None, keepdims=False):
    """Without any axis in it, a tuple means all entries."""
    [x] = operands(x)
    axis = None if axis == () else axis
    data = x.data.sum(axis=axis, keepdims=keepdims, dtype=None if x.data.dtype.kind == "f" else np.float64)
    return record(data, (x,), lambda dy, _: (broadcast_to(reshape(dy, _kept(x, axis)), x.data.shape),))


@misconception(
    "autograd.max",
    hint="Two arrays are equal, one of them is stored column by column: should their gradients be equal, too?",
    fails=("Max/test_ties",),
    source="a reader of the handout",
)
def first_in_memory(x, axis=None, keepdims=False):
    """The first of all equal entries is that which comes first in memory."""
    [x] = operands(x)
    data = x.data.max(axis=axis, keepdims=keepdims)
    if axis is not None or x.data.flags.c_contiguous or not x.data.flags.f_contiguous:
        return _extreme(x, data, np.argmax, axis)
    mask = np.zeros(x.data.shape, bool, order="F")
    mask.T.reshape(-1)[x.data.T.argmax()] = True
    return record(data, (x,), lambda dy, _: (reshape(dy, _kept(x, axis)) * mask,))


@misconception(
    "autograd.transpose",
    hint="np.argsort([0, -1, 1]): which axis comes first?",
    fails=("SecondDerivatives/test_matrices_and_shapes", "Transpose/test_gradients"),
    source="a reader of the handout",
)
def negative_axes_sort_first(x, *axes):
    """argsort of the axes is the inverse order, whatever their signs."""
    [x] = operands(x)
    order = tuple(axes[0]) if len(axes) == 1 and isinstance(axes[0], tuple | list) else axes
    data = x.data.transpose(order or None)
    back = np.argsort(order or range(x.data.ndim)[::-1], kind="stable").tolist()
    return record(data, (x,), lambda dy, _: (transpose(dy, *back),))


@misconception(
    "autograd.no_grad",
    hint="A decorated function calls itself: how often is the context entered before it is left?",
    fails=("NoGrad/test_decorators",),
    source="a reader of the handout",
)
class one_context_for_all_calls:
    """A decorator can enter itself at each call, and needs to know one state: that before it."""

    def __enter__(self):
        self._before = _switch(False)

    def __exit__(self, *exception):
        _switch(self._before)

    def __call__(self, function):
        def wrapped(*given, **named):
            with self:
                return function(*given, **named)

        return wrapped


@misconception(
    "autograd.tensor._accumulate",
    hint="grad is a tensor from before: what does a backward without create_graph make of it?",
    fails=("SecondDerivatives/test_gradients_of_both_kinds",),
    source="a reader of the handout",
)
def once_a_tensor_always_a_tensor(tensor, gradient):
    """What backward adds to a grad that is a tensor is a tensor."""
    if is_grad_enabled():
        tensor.grad = gradient + 0.0 if tensor.grad is None else gradient + tensor.grad
    elif tensor.grad is None:
        tensor.grad = gradient.data.copy()
    elif isinstance(tensor.grad, Tensor):
        tensor.grad = tensor.grad + gradient
    else:
        tensor.grad = np.asarray(gradient.data + tensor.grad)


@misconception(
    "autograd.tensor._first_gradient",
    hint="With create_graph, x.grad = dy · 3 x²: on what does it depend?",
    fails=("SecondDerivatives/test_gradients_of_both_kinds",),
    source="a reader of the handout",
)
def the_given_gradient_is_a_constant(tensor, gradient):
    """The gradient that backward is given is a constant."""
    if gradient is None:
        if tensor.data.size != 1:
            raise RuntimeError(f"backward of a tensor of shape {tensor.data.shape} needs a gradient of this shape")
        gradient = np.ones(tensor.data.shape)
    gradient = Tensor(gradient)
    if gradient.data.shape != tensor.data.shape:
        raise ValueError(f"the gradient has shape {gradient.data.shape}, not {tensor.data.shape}")
    return _fit(gradient, tensor)


@misconception(
    "autograd.function._checked",
    hint="An input has the shape (2, 3). Is a gradient of shape (3, 2) in the right order?",
    fails=("Function/test_refuses",),
    source="a reader of the handout",
)
def as_many_entries_will_do(cls, gradient, tensor):
    """A gradient with the right number of entries can be reshaped."""
    if gradient is None:
        return None
    if np.size(gradient) != tensor.data.size:
        raise ValueError(f"{np.shape(gradient)} for {tensor.data.shape}")
    return Tensor(np.reshape(gradient, tensor.data.shape))


@misconception(
    "autograd.Tensor.backward",
    hint="A backward raises an error, and somebody catches it: is anything recorded after that?",
    fails=("Backward/test_refuses_gradients", "Function/test_refuses", "RetainedGraphs/test_shared_part_is_freed"),
    source="a reader of the handout",
)
def an_error_leaves_recording_off(self, gradient=None, retain_graph=True, create_graph=False):
    """backward switches recording off at its beginning, and on again at its end."""
    if not self.requires_grad:
        raise RuntimeError("it requires no gradient")
    mode = enable_grad() if create_graph else no_grad()
    mode.__enter__()
    gradients, waiting = {self: _first_gradient(self, gradient)}, _ordered(self)
    while waiting:
        tensor = waiting.pop()
        _go_back(tensor, gradients)
        if not retain_graph and not tensor.is_leaf:
            tensor._inputs, tensor._pull = (), _refuse
    mode.__exit__(None, None, None)
