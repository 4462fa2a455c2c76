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
        raise NotImplementedError("amp.GradScaler.__init__")

    def scale(self, outputs: Any) -> Any:
        """Multiply by the scale; an overflow gives infinity, without a warning.

        Args:
            outputs: an array, a float or an autograd Tensor; or a list or tuple of these, also nested. Not changed.

        Returns:
            The same, scaled: in new memory, of the same dtypes, in lists and tuples like those given.
        """
        raise NotImplementedError("amp.GradScaler.scale")

    def unscale_(self, optimizer: Optimizer) -> None:
        """Divide the gradients of an optimizer's parameters by the scale, in place, and note whether one overflowed.

        A gradient overflowed if any number in it is infinite or NaN. A parameter whose gradient is None is left alone.

        Args:
            optimizer: whose gradients; ``step`` does this itself where it was not done.

        Raises:
            RuntimeError: if this optimizer was unscaled, or stepped, since the last ``update``.
        """
        raise NotImplementedError("amp.GradScaler.unscale_")

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
        raise NotImplementedError("amp.GradScaler.step")

    def update(self, new_scale: float | None = None) -> None:
        """Adapt the scale by the equation above; an overflow is one of any optimizer since the last ``update``.

        Args:
            new_scale: float; becomes the scale, and n stays as it is. None means the equation.

        Raises:
            RuntimeError: if no optimizer was unscaled or stepped since the last ``update``, and without ``new_scale``.
        """
        raise NotImplementedError("amp.GradScaler.update")

    def get_scale(self) -> float:
        """Return the scale s; 1.0 if not enabled."""
        raise NotImplementedError("amp.GradScaler.get_scale")

    def is_enabled(self) -> bool:
        """Return whether anything is scaled."""
        raise NotImplementedError("amp.GradScaler.is_enabled")

    def state_dict(self) -> dict[str, Any]:
        """Describe all that the next updates depend on.

        Returns:
            A dict with "scale", "growth_factor", "backoff_factor", "growth_interval" and "_growth_tracker", which is
            n; an empty one if not enabled.
        """
        raise NotImplementedError("amp.GradScaler.state_dict")

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what ``state_dict`` described; nothing if not enabled.

        Args:
            state_dict: as ``state_dict`` returns it; not changed.

        Raises:
            RuntimeError: if it is empty, as it is of a scaler that is not enabled.
        """
        raise NotImplementedError("amp.GradScaler.load_state_dict")
