"""What people believe about operations of their own."""

import numpy as np

from grader.assignment import misconception
from reference.autograd.function import Context, _checked
from reference.autograd.grad_mode import is_grad_enabled
from reference.autograd.tensor import Tensor, record


@misconception(
    "autograd.Function.apply",
    hint="What does np.sum do with a tensor?",
    fails=("Function/test_what_is_given",),
    source="PyTorch",
    convention="This is what PyTorch does; the contract asks for arrays.",
)
@classmethod
def backward_gets_a_tensor(cls, *inputs):
    """backward is given dy as a tensor."""
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    ctx = Context(tuple(isinstance(value, Tensor) and value.requires_grad for value in inputs))
    data = cls.forward(ctx, *(value.data if isinstance(value, Tensor) else value for value in inputs))

    def pull(dy, _y):
        if is_grad_enabled():
            raise RuntimeError("create_graph")
        found = cls.backward(ctx, dy)
        gradients = found if isinstance(found, tuple | list) else (found,)
        if len(gradients) != len(inputs):
            raise RuntimeError(f"{len(gradients)} gradients for {len(inputs)} inputs")
        gradients = [g.data if isinstance(g, Tensor) else g for g in gradients]
        pairs = zip(gradients, inputs, strict=True)
        return [_checked(cls, gradient, value) for gradient, value in pairs if isinstance(value, Tensor)]

    return record(data, tensors, pull)


@misconception(
    "autograd.Function.apply",
    hint="A tensor that does not require a gradient: does anybody need it?",
    fails=("Function/test_what_is_given",),
    source="folklore",
)
@classmethod
def every_input_needs_a_gradient(cls, *inputs):
    """needs_input_grad says which inputs are tensors."""
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    ctx = Context(tuple(isinstance(value, Tensor) for value in inputs))
    data = cls.forward(ctx, *(value.data if isinstance(value, Tensor) else value for value in inputs))

    def pull(dy, _y):
        if is_grad_enabled():
            raise RuntimeError("create_graph")
        found = cls.backward(ctx, dy.data)
        gradients = found if isinstance(found, tuple | list) else (found,)
        if len(gradients) != len(inputs):
            raise RuntimeError(f"{len(gradients)} gradients for {len(inputs)} inputs")
        pairs = zip(gradients, inputs, strict=True)
        return [_checked(cls, gradient, value) for gradient, value in pairs if isinstance(value, Tensor)]

    return record(data, tensors, pull)


@misconception(
    "autograd.Function.apply",
    hint="An input is a number: at which place of needs_input_grad is the next one?",
    fails=("Function/test_what_is_given",),
    source="folklore",
)
@classmethod
def needs_only_of_tensors(cls, *inputs):
    """needs_input_grad has a bool for each tensor."""
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    ctx = Context(tuple(value.requires_grad for value in tensors))
    data = cls.forward(ctx, *(value.data if isinstance(value, Tensor) else value for value in inputs))

    def pull(dy, _y):
        if is_grad_enabled():
            raise RuntimeError("create_graph")
        found = cls.backward(ctx, dy.data)
        gradients = found if isinstance(found, tuple | list) else (found,)
        if len(gradients) != len(inputs):
            raise RuntimeError(f"{len(gradients)} gradients for {len(inputs)} inputs")
        pairs = zip(gradients, inputs, strict=True)
        return [_checked(cls, gradient, value) for gradient, value in pairs if isinstance(value, Tensor)]

    return record(data, tensors, pull)


@misconception(
    "autograd.Function.apply",
    hint="backward gives one gradient for two inputs: is it clear for which?",
    fails=("Function/test_refuses",),
    source="folklore",
)
@classmethod
def too_few_gradients_are_filled_up(cls, *inputs):
    """Inputs for which backward gives nothing have no gradient."""
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    ctx = Context(tuple(isinstance(value, Tensor) and value.requires_grad for value in inputs))
    data = cls.forward(ctx, *(value.data if isinstance(value, Tensor) else value for value in inputs))

    def pull(dy, _y):
        if is_grad_enabled():
            raise RuntimeError("create_graph")
        found = cls.backward(ctx, dy.data)
        gradients = found if isinstance(found, tuple | list) else (found,)
        gradients = [*gradients, *[None] * len(inputs)]
        pairs = zip(gradients, inputs)
        return [_checked(cls, gradient, value) for gradient, value in pairs if isinstance(value, Tensor)]

    return record(data, tensors, pull)


@misconception(
    "autograd.Function.apply",
    hint="Scaled.apply(x, 2.5) has one tensor: how many gradients does its backward give?",
    fails=("Function/test_refuses",),
    source="folklore",
)
@classmethod
def gradients_of_tensors_alone(cls, *inputs):
    """backward gives a gradient for each tensor, in order."""
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    ctx = Context(tuple(isinstance(value, Tensor) and value.requires_grad for value in inputs))
    data = cls.forward(ctx, *(value.data if isinstance(value, Tensor) else value for value in inputs))

    def pull(dy, _y):
        if is_grad_enabled():
            raise RuntimeError("create_graph")
        found = cls.backward(ctx, dy.data)
        gradients = found if isinstance(found, tuple | list) else (found,)
        if len(gradients) < len(tensors):
            raise RuntimeError(f"{len(gradients)} gradients for {len(tensors)} tensors")
        gradients = [gradient for gradient in gradients if gradient is not None]
        pairs = zip([*gradients, *[None] * len(tensors)], tensors)
        return [_checked(cls, gradient, value) for gradient, value in pairs]

    return record(data, tensors, pull)


@misconception(
    "autograd.function._checked",
    hint="A gradient of shape (3,) for an input of shape (2, 3): what did the author forget?",
    fails=("Function/test_refuses",),
    source="folklore",
)
def gradients_of_any_shape(cls, gradient, tensor):
    """A gradient that broadcasts to the shape of its input is good enough."""
    return None if gradient is None else Tensor(np.broadcast_to(gradient, tensor.data.shape).copy())


@misconception(
    "autograd.function._checked",
    hint="Is there a difference between no gradient, and a gradient of zeros?",
    fails=("Function/test_several_inputs",),
    source="folklore",
)
def no_gradient_is_zeros(cls, gradient, tensor):
    """None is a gradient of zeros."""
    if gradient is None:
        return Tensor(np.zeros_like(tensor.data))
    if np.shape(gradient) != tensor.data.shape:
        raise ValueError(f"{np.shape(gradient)} for {tensor.data.shape}")
    return Tensor(gradient)


@misconception(
    "autograd.function._checked",
    hint="What does somebody who reads the error want to know?",
    fails=("Function/test_refuses",),
    source="folklore",
)
def wrong_shapes_are_not_named(cls, gradient, tensor):
    """That a shape is wrong is enough to be said."""
    if gradient is None:
        return None
    if np.shape(gradient) != tensor.data.shape:
        raise ValueError("backward gave a gradient of a wrong shape")
    return Tensor(gradient)


@misconception(
    "autograd.Function.apply",
    hint="Inside no_grad, who goes back through it?",
    fails=("Function/test_is_recorded_where_it_should",),
    source="folklore",
)
@classmethod
def recorded_whatever_is_needed(cls, *inputs):
    """A Function is recorded always; somebody may need it."""
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    ctx = Context(tuple(isinstance(value, Tensor) and value.requires_grad for value in inputs))
    data = cls.forward(ctx, *(value.data if isinstance(value, Tensor) else value for value in inputs))

    def pull(dy, _y):
        if is_grad_enabled():
            raise RuntimeError("create_graph")
        found = cls.backward(ctx, dy.data)
        gradients = found if isinstance(found, tuple | list) else (found,)
        if len(gradients) != len(inputs):
            raise RuntimeError(f"{len(gradients)} gradients for {len(inputs)} inputs")
        pairs = zip(gradients, inputs, strict=True)
        return [_checked(cls, gradient, value) for gradient, value in pairs if isinstance(value, Tensor)]

    result = Tensor(data, requires_grad=True)
    result._inputs, result._pull = tuple(tensors), pull
    return result


@misconception(
    "autograd.Function.apply",
    hint="The gradient of x ** 3 depends on x: what is its derivative, if it is taken for a constant?",
    fails=("SecondDerivatives/test_without_a_graph",),
    source="folklore",
)
@classmethod
def create_graph_makes_it_a_constant(cls, *inputs):
    """With create_graph, the gradient of a Function is a constant."""
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    ctx = Context(tuple(isinstance(value, Tensor) and value.requires_grad for value in inputs))
    data = cls.forward(ctx, *(value.data if isinstance(value, Tensor) else value for value in inputs))

    def pull(dy, _y):
        found = cls.backward(ctx, dy.data)
        gradients = found if isinstance(found, tuple | list) else (found,)
        if len(gradients) != len(inputs):
            raise RuntimeError(f"{len(gradients)} gradients for {len(inputs)} inputs")
        pairs = zip(gradients, inputs, strict=True)
        return [_checked(cls, gradient, value) for gradient, value in pairs if isinstance(value, Tensor)]

    return record(data, tensors, pull)


@misconception(
    "autograd.Function.apply",
    hint="Two calls of apply, then two calls of backward: which is the last?",
    fails=("Function/test_a_context_for_each_call",),
    source="folklore",
)
@classmethod
def the_last_call_counts(cls, *inputs):
    """What backward needs is that of the last call of apply."""
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    ctx = cls.last = Context(tuple(isinstance(value, Tensor) and value.requires_grad for value in inputs))
    data = cls.forward(ctx, *(value.data if isinstance(value, Tensor) else value for value in inputs))

    def pull(dy, _y):
        if is_grad_enabled():
            raise RuntimeError("create_graph")
        found = cls.backward(cls.last, dy.data)
        gradients = found if isinstance(found, tuple | list) else (found,)
        if len(gradients) != len(inputs):
            raise RuntimeError(f"{len(gradients)} gradients for {len(inputs)} inputs")
        pairs = zip(gradients, inputs, strict=True)
        return [_checked(cls, gradient, value) for gradient, value in pairs if isinstance(value, Tensor)]

    return record(data, tensors, pull)


@misconception(
    "autograd.Context.save_for_backward",
    hint="save_for_backward is called twice: how many arrays does backward unpack?",
    fails=("Function/test_context",),
    source="folklore",
)
def saving_adds(self, *values):
    """What is saved is added to what was saved before."""
    self._saved = (*self._saved, *values)


@misconception(
    "autograd.Context.saved_tensors",
    hint="[x] = ctx.saved_tensors: what is unpacked?",
    fails=("Function/test_one_input",),
    source="folklore",
)
@property
def one_is_not_a_tuple(self):
    """A single array that was saved comes back as it is."""
    return self._saved[0] if len(self._saved) == 1 else self._saved


@misconception(
    "autograd.Context.saved_tensors",
    hint="save_for_backward(x, y): in which order are they unpacked?",
    fails=("Function/test_several_inputs",),
    source="folklore",
)
@property
def saved_comes_back_reversed(self):
    """What was saved last comes back first, as in a stack."""
    return self._saved[::-1]


@misconception(
    "autograd.Context.saved_tensors",
    hint="How many things are in saved_tensors if none was saved?",
    fails=("Function/test_context",),
    source="folklore",
)
@property
def nothing_saved_is_none(self):
    """Where nothing was saved, there is None."""
    return self._saved or None
