"""Hidden checks of assignment 08: the table of words."""

from grader.checks import fine, raises, weight


class TestEmbedding:
    @fine
    @weight(1)
    def test_refuses(self, student, rng):
        """An index that the table does not have is an IndexError, also a negative one."""
        for index in (-1, 7):
            x = rng.integers(0, 7, (3, 2))
            x[1, 1] = index
            with raises(IndexError, doing=f"Embedding(7, 3).forward(x) with an index of {index}", naming=(index,)):
                student.nn.Embedding(7, 3).forward(x)
