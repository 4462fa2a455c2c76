"""Recurrent layers: a cell makes a step for each time of a sequence; layers of them may be stacked, and read both ways.

Conventions, beside those of ``rnncell``:

- Sequences are (L, N, I): first the L times, then the N sequences of the batch.
- With ``bidirectional``, each layer has a second cell that reads the sequence from its end to its beginning. out[t] has
  the h of both cells at the time t, side by side; D = 2 then, else 1. The next layer reads that.
- A state has a row for each cell: layer 0 forward, layer 0 reverse, layer 1 forward and so on, D * num_layers in all.
  The final state of a cell is that after its last step: for one that reads in reverse, at the time 0.
- Parameters of layer k: weight_ih_lk, weight_hh_lk, bias_ih_lk, bias_hh_lk, then the same with "_reverse" at the end
  of the names. They are made and drawn in this order, layer by layer. They are those of a cell, which in layers after
  the first reads D * H numbers instead of I.
"""

from __future__ import annotations

import numpy as np

from .module import Module
from .rnncell import GRUCell, LSTMCell, RNNCell, RNNCellBase, given_or_zeros

__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "RNNBase", "RNNCell"]

Arrays = tuple[np.ndarray, ...]
Pair = tuple[np.ndarray, np.ndarray]
PARAMETERS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class RNNBase(Module):
    """What the layers share. Only ``forward`` and ``backward`` of the layers are graded.

    Args:
        input_size, hidden_size: int >= 1; I and H.
        num_layers: int >= 1; how many layers are stacked.
        bias: whether there are biases.
        bidirectional: whether there is a second direction.
        rng: source of the initial values, by default a fresh ``default_rng()``.

    Attributes:
        cell: the class of the cells.
        weight_ih_l0 and so on: Parameters, float64; without ``bias``, those that would be biases are None.

    Raises:
        ValueError: if a size or num_layers is below 1.
    """

    cell: type[RNNCellBase]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        bidirectional: bool = False,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("nn.rnn.RNNBase.__init__")

    def run(self, x: np.ndarray, state: tuple[np.ndarray | None, ...]) -> tuple[np.ndarray, Arrays]:
        """Run all cells over the sequence.

        Args:
            x: (L, N, I) float.
            state: the initial arrays (D * num_layers, N, H); None stands for zeros.

        Returns:
            out, (L, N, D * H), and the final arrays of the state.
        """
        raise NotImplementedError("nn.rnn.RNNBase.run")

    def run_backward(
        self, d_out: np.ndarray | None, d_state: tuple[np.ndarray | None, ...]
    ) -> tuple[np.ndarray, Arrays]:
        """Go back through all cells; add to the gradients of the parameters.

        Args:
            d_out, d_state: d loss / d out, and the gradients of the final arrays of the state; None stands for zeros.

        Returns:
            dx, (L, N, I), and the gradients of the initial arrays of the state.
        """
        raise NotImplementedError("nn.rnn.RNNBase.run_backward")


class RNN(RNNBase):
    """Layers of simple recurrent networks.

    Equation of a cell: that of ``RNNCell``. Args, attributes, errors of the constructor: those of ``RNNBase``.

    Source: Elman, Finding Structure in Time (1990); both directions: Schuster and Paliwal, Bidirectional Recurrent
    Neural Networks (1997); for the arguments and names: PyTorch, torch.nn.RNN.
    """

    cell = RNNCell

    def forward(self, x: np.ndarray, h0: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Read the sequences.

        Args:
            x: (L, N, I) float with L >= 1; must not change before ``backward``. N may be 0.
            h0: (D * num_layers, N, H) float; the initial states, or None for zeros.

        Returns:
            (out, h_n): (L, N, D * H), what the last layer gives at each time, and the final states, of the shape of h0.

        Raises:
            ValueError: naming the shape, if x or h0 has a wrong one.
        """
        raise NotImplementedError("nn.RNN.forward")

    def backward(self, d_out: np.ndarray | None, d_state: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Go back through time; add to the gradients of the parameters, and return those of the inputs.

        Args:
            d_out: array of the shape of out, or None for zeros; d loss / d out.
            d_state: array of the shape of h_n, or None for zeros; d loss / d h_n.

        Returns:
            (dx, d_h0), of the shapes of x and h0, also where no h0 was given.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if d_out or d_state has a wrong one.
        """
        raise NotImplementedError("nn.RNN.backward")


class LSTM(RNNBase):
    """Layers of long short-term memory.

    Equation of a cell: that of ``LSTMCell``. Args, attributes, errors of the constructor: those of ``RNNBase``.

    Source: Hochreiter and Schmidhuber, Long Short-Term Memory (1997); for the arguments and names: PyTorch,
    torch.nn.LSTM.
    """

    cell = LSTMCell

    def forward(self, x: np.ndarray, state: Pair | None = None) -> tuple[np.ndarray, Pair]:
        """Read the sequences.

        Args:
            x: (L, N, I) float with L >= 1; must not change before ``backward``. N may be 0.
            state: (h0, c0), each (D * num_layers, N, H) float; the initial states, or None for zeros.

        Returns:
            (out, (h_n, c_n)): (L, N, D * H), what the last layer gives at each time, and the final states.

        Raises:
            ValueError: naming the shape, if x, h0 or c0 has a wrong one.
        """
        raise NotImplementedError("nn.LSTM.forward")

    def backward(
        self, d_out: np.ndarray | None, d_state: tuple[np.ndarray | None, np.ndarray | None] | None = None
    ) -> tuple[np.ndarray, Pair]:
        """Go back through time; add to the gradients of the parameters, and return those of the inputs.

        Args:
            d_out: array of the shape of out, or None for zeros; d loss / d out.
            d_state: (d_h, d_c), arrays of the shape of h_n, or None for zeros; d loss / d h_n and d loss / d c_n.

        Returns:
            (dx, (d_h0, d_c0)), of the shapes of x, h0 and c0, also where no initial states were given.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if one of the three arrays has a wrong one.
        """
        raise NotImplementedError("nn.LSTM.backward")


class GRU(RNNBase):
    """Layers of gated recurrent units.

    Equation of a cell: that of ``GRUCell``. Args, attributes, errors of the constructor: those of ``RNNBase``.

    Source: Cho et al., Learning Phrase Representations using RNN Encoder-Decoder (2014), sec. 2.3; for the arguments,
    names and n: PyTorch, torch.nn.GRU.
    """

    cell = GRUCell

    def forward(self, x: np.ndarray, h0: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Read the sequences; arguments, results and errors are those of ``RNN.forward``."""
        raise NotImplementedError("nn.GRU.forward")

    def backward(self, d_out: np.ndarray | None, d_state: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Go back through time; arguments, results and errors are those of ``RNN.backward``."""
        raise NotImplementedError("nn.GRU.backward")
