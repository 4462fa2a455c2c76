"""Cells: one step in time of a recurrent network, whose output is its own input in the next step.

Conventions shared by the cells, and by the layers in ``rnn``:

- N is the batch, I = input_size, H = hidden_size. A state is (N, H); where none is given, it is zeros.
- The rows of a weight are blocks of H, one for each gate, in PyTorch's order: i, f, g, o in an LSTM, r, z, n in a GRU.
- There are two biases, as in PyTorch. Only in a GRU they do not simply add up.
- All that is returned has the dtype of x. Initial states have it, too.
- Values are exact to rounding, without a warning, for every |x| <= 1e4.
- Initial values: weight_ih, weight_hh, bias_ih, bias_hh are drawn in this order, uniformly from
  [-1/sqrt(H), 1/sqrt(H)).
"""

from __future__ import annotations

import math

import numpy as np

from .activation import Sigmoid
from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter

Arrays = tuple[np.ndarray, ...]


class RNNCellBase(Module):
    """What the cells share.

    One way to divide the labour: each cell says in ``step`` and ``step_backward`` what it computes of two products with
    the weights. ``unroll`` makes steps, as many as a sequence is long: one for a cell, all of them for a layer. Only
    ``forward`` and ``backward`` of the cells and the layers are graded.

    Args:
        input_size, hidden_size: int >= 1; I and H.
        bias: whether there are biases; without them, the attributes ``bias_ih`` and ``bias_hh`` are None.
        rng: source of the initial values, by default a fresh ``default_rng()``.

    Attributes:
        gates: how many blocks of H rows a weight has.
        weight_ih, weight_hh: Parameters of shapes (gates * H, I) and (gates * H, H), float64.
        bias_ih, bias_hh: Parameters of shape (gates * H,), float64, or None.

    Raises:
        ValueError: if a size is below 1.
    """

    gates: int = 1

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, *, rng: np.random.Generator | None = None
    ) -> None:
        raise NotImplementedError("nn.rnncell.RNNCellBase.__init__")

    def step(self, from_x: np.ndarray, from_h: np.ndarray, state: Arrays) -> tuple[Arrays, Arrays]:
        """Return the new state, and what ``step_backward`` will need.

        Args:
            from_x, from_h: (N, gates * H) float; x W_ih^T + b_ih and h W_hh^T + b_hh.
            state: the arrays (N, H) of the state before this step: (h,), or (h, c) in an LSTM.
        """
        raise NotImplementedError(f"{type(self).__name__}.step")

    def step_backward(self, saved: Arrays, d_state: Arrays) -> tuple[np.ndarray, np.ndarray, Arrays]:
        """Return the gradients of from_x, of from_h, and of the state before, but for what goes through from_h.

        Args:
            saved: what ``step`` returned to be kept.
            d_state: the gradients of the arrays of the new state.
        """
        raise NotImplementedError(f"{type(self).__name__}.step_backward")

    def unroll(self, x: np.ndarray, state: Arrays) -> tuple[np.ndarray, Arrays]:
        """Make a step for each x[t].

        Args:
            x: (L, N, I) float.
            state: the arrays (N, H) of the state before the first step.

        Returns:
            out, (L, N, H), what h is after each step, and the state after the last one.
        """
        raise NotImplementedError("nn.rnncell.RNNCellBase.unroll")

    def unroll_backward(self, d_out: np.ndarray, d_state: Arrays) -> tuple[np.ndarray, Arrays]:
        """Go back through the steps of the last ``unroll``; add to the gradients of the parameters.

        Args:
            d_out: (L, N, H) float; d loss / d out, without what goes through the state after the last step.
            d_state: the gradients of the arrays of that state.

        Returns:
            dx, (L, N, I), and the gradients of the state before the first step.
        """
        raise NotImplementedError("nn.rnncell.RNNCellBase.unroll_backward")


class RNNCell(RNNCellBase):
    """One step of the simple recurrent network of Elman.

    Equation: h' = tanh(W_ih x + b_ih + W_hh h + b_hh)

    Args, attributes, errors: those of ``RNNCellBase``, with one block of H rows.

    Source: Elman, Finding Structure in Time (1990); for the arguments: PyTorch, torch.nn.RNNCell.
    """

    def step(self, from_x: np.ndarray, from_h: np.ndarray, state: Arrays) -> tuple[Arrays, Arrays]:
        """Return the new state (h',), and what ``step_backward`` will need."""
        raise NotImplementedError("nn.RNNCell.step")

    def step_backward(self, saved: Arrays, d_state: Arrays) -> tuple[np.ndarray, np.ndarray, Arrays]:
        """Return the gradients of from_x, from_h, and of the state before except through from_h."""
        raise NotImplementedError("nn.RNNCell.step_backward")

    def forward(self, x: np.ndarray, h: np.ndarray | None = None) -> np.ndarray:
        """Make one step.

        Args:
            x: (N, I) float; must not change before ``backward``, nor may h. N may be 0.
            h: (N, H) float; the state before.

        Returns:
            h', (N, H) of the dtype of x.

        Raises:
            ValueError: naming both shapes, if x or h has a wrong one.
        """
        raise NotImplementedError("nn.RNNCell.forward")

    def backward(self, dh: np.ndarray) -> Arrays:
        """Add to the gradients of the parameters; return those of the inputs.

        Args:
            dh: (N, H) float; d loss / d h'.

        Returns:
            (dx, d loss / d h), of the shapes of x and h, also where no h was given.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dh does not have the shape of h'.
        """
        raise NotImplementedError("nn.RNNCell.backward")


class LSTMCell(RNNCellBase):
    """One step of long short-term memory: c is changed by gates only, so that gradients last.

    Equation: with i, f, g, o the blocks of W_ih x + b_ih + W_hh h + b_hh,
    c' = sigmoid(f) c + sigmoid(i) tanh(g) and h' = sigmoid(o) tanh(c')

    Args, attributes, errors: those of ``RNNCellBase``, with four blocks of H rows.

    Source: Hochreiter and Schmidhuber, Long Short-Term Memory (1997); the gate f: Gers, Schmidhuber and Cummins,
    Learning to Forget (2000); for the arguments and the order of the gates: PyTorch, torch.nn.LSTMCell.
    """

    gates = 4

    def step(self, from_x: np.ndarray, from_h: np.ndarray, state: Arrays) -> tuple[Arrays, Arrays]:
        """Return the new state (h', c'), and what ``step_backward`` will need."""
        raise NotImplementedError("nn.LSTMCell.step")

    def step_backward(self, saved: Arrays, d_state: Arrays) -> tuple[np.ndarray, np.ndarray, Arrays]:
        """Return the gradients of from_x, from_h, and of the state before except through from_h."""
        raise NotImplementedError("nn.LSTMCell.step_backward")

    def forward(self, x: np.ndarray, state: tuple[np.ndarray, np.ndarray] | None = None) -> Arrays:
        """Make one step.

        Args:
            x: (N, I) float; must not change before ``backward``, nor may the state. N may be 0.
            state: (h, c), each (N, H) float; the state before.

        Returns:
            (h', c'), each (N, H) of the dtype of x.

        Raises:
            ValueError: naming both shapes, if x, h or c has a wrong one.
        """
        raise NotImplementedError("nn.LSTMCell.forward")

    def backward(self, dh: np.ndarray | None, dc: np.ndarray | None = None) -> tuple[np.ndarray, Arrays]:
        """Add to the gradients of the parameters; return those of the inputs.

        Args:
            dh, dc: (N, H) float; d loss / d h' and d loss / d c'. None stands for zeros.

        Returns:
            (dx, (d loss / d h, d loss / d c)), of the shapes of x, h and c, also where no state was given.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dh or dc does not have the shape of h'.
        """
        raise NotImplementedError("nn.LSTMCell.backward")


class GRUCell(RNNCellBase):
    """One step of a gated recurrent unit, which has no c: the gate z chooses between the old state and a new one.

    Equation: with r, z the first two blocks of W_ih x + b_ih + W_hh h + b_hh, and u, v the last blocks of
    W_ih x + b_ih and of W_hh h + b_hh: n = tanh(u + sigmoid(r) v) and h' = (1 - sigmoid(z)) n + sigmoid(z) h

    Convention: as in PyTorch, sigmoid(r) multiplies v, which contains b_hn. In the paper, it multiplies h instead.

    Args, attributes, errors: those of ``RNNCellBase``, with three blocks of H rows.

    Source: Cho, van Merrienboer, Gulcehre, Bahdanau, Bougares, Schwenk and Bengio, Learning Phrase Representations
    using RNN Encoder-Decoder (2014), sec. 2.3; for the arguments, the order and n: PyTorch, torch.nn.GRUCell.
    """

    gates = 3

    def step(self, from_x: np.ndarray, from_h: np.ndarray, state: Arrays) -> tuple[Arrays, Arrays]:
        """Return the new state (h',), and what ``step_backward`` will need."""
        raise NotImplementedError("nn.GRUCell.step")

    def step_backward(self, saved: Arrays, d_state: Arrays) -> tuple[np.ndarray, np.ndarray, Arrays]:
        """Return the gradients of from_x, from_h, and of the state before except through from_h."""
        raise NotImplementedError("nn.GRUCell.step_backward")

    def forward(self, x: np.ndarray, h: np.ndarray | None = None) -> np.ndarray:
        """Make one step; arguments, result and errors are those of ``RNNCell.forward``."""
        raise NotImplementedError("nn.GRUCell.forward")

    def backward(self, dh: np.ndarray) -> Arrays:
        """Go one step back; arguments, result and errors are those of ``RNNCell.backward``."""
        raise NotImplementedError("nn.GRUCell.backward")


def given_or_zeros(name: str, arrays: tuple[np.ndarray | None, ...], shape: tuple[int, ...], dtype: np.dtype) -> Arrays:
    """Return the arrays, with zeros in place of None.

    Raises:
        ValueError: naming both shapes, if one of them has another shape.
    """
    raise NotImplementedError("nn.rnncell.given_or_zeros")
