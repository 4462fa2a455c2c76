"""Wrong answers about what a gradient check leaves behind."""

from contextlib import contextmanager

import numpy as np

from grader.assignment import misconception


@misconception(
    "gradcheck._restoring",
    hint="What does backward do with a grad that is there already?",
    fails=("Gradcheck/test_it_restores", "Gradcheck/test_it_restores_after_an_exception"),
)
@contextmanager
def adds_to_old_gradients(module, parameters):
    """backward sets the gradients."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: np.array(buffer) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for name, buffer in module.named_buffers():
            buffer[...] = buffers[name]

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None if _grad is None else _grad.copy()
    try:
        yield reset
    finally:
        for p, data, grad in kept:
            p.data, p.grad = data, grad
        reset()


@misconception(
    "gradcheck._restoring",
    hint="Who had accumulated gradients before the check?",
    fails=("Gradcheck/test_it_restores", "Gradcheck/test_it_restores_after_an_exception"),
)
@contextmanager
def clears_the_gradients(module, parameters):
    """After a check the gradients are None."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: np.array(buffer) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for name, buffer in module.named_buffers():
            buffer[...] = buffers[name]

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None
    try:
        yield reset
    finally:
        for p, data, _grad in kept:
            p.data, p.grad = data, None
        reset()


@misconception(
    "gradcheck._restoring",
    hint="What does the next backward add to?",
    fails=("Gradcheck/test_it_restores", "Gradcheck/test_it_restores_after_an_exception"),
)
@contextmanager
def leaves_its_gradients(module, parameters):
    """The gradients of the check may stay."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: np.array(buffer) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for name, buffer in module.named_buffers():
            buffer[...] = buffers[name]

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None
    try:
        yield reset
    finally:
        for p, data, _grad in kept:
            p.data = data
        reset()


@misconception(
    "gradcheck._restoring",
    hint="What does an optimizer have that has kept p.data?",
    fails=("Gradcheck/test_it_restores",),
)
@contextmanager
def other_arrays(module, parameters):
    """Arrays with equal values are the same."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: np.array(buffer) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for name, buffer in module.named_buffers():
            buffer[...] = buffers[name]

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None
    try:
        yield reset
    finally:
        for p, data, grad in kept:
            p.data, p.grad = data.copy(), grad
        reset()


@misconception(
    "gradcheck._restoring",
    hint="Who goes on after a GradientError, and with which parameters?",
    fails=(
        "Gradcheck/test_float32",
        "Gradcheck/test_it_restores_after_an_exception",
        "Gradcheck/test_buffers",
    ),
)
@contextmanager
def only_after_success(module, parameters):
    """If the check fails, the module is of no use any more."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: np.array(buffer) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for name, buffer in module.named_buffers():
            buffer[...] = buffers[name]

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None
    yield reset
    for p, data, grad in kept:
        p.data, p.grad = data, grad
    reset()


@misconception(
    "gradcheck._restoring",
    hint="What if forward raises in the middle?",
    fails=("Gradcheck/test_it_restores_after_an_exception",),
)
@contextmanager
def after_its_own_errors_only(module, parameters):
    """The only error of a check is a GradientError."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: np.array(buffer) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for name, buffer in module.named_buffers():
            buffer[...] = buffers[name]

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None
    try:
        yield reset
    except AssertionError:
        for p, data, grad in kept:
            p.data, p.grad = data, grad
        reset()
        raise
    else:
        for p, data, grad in kept:
            p.data, p.grad = data, grad
        reset()


@misconception(
    "gradcheck._restoring",
    hint="What does a module find in its buffers in the second forward?",
    fails=("Gradcheck/test_buffers",),
)
@contextmanager
def buffers_in_the_end(module, parameters):
    """Buffers are brought back in the end."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: np.array(buffer) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for name, buffer in module.named_buffers():
            buffer[...] = buffers[name]

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None
    try:
        yield lambda: None
    finally:
        for p, data, grad in kept:
            p.data, p.grad = data, grad
        reset()


@misconception(
    "gradcheck._restoring",
    hint="What do they have after the last one?",
    fails=("Gradcheck/test_buffers",),
)
@contextmanager
def buffers_before_each_forward(module, parameters):
    """Buffers are brought back before each forward."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: np.array(buffer) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for name, buffer in module.named_buffers():
            buffer[...] = buffers[name]

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None
    try:
        yield reset
    finally:
        for p, data, grad in kept:
            p.data, p.grad = data, grad


@misconception(
    "gradcheck._restoring",
    hint="Which array does the module use after self.mean = something else?",
    fails=("Gradcheck/test_buffers",),
)
@contextmanager
def the_arrays_that_were_there(module, parameters):
    """A buffer is the array that it was."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: (buffer, np.array(buffer)) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for buffer, value in buffers.values():
            buffer[...] = value

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None
    try:
        yield reset
    finally:
        for p, data, grad in kept:
            p.data, p.grad = data, grad
        reset()


@misconception(
    "gradcheck._restoring",
    hint="What was the dtype of the parameters before the check?",
    fails=("Gradcheck/test_float32", "Gradcheck/test_it_restores"),
)
@contextmanager
def in_float64_for_ever(module, parameters):
    """float64 is never wrong."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: np.array(buffer) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for name, buffer in module.named_buffers():
            buffer[...] = buffers[name]

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None
    try:
        yield reset
    finally:
        for p, data, grad in kept:
            p.data, p.grad = data.astype(np.float64), grad
        reset()


@misconception(
    "gradcheck._restoring",
    hint="What is grad of a parameter that had none before the check?",
    fails=("Gradcheck/test_it_restores",),
)
@contextmanager
def none_is_nothing_to_bring_back(module, parameters):
    """Where there was no gradient, there is nothing to bring back."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: np.array(buffer) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for name, buffer in module.named_buffers():
            buffer[...] = buffers[name]

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None
    try:
        yield reset
    finally:
        for p, data, grad in kept:
            p.data = data
            if grad is not None:
                p.grad = grad
        reset()
