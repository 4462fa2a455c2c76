"""What people believe about scaling, unscaling and the steps between."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "amp.GradScaler.scale",
    hint="By what are the gradients divided later?",
    fails=(
        "GradScaler/test_scale",
        "GradScaler/test_scale_tensors",
        "GradScaler/test_dtypes",
    ),
    source="folklore",
)
def scale_does_nothing(self, outputs):
    """Only the gradients are scaled, not the loss."""
    return outputs


@misconception(
    "amp.GradScaler.scale",
    hint="What comes out, if a list of losses is given?",
    fails=("GradScaler/test_scale",),
    source="folklore",
)
def lists_become_arrays(self, outputs):
    """A list of outputs becomes one array."""
    if not self._enabled:
        return outputs
    with np.errstate(over="ignore"):
        if isinstance(outputs, list | tuple):
            return [output * self._scale if not isinstance(output, list) else output for output in outputs]
        return outputs * self._scale


@misconception(
    "amp.GradScaler.scale",
    hint="What dtype does the result have, if x is float32?",
    fails=("GradScaler/test_dtypes",),
    source="folklore",
)
def everything_is_float64(self, outputs):
    """Scaling needs the wider type."""
    if not self._enabled:
        return outputs
    if isinstance(outputs, list | tuple):
        return type(outputs)(self.scale(output) for output in outputs)
    with np.errstate(over="ignore"):
        return outputs * np.float64(self._scale)


@misconception(
    "amp.GradScaler.scale",
    hint="Who else needs the array that was given?",
    fails=("GradScaler/test_dtypes",),
    source="folklore",
)
def scales_in_place(self, outputs):
    """An array is scaled where it is."""
    if not self._enabled:
        return outputs
    if isinstance(outputs, list | tuple):
        return type(outputs)(self.scale(output) for output in outputs)
    with np.errstate(over="ignore"):
        outputs *= self._scale
    return outputs


@misconception(
    "amp.GradScaler.scale",
    hint="Is an overflow a surprise here?",
    fails=("GradScaler/test_dtypes",),
    source="folklore",
)
def overflow_warns(self, outputs):
    """Whoever scales too much is warned."""
    if not self._enabled:
        return outputs
    if isinstance(outputs, list | tuple):
        return type(outputs)(self.scale(output) for output in outputs)
    return outputs * self._scale


@misconception(
    "amp.GradScaler.unscale_",
    hint="Scale 8, gradient 4: which gradient should the optimizer see?",
    fails=(
        "GradScaler/test_worked_example",
        "GradScaler/test_refuses_two_steps",
        "GradScaler/test_steps",
        "GradScaler/test_scale_follows_its_equation",
        "GradScaler/test_options_together",
        "GradScaler/test_unscale",
        "GradScaler/test_clipping",
        "GradScaler/test_several_optimizers",
        "GradScaler/test_resumes",
        "GradScaler/test_new_scale",
        "GradScaler/test_largest_scale",
        "GradScaler/test_dtypes",
        "GradScaler/test_order",
    ),
    source="folklore",
)
def never_unscales(self, optimizer):
    """The optimizer does not mind how long gradients are."""
    if not self._enabled:
        return
    if optimizer in self._overflowed:
        raise RuntimeError("unscale_ has already been called")
    gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    self._overflowed[optimizer] = not all(np.isfinite(gradient).all() for gradient in gradients)


@misconception(
    "amp.GradScaler.unscale_",
    hint="Which numbers are not finite, besides NaN?",
    fails=(
        "GradScaler/test_worked_example",
        "GradScaler/test_steps",
        "GradScaler/test_scale_follows_its_equation",
        "GradScaler/test_options_together",
        "GradScaler/test_resumes",
        "GradScaler/test_returns",
    ),
    source="folklore",
)
def only_nan_overflows(self, optimizer):
    """An overflow is NaN."""
    if not self._enabled:
        return
    if optimizer in self._overflowed:
        raise RuntimeError("unscale_ has already been called")
    gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    for gradient in gradients:
        gradient *= 1 / self._scale
    self._overflowed[optimizer] = any(np.isnan(gradient).any() for gradient in gradients)


@misconception(
    "amp.GradScaler.unscale_",
    hint="What is infinity minus infinity, somewhere in backward?",
    fails=(
        "GradScaler/test_steps",
        "GradScaler/test_scale_follows_its_equation",
        "GradScaler/test_options_together",
        "GradScaler/test_several_optimizers",
    ),
    source="folklore",
)
def only_infinity_overflows(self, optimizer):
    """An overflow is an infinity."""
    if not self._enabled:
        return
    if optimizer in self._overflowed:
        raise RuntimeError("unscale_ has already been called")
    gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    for gradient in gradients:
        gradient *= 1 / self._scale
    self._overflowed[optimizer] = any(np.isinf(gradient).any() for gradient in gradients)


@misconception(
    "amp.GradScaler.unscale_",
    hint="How many parameters does a model have?",
    fails=(
        "GradScaler/test_steps",
        "GradScaler/test_scale_follows_its_equation",
        "GradScaler/test_options_together",
    ),
    source="folklore",
)
def looks_at_the_first_gradient(self, optimizer):
    """If one gradient overflows, all do."""
    if not self._enabled:
        return
    if optimizer in self._overflowed:
        raise RuntimeError("unscale_ has already been called")
    gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    for gradient in gradients:
        gradient *= 1 / self._scale
    self._overflowed[optimizer] = not all(np.isfinite(gradient).all() for gradient in gradients[:1])


@misconception(
    "amp.GradScaler.unscale_",
    hint="Who else refers to the array p.grad?",
    fails=("GradScaler/test_unscale",),
    source="folklore",
)
def new_gradients(self, optimizer):
    """An unscaled gradient is a new array."""
    if not self._enabled:
        return
    if optimizer in self._overflowed:
        raise RuntimeError("unscale_ has already been called")
    every = [p for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    for p in every:
        p.grad = p.grad * (1 / self._scale)
    self._overflowed[optimizer] = not all(np.isfinite(p.grad).all() for p in every)


@misconception(
    "amp.GradScaler.unscale_",
    hint="What are the gradients if they are divided twice?",
    fails=("GradScaler/test_order",),
    source="folklore",
)
def unscales_as_often_as_asked(self, optimizer):
    """Whoever asks twice wants it twice."""
    if not self._enabled:
        return
    if optimizer in self._stepped:
        raise RuntimeError("unscale_ after step")
    gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    for gradient in gradients:
        gradient *= 1 / self._scale
    self._overflowed[optimizer] = not all(np.isfinite(gradient).all() for gradient in gradients)


@misconception(
    "amp.GradScaler.unscale_",
    hint="What does enabled=False promise?",
    fails=("GradScaler/test_disabled",),
    source="folklore",
)
def always_unscales(self, optimizer):
    """unscale_ divides by the scale, enabled or not."""
    if optimizer in self._overflowed and self._enabled:
        raise RuntimeError("unscale_ has already been called")
    gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    for gradient in gradients:
        gradient *= 1 / self._scale
    self._overflowed[optimizer] = not all(np.isfinite(gradient).all() for gradient in gradients)


@misconception(
    "amp.GradScaler.unscale_",
    hint="Has every parameter a gradient?",
    fails=("GradScaler/test_unscale",),
    source="folklore",
)
def every_parameter_has_a_gradient(self, optimizer):
    """After backward every parameter has a gradient."""
    if not self._enabled:
        return
    if optimizer in self._overflowed:
        raise RuntimeError("unscale_ has already been called")
    gradients = [p.grad for group in optimizer.param_groups for p in group["params"]]
    for gradient in gradients:
        np.multiply(gradient, 1 / self._scale, out=gradient)
    self._overflowed[optimizer] = not all(np.isfinite(gradient).all() for gradient in gradients)


@misconception(
    "amp.GradScaler.step",
    hint="Gradients were unscaled and clipped: what are they after a second division?",
    fails=(
        "GradScaler/test_unscale",
        "GradScaler/test_clipping",
        "GradScaler/test_several_optimizers",
    ),
    source="folklore",
)
def step_always_unscales(self, optimizer, *args, **kwargs):
    """step divides by the scale, whatever came before."""
    if not self._enabled:
        return optimizer.step(*args, **kwargs)
    if optimizer in self._stepped:
        raise RuntimeError("step has already been called")
    self._overflowed.pop(optimizer, None)
    self.unscale_(optimizer)
    self._stepped.add(optimizer)
    return None if self._overflowed[optimizer] else optimizer.step(*args, **kwargs)


@misconception(
    "amp.GradScaler.step",
    hint="What does an infinite gradient make of the parameters?",
    fails=(
        "GradScaler/test_worked_example",
        "GradScaler/test_steps",
        "GradScaler/test_scale_follows_its_equation",
        "GradScaler/test_options_together",
        "GradScaler/test_several_optimizers",
        "GradScaler/test_resumes",
        "GradScaler/test_returns",
    ),
    source="folklore",
)
def never_skips(self, optimizer, *args, **kwargs):
    """The scale is lowered after an overflow, and the step is taken."""
    if not self._enabled:
        return optimizer.step(*args, **kwargs)
    if optimizer in self._stepped:
        raise RuntimeError("step has already been called")
    if optimizer not in self._overflowed:
        self.unscale_(optimizer)
    self._stepped.add(optimizer)
    return optimizer.step(*args, **kwargs)


@misconception(
    "amp.GradScaler.step",
    hint="Of a gradient of four numbers one is infinite: which of the others can be trusted?",
    fails=(
        "GradScaler/test_steps",
        "GradScaler/test_scale_follows_its_equation",
        "GradScaler/test_options_together",
        "GradScaler/test_several_optimizers",
        "GradScaler/test_resumes",
        "GradScaler/test_returns",
    ),
    source="folklore",
)
def overflows_become_zeros(self, optimizer, *args, **kwargs):
    """What overflowed is set to 0, and the step is taken."""
    if not self._enabled:
        return optimizer.step(*args, **kwargs)
    if optimizer in self._stepped:
        raise RuntimeError("step has already been called")
    if optimizer not in self._overflowed:
        self.unscale_(optimizer)
    self._stepped.add(optimizer)
    for group in optimizer.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                np.nan_to_num(p.grad, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return optimizer.step(*args, **kwargs)


@misconception(
    "amp.GradScaler.step",
    hint="Two optimizers, and the gradients of one overflow: what is wrong with those of the other one?",
    fails=("GradScaler/test_several_optimizers",),
    source="folklore",
)
def one_overflow_stops_all(self, optimizer, *args, **kwargs):
    """After an overflow no optimizer steps until the update."""
    if not self._enabled:
        return optimizer.step(*args, **kwargs)
    if optimizer in self._stepped:
        raise RuntimeError("step has already been called")
    if optimizer not in self._overflowed:
        self.unscale_(optimizer)
    self._stepped.add(optimizer)
    return None if any(self._overflowed.values()) else optimizer.step(*args, **kwargs)


@misconception(
    "amp.GradScaler.step",
    hint="What happens to a parameter if its gradient is used twice?",
    fails=(
        "GradScaler/test_refuses_two_steps",
        "GradScaler/test_order",
    ),
    source="folklore",
)
def steps_as_often_as_asked(self, optimizer, *args, **kwargs):
    """Whoever asks for a second step gets it."""
    if not self._enabled:
        return optimizer.step(*args, **kwargs)
    if optimizer not in self._overflowed:
        self.unscale_(optimizer)
    self._stepped.add(optimizer)
    return None if self._overflowed[optimizer] else optimizer.step(*args, **kwargs)


@misconception(
    "amp.GradScaler.step",
    hint="What can an optimizer's step be given, and what does it return?",
    fails=("GradScaler/test_returns",),
    source="folklore",
)
def step_returns_nothing(self, optimizer, *args, **kwargs):
    """A step returns nothing."""
    if self._enabled:
        if optimizer in self._stepped:
            raise RuntimeError("step has already been called")
        if optimizer not in self._overflowed:
            self.unscale_(optimizer)
        self._stepped.add(optimizer)
    if not (self._enabled and self._overflowed[optimizer]):
        optimizer.step(*args, **kwargs)
