"""What PyTorch is asked about scaling: a story of steps, with gradients that overflow, and the scale after each.

Not compared: what PyTorch refuses by an AssertionError, which is a ValueError or a RuntimeError here. Gradients are
set, as if backward had given them. All scales are powers of 2, as PyTorch keeps 1 / scale in float32.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.recordings.case import Case

STORY = ("step", "step", "inf", "step", "step", "step", "nan", "clip", "step", "step")
OPTIONS: dict[str, dict[str, Any]] = {
    "GradScaler": {},
    "GradScaler of scale 32": {"init_scale": 32.0},
    "GradScaler with growth": {"init_scale": 64.0, "growth_factor": 4.0, "growth_interval": 2},
    "GradScaler with backoff": {"init_scale": 64.0, "backoff_factor": 0.25, "growth_interval": 1},
    "GradScaler that is not enabled": {"enabled": False},
}


def cases() -> Iterator[Case]:
    """Stories with several options; the largest scales; a new scale."""
    rng = np.random.default_rng(11)
    for name, options in OPTIONS.items():
        story = ("step", "clip", "step") if "enabled" in options else STORY
        yield Case(name, "scaling", {"options": options, "story": list(story)}, _drawn(rng, len(story)))
    largest = {"init_scale": 2.0**125, "growth_interval": 1}
    spec = {"options": largest, "story": ["step"] * 4}
    yield Case("GradScaler of the largest scale", "scaling", spec, _drawn(rng, 4, 1e30))
    spec = {"options": {"growth_interval": 3}, "story": ["step", "step", "new", "step", "step"]}
    yield Case("GradScaler with a new scale", "scaling", spec, _drawn(rng, 5))


def _drawn(rng: np.random.Generator, steps: int, size: float = 1.0) -> dict[str, np.ndarray]:
    """A parameter and its gradients."""
    return {"p": np.round(rng.normal(size=3), 2), "gradients": size * np.round(rng.normal(size=(steps, 3)), 2)}


def _scaling(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """The parameter, the scale and the state after each part of the story."""
    scaler, p = f.grad_scaler(**spec["options"]), f.parameter(arrays["p"])
    optimizer = f.optim.SGD([p], lr=0.1)
    found: dict[str, Any] = {"scaled": f.array(scaler.scale(f.tensor(arrays["p"])))}
    for number, (part, gradient) in enumerate(zip(spec["story"], arrays["gradients"], strict=True)):
        gradient = gradient.copy()
        gradient[1] = float(part) if part in ("inf", "nan") else gradient[1]
        p.grad = f.tensor(gradient)
        if part == "new":
            scaler.update(16.0)
        else:
            if part == "clip":
                scaler.unscale_(optimizer)
                f.utils.clip_grad_norm_([p], 1e-5)
            scaler.step(optimizer)
            scaler.update()
        found |= {f"p {number}": f.data(p), f"scale {number}": float(scaler.get_scale())}
    found |= {f"state {key}": float(value) for key, value in scaler.state_dict().items()}
    return found


OWN, FILES = (
    "it is the student's own; checks judge its contract",
    "PyTorch writes pickles; checks compare what comes back",
)
WITHOUT_A_TWIN = dict.fromkeys(("OwnLayer", "OwnOptimizer"), OWN) | dict.fromkeys(("save", "load"), FILES)
WAYS = {"scaling": _scaling}
