"""Schedules: how the learning rate changes while training goes on.

Conventions shared by every scheduler here, as in ``torch.optim.lr_scheduler``:

- t = ``last_epoch`` counts the calls of ``step()``; what an epoch is, the caller decides. Call it
  after ``optimizer.step()``. The constructor sets the rate for t = 0.
- lr_t is the rate after t calls, and base the rate of a group when its first scheduler was built
  (kept in the group as "initial_lr"). Equations are for one scheduler on its own.
- Chainable: except for LambdaLR and OneCycleLR, a step changes the rate that it finds in the
  group instead of recomputing it from base. So several schedulers on one optimizer multiply,
  and a rate that was changed by hand stays changed.
- Every constructor takes the ``optimizer`` whose groups it schedules, and, but for
  ReduceLROnPlateau, ``last_epoch``: -1 to start, or the t after which to resume. The groups must
  have "initial_lr" then (KeyError), and the constructor still advances t by one; LinearLR,
  ExponentialLR and CosineAnnealingLR leave the rate as they find it in doing so.
- ``state_dict`` holds what the scheduler knows, not the rates: the optimizer's has those. To
  resume, build both, and then load both: building a scheduler changes the rates.
- What is not under Raises need not be checked: a range beside an argument says what may come.

>>> from ...nn.parameter import Parameter
>>> from ..optimizer import Optimizer
>>> optimizer = Optimizer([Parameter([0.0])], {"lr": 8.0})
>>> chained = [StepLR(optimizer, step_size=2, gamma=0.25), ExponentialLR(optimizer, gamma=0.5)]
>>> for t in range(4):
...     print(t, optimizer.param_groups[0]["lr"])
...     for scheduler in chained:
...         scheduler.step()
0 8.0
1 4.0
2 0.5
3 0.25
"""

from .one_cycle import OneCycleLR
from .plateau import ReduceLROnPlateau
from .scheduler import LRScheduler
from .schedules import (
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiStepLR,
    SequentialLR,
    StepLR,
)

__all__ = [
    "CosineAnnealingLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]
