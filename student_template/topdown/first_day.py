"""Two moons, told apart by a network that trains from the first day on.

Whatever you have not written yet is a stand-in (stand_ins.py). Replace one after another by your own, in any order, and
run this again: the network stays the same, and gradients pass from your parts to stand-ins and back.
"""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "milestones")]

import board  # noqa: E402  as it is in another folder
from parts import PARTS, told  # noqa: E402  the same

EPOCHS, BATCH, RATE = 2 if board.SHORT else 60, 32, 0.3


def two_moons(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points on two half circles that reach into each other, with some noise: (count, 2), and which one, (count,)."""
    labels = rng.integers(2, size=count)
    angle = rng.uniform(0, np.pi, count)
    x = np.where(labels == 0, np.cos(angle), 1 - np.cos(angle))
    y = np.where(labels == 0, np.sin(angle), 0.5 - np.sin(angle))
    return np.stack([x, y], axis=1) + rng.normal(0, 0.1, (count, 2)), labels


def main() -> None:
    board.say(told() + "\n")
    part = {each.name: each.chosen for each in PARTS}
    rng = np.random.default_rng(3)
    points, held_out = two_moons(256, rng), two_moons(200, rng)
    model = part["nn.Sequential"](
        part["nn.Linear"](2, 16, rng=rng),
        part["nn.Tanh"](),
        part["nn.Linear"](16, 16, rng=rng),
        part["nn.ReLU"](),
        part["nn.Linear"](16, 2, rng=rng),
    )
    criterion, optimizer = part["nn.CrossEntropyLoss"](), part["optim.SGD"](model.parameters(), lr=RATE)
    loader = part["data.DataLoader"](part["data.TensorDataset"](*points), BATCH, shuffle=True, rng=rng)
    began = perf_counter()
    for epoch in range(EPOCHS):
        losses = []
        for rows, labels in loader:
            optimizer.zero_grad()
            losses.append(criterion.forward(model.forward(rows), labels))
            model.backward(criterion.backward())
            optimizer.step()
        if (epoch + 1) % 10 == 0 or board.SHORT:
            board.say(f"  epoch {epoch + 1} of {EPOCHS}   loss {np.mean(losses):.4f}")
    took = perf_counter() - began
    told_right = part["training.accuracy"](model.forward(held_out[0]), held_out[1])
    board.say(f"\nNew points told right: {told_right:.1%}. The training took {took:.1f} s.\n")
    board.picture(areas(model))


def areas(model: object) -> np.ndarray:
    """How likely the network finds the second moon, over the plane: rows from the top."""
    x, y = np.meshgrid(np.linspace(-1.5, 2.5, 30), np.linspace(1.5, -1, 16))
    logits = model.forward(np.stack([x.ravel(), y.ravel()], axis=1))
    return (1 / (1 + np.exp(np.clip(logits[:, 0] - logits[:, 1], -50, 50)))).reshape(x.shape)


if __name__ == "__main__":
    board.run(main)
