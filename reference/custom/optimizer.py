"""An optimizer of your own."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from ..optim.optimizer import Group, Optimizer, Params, State, exponential_average


class OwnOptimizer(Optimizer):
    """An optimizer of your own. Replace this sentence by its equation and its source.

    Convention: all options but ``params`` have defaults, and with these it is graded; one of them is ``lr``, by which
    every step is multiplied. A group with options of its own uses these. All that later steps depend on is in
    ``state`` or ``param_groups``, so that ``state_dict`` has it. It takes the same steps for the same gradients, and
    they are not those of an optimizer of this course.

    Args:
        params: parameters or groups of them.
        lr: float >= 0; the learning rate. You may choose another default, and add options.

    Raises:
        ValueError: if an option cannot be.
    """

    def __init__(self, params: Params, lr: float = 0.1) -> None:
        # AdaBelief: Zhuang et al., AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients (2020),
        # algorithm 2. With m the average of the gradients, s averages (g - m)^2, and
        #     p = p - lr * m_hat / (sqrt(s_hat) + eps)
        super().__init__(params, dict(lr=lr, betas=(0.9, 0.999), eps=1e-8))

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        """Change ``p.data`` in place by one step of your equation.

        Args:
            p: the parameter.
            grad: its gradient; not changed, and not kept.
            group: the options of its group.
            state: what is remembered of p; ``state["step"]`` is already 1 in the first step.
        """
        beta1, beta2 = group["betas"]
        t = state["step"]
        m = exponential_average(state, "exp_avg", beta1, grad)
        s = exponential_average(state, "exp_avg_var", beta2, (grad - m) ** 2 + group["eps"])
        p.data -= group["lr"] * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + group["eps"])
