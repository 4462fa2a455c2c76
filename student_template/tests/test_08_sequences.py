"""Public checks of assignment 08: run them on your own machine with `pytest`.

The numbers are those of the handout's worked examples. The hidden checks ask the same of other shapes, options and
upstream gradients.
"""

import numpy as np

from grader.checks import compare, weight


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

    @weight(1)
    def test_padding(self, student):
        """The row padding_idx is looked up like any other, and gets no gradient."""
        embedding = self.example(student, padding_idx=2)
        y = np.array([[4.0, 5.0], [0.0, 1.0]])
        compare(embedding.forward(np.array([2, 0])), y, "Embedding(3, 2, padding_idx=2).forward(x)")
        embedding.backward(np.array([[1.0, 2.0], [3.0, 4.0]]))
        compare(embedding.weight.grad, np.array([[3.0, 4.0], [0.0, 0.0], [0.0, 0.0]]), "weight.grad")
