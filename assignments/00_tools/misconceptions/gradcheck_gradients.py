"""Wrong answers about which gradients are compared, and where they come from."""

from functools import partial

import numpy as np

from grader.assignment import misconception
from reference.gradcheck import (
    TOLERANCE,
    GradientError,
    _analytic,
    _as_tuple,
    _compare,
    _copies,
    _forward,
    _in_float64,
    _name,
    _of_parameter,
    _restoring,
    _upstream,
    numerical_vjp,
)


@misconception(
    "gradcheck.gradcheck",
    hint="What does `assert gradcheck(module, x, rng=rng)` do with None?",
    fails=("Gradcheck/test_right_and_wrong", "Gradcheck/test_worked_example", "Gradcheck/test_scale"),
)
def returns_nothing(module, *inputs, rng, tolerance=None):
    """Whoever raises no error need not return anything."""
    inputs = tuple(_in_float64(value) for value in inputs)
    allowed = TOLERANCE if tolerance is None else tolerance
    parameters = dict(module.named_parameters())
    with _restoring(module, parameters) as reset:
        dy, gradients = _analytic(module, inputs, parameters, rng)
        values = {_name(i): x for i, x in enumerate(inputs)} | {n: p.data for n, p in parameters.items()}
        for argument, gradient in gradients.items():
            forward = partial(_forward, module, inputs, parameters, reset, argument)
            _compare(argument, gradient, numerical_vjp(forward, values[argument], dy), allowed)
    return


@misconception(
    "gradcheck.gradcheck",
    hint="Who learns which element is wrong?",
    fails=("Gradcheck/test_gradient_error", "Gradcheck/test_upstream", "Gradcheck/test_names"),
)
def answers_false(module, *inputs, rng, tolerance=None):
    """A check answers True or False."""
    try:
        inputs = tuple(_in_float64(value) for value in inputs)
        allowed = TOLERANCE if tolerance is None else tolerance
        parameters = dict(module.named_parameters())
        with _restoring(module, parameters) as reset:
            dy, gradients = _analytic(module, inputs, parameters, rng)
            values = {_name(i): x for i, x in enumerate(inputs)} | {n: p.data for n, p in parameters.items()}
            for argument, gradient in gradients.items():
                forward = partial(_forward, module, inputs, parameters, reset, argument)
                _compare(argument, gradient, numerical_vjp(forward, values[argument], dy), allowed)
        return True
    except GradientError:
        return False


@misconception(
    "gradcheck.gradcheck",
    hint="Of which function is the analytic gradient the derivative?",
    fails=("Gradcheck/test_names", "Gradcheck/test_furthest_of_the_first", "Gradcheck/test_nan"),
)
def another_dy(module, *inputs, rng, tolerance=None):
    """Any dy will do for the numerical gradient."""
    inputs = tuple(_in_float64(value) for value in inputs)
    allowed = TOLERANCE if tolerance is None else tolerance
    parameters = dict(module.named_parameters())
    with _restoring(module, parameters) as reset:
        dy, gradients = _analytic(module, inputs, parameters, rng)
        dy = rng.uniform(0.5, 1.5, dy.shape)
        values = {_name(i): x for i, x in enumerate(inputs)} | {n: p.data for n, p in parameters.items()}
        for argument, gradient in gradients.items():
            forward = partial(_forward, module, inputs, parameters, reset, argument)
            _compare(argument, gradient, numerical_vjp(forward, values[argument], dy), allowed)
    return True


@misconception(
    "gradcheck.gradcheck",
    hint="What if somebody gives a tolerance?",
    fails=("Gradcheck/test_tolerance",),
)
def tolerance_is_fixed(module, *inputs, rng, tolerance=None):
    """A tolerance is 1e-6."""
    inputs = tuple(_in_float64(value) for value in inputs)
    allowed = TOLERANCE
    parameters = dict(module.named_parameters())
    with _restoring(module, parameters) as reset:
        dy, gradients = _analytic(module, inputs, parameters, rng)
        values = {_name(i): x for i, x in enumerate(inputs)} | {n: p.data for n, p in parameters.items()}
        for argument, gradient in gradients.items():
            forward = partial(_forward, module, inputs, parameters, reset, argument)
            _compare(argument, gradient, numerical_vjp(forward, values[argument], dy), allowed)
    return True


@misconception(
    "gradcheck.gradcheck",
    hint="How exact is a central difference?",
    fails=("Gradcheck/test_names", "Gradcheck/test_furthest_of_the_first", "Gradcheck/test_nan"),
)
def strict_by_default(module, *inputs, rng, tolerance=None):
    """Right gradients agree to the last digit."""
    inputs = tuple(_in_float64(value) for value in inputs)
    allowed = 1e-14 if tolerance is None else tolerance
    parameters = dict(module.named_parameters())
    with _restoring(module, parameters) as reset:
        dy, gradients = _analytic(module, inputs, parameters, rng)
        values = {_name(i): x for i, x in enumerate(inputs)} | {n: p.data for n, p in parameters.items()}
        for argument, gradient in gradients.items():
            forward = partial(_forward, module, inputs, parameters, reset, argument)
            _compare(argument, gradient, numerical_vjp(forward, values[argument], dy), allowed)
    return True


@misconception(
    "gradcheck.gradcheck",
    hint="What is a wrong term of a thousandth?",
    fails=("Gradcheck/test_scale", "Gradcheck/test_tolerance"),
)
def generous_by_default(module, *inputs, rng, tolerance=None):
    """Gradients that agree to two digits are right."""
    inputs = tuple(_in_float64(value) for value in inputs)
    allowed = 1e-2 if tolerance is None else tolerance
    parameters = dict(module.named_parameters())
    with _restoring(module, parameters) as reset:
        dy, gradients = _analytic(module, inputs, parameters, rng)
        values = {_name(i): x for i, x in enumerate(inputs)} | {n: p.data for n, p in parameters.items()}
        for argument, gradient in gradients.items():
            forward = partial(_forward, module, inputs, parameters, reset, argument)
            _compare(argument, gradient, numerical_vjp(forward, values[argument], dy), allowed)
    return True


@misconception(
    "gradcheck._analytic",
    hint="What does an optimizer read?",
    fails=("Gradcheck/test_names", "Gradcheck/test_furthest_of_the_first", "Gradcheck/test_nan"),
)
def inputs_only(module, inputs, parameters, rng):
    """The gradients are those that backward returns."""
    y = module.forward(*_copies(inputs))
    dy = _upstream(np.shape(y), rng)
    returned = _as_tuple(module.backward(dy.copy() if isinstance(y, np.ndarray) else float(dy)))
    if len(returned) > len(inputs):
        raise ValueError(f"backward returned {len(returned)} gradients for {len(inputs)} inputs")
    of_inputs = {_name(i): gradient for i, gradient in enumerate(returned)}
    return dy, of_inputs


@misconception(
    "gradcheck._analytic",
    hint="What does the layer below need?",
    fails=("Gradcheck/test_scale", "Gradcheck/test_numerical_value", "Gradcheck/test_shapes"),
)
def parameters_only(module, inputs, parameters, rng):
    """The gradients that count are those of the parameters."""
    y = module.forward(*_copies(inputs))
    dy = _upstream(np.shape(y), rng)
    returned = _as_tuple(module.backward(dy.copy() if isinstance(y, np.ndarray) else float(dy)))
    if len(returned) > len(inputs):
        raise ValueError(f"backward returned {len(returned)} gradients for {len(inputs)} inputs")
    return dy, {name: _of_parameter(p) for name, p in parameters.items()}


@misconception(
    "gradcheck._analytic",
    hint="What does backward return for a module with two inputs?",
    fails=("Gradcheck/test_several_inputs",),
)
def the_first_input(module, inputs, parameters, rng):
    """A module has one input."""
    y = module.forward(*_copies(inputs))
    dy = _upstream(np.shape(y), rng)
    returned = _as_tuple(module.backward(dy.copy() if isinstance(y, np.ndarray) else float(dy)))
    if len(returned) > len(inputs):
        raise ValueError(f"backward returned {len(returned)} gradients for {len(inputs)} inputs")
    of_inputs = {_name(i): gradient for i, gradient in enumerate(returned[:1])}
    return dy, of_inputs | {name: _of_parameter(p) for name, p in parameters.items()}


@misconception(
    "gradcheck._analytic",
    hint="Which argument does the handout compare first?",
    fails=("Gradcheck/test_numerical_value",),
)
def parameters_first(module, inputs, parameters, rng):
    """Parameters come before inputs."""
    y = module.forward(*_copies(inputs))
    dy = _upstream(np.shape(y), rng)
    returned = _as_tuple(module.backward(dy.copy() if isinstance(y, np.ndarray) else float(dy)))
    if len(returned) > len(inputs):
        raise ValueError(f"backward returned {len(returned)} gradients for {len(inputs)} inputs")
    of_inputs = {_name(i): gradient for i, gradient in enumerate(returned)}
    return dy, {name: _of_parameter(p) for name, p in parameters.items()} | of_inputs


@misconception(
    "gradcheck._analytic",
    hint="Which input does a third of two gradients belong to?",
    fails=("Gradcheck/test_shapes",),
)
def more_are_ignored(module, inputs, parameters, rng):
    """What backward returns beyond the inputs does no harm."""
    y = module.forward(*_copies(inputs))
    dy = _upstream(np.shape(y), rng)
    returned = _as_tuple(module.backward(dy.copy() if isinstance(y, np.ndarray) else float(dy)))
    if len(returned) > len(inputs):
        returned = returned[: len(inputs)]
    of_inputs = {_name(i): gradient for i, gradient in enumerate(returned)}
    return dy, of_inputs | {name: _of_parameter(p) for name, p in parameters.items()}


@misconception(
    "gradcheck._analytic",
    hint="What is the gradient with respect to an index, or to a target?",
    fails=("Gradcheck/test_constants", "Gradcheck/test_integers"),
)
def every_input_has_a_gradient(module, inputs, parameters, rng):
    """Every input has a gradient."""
    y = module.forward(*_copies(inputs))
    dy = _upstream(np.shape(y), rng)
    returned = _as_tuple(module.backward(dy.copy() if isinstance(y, np.ndarray) else float(dy)))
    if len(returned) != len(inputs):
        raise ValueError(f"backward returned {len(returned)} gradients for {len(inputs)} inputs")
    of_inputs = {_name(i): gradient for i, gradient in enumerate(returned)}
    return dy, of_inputs | {name: _of_parameter(p) for name, p in parameters.items()}


@misconception(
    "gradcheck._analytic",
    hint="What does a loss return?",
    fails=("Gradcheck/test_constants",),
)
def outputs_are_arrays(module, inputs, parameters, rng):
    """A forward returns an array."""
    y = module.forward(*_copies(inputs))
    dy = _upstream(y.shape, rng)
    returned = _as_tuple(module.backward(dy.copy() if isinstance(y, np.ndarray) else float(dy)))
    if len(returned) > len(inputs):
        raise ValueError(f"backward returned {len(returned)} gradients for {len(inputs)} inputs")
    of_inputs = {_name(i): gradient for i, gradient in enumerate(returned)}
    return dy, of_inputs | {name: _of_parameter(p) for name, p in parameters.items()}


@misconception(
    "gradcheck._name",
    hint="What are the inputs called in a message if there are two?",
    fails=("Gradcheck/test_numerical_value", "Gradcheck/test_shapes", "Gradcheck/test_several_inputs"),
)
def inputs_have_letters(i):
    """The input is called x."""
    return "xyz"[i]


@misconception(
    "gradcheck._of_parameter",
    hint="What is the grad of a parameter that forward did not use?",
    fails=("Gradcheck/test_no_gradient",),
)
def every_parameter_has_a_gradient(p):
    """After backward every parameter has a grad."""
    return p.grad.copy()


@misconception(
    "gradcheck._analytic",
    hint="What if a backward forgets a parameter?",
    fails=("Gradcheck/test_no_gradient",),
)
def no_gradient_is_no_mistake(module, inputs, parameters, rng):
    """Where grad is None there is nothing to compare."""
    y = module.forward(*_copies(inputs))
    dy = _upstream(np.shape(y), rng)
    returned = _as_tuple(module.backward(dy.copy() if isinstance(y, np.ndarray) else float(dy)))
    if len(returned) > len(inputs):
        raise ValueError(f"backward returned {len(returned)} gradients for {len(inputs)} inputs")
    of_inputs = {_name(i): gradient for i, gradient in enumerate(returned)}
    return dy, of_inputs | {name: p.grad for name, p in parameters.items() if p.grad is not None}


@misconception(
    "gradcheck._as_tuple",
    hint="What does it return where no input has a gradient?",
    fails=("Gradcheck/test_integers",),
)
def nothing_is_an_error(gradients):
    """A backward always returns an array."""
    if gradients is None:
        raise TypeError("backward returned None")
    return gradients if isinstance(gradients, tuple) else (gradients,)


@misconception(
    "gradcheck._in_float64",
    hint="How exact is a difference of two numbers in float32?",
    fails=("Gradcheck/test_float32",),
)
def as_they_are(value):
    """The check is made in the dtype of the input."""
    return value


@misconception(
    "gradcheck._in_float64",
    hint="What is an array of indices in float64?",
    fails=("Gradcheck/test_integers",),
)
def everything_in_float64(value):
    """Inputs are float64."""
    return np.asarray(value, np.float64)
