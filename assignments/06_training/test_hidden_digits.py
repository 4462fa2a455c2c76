"""Hidden checks of assignment 06: does it learn to read digits?"""

import statistics

from grader.checks import seconds, weight
from grader.compare import Mismatch
from grader.diagnosis.training import History, look

EPOCHS, EXAMPLES, BATCH = 15, 500, 32
SEEDS = 3
# In 200 runs of the reference with seeds of their own, the accuracy on the digits that were held out has the mean MEAN
# and the standard deviation DEVIATION. A median of three is four deviations from the mean about once in 10^8 gradings.
# Whoever learns from what was held out is above the ceiling: 20 such runs gave 0.986 to 0.992. benchmarks/digits.py
# measures all of this.
MEAN, DEVIATION = 0.9361, 0.0055
BAR, CEILING = MEAN - 4 * DEVIATION, MEAN + 4 * DEVIATION


def images(digits, part, count=None):
    """The first images of a part as rows of numbers from 0 to 1, and their labels."""
    return digits[f"{part}_images"][:count].reshape(-1, 64) / 16, digits[f"{part}_labels"][:count]


def training(student, seed, epochs):
    """A network with one hidden layer, its loss and its optimizer, and a Trainer whose learning rate falls to 0."""
    rng = student.generator(seed)
    model = student.nn.Sequential(
        student.nn.Linear(64, 64, rng=rng), student.nn.ReLU(), student.nn.Linear(64, 10, rng=rng)
    )
    criterion, optimizer = student.nn.CrossEntropyLoss(), student.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    scheduler = student.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    return (model, criterion, optimizer), student.training.Trainer(model, criterion, optimizer, scheduler)


def share_right(model, x, labels):
    """The share of labels that the model finds in evaluation mode, by the grader's own count."""
    model.eval()
    return float((model.forward(x).argmax(axis=1) == labels).mean())


def learns_one_batch(student, digits, seed):
    """Whether 60 steps with one batch are enough to know it by heart; the reference needs about 15."""
    x, labels = images(digits, "train", BATCH)
    (model, *_), trainer = training(student, seed, 60)
    trainer.fit([(x, labels)], epochs=60)
    return share_right(model, x, labels) == 1.0


def loaders(student, digits, seed):
    """What to learn from, in an order that is drawn, and what is held out."""
    train, held_out = (
        student.data.TensorDataset(*images(digits, part, count))
        for part, count in (("train", EXAMPLES), ("test", None))
    )
    return (
        student.data.DataLoader(train, BATCH, shuffle=True, rng=student.generator(seed + 1)),
        student.data.DataLoader(held_out, 100),
    )


def accuracy(student, digits, seed):
    """Train on some digits, with others held out to evaluate; the accuracy on these."""
    (model, *_), trainer = training(student, seed, EPOCHS)
    trainer.fit(*loaders(student, digits, seed), EPOCHS)
    return share_right(model, *images(digits, "test"))


def watched(student, digits, seed):
    """The same training once more, and what was noted of it."""
    parts, trainer = training(student, seed, EPOCHS)
    watch = student.inside.Watch(*parts, images(digits, "train", EXAMPLES), images(digits, "test"))
    train, held_out = loaders(student, digits, seed)
    trainer.fit(watch.batches(train), held_out, EPOCHS)
    return History.of(watch.report())


def explanation(student, digits, seed):
    """What the training looks like; if like nothing that is known, what else can be said."""
    try:
        found = look(watched(student, digits, seed))
    except Exception:  # what is watched may be in a state that nobody thought of; the verdict does not depend on it
        return ""
    if found:
        return found.sentence
    if learns_one_batch(student, digits, seed):
        return "It learns one batch by heart: see what many batches and epochs add, as shuffling, modes and schedules."
    return "It does not even learn one batch by heart: see whether each step follows the gradient of its own batch."


class TestDigits:
    @seconds(30)
    @weight(5)
    def test_reads_digits(self, student, data, rng):
        """Trained on 500 digits, a network reads about 93 % of 500 others; the median of three trainings counts."""
        digits = data("digits.npz")
        seeds = rng.integers(1 << 30, size=SEEDS).tolist()
        read = {seed: accuracy(student, digits, seed) for seed in seeds}
        found = statistics.median(read.values())
        if found < BAR:
            why = explanation(student, digits, min(seeds, key=read.get))
            raise Mismatch(
                f"Too few digits are read. {why}",
                f"{found:.1%} of the digits are read, at least {BAR:.1%} should be. {why}",
            )
        if found > CEILING:
            why = explanation(student, digits, max(seeds, key=read.get))
            raise Mismatch(
                f"More digits are read than can be learned from the training data alone: were others used, too? {why}",
                f"{found:.1%} of the digits are read; from the training data alone it is at most {CEILING:.1%}. {why}",
            )
