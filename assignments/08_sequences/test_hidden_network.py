"""Hidden checks of assignment 08: a whole network."""

from grader.checks import seconds, weight
from grader.compare import Tolerance

WORDS, STEPS, LENGTH, BATCH, DELAY = 6, 12, 7, 8, 2
# Right answers add up in orders of their own, and each step of training makes a difference larger.
SAME_TRAINING = Tolerance(1e-6, 1e-6)


def texts(rng):
    """Words, and what stood there two times ago."""
    words = rng.integers(WORDS, size=(LENGTH + DELAY, BATCH))
    return words[DELAY:], words[:-DELAY]


class TestNetwork:
    @seconds(30)
    @weight(3)
    def test_learns_to_remember(self, twin, rng):
        """A network of Embedding, LSTM and GRU learns which word came two times ago, step by step as it should."""
        model = twin("inside.Reader", WORDS, twin.generator(int(rng.integers(1 << 30))))
        model.name = "the network"
        losses = twin("inside.train", model, [texts(rng) for _ in range(STEPS)], WORDS)
        losses.name = f"the losses of {STEPS} steps of the network"
        losses.compare(tolerance=SAME_TRAINING)
        y = model.forward(texts(rng)[0])
        y.name = "what the network gives for a new text"
        y.compare(tolerance=SAME_TRAINING)
