"""Public checks of assignment 08: run them on your own machine with `pytest`.

The numbers are those of the handout's worked examples. The hidden checks ask the same of other shapes, options and
upstream gradients.
"""

import math

import numpy as np

from grader.checks import compare, fine, raises, weight

LN2, LN3, LN4 = math.log(2), math.log(3), math.log(4)


def column(*numbers):
    """A matrix of one column."""
    return np.array(numbers, float)[:, None]


def sequence(*numbers):
    """One sequence of single numbers: an array of shape (L, 1, 1)."""
    return np.array(numbers, float)[:, None, None]


def fill(module, **values):
    """Set parameters, those of the layer l0 if the module has layers."""
    names = [name for name, _ in module.named_parameters()]
    for name, value in values.items():
        getattr(module, name if name in names else f"{name}_l0").data = np.array(value, float)


class TestEmbedding:
    def example(self, student, **options):
        embedding = student.nn.Embedding(3, 2, **options)
        embedding.weight.data = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
        return embedding

    @weight(1)
    def test_worked_example(self, student):
        """Embedding looks up a row for each index, and a row's gradient is the sum over all its places."""
        embedding = self.example(student)
        y = np.array([[[4.0, 5.0], [0.0, 1.0], [4.0, 5.0]]])
        compare(embedding.forward(np.array([[2, 0, 2]])), y, "Embedding(3, 2).forward(x)")
        embedding.backward(np.array([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]]))
        compare(embedding.weight.grad, np.array([[3.0, 4.0], [0.0, 0.0], [6.0, 8.0]]), "weight.grad")

    @weight(0.5)
    def test_padding(self, student):
        """The row padding_idx is looked up like any other, and gets no gradient."""
        embedding = self.example(student, padding_idx=2)
        y = np.array([[4.0, 5.0], [0.0, 1.0]])
        compare(embedding.forward(np.array([2, 0])), y, "Embedding(3, 2, padding_idx=2).forward(x)")
        embedding.backward(np.array([[1.0, 2.0], [3.0, 4.0]]))
        compare(embedding.weight.grad, np.array([[3.0, 4.0], [0.0, 0.0], [0.0, 0.0]]), "weight.grad")

    @fine
    @weight(0.25)
    def test_refuses(self, student):
        """An index below 0 or above the last row is an IndexError."""
        for index in (-1, 3):
            with raises(IndexError, doing=f"Embedding(3, 2).forward of the index {index}", naming=(index,)):
                self.example(student).forward(np.array([0, index]))
        compare(self.example(student).forward(np.array([0])), np.array([[0.0, 1.0]]), "Embedding(3, 2).forward of 0")


class TestRNNCell:
    @weight(0.5)
    def test_worked_example(self, student):
        """RNNCell makes the first step of the handout's RNN, and goes back."""
        cell = student.nn.RNNCell(1, 1)
        fill(cell, weight_ih=[[1]], weight_hh=[[0.5]], bias_ih=[0], bias_hh=[0])
        compare(cell.forward(np.array([[LN2]])), np.array([[0.6]]), "RNNCell(1, 1).forward(x)")
        dx, dh = cell.backward(np.array([[1.36]]))
        compare(dx, np.array([[0.8704]]), "the gradient of x")
        compare(dh, np.array([[0.4352]]), "the gradient of h")


class TestLSTMCell:
    def example(self, student):
        cell = student.nn.LSTMCell(1, 1)
        w_hh = column(1, -1, 2, 1)
        fill(cell, weight_ih=column(LN3, 0, LN2, LN4), weight_hh=w_hh, bias_ih=[0] * 4, bias_hh=-w_hh[:, 0])
        return cell

    @weight(1)
    def test_worked_example(self, student):
        """LSTMCell has its gates in the order i, f, g, o, and its gradients are those of the handout."""
        cell, one = self.example(student), np.ones((1, 1))
        c = 2 * LN3 - 0.9
        h, after = cell.forward(one, (one, c * one))
        compare(h, np.array([[0.64]]), "h' of LSTMCell(1, 1)")
        compare(after, np.array([[LN3]]), "c' of LSTMCell(1, 1)")
        dx, (dh, dc) = cell.backward(one, 0 * one)
        blocks = np.array([0.0324, 0.072 * c, 0.13824, 0.128])
        compare(dx, np.array([[blocks @ [LN3, 0, LN2, LN4]]]), "the gradient of x")
        compare(dh, np.array([[blocks @ [1.0, -1, 2, 1]]]), "the gradient of h")
        compare(dc, np.array([[0.144]]), "the gradient of c")
        compare(cell.weight_ih.grad, blocks[:, None], "weight_ih.grad")
        compare(cell.bias_hh.grad, blocks, "bias_hh.grad")

    @fine
    @weight(0.25)
    def test_refuses(self, student):
        """LSTMCell refuses backward before forward, and an x of another size."""
        with raises(RuntimeError, doing="LSTMCell(1, 1).backward(dh, dc) before any forward"):
            self.example(student).backward(np.ones((1, 1)), np.ones((1, 1)))
        with raises(ValueError, doing="LSTMCell(1, 1).forward(x) with x of shape (3, 2)", naming=((3, 2), 1)):
            self.example(student).forward(np.ones((3, 2)))


class TestGRUCell:
    @weight(1)
    def test_worked_example(self, student):
        """GRUCell has its gates in the order r, z, n, where r multiplies W_hn h + b_hn; its gradients fit."""
        cell, one = student.nn.GRUCell(1, 1), np.ones((1, 1))
        w_ih, w_hh = column(0, LN3, LN2 - 1), column(1, -1, 1.5)
        fill(cell, weight_ih=w_ih, weight_hh=w_hh, bias_ih=[0] * 3, bias_hh=[-1, 1, 0.5])
        compare(cell.forward(one, one), np.array([[0.9]]), "GRUCell(1, 1).forward(x, h)")
        dx, dh = cell.backward(one)
        from_x = np.array([0.08, 0.075, 0.16])
        compare(dx, from_x[None] @ w_ih, "the gradient of x")
        compare(dh, np.array([[0.875]]), "the gradient of h")
        compare(cell.bias_ih.grad, from_x, "bias_ih.grad")
        compare(cell.bias_hh.grad, np.array([0.08, 0.075, 0.08]), "bias_hh.grad")


class TestRNN:
    def example(self, student, **options):
        rnn = student.nn.RNN(1, 1, **options)
        fill(rnn, weight_ih=[[1]], weight_hh=[[0.5]], bias_ih=[0], bias_hh=[0])
        return rnn

    @weight(1.5)
    def test_worked_example(self, student):
        """RNN makes a step for each time, and its gradients add up over all times."""
        rnn, x = self.example(student), sequence(LN2, LN3 - 0.3)
        out, h = rnn.forward(x)
        compare(out, sequence(0.6, 0.8), "out of RNN(1, 1).forward(x)")
        compare(h, sequence(0.8), "h_n of RNN(1, 1).forward(x)")
        dx, dh = rnn.backward(sequence(1, 1.5), sequence(0.5))
        compare(dx, sequence(0.8704, 0.72), "the gradient of x")
        compare(dh, sequence(0.4352), "the gradient of h0")
        weights = {"weight_ih": [[0.8704 * LN2 + 0.72 * (LN3 - 0.3)]], "weight_hh": [[0.432]]}
        for name, value in {**weights, "bias_ih": [1.5904], "bias_hh": [1.5904]}.items():
            compare(getattr(rnn, f"{name}_l0").grad, np.array(value), f"{name}_l0.grad")

    @weight(0.5)
    def test_used_again(self, student, rng):
        """RNN's backward belongs to the last forward, of whatever length, and no state is left from an earlier one."""
        rnn = self.example(student)
        for length, size in ((3, 1), (2, 4), (2, 1)):
            out, h = rnn.forward(rng.normal(size=(length, size, 1)))
            rnn.backward(rng.normal(size=out.shape), rng.normal(size=h.shape))
        rnn.zero_grad()
        for times in (1, 2):
            out, _ = rnn.forward(sequence(LN2, LN3 - 0.3))
            compare(out, sequence(0.6, 0.8), "out after other sequences")
            rnn.backward(sequence(1, 1.5), sequence(0.5))
            compare(rnn.weight_hh_l0.grad, np.array([[times * 0.432]]), f"weight_hh_l0.grad after {times} backward")

    @fine
    @weight(0.25)
    def test_memory(self, student):
        """Whoever writes into what RNN returned does not spoil what it kept, and x is not changed."""
        rnn, x = self.example(student), student.array(sequence(LN2, LN3 - 0.3))
        out, h = rnn.forward(x)
        out[...], h[...] = 5.0, 5.0
        dx, dh = rnn.backward(sequence(1, 1.5), sequence(0.5))
        compare(dx, sequence(0.8704, 0.72), "the gradient of x, after out and h_n were overwritten")
        compare(dh, sequence(0.4352), "the gradient of h0, after out and h_n were overwritten")
        compare(student.value(x), sequence(LN2, LN3 - 0.3), "x after forward and backward")


class TestLSTM:
    @weight(1)
    def test_layers_and_directions(self, student, rng):
        """In both directions and two layers, out ends where the states say: the reverse one at the first time."""
        lstm = student.nn.LSTM(3, 2, num_layers=2, bidirectional=True)
        out, (h, c) = lstm.forward(rng.normal(size=(4, 5, 3)))
        compare(out.shape, (4, 5, 4), "the shape of out")
        compare(c.shape, (4, 5, 2), "the shape of c_n")
        compare(h[2], out[-1, :, :2], "h_n of the last layer, forward: out at the last time")
        compare(h[3], out[0, :, 2:], "h_n of the last layer, reverse: out at the first time")
        cell, again = student.nn.LSTMCell(3, 2), student.nn.LSTM(3, 2)
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(again, f"{name}_l0").data = getattr(cell, name).data
        x, state = rng.normal(size=(2, 5, 3)), None
        for x_t in x:
            state = cell.forward(x_t) if state is None else cell.forward(x_t, state)
        _, (h, c) = again.forward(x)
        compare(h[0], state[0], "h_n of LSTM(3, 2), and two steps of an LSTMCell with these weights")
        compare(c[0], state[1], "c_n of LSTM(3, 2), and two steps of an LSTMCell with these weights")

    @weight(0.5)
    def test_names(self, student):
        """The parameters have PyTorch's names and shapes, layer by layer, the reverse direction last."""
        lstm = student.nn.LSTM(3, 2, num_layers=2, bidirectional=True)
        found = {name: tuple(parameter.shape) for name, parameter in lstm.named_parameters()}
        ends = [("_l0", 3), ("_l0_reverse", 3), ("_l1", 4), ("_l1_reverse", 4)]
        expected = {}
        for end, size in ends:
            expected |= {f"weight_ih{end}": (8, size), f"weight_hh{end}": (8, 2)}
            expected |= {f"bias_ih{end}": (8,), f"bias_hh{end}": (8,)}
        compare(list(found), list(expected), "the names of the parameters of LSTM(3, 2, 2, bidirectional=True)")
        for name, shape in expected.items():
            compare(found[name], shape, f"{name}.shape")


class TestGRU:
    @weight(1)
    def test_in_pieces(self, student, rng):
        """A sequence may be read in two pieces: the state is handed on, and its gradient is handed back."""
        whole, pieces = student.nn.GRU(3, 2), student.nn.GRU(3, 2)
        for name, parameter in whole.named_parameters():
            getattr(pieces, name).data = np.array(parameter.data)
        x, d_out = rng.normal(size=(5, 4, 3)), rng.normal(size=(5, 4, 2))
        out, _ = whole.forward(x)
        dx, _ = whole.backward(d_out)
        first, h = pieces.forward(x[:3])
        second, _ = pieces.forward(x[3:], h)
        compare(np.concatenate((first, second)), out, "out of two pieces")
        dx_second, dh = pieces.backward(d_out[3:])
        pieces.forward(x[:3])
        dx_first, _ = pieces.backward(d_out[:3], dh)
        compare(np.concatenate((dx_first, dx_second)), dx, "the gradient of x of two pieces")
        compare(pieces.weight_hh_l0.grad, whole.weight_hh_l0.grad, "weight_hh_l0.grad of two pieces")

    @fine
    @weight(0.25)
    def test_dtypes(self, student):
        """GRU gives float32 for an x that is float32, forward and backward; gradients of parameters have theirs."""
        gru = student.nn.GRU(1, 1)
        out, h = gru.forward(sequence(1, 2).astype(np.float32))
        dx, dh = gru.backward(sequence(1, 2), sequence(3))
        for name, array in {"out": out, "h_n": h, "the gradient of x": dx, "the gradient of h0": dh}.items():
            compare(str(array.dtype), "float32", f"the dtype of {name}")
        compare(str(gru.weight_ih_l0.grad.dtype), "float64", "the dtype of weight_ih_l0.grad")


class TestCTCLoss:
    @weight(1)
    def test_worked_example(self, student):
        """Three of four paths read as the target, so the loss is -ln(3/4), and each class has its share of paths."""
        loss = student.nn.CTCLoss()
        given = np.log(np.full((2, 1, 2), 0.5)), np.array([[1]]), np.array([2]), np.array([1])
        compare(loss.forward(*given), -math.log(0.75), "CTCLoss().forward")
        compare(loss.backward(), np.array([[[-1, -2]], [[-1, -2]]]) / 3, "CTCLoss().backward()")
