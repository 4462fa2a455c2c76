"""Public checks of assignment 06: run them on your own machine with `pytest`.

The numbers are those of the handout's worked examples. The hidden checks ask the same with other models and batches.
"""

import math

import numpy as np

from grader.checks import Tolerance, compare, fine, raises, seconds, weight

# The norm of a gradient of about 10, clipped to 1, is off by the 1e-6 of clip_grad_norm_.
CLIPPED = Tolerance(1e-6, 0.0)


def batches():
    """The handout's three examples, x and 2 x, in batches of two and one."""
    x = np.array([[1.0], [2.0], [3.0]])
    return [(x[:2], 2 * x[:2]), (x[2:], 2 * x[2:])]


def model(student, weight=1.0):
    """The handout's model: y = w x."""
    linear = student.nn.Linear(1, 1, bias=False)
    linear.weight.data = np.array([[weight]])
    return linear


def trainer(student, linear, lr=0.1, **options):
    optimizer = student.optim.SGD([linear.weight], lr=lr)
    return student.training.Trainer(linear, student.nn.MSELoss(), optimizer, **options)


def compare_weight(linear, expected, when):
    compare(linear.weight.data, np.array([[expected]]), f"w {when}", CLIPPED)


class TestTensorDataset:
    @weight(1)
    def test_examples(self, student):
        """A TensorDataset of two arrays has as many examples as rows; each is a tuple of two."""
        dataset = student.data.TensorDataset(np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]), np.array([7, 8, 9]))
        compare(len(dataset), 3, "len(dataset)")
        x, label = dataset[1]
        compare(x, np.array([2.0, 3.0]), "the first of dataset[1]")
        compare(int(label), 8, "the second of dataset[1]")


class TestSubset:
    @weight(1)
    def test_examples(self, student):
        """Example i of a Subset is the example of the dataset with the i-th index."""
        subset = student.data.Subset(student.data.TensorDataset(np.array([5, 6, 7])), [2, 0])
        compare(len(subset), 2, "len(subset)")
        compare([int(subset[0][0]), int(subset[1][0])], [7, 5], "the two examples")


class TestRandomSplit:
    @weight(1)
    def test_draw(self, student):
        """Six examples in parts of 4 and 2: the first part has the first four indices of one permutation."""
        dataset = student.data.TensorDataset(np.arange(6))
        first, second = student.data.random_split(dataset, [4, 2], rng=student.generator(1))
        found = [int(part[i][0]) for part, size in ((first, 4), (second, 2)) for i in range(size)]
        compare(found, np.random.default_rng(1).permutation(6).tolist(), "the examples of both parts")

    @weight(0.5)
    def test_half_and_quarters(self, student):
        """Ten examples in fractions of 1/2, 1/4 and 1/4 are 6, 2 and 2."""
        parts = student.data.random_split(student.data.TensorDataset(np.arange(10)), [0.5, 0.25, 0.25])
        compare([len(part) for part in parts], [6, 2, 2], "the lengths")


class TestDefaultCollate:
    @weight(1)
    def test_tuples(self, student):
        """Of examples that are tuples the default collate function makes a tuple of arrays."""
        items = [(np.array([1.0, 2.0]), 3), (np.array([4.0, 5.0]), 6)]
        batch = student.data.default_collate(items)
        compare(batch, (np.array([[1.0, 2.0], [4.0, 5.0]]), np.array([3, 6])), "default_collate(items)")


class TestDataLoader:
    @weight(1)
    def test_batches(self, student):
        """Five examples in batches of two are three batches, the last of them with one; with drop_last, two."""
        dataset = student.data.TensorDataset(np.arange(5))
        loader = student.data.DataLoader(dataset, 2)
        compare(len(loader), 3, "len(loader)")
        compare([batch[0].tolist() for batch in loader], [[0, 1], [2, 3], [4]], "the batches")
        loader = student.data.DataLoader(dataset, 2, drop_last=True)
        compare(len(loader), 2, "len(loader) with drop_last=True")
        compare([batch[0].tolist() for batch in loader], [[0, 1], [2, 3]], "the batches with drop_last=True")

    @weight(1)
    def test_shuffle(self, student):
        """With shuffle each epoch has an order of its own, which one permutation draws."""
        dataset = student.data.TensorDataset(np.arange(7))
        loader = student.data.DataLoader(dataset, 7, shuffle=True, rng=student.generator(1))
        rng = np.random.default_rng(1)
        for epoch in range(3):
            [(batch,)] = list(loader)
            compare(batch, rng.permutation(7), f"the examples in epoch {epoch}")


class TestAccuracy:
    @weight(1)
    def test_share(self, student):
        """Three predictions of four are right."""
        logits = np.array([[0.1, 0.9, 0.0], [0.8, 0.2, 0.0], [0.3, 0.5, 0.4], [0.3, 0.7, 9.0]])
        compare(student.training.accuracy(logits, np.array([1, 0, 0, 2])), 0.75, "accuracy(logits, target)")


class TestTrainer:
    @weight(1)
    def test_worked_example(self, student):
        """Two epochs of two batches each, with a learning rate that is halved: weights and losses of the handout."""
        linear = model(student)
        optimizer = student.optim.SGD([linear.weight], lr=0.1)
        scheduler = student.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
        runner = student.training.Trainer(linear, student.nn.MSELoss(), optimizer, scheduler)
        history = runner.fit(batches(), batches(), epochs=2)
        compare_weight(linear, 2.03, "after two epochs")
        compare(list(history.train_loss), [7.25 / 3, 1.61 / 3], "history.train_loss")
        compare(list(history.validation_loss), [2.24 / 3, 0.0042], "history.validation_loss", CLIPPED)
        compare(list(history.lr), [0.1, 0.05], "history.lr")

    @weight(1)
    def test_clipped_example(self, student):
        """With max_grad_norm=1 no step uses a longer gradient; the norms in the History are those before."""
        linear = model(student)
        history = trainer(student, linear, max_grad_norm=1.0).fit(batches())
        compare_weight(linear, 1.2, "after one epoch with max_grad_norm=1")
        compare(list(history.grad_norm), [5.0, 16.2], "history.grad_norm", CLIPPED)

    @fine
    @weight(0.5)
    def test_refuses_early_stopping(self, student):
        """fit refuses to stop early without validation data."""
        with raises(ValueError, doing="fit(train, patience=1)"):
            trainer(student, model(student)).fit(batches(), patience=1)


class TestEvaluate:
    @weight(1)
    def test_worked_example(self, student):
        """The mean loss is that over all three examples, and the model is as it was."""
        linear = model(student)
        loss, metric = trainer(student, linear).evaluate(batches())
        compare(loss, 14 / 3, "the loss of evaluate(loader)")
        compare(metric, None, "the metric of evaluate(loader), where there is none")
        compare(linear.training, True, "model.training after evaluate(loader)")
        compare_weight(linear, 1.0, "after evaluate(loader)")


class TestEarlyStopping:
    @weight(1)
    def test_worked_example(self, student):
        """A training that diverges ends after two epochs that are not better, and gives back the best weights."""
        [first, second] = batches()
        whole = [tuple(np.concatenate(both) for both in zip(first, second, strict=True))]
        linear = model(student, 2.5)
        history = trainer(student, linear, lr=0.3).fit(whole, whole, 9, patience=2, restore_best=True)
        compare(len(history.train_loss), 3, "the number of epochs")
        compare(history.best_epoch, 0, "history.best_epoch")
        compare_weight(linear, 1.1, "after the training")


class TestAccumulation:
    @weight(1)
    def test_worked_example(self, student):
        """With accumulate=2 one step uses both batches, as if they were one with three examples."""
        linear = model(student)
        history = trainer(student, linear, accumulate=2).fit(batches())
        compare_weight(linear, 1 + 2.8 / 3, "after one epoch with accumulate=2")
        compare(list(history.grad_norm), [28 / 3], "history.grad_norm")
        compare(list(history.train_loss), [14 / 3], "history.train_loss")


class TestDigits:
    @seconds(10)
    @weight(1)
    def test_learns_one_batch_by_heart(self, student, data):
        """A network with one hidden layer learns 32 digits by heart: the loop follows the gradient."""
        digits = data("digits.npz")
        x, labels = digits["train_images"][:32].reshape(-1, 64) / 16, digits["train_labels"][:32]
        rng = student.generator(1)
        network = student.nn.Sequential(
            student.nn.Linear(64, 32, rng=rng), student.nn.ReLU(), student.nn.Linear(32, 10, rng=rng)
        )
        optimizer = student.optim.Adam(network.parameters(), lr=0.01)
        runner = student.training.Trainer(
            network, student.nn.CrossEntropyLoss(), optimizer, metric=student.training.accuracy
        )
        history = runner.fit([(x, labels)], epochs=100)
        compare(history.train_loss[-1] < 0.1, True, "`the loss of one batch after 100 steps is below 0.1`")
        compare(math.isclose(runner.evaluate([(x, labels)])[1], 1.0), True, "`all 32 digits are recognised`")
