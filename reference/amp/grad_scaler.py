"""Dynamic loss scaling."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..optim.optimizer import Optimizer

LARGEST = float(np.finfo(np.float32).max)  # scales are meant for float32: beyond this they would be infinite there


class GradScaler:
    """Scale the loss, so that gradients do not vanish in half precision, and find a scale by trial.

    Equation: with s the scale and n the number of updates in a row in which no gradient overflowed,
              after an overflow:  s = s * backoff_factor,  n = 0
              else:  n = n + 1;  and if n = growth_interval:  s = s * growth_factor,  n = 0

    A scale that float32 cannot hold does not grow. Use, in this order: ``scale`` the gradient that backward starts
    from; backward; ``unscale_`` where gradients are to be clipped or looked at, then clip; ``step``; ``update``.

    Args:
        init_scale: float > 0; the first s.
        growth_factor: float > 1.
        backoff_factor: float in (0, 1).
        growth_interval: int >= 1; how many updates without overflow come before s grows.
        enabled: if False, ``scale`` and ``unscale_`` change nothing, and ``step`` only steps.

    Raises:
        ValueError: if an option cannot be.

    Source: Micikevicius et al., Mixed Precision Training (2018), section 3.2; the form is that of
    torch.amp.GradScaler.

    >>> scaler = GradScaler(init_scale=4.0)
    >>> scaler.scale(np.array([0.5, 1.0]))
    array([2., 4.])
    """

    def __init__(
        self,
        init_scale: float = 65536.0,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        if not (init_scale > 0 and growth_factor > 1 and 0 < backoff_factor < 1 and growth_interval >= 1):
            raise ValueError(
                "init_scale must be above 0, growth_factor above 1, backoff_factor between 0 and 1, growth_interval"
                f" at least 1, not {init_scale}, {growth_factor}, {backoff_factor}, {growth_interval}"
            )
        self._enabled = enabled
        self._scale = float(init_scale)
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._growth_interval = growth_interval
        self._growth_tracker = 0
        self._overflowed: dict[Optimizer, bool] = {}  # those that were unscaled since the last update
        self._stepped: set[Optimizer] = set()  # and those that stepped

    def scale(self, outputs: Any) -> Any:
        """Multiply by the scale; an overflow gives infinity, without a warning.

        Args:
            outputs: an array, a float or an autograd Tensor; or a list or tuple of these, also nested. Not changed.

        Returns:
            The same, scaled: in new memory, of the same dtypes, in lists and tuples like those given.
        """
        if not self._enabled:
            return outputs
        if isinstance(outputs, list | tuple):
            return type(outputs)(self.scale(output) for output in outputs)
        with np.errstate(over="ignore"):
            return outputs * self._scale

    def unscale_(self, optimizer: Optimizer) -> None:
        """Divide the gradients of an optimizer's parameters by the scale, in place, and note whether one overflowed.

        A gradient overflowed if any number in it is infinite or NaN. A parameter whose gradient is None is left alone.

        Args:
            optimizer: whose gradients; ``step`` does this itself where it was not done.

        Raises:
            RuntimeError: if this optimizer was unscaled, or stepped, since the last ``update``.
        """
        if not self._enabled:
            return
        if optimizer in self._overflowed:
            raise RuntimeError("unscale_ has already been called for this optimizer since the last update")
        gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
        for gradient in gradients:
            gradient *= 1 / self._scale
        self._overflowed[optimizer] = not all(np.isfinite(gradient).all() for gradient in gradients)

    def step(self, optimizer: Optimizer, *args: Any, **kwargs: Any) -> Any:
        """Let the optimizer step with gradients that are unscaled; leave the step out if one of them overflowed.

        Args:
            optimizer: that takes the step.
            args, kwargs: for ``optimizer.step``.

        Returns:
            What ``optimizer.step`` returns; None if the step was left out.

        Raises:
            RuntimeError: if this optimizer stepped since the last ``update``.
        """
        if not self._enabled:
            return optimizer.step(*args, **kwargs)
        if optimizer in self._stepped:
            raise RuntimeError("step has already been called for this optimizer since the last update")
        if optimizer not in self._overflowed:
            self.unscale_(optimizer)
        self._stepped.add(optimizer)
        return None if self._overflowed[optimizer] else optimizer.step(*args, **kwargs)

    def update(self, new_scale: float | None = None) -> None:
        """Adapt the scale by the equation above; an overflow is one of any optimizer since the last ``update``.

        Args:
            new_scale: float; becomes the scale, and n stays as it is. None means the equation.

        Raises:
            RuntimeError: if no optimizer was unscaled or stepped since the last ``update``, and without ``new_scale``.
        """
        if not self._enabled:
            return
        if new_scale is not None:
            self._scale = float(new_scale)
        elif not self._overflowed:
            raise RuntimeError("update was called before any optimizer was unscaled or stepped")
        elif any(self._overflowed.values()):
            self._scale *= self._backoff_factor
            self._growth_tracker = 0
        else:
            self._count_success()
        self._overflowed, self._stepped = {}, set()

    def _count_success(self) -> None:
        self._growth_tracker += 1
        if self._growth_tracker == self._growth_interval:
            self._growth_tracker = 0
            if self._scale * self._growth_factor <= LARGEST:
                self._scale *= self._growth_factor

    def get_scale(self) -> float:
        """Return the scale s; 1.0 if not enabled."""
        return self._scale if self._enabled else 1.0

    def is_enabled(self) -> bool:
        """Return whether anything is scaled."""
        return self._enabled

    def state_dict(self) -> dict[str, Any]:
        """Describe all that the next updates depend on.

        Returns:
            A dict with "scale", "growth_factor", "backoff_factor", "growth_interval" and "_growth_tracker", which is
            n; an empty one if not enabled.
        """
        if not self._enabled:
            return {}
        return {
            "scale": self._scale,
            "growth_factor": self._growth_factor,
            "backoff_factor": self._backoff_factor,
            "growth_interval": self._growth_interval,
            "_growth_tracker": self._growth_tracker,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what ``state_dict`` described; nothing if not enabled.

        Args:
            state_dict: as ``state_dict`` returns it; not changed.

        Raises:
            RuntimeError: if it is empty, as it is of a scaler that is not enabled.
        """
        if not self._enabled:
            return
        if not state_dict:
            raise RuntimeError("the state is empty: it was saved by a GradScaler that was not enabled")
        self._scale = state_dict["scale"]
        self._growth_factor = state_dict["growth_factor"]
        self._backoff_factor = state_dict["backoff_factor"]
        self._growth_interval = state_dict["growth_interval"]
        self._growth_tracker = state_dict["_growth_tracker"]
