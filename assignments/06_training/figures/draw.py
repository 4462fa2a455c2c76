"""What a loader does in an epoch, what the loop does in a step, and where early stopping stops."""

import numpy as np

from grader.figures import Axes, Paper, key

EXAMPLES, BATCH = 10, 4
FEW, PATIENCE = 30, 30


def loader(framework) -> Paper:
    """Two epochs of a loader

    Ten examples with numbers from 0 to 9. In each of two epochs the loader takes them in a new order, and cuts it into
    batches of 4, 4 and 2. Every example comes exactly once in each epoch.
    """
    data = framework.data
    batches = data.DataLoader(
        data.TensorDataset(np.arange(EXAMPLES)), batch_size=BATCH, shuffle=True, rng=np.random.default_rng(3)
    )
    paper = Paper(750, 186)
    _row(paper, 0, "dataset", [np.arange(EXAMPLES)], "soft wash")
    for k, looks in enumerate(("one wash", "two wash")):
        _row(paper, 66 + 60 * k, f"epoch {k + 1}", [batch for (batch,) in batches], looks)
    return paper


def _row(paper: Paper, top: float, name: str, batches: list[np.ndarray], looks: str) -> None:
    paper.words(0, top + 25, name, f"{looks.split()[0]} strong")
    left = 100.0
    for batch in batches:
        for number in batch:
            paper.box(left, top, 44, 38, looks, 5)
            paper.words(left + 22, top + 25, str(number), "ink middle")
            left += 52
        if len(batches) > 1:
            paper.path([(left - 52 * len(batch) - 1, top + 46), (left - 7, top + 46)], "soft thin")
        left += 38


def step(framework) -> Paper:
    """The parts of one step, in their order

    Seven boxes in a row: a batch from the loader; zero_grad; the model forward; the loss; backward; then clipping and
    the optimizer's step, which changes the parameters; and from there back to the loader, for the next batch.
    """
    paper = Paper(755, 146)
    boxes = {
        "loader": "x, target",
        "zero_grad": "p.grad = None",
        "model(x)": "output",
        "criterion": "loss",
        "backward": "p.grad",
        "clip": "p.grad, shorter",
        "step": "p.data",
    }
    for k, (name, gives) in enumerate(boxes.items()):
        left = 109 * k
        looks = "one" if k in (2, 3) else "two" if k in (4, 5, 6) else "ink"
        paper.box(left, 40, 92, 48, f"{looks} wash", 8)
        paper.words(left + 46, 69, name, f"{looks} small code middle")
        paper.words(left + 46, 108, gives, "soft small middle")
        if k < 6:
            paper.arrow([(left + 94, 64), (left + 107, 64)], "soft")
    paper.arrow([(700, 36), (700, 14), (46, 14), (46, 38)], "soft")
    paper.words(373, 8, "the next batch; after the last one: evaluate, and the scheduler's step", "soft small middle")
    paper.words(319, 140, "forward", "one small middle strong")
    paper.words(591, 140, "backward, and what it is for", "two small middle strong")
    paper.path([(220, 122), (419, 122)], "one thin")
    paper.path([(438, 122), (746, 122)], "two thin")
    return paper


def stopping(framework) -> Paper:
    """A training that is stopped early

    The loss in each epoch on the 30 examples that a network learns from, and on others. The first goes down all the
    time. The second goes down, is lowest at the marked best epoch, and rises again. Thirty epochs after the best one
    the training ends.
    """
    history = _history(framework)
    paper = Paper(750, 300)
    epochs = np.arange(len(history.train_loss))
    axes = Axes(paper, 40, 26, 696, 206, (0, len(epochs) - 1), (0, 1.2))
    axes.frame(range(0, len(epochs), 10), (0, 0.4, 0.8, 1.2), "loss", "epoch")
    axes.curve(epochs, np.array(history.train_loss), "one")
    axes.curve(epochs, np.array(history.validation_loss), "two")
    best = history.best_epoch
    paper.dot(*axes.at(best, history.validation_loss[best]), 5, "two full")
    axes.note(best, history.validation_loss[best], f"best epoch, {best}", "two small middle", 0, -12)
    axes.note(epochs[-1], history.validation_loss[-1], f"patience {PATIENCE} is at its end", "two small end", 0, -14)
    key(paper, 40, 294, {"one": "examples that it learns from", "two": "other examples"}, 250)
    return paper


def _history(framework):
    """Three classes of points that overlap: few of them, and a network with far more weights."""
    rng = np.random.default_rng(6)
    target = rng.integers(0, 3, FEW + 200)
    x = np.array([[0, 1.2], [1, -0.6], [-1, -0.6]])[target] + rng.normal(scale=0.9, size=(FEW + 200, 2))
    nn, data = framework.nn, framework.data
    layers = [nn.Linear(2, 64, rng=rng), nn.ReLU(), nn.Linear(64, 64, rng=rng), nn.ReLU(), nn.Linear(64, 3, rng=rng)]
    model = nn.Sequential(*layers)
    optimizer = framework.optim.Adam(model.parameters(), lr=0.001)
    train, others = (data.TensorDataset(x[part], target[part]) for part in (slice(FEW), slice(FEW, None)))
    trainer = framework.training.Trainer(model, nn.CrossEntropyLoss(), optimizer)
    loader = data.DataLoader(train, 15, shuffle=True, rng=rng)
    return trainer.fit(loader, data.DataLoader(others, 200), epochs=200, patience=PATIENCE)
