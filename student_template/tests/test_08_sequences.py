"""Public checks of assignment 08: run them on your own machine with `pytest`.

The numbers are those of the handout's worked examples. The hidden checks ask the same of other shapes, options and
upstream gradients.
"""

import math

import numpy as np

from grader.checks import Tolerance, compare, fine, raises, weight

# What has been computed in float32, and is float64 now, has the digits of float32.
IN_FLOAT32 = Tolerance(1e-6, 1e-6)
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

    @weight(1)
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
    def test_both_directions(self, student):
        """The reverse direction begins at the last time, forward and backward, and dx is the sum of both."""
        rnn, u = student.nn.RNN(1, 1, bidirectional=True), (LN3 - LN2) / 0.6
        fill(rnn, weight_ih_l0=[[1]], weight_hh_l0=[[u]], bias_ih_l0=[0], bias_hh_l0=[0])
        fill(
            rnn, weight_ih_l0_reverse=[[-1]], weight_hh_l0_reverse=[[u]], bias_ih_l0_reverse=[0], bias_hh_l0_reverse=[0]
        )
        out, h = rnn.forward(sequence(LN2, LN2))
        compare(out, np.array([[[0.6, -0.8]], [[0.8, -0.6]]]), "out of RNN(1, 1, bidirectional=True)")
        compare(h, sequence(0.8, -0.8), "h_n of RNN(1, 1, bidirectional=True)")
        dx, dh = rnn.backward(np.array([[[1.0, -1.0]], [[2.0, 3.0]]]), sequence(0.5, 2))
        first, second = 0.64 * (1 + 0.9 * u), 0.64 * (3 + 0.36 * u)  # the gradients of the sums of both first steps
        compare(dx, sequence(first - 0.36, 0.9 - second), "the gradient of x")
        compare(dh, sequence(u * first, u * second), "the gradient of h0")

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
    def test_worked_example(self, student, rng):
        """LSTM makes the step of the handout's cell, from the states that it is given, and as often as x is long."""
        cell, lstm, one = TestLSTMCell().example(student), student.nn.LSTM(1, 1), np.ones((1, 1))
        fill(lstm, **{name: parameter.data for name, parameter in cell.named_parameters()})
        out, (h, c) = lstm.forward(one[None], (one[None], (2 * LN3 - 0.9) * one[None]))
        compare(out, sequence(0.64), "out of one step of LSTM(1, 1)")
        compare(h, sequence(0.64), "h_n of one step of LSTM(1, 1)")
        compare(c, sequence(LN3), "c_n of one step of LSTM(1, 1)")
        x = rng.normal(size=(2, 5, 1))
        out, (h, c) = lstm.forward(x)
        after = cell.forward(x[1], cell.forward(x[0]))
        compare(out[1], after[0], "out[1] of LSTM(1, 1), and the second of two steps of an LSTMCell with these weights")
        compare(c[0], after[1], "c_n of LSTM(1, 1), and the second of two steps of an LSTMCell with these weights")

    @weight(1)
    def test_layers_and_directions(self, student):
        """Parameters have PyTorch's names, layer by layer, the reverse direction last, and each is where it belongs."""
        lstm = student.nn.LSTM(3, 2, num_layers=2, bidirectional=True)
        ends, expected = [("_l0", 3), ("_l0_reverse", 3), ("_l1", 4), ("_l1_reverse", 4)], {}
        for end, size in ends:
            expected |= {f"weight_ih{end}": (8, size), f"weight_hh{end}": (8, 2)}
            expected |= {f"bias_ih{end}": (8,), f"bias_hh{end}": (8,)}
        names = [name for name, _ in lstm.named_parameters()]
        compare(names, list(expected), "the names of the parameters of LSTM(3, 2, 2, bidirectional=True)")
        for name, shape in expected.items():
            compare(tuple(getattr(lstm, name).shape), shape, f"{name}.shape")
            getattr(lstm, name).data = np.zeros(shape)
        for name in ("bias_ih_l1", "bias_hh_l1_reverse"):
            getattr(lstm, name).data = np.array([LN3, LN3, 0, 0, LN2, LN2, LN4, LN4])
        out, (h, c) = lstm.forward(np.ones((2, 1, 3)))
        c_1, c_2 = 0.45, 0.5 * 0.45 + 0.45
        early, late = 0.8 * math.tanh(c_1), 0.8 * math.tanh(c_2)
        compare(
            out, np.array([[[early, early, late, late]], [[late, late, early, early]]]), "out, if only biases are left"
        )
        compare(h[:, 0, 0], np.array([0, 0, late, late]), "h_n, if only biases are left")
        compare(c[:, 0, 0], np.array([0, 0, c_2, c_2]), "c_n, if only biases are left")


class TestGRU:
    def example(self, student):
        gru = student.nn.GRU(1, 1)
        w_ih, w_hh = column(0, LN3, LN2 - 1), column(1, -1, 1.5)
        fill(gru, weight_ih=w_ih, weight_hh=w_hh, bias_ih=[0] * 3, bias_hh=[-1, 1, 0.5])
        return gru

    @weight(1)
    def test_in_pieces(self, student, rng):
        """A sequence may be read in two pieces: the state is handed on, and its gradient is handed back."""
        whole, pieces = self.example(student), self.example(student)
        x, d_out = np.append(1, rng.normal(size=4))[:, None, None], rng.normal(size=(5, 1, 1))
        out, _ = whole.forward(x, sequence(1))
        compare(out[0], np.array([[0.9]]), "out[0] of GRU(1, 1).forward(x, h0)")
        dx, dh = whole.backward(d_out)
        first, h = pieces.forward(x[:3], sequence(1))
        second, _ = pieces.forward(x[3:], h)
        compare(np.concatenate((first, second)), out, "out of two pieces")
        dx_second, d_state = pieces.backward(d_out[3:])
        pieces.forward(x[:3], sequence(1))
        dx_first, d_state = pieces.backward(d_out[:3], d_state)
        compare(np.concatenate((dx_first, dx_second)), dx, "the gradient of x of two pieces")
        compare(d_state, dh, "the gradient of h0 of two pieces")
        compare(pieces.weight_hh_l0.grad, whole.weight_hh_l0.grad, "weight_hh_l0.grad of two pieces")
        alone = self.example(student)
        alone.forward(x[:1], sequence(1))
        compare(alone.backward(sequence(1))[1], sequence(0.875), "the gradient of h0 of one step")

    @fine
    @weight(0.25)
    def test_dtypes(self, student):
        """GRU gives float32 for an x that is float32, forward and backward; gradients of parameters have theirs."""
        gru, one = self.example(student), sequence(1).astype(np.float32)
        out, h = gru.forward(one, one)
        compare(out, 0.9 * one, "out of GRU(1, 1).forward of float32 arrays")
        compare(h, 0.9 * one, "h_n of GRU(1, 1).forward of float32 arrays")
        _, dh = gru.backward(sequence(1))
        compare(dh, 0.875 * one, "the gradient of h0")
        compare(gru.bias_ih_l0.grad, np.array([0.08, 0.075, 0.16]), "bias_ih_l0.grad", IN_FLOAT32)


class TestCTCLoss:
    @weight(1)
    def test_worked_example(self, student):
        """Three of four paths read as the target, so the loss is -ln(3/4), and each class has its share of paths."""
        loss = student.nn.CTCLoss()
        given = np.log(np.full((2, 1, 2), 0.5)), np.array([[1]]), np.array([2]), np.array([1])
        compare(loss.forward(*given), -math.log(0.75), "CTCLoss().forward")
        compare(loss.backward(), np.array([[[-1, -2]], [[-1, -2]]]) / 3, "CTCLoss().backward()")
