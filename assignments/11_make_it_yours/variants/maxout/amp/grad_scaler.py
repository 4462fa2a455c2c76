"""A scaler that keeps a table of what happened to each optimizer since the last update."""

import math

import numpy as np


class GradScaler:
    def __init__(self, init_scale=65536.0, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000, enabled=True):
        if init_scale <= 0 or growth_factor <= 1 or not 0 < backoff_factor < 1 or growth_interval < 1:
            raise ValueError("these options cannot be")
        self.options = dict(growth_factor=growth_factor, backoff_factor=backoff_factor, growth_interval=growth_interval)
        self.factor, self.successes, self.enabled, self.table = init_scale, 0, enabled, []

    def scale(self, outputs):
        if not self.enabled:
            return outputs
        if type(outputs) in (list, tuple):
            return type(outputs)([self.scale(each) for each in outputs])
        with np.errstate(all="ignore"):
            return outputs * float(self.factor)

    def _row(self, optimizer):
        return next((row for row in self.table if row["optimizer"] is optimizer), None)

    def unscale_(self, optimizer):
        if self.enabled:
            if self._row(optimizer):
                raise RuntimeError("twice")
            finite = True
            for group in optimizer.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        np.divide(p.grad, p.grad.dtype.type(self.factor), out=p.grad)
                        finite = finite and math.isfinite(float(np.sum(np.abs(p.grad * 0))))
            self.table.append({"optimizer": optimizer, "finite": finite, "stepped": False})

    def step(self, optimizer, *args, **kwargs):
        if not self.enabled:
            return optimizer.step(*args, **kwargs)
        if not self._row(optimizer):
            self.unscale_(optimizer)
        row = self._row(optimizer)
        if row["stepped"]:
            raise RuntimeError("twice")
        row["stepped"] = True
        return optimizer.step(*args, **kwargs) if row["finite"] else None

    def update(self, new_scale=None):
        if not self.enabled:
            return
        if new_scale is None and not self.table:
            raise RuntimeError("nothing happened")
        if new_scale is not None:
            self.factor = new_scale
        elif not all(row["finite"] for row in self.table):
            self.factor, self.successes = self.factor * self.options["backoff_factor"], 0
        else:
            self.successes += 1
            if self.successes >= self.options["growth_interval"]:
                grown = self.factor * self.options["growth_factor"]
                self.successes = 0
                self.factor = grown if grown < 2.0**128 else self.factor
        self.table = []

    def get_scale(self):
        return float(self.factor) if self.enabled else 1.0

    def is_enabled(self):
        return self.enabled

    def state_dict(self):
        if not self.enabled:
            return {}
        return {"scale": float(self.factor), **self.options, "_growth_tracker": self.successes}

    def load_state_dict(self, state_dict):
        if self.enabled:
            if not state_dict:
                raise RuntimeError("an empty state")
            state = dict(state_dict)
            self.factor, self.successes = state.pop("scale"), state.pop("_growth_tracker")
            self.options = state
