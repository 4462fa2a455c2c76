"""What people believe about `no_grad` and `enable_grad`, and about operations of one's own."""

from functools import wraps

from grader.assignment import misconception
from reference.autograd.function import Context, _checked
from reference.autograd.grad_mode import _switch, is_grad_enabled, no_grad
from reference.autograd.tensor import Tensor, record


@misconception(
    "autograd.no_grad.__exit__",
    hint="Two contexts inside each other: when the inner one is left, is the outer one over?",
    fails=("NoGrad/test_nested",),
    source="folklore",
)
def leaving_switches_on(self, *exception):
    """When no_grad is left, operations are recorded again."""
    _switch(True)


@misconception(
    "autograd.no_grad.__exit__",
    hint="What was raised inside no_grad: should the program around it know?",
    fails=(
        "Backward/test_refuses_gradients",
        "Function/test_refuses",
        "NoGrad/test_exceptions",
    ),
    source="folklore",
)
def exceptions_are_swallowed(self, *exception):
    """A context manager says True when it is left properly."""
    _switch(self._before.pop())
    return True


@misconception(
    "autograd.no_grad.__exit__",
    hint="An exception leaves no_grad: what is recorded in the `except` that catches it?",
    fails=(
        "Backward/test_refuses_gradients",
        "Function/test_refuses",
        "NoGrad/test_exceptions",
    ),
    source="folklore",
)
def exceptions_leave_it_on(self, *exception):
    """Only a context that comes to its end is left."""
    if exception[0] is None:
        _switch(self._before.pop())


@misconception(
    "autograd.no_grad.__call__",
    hint="A decorated function is called, and called again: when is recording switched off?",
    fails=("NoGrad/test_decorators",),
    source="folklore",
)
def decorators_enter_once(self, function):
    """The decorator enters the context, and returns the function."""
    with self:
        return function


@misconception(
    "autograd.no_grad.__call__",
    hint="What does a decorated function return?",
    fails=("NoGrad/test_decorators",),
    source="folklore",
)
def decorated_functions_return_nothing(self, function):
    """A decorator runs the function inside the context."""

    @wraps(function)
    def wrapped(*args, **kwargs):
        with no_grad():
            function(*args, **kwargs)

    return wrapped


@misconception(
    "autograd.no_grad.__call__",
    hint="A decorated function raises: is recording switched on again?",
    fails=("NoGrad/test_exceptions",),
    source="folklore",
)
def decorated_functions_do_not_raise(self, function):
    """A decorator switches off, calls the function, and switches back."""

    @wraps(function)
    def wrapped(*args, **kwargs):
        before = _switch(False)
        result = function(*args, **kwargs)
        _switch(before)
        return result

    return wrapped


@misconception(
    "autograd.enable_grad.__enter__",
    hint="enable_grad stands inside no_grad: what is it for, then?",
    fails=(
        "NoGrad/test_decorators",
        "NoGrad/test_nested",
        "NoGrad/test_tells_its_state",
    ),
    source="folklore",
)
def no_grad_is_stronger(self):
    """Inside no_grad, nothing can be recorded."""
    self._before.append(_switch(is_grad_enabled()))


@misconception(
    "autograd.enable_grad.__exit__",
    hint="enable_grad inside no_grad ends: what holds between it and the end of no_grad?",
    fails=(
        "NoGrad/test_nested",
        "NoGrad/test_tells_its_state",
    ),
    source="folklore",
)
def enabled_stays_enabled(self, *exception):
    """Once enabled, recording stays on."""
    self._before.pop()


@misconception(
    "autograd.enable_grad.__call__",
    hint="What does a function decorated with enable_grad do inside no_grad?",
    fails=("NoGrad/test_decorators",),
    source="folklore",
)
def enabling_decorators_do_nothing(self, function):
    """Outside of no_grad a decorated function is as it is, so nothing has to be done."""
    return function


@misconception(
    "autograd.is_grad_enabled",
    hint="What should is_grad_enabled() return inside no_grad?",
    fails=(
        "Backward/test_chains",
        "Function/test_one_input",
        "Graphs/test_diamond",
        "NoGrad/test_backward_inside",
        "NoGrad/test_decorators",
        "NoGrad/test_exceptions",
        "NoGrad/test_is_a_constant",
        "NoGrad/test_nested",
        "NoGrad/test_records_nothing",
        "NoGrad/test_tells_its_state",
    ),
    source="folklore",
)
def gradients_are_always_possible():
    """Recording is always on; no_grad only marks results."""
    return True


@misconception(
    "autograd.no_grad",
    hint="Two objects of no_grad are in use at once: where does each note what was before it?",
    fails=("NoGrad/test_decorators",),
    source="folklore",
)
class the_state_is_noted_once:
    """What was before is noted by the class."""

    def __init__(self):
        pass

    def __enter__(self):
        no_grad.before = _switch(False)

    def __exit__(self, *exception):
        _switch(no_grad.before)


@misconception(
    "autograd.Function.apply",
    hint="Cube.apply(x), then Cube.apply(y), then backward of the first: which array was saved last?",
    fails=("Function/test_a_context_for_each_call",),
    source="folklore",
)
@classmethod
def one_context_for_a_class(cls, *inputs):
    """A Function has one context, for all its calls."""
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    if "ctx" not in vars(cls):
        cls.ctx = Context()
    ctx = cls.ctx
    ctx.needs_input_grad = tuple(isinstance(value, Tensor) and value.requires_grad for value in inputs)
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
    hint="What does NumPy do with a tensor?",
    fails=("Function/test_one_input",),
    source="PyTorch",
    convention="This is what PyTorch does; the contract asks for arrays.",
)
@classmethod
def forward_gets_tensors(cls, *inputs):
    """forward is given tensors, and computes with them; nothing of it is recorded."""
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    ctx = Context(tuple(isinstance(value, Tensor) and value.requires_grad for value in inputs))
    with no_grad():
        result = cls.forward(ctx, *(value.detach() if isinstance(value, Tensor) else value for value in inputs))
    data = result.data if isinstance(result, Tensor) else result

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
