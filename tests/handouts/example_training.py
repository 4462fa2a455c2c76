"""The example of 06: a model of one weight."""

from collections.abc import Iterator

import numpy as np

from reference import data, nn, optim, training
from tests.handouts.writing import n, row


def line(w: float) -> nn.Linear:
    """The model y = w x."""
    model = nn.Linear(1, 1, bias=False, rng=np.random.default_rng(0))
    model.weight.data[:] = w
    return model


X = np.array([[1.0], [2.0], [3.0]])


def fitted(w: float = 1.0, size: int = 2, lr: float = 0.1, epochs: int = 1, validate=False, half=False, fit=None, **by):
    """A training of the example: the model's weight and the History."""
    model = line(w)
    optimizer = optim.SGD(list(model.parameters()), lr=lr)
    scheduler = optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5) if half else None
    loader = data.DataLoader(data.TensorDataset(X, 2 * X), size)
    trainer = training.Trainer(model, nn.MSELoss(), optimizer, scheduler, **by)
    history = trainer.fit(loader, loader if validate else None, epochs, **(fit or {}))
    return model.weight.data.item(), history


def step(w: float, rows: slice, lr: float) -> tuple[np.ndarray, float, float, float]:
    """The differences, the loss, the gradient and the next weight of one batch."""
    model, criterion = line(w), nn.MSELoss()
    loss = criterion.forward(model.forward(X[rows]), 2 * X[rows])
    model.backward(criterion.backward())
    gradient = model.weight.grad.item()
    return ((w - 2) * X[rows]).ravel(), loss, gradient, w - lr * gradient


def training_example() -> Iterator[str]:
    yield "w = 1 at first, and the loss is `MSELoss`. There are three examples, x = 1, 2, 3 with target 2 x"
    yield "the learning rate 0.1, and `StepLR`"
    yield "the derivative of e² is 2 e x"
    first, last = slice(0, 2), slice(2, 3)
    e, loss, gradient, w = step(1.0, first, 0.1)
    terms = " ".join(["(" + n(2 * e[0]), "-", n(-4 * e[1]) + ")"])
    squares = f"({n(e[0] ** 2)} + {n(e[1] ** 2)})"
    yield f"epoch 0, batch 0: e = {row(e)} loss {squares} / 2 = {n(loss)} gradient {terms} / 2 ="
    yield f"/ 2 = {n(gradient)} w = {n(w)} batch 1"
    e, second, gradient, w = step(w, last, 0.1)
    yield f"batch 1: e = {row(e)} loss {n(second)} gradient {n(gradient)} w = {n(w)}"
    _, history = fitted(epochs=2, validate=True, half=True)
    seen = f"(2 · {n(loss)} + 1 · {n(second)}) / 3 = {n(history.train_loss[0])}"
    yield f"train_loss {seen} and not ({n(loss)} + {n(second)}) / 2 = {n((loss + second) / 2)}"
    e = (w - 2) * X
    validation = history.validation_loss
    yield f"three examples: e = {row(e)}, loss {n((e**2).sum())} / 3 = {n(validation[0])}"
    e, loss, gradient, w = step(w, first, history.lr[1])
    lr = n(history.lr[1])
    yield f"epoch 1, batch 0: e = {row(e)} loss {n(loss)} gradient {n(gradient)} lr {lr} w = {n(w)}"
    e, second, gradient, w = step(w, last, history.lr[1])
    yield f"batch 1: e = {row(e)} loss {n(second)} gradient {n(gradient)} w = {n(w)}"
    squares = " + ".join(n(v) for v in np.ravel(((w - 2) * X) ** 2))
    yield f"train_loss {n(2 * loss + second)} / 3 = {n(history.train_loss[1])}, validation loss ({squares}) / 3 ="
    yield f"= {n(validation[1])}"
    yield from other_trainings()


def other_trainings() -> Iterator[str]:
    w, history = fitted(max_grad_norm=1)
    norms = history.grad_norm
    yield "With `max_grad_norm=1`, epoch 0 takes steps of 0.1 each"
    yield f"w = {n(1.1)}, and from there e = {row(step(1.1, slice(2, 3), 0.1)[0])} with the gradient"
    yield f"the gradient {n(step(1.1, slice(2, 3), 0.1)[2])}, w = {n(w)}."
    yield f"The History has the norms {n(norms[0])} and {n(norms[1])}"
    w, history = fitted(accumulate=2)
    e, _loss, gradient, _w = step(1.0, slice(0, 3), 0.1)
    yield f"With `accumulate=2`, epoch 0 has a single step. e = {row(e)}, the gradient is"
    terms = " - ".join(n(-2 * v) for v in e * X.ravel())
    yield f"the gradient is (-{terms}) / 3 = {n(3 * gradient)}/3"
    yield f"by (2) it is 2/3 · ({n(step(1.0, slice(0, 2), 0.1)[2])}) + 1/3 · ({n(step(1.0, slice(2, 3), 0.1)[2])})"
    yield f"w = 1 + {n(3 * (w - 1))}/3, and the training loss is {n(3 * history.train_loss[0])}/3"
    yield from early_stopping()


def early_stopping() -> Iterator[str]:
    options = {"patience": 2, "restore_best": True}
    w, history = fitted(2.5, size=3, lr=0.3, epochs=9, validate=True, fit=options)
    gradient = step(3.0, slice(0, 3), 0.3)[2]  # at w - 2 = 1
    weights = [fitted(2.5, size=3, lr=0.3, epochs=k)[0] for k in (1, 2, 3)]
    yield f"w = 2.5 at first, lr = 0.3. The gradient is {n(3 * gradient)}/3 · (w - 2)"
    yield f"each step multiplies w - 2 by 1 - 0.3 · {n(3 * gradient)}/3 = {n(1 - 0.3 * gradient)}: w = {row(weights)}."
    assert len(history.train_loss) == 3
    assert history.validation_loss == sorted(history.validation_loss)
    yield f"With `patience=2` the training ends after three epochs, `best_epoch` is {history.best_epoch}"
    yield f"gives back w = {n(w)}"
