"""What people believe about the gradients of a gated recurrent unit."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.GRUCell.step_backward",
    hint="h appears twice in the equations. Where?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def state_gets_nothing_through_z(self, saved, d_state):
    """The state before gets its gradient through the weights."""
    r, z, n, v, h = saved
    [dh] = d_state
    d_n = dh * (1 - z) * (1 - n * n)
    d_r, d_z = d_n * v * r * (1 - r), dh * (h - n) * z * (1 - z)
    d_from_x, d_from_h = (np.concatenate((d_r, d_z, last), axis=1) for last in (d_n, d_n * r))
    return d_from_x, d_from_h, (np.zeros_like(dh),)


@misconception(
    "nn.GRUCell.step_backward",
    hint="If z grows, does h' move towards n or towards h?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def sign_of_z(self, saved, d_state):
    """The gradient of z is dh' (n - h)."""
    r, z, n, v, h = saved
    [dh] = d_state
    d_n = dh * (1 - z) * (1 - n * n)
    d_r, d_z = d_n * v * r * (1 - r), dh * (n - h) * z * (1 - z)
    d_from_x, d_from_h = (np.concatenate((d_r, d_z, last), axis=1) for last in (d_n, d_n * r))
    return d_from_x, d_from_h, (dh * z,)


@misconception(
    "nn.GRUCell.step_backward",
    hint="z stands in two products. Which of them does your gradient contain?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def z_multiplies_h_only(self, saved, d_state):
    """The gradient of z is dh' h."""
    r, z, n, v, h = saved
    [dh] = d_state
    d_n = dh * (1 - z) * (1 - n * n)
    d_r, d_z = d_n * v * r * (1 - r), dh * h * z * (1 - z)
    d_from_x, d_from_h = (np.concatenate((d_r, d_z, last), axis=1) for last in (d_n, d_n * r))
    return d_from_x, d_from_h, (dh * z,)


@misconception(
    "nn.GRUCell.step_backward",
    hint="What exactly is multiplied by r?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def r_multiplies_h(self, saved, d_state):
    """The gradient of r is that of n's sum times h."""
    r, z, n, _, h = saved
    [dh] = d_state
    d_n = dh * (1 - z) * (1 - n * n)
    d_r, d_z = d_n * h * r * (1 - r), dh * (h - n) * z * (1 - z)
    d_from_x, d_from_h = (np.concatenate((d_r, d_z, last), axis=1) for last in (d_n, d_n * r))
    return d_from_x, d_from_h, (dh * z,)


@misconception(
    "nn.GRUCell.step_backward",
    hint="Which factor stands before W_hn h + b_hn?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def both_products_alike(self, saved, d_state):
    """Both products have the same gradients, as in the other cells."""
    r, z, n, v, h = saved
    [dh] = d_state
    d_n = dh * (1 - z) * (1 - n * n)
    d_r, d_z = d_n * v * r * (1 - r), dh * (h - n) * z * (1 - z)
    d_sum = np.concatenate((d_r, d_z, d_n), axis=1)
    return d_sum, d_sum, (dh * z,)


@misconception(
    "nn.GRUCell.step_backward",
    hint="Does r stand before W_in x as well?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def r_before_both_products(self, saved, d_state):
    """Both products have the gradient r q in their third block."""
    r, z, n, v, h = saved
    [dh] = d_state
    d_n = dh * (1 - z) * (1 - n * n)
    d_r, d_z = d_n * v * r * (1 - r), dh * (h - n) * z * (1 - z)
    d_sum = np.concatenate((d_r, d_z, d_n * r), axis=1)
    return d_sum, d_sum, (dh * z,)


@misconception(
    "nn.GRUCell.step_backward",
    hint="How much of n is in h'?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def candidate_without_its_share(self, saved, d_state):
    """The gradient of n is dh'."""
    r, z, n, v, h = saved
    [dh] = d_state
    d_n = dh * (1 - n * n)
    d_r, d_z = d_n * v * r * (1 - r), dh * (h - n) * z * (1 - z)
    d_from_x, d_from_h = (np.concatenate((d_r, d_z, last), axis=1) for last in (d_n, d_n * r))
    return d_from_x, d_from_h, (dh * z,)


@misconception(
    "nn.GRUCell.step_backward",
    hint="How much of n is in h', z or 1 - z?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def candidate_has_the_share_z(self, saved, d_state):
    """The gradient of n is dh' z."""
    r, z, n, v, h = saved
    [dh] = d_state
    d_n = dh * z * (1 - n * n)
    d_r, d_z = d_n * v * r * (1 - r), dh * (h - n) * z * (1 - z)
    d_from_x, d_from_h = (np.concatenate((d_r, d_z, last), axis=1) for last in (d_n, d_n * r))
    return d_from_x, d_from_h, (dh * z,)


@misconception(
    "nn.GRUCell.step_backward",
    hint="What stands between n's sum and n?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def slope_of_the_candidate_is_missing(self, saved, d_state):
    """The gradient of n's sum is that of n."""
    r, z, n, v, h = saved
    [dh] = d_state
    d_n = dh * (1 - z)
    d_r, d_z = d_n * v * r * (1 - r), dh * (h - n) * z * (1 - z)
    d_from_x, d_from_h = (np.concatenate((d_r, d_z, last), axis=1) for last in (d_n, d_n * r))
    return d_from_x, d_from_h, (dh * z,)


@misconception(
    "nn.GRUCell.step_backward",
    hint="Is z the input of the sigmoid, or its output?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def slopes_of_gates_are_missing(self, saved, d_state):
    """The gradient of a gate's sum is that of the gate."""
    r, z, n, v, h = saved
    [dh] = d_state
    d_n = dh * (1 - z) * (1 - n * n)
    d_r, d_z = d_n * v, dh * (h - n)
    d_from_x, d_from_h = (np.concatenate((d_r, d_z, last), axis=1) for last in (d_n, d_n * r))
    return d_from_x, d_from_h, (dh * z,)


@misconception(
    "nn.GRUCell.step_backward",
    hint="In which order did forward cut the blocks?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def gradients_in_another_order(self, saved, d_state):
    """The gradients of the blocks are put together as z, r, n."""
    r, z, n, v, h = saved
    [dh] = d_state
    d_n = dh * (1 - z) * (1 - n * n)
    d_r, d_z = d_n * v * r * (1 - r), dh * (h - n) * z * (1 - z)
    d_from_x, d_from_h = (np.concatenate((d_z, d_r, last), axis=1) for last in (d_n, d_n * r))
    return d_from_x, d_from_h, (dh * z,)


@misconception(
    "nn.GRUCell.step_backward",
    hint="Does r reach h'?",
    fails=(
        "GRUCell/test_worked_example",
        "GRUCell/test_gradients",
        "GRU/test_gradients",
        "GRU/test_gradients_with_options",
        "Network/test_learns_to_remember",
    ),
    source="folklore",
)
def reset_gate_is_not_trained(self, saved, d_state):
    """The gate r is so small a thing that its gradient may be left out."""
    r, z, n, _, h = saved
    [dh] = d_state
    d_n = dh * (1 - z) * (1 - n * n)
    d_z = dh * (h - n) * z * (1 - z)
    d_from_x, d_from_h = (np.concatenate((0 * d_z, d_z, last), axis=1) for last in (d_n, d_n * r))
    return d_from_x, d_from_h, (dh * z,)
