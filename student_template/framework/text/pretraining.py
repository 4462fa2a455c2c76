"""How a language model is trained: to say what comes next, with a learning rate that rises and falls."""

import math

import numpy as np

from ..nn.loss import CrossEntropyLoss
from ..nn.module import Module
from ..nn.utils import clip_grad_norm_
from ..optim import AdamW
from .windows import random_windows

Batch = tuple[np.ndarray, np.ndarray]  # x and target


def warmup_cosine(step: int, *, warmup: int, total: int, maximum: float, minimum: float = 0.0) -> float:
    """Compute the learning rate of a step: a straight line up, then half a wave down.

    Equation: maximum * (step + 1) / warmup                                          for step < warmup,
              minimum + (maximum - minimum) * (1 + cos(pi * p)) / 2                  for warmup <= step < total,
              where p = (step - warmup) / (total - warmup);  minimum                 for step >= total

    Convention: the first step is 0, and its rate is not 0. Elsewhere the line is step / warmup, so that the first step
    changes nothing.

    Args:
        step: int >= 0; how many steps were taken before.
        warmup: int >= 0; the number of steps on the straight line. The last of them has the maximum, and so has the
            first after them.
        total: int >= warmup; the number of steps after which the rate stays at the minimum. If it is warmup, there is
            no wave.
        maximum, minimum: float >= 0.

    Returns:
        The learning rate, a float.

    Raises:
        ValueError: if warmup is negative or above total, or minimum is negative or above maximum.

    Source: Loshchilov and Hutter, SGDR (2017), eq. 5; with a straight line before: Radford and others, Improving
    Language Understanding by Generative Pre-Training (2018), sec. 4.1.

    >>> [warmup_cosine(step, warmup=2, total=4, maximum=1.0, minimum=0.5) for step in range(5)]
    [0.5, 1.0, 1.0, 0.75, 0.5]
    """
    raise NotImplementedError("text.warmup_cosine")


def pretrain(
    model: Module,
    tokens: np.ndarray,
    *,
    steps: int,
    batch_size: int,
    length: int,
    lr: float,
    min_lr: float = 0.0,
    warmup: int = 0,
    accumulate: int = 1,
    max_grad_norm: float = 1.0,
    weight_decay: float = 0.1,
    betas: tuple[float, float] = (0.9, 0.95),
    rng: np.random.Generator | None = None,
) -> list[float]:
    """Train a model to say, for every token of random windows of a text, which token comes next.

    Each step, from 0 to steps - 1, has these parts, in this order:

    1. All gradients of before are discarded.
    2. ``accumulate`` batches are drawn by ``random_windows``, one after the other. The loss of a batch is the mean of
       -log(probability of the target) over all positions of all its windows. The gradient of the step is that of the
       mean over all batches.
    3. All gradients together are clipped to the norm ``max_grad_norm``.
    4. AdamW takes a step, with the learning rate that ``warmup_cosine`` gives for this step, total = steps. Parameters
       with two dimensions or more decay; those with one do not, as the weights of a normalisation.

    Args:
        model: a Module whose forward turns tokens (N, L) into logits (N, L, V); set to training mode first.
        tokens: (T,) integers; the text.
        steps: int >= 1; how many steps are taken.
        batch_size, length: of each batch, as for ``random_windows``.
        lr, min_lr: the maximum and the minimum of the learning rate.
        warmup: int from 0 to steps.
        accumulate: int >= 1; the number of batches in a step.
        max_grad_norm: float > 0.
        weight_decay, betas: as for AdamW.
        rng: source of the windows, by default a fresh ``default_rng()``.

    Returns:
        The loss of each step, before it was taken: the mean over its batches, as floats.

    Raises:
        ValueError: if steps or accumulate is below 1, or max_grad_norm is not above 0; or as the parts do. Then nothing
            has been changed: neither values nor gradients nor modes.
    """
    raise NotImplementedError("text.pretrain")
