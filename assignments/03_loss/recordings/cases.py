"""What PyTorch is asked about losses: every reduction and option, kinks, ties, and targets that do not count.

This is not compared, and not graded:

- The gradient of BCELoss at exactly 0 or 1, which PyTorch divides by a 1e-12 that was rounded to float32.
- MultiMarginLoss on an empty batch, for which PyTorch returns memory that nobody wrote to.

A mean or a sum is a tensor of the input's dtype in PyTorch, and a Python float here. So for float32 inputs it is
compared as float32.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from grader.recordings.case import Case

Arrays = dict[str, np.ndarray]
REDUCTIONS = ("none", "mean", "sum")


def cases() -> Iterator[Case]:
    """All losses."""
    rng = np.random.default_rng(3)
    yield from _regression(rng)
    yield from _binary(rng)
    yield from _divergence(rng)
    yield from _classes(rng)
    yield from _margins(rng)
    yield from _on_purpose(rng)


def _case(name: str, cls: str, options: dict[str, Any], arrays: Arrays, value_only: bool = False) -> Case:
    spec = {"class": cls, "options": options}
    return Case(f"{cls}: {name}", "loss", spec | ({"value_only": True} if value_only else {}), arrays)


def _reduced(
    rng: np.random.Generator,
    name: str,
    cls: str,
    options: dict[str, Any],
    arrays: Arrays,
    reductions: tuple[str, ...] = REDUCTIONS,
) -> Iterator[Case]:
    """One case for each reduction; dy is an array for "none", left out for a mean, and no 1 for a sum."""
    upstream = {"none": rng.normal(size=arrays["target"].shape), "sum": np.array(-1.75)}
    for reduction in reductions:
        dy = {"dy": upstream[reduction]} if reduction in upstream else {}
        yield _case(f"{name}, {reduction}", cls, options | {"reduction": reduction}, arrays | dy)


def _regression(rng: np.random.Generator) -> Iterator[Case]:
    options = (
        ("MSELoss", {}),
        ("L1Loss", {}),
        ("SmoothL1Loss", {}),
        ("SmoothL1Loss", {"beta": 0.5}),
        ("HuberLoss", {}),
        ("HuberLoss", {"delta": 2.5}),
    )
    for cls, more in (*options, ("SmoothL1Loss", {"beta": 0.0})):
        arrays = {"input": rng.normal(0, 2, (3, 4)), "target": rng.normal(0, 2, (3, 4))}
        yield from _reduced(rng, str(more), cls, more, arrays)
    for cls, more in options:  # errors of exactly 0 and exactly at the kink, which are representable
        kink = more.get("beta", more.get("delta", 1.0))
        error = np.array([0.0, kink, -kink, kink / 2, -2 * kink])
        yield from _reduced(
            rng, f"kinks, {more}", cls, more, {"input": error + 0.5, "target": np.full(5, 0.5)}, ("none",)
        )
    single = {k: rng.normal(size=(2, 3)).astype(np.float32) for k in ("input", "target")}
    yield _case("in float32", "MSELoss", {}, single)
    yield _case("a mean of nothing", "MSELoss", {}, {"input": np.zeros((0, 3)), "target": np.zeros((0, 3))})


def _binary(rng: np.random.Generator) -> Iterator[Case]:
    arrays = {"input": rng.uniform(0.05, 0.95, (3, 4)), "target": rng.uniform(0, 1, (3, 4))}
    yield from _reduced(rng, "probabilities", "BCELoss", {}, arrays)
    yield from _reduced(rng, "weights", "BCELoss", {}, arrays | {"weight": rng.uniform(0.5, 2, 4)})
    sure = {"input": np.array([0.0, 1.0, 0.0, 1.0, 1e-50]), "target": np.array([0.0, 1.0, 1.0, 0.0, 1.0])}
    yield _case("a logarithm below -100", "BCELoss", {"reduction": "none"}, sure, value_only=True)
    logits = {"input": rng.normal(0, 3, (3, 4)), "target": rng.uniform(0, 1, (3, 4))}
    weights = {"weight": rng.uniform(0.5, 2, (3, 1)), "pos_weight": rng.uniform(0.5, 3, 4)}
    yield from _reduced(rng, "logits", "BCEWithLogitsLoss", {}, logits)
    yield from _reduced(rng, "weights", "BCEWithLogitsLoss", {}, logits | weights)
    large = {"input": np.array([1e4, 1e4, -1e4, -1e4, 0.0]), "target": np.array([1.0, 0.0, 1.0, 0.0, 1.0])}
    yield from _reduced(rng, "the largest logits", "BCEWithLogitsLoss", {}, large)


def _divergence(rng: np.random.Generator) -> Iterator[Case]:
    def log_p() -> np.ndarray:
        x = rng.normal(0, 2, (3, 4))
        return x - np.log(np.exp(x).sum(axis=1, keepdims=True))

    every = (*REDUCTIONS, "batchmean")
    q = np.exp(log_p())
    q[0, 1] = q[2, 0] = 0.0
    yield from _reduced(rng, "probabilities, some 0", "KLDivLoss", {}, {"input": log_p(), "target": q}, every)
    arrays = {"input": log_p(), "target": log_p()}
    yield from _reduced(rng, "log-probabilities", "KLDivLoss", {"log_target": True}, arrays, every)


def _classes(rng: np.random.Generator) -> Iterator[Case]:
    weight = {"weight": rng.uniform(0.5, 2, 4)}
    target = np.array([3, 0, 1, 3, 2])
    ignoring = np.array([3, -100, 1, 3, -100])
    for cls in ("NLLLoss", "CrossEntropyLoss"):
        scores = rng.normal(-2, 1, (5, 4))
        plain = {"input": scores, "target": target}
        yield from _reduced(rng, "(N, C)", cls, {}, plain)
        yield from _reduced(rng, "weights", cls, {}, plain | weight)
        yield from _reduced(rng, "ignoring -100, weights", cls, {}, {"input": scores, "target": ignoring} | weight)
        yield from _reduced(rng, "ignoring class 3", cls, {"ignore_index": 3}, plain)
        yield _case("ignoring all", cls, {}, {"input": scores, "target": np.full(5, -100)}, value_only=True)
        yield _case("ignoring all, sum", cls, {"reduction": "sum"}, {"input": scores, "target": np.full(5, -100)})
        dense = {"input": rng.normal(-2, 1, (2, 4, 3)), "target": np.array([[0, 3, -100], [2, 1, 0]])}
        yield from _reduced(rng, "(N, C, d)", cls, {}, dense | weight)
        yield from _reduced(rng, "(C,)", cls, {}, {"input": scores[0], "target": np.array(2)})
    for name, more in (("", {}), (", weights", weight)):
        smoothed = {"label_smoothing": 0.3}
        arrays = {"input": rng.normal(0, 2, (5, 4)), "target": ignoring}
        yield from _reduced(rng, f"label smoothing, ignoring -100{name}", "CrossEntropyLoss", smoothed, arrays | more)
    certain = {"input": np.array([[1e4, 0.0, -1e4], [-1e4, 1e4, 1e4]]), "target": np.array([2, 1])}
    yield from _reduced(rng, "the largest scores", "CrossEntropyLoss", {}, certain)
    yield from _reduced(rng, "the largest scores, smoothed", "CrossEntropyLoss", {"label_smoothing": 1.0}, certain)


def _on_purpose(rng: np.random.Generator) -> Iterator[Case]:
    shape = "PyTorch broadcasts a target of another shape, with a warning; many a bug was an (N,) against an (N, 1)"
    for cls in ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss"):
        arrays = {"input": rng.normal(size=(3, 1)), "target": rng.normal(size=3)}
        yield replace(_case("a target of another shape", cls, {}, arrays, value_only=True), differs=shape)
    arrays = {"input": rng.normal(size=(2, 3)), "target": rng.dirichlet(np.ones(3), 2)}
    classes = "PyTorch takes probabilities of classes, too; here one argument has one meaning"
    yield replace(_case("probabilities as targets", "CrossEntropyLoss", {}, arrays), differs=classes)


def _margins(rng: np.random.Generator) -> Iterator[Case]:
    arrays = {"input": rng.normal(0, 1, (4, 3)), "target": np.array([2, 0, 1, 1])}
    for options in ({}, {"p": 2}, {"margin": 0.5}, {"p": 2, "margin": 2.0}):
        yield from _reduced(rng, str(options), "MultiMarginLoss", options, arrays)
    yield from _reduced(rng, "weights", "MultiMarginLoss", {"p": 2}, arrays | {"weight": rng.uniform(0.5, 2, 3)})
    # The second class is beaten by exactly the margin, which is the kink; the third ties with the target.
    tie = {"input": np.array([[1.5, 0.5, 1.5]]), "target": np.array([0])}
    yield from _reduced(rng, "a tie, and exactly the margin", "MultiMarginLoss", {}, tie)


def _loss(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """A loss, and unless only the value is to be seen, its gradient."""
    weights = {name: f.tensor(arrays[name]) for name in ("weight", "pos_weight") if name in arrays}
    criterion = getattr(f.nn, spec["class"])(**spec["options"], **weights)
    y = f.forward(criterion, arrays["input"], arrays["target"])
    return {"loss": y} if spec.get("value_only") else {"loss": y, "dx": f.backward(criterion, arrays.get("dy"))}


WAYS = {"loss": _loss}
