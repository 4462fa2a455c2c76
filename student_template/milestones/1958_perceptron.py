"""The perceptron (1958), with your framework.

Frank Rosenblatt, The perceptron: a probabilistic model for information storage and organization in the brain,
Psychological Review 65 (1958), 386-408.

What was reported. In July 1958 the Office of Naval Research showed it to the press, simulated on an IBM 704: after
fifty trials it told cards with a square on the left from cards with a square on the right. The paper says that what
such a system retains can be made as nearly right as one likes by increasing the number of its association cells.

How it is built. A retina of 20 times 20 photocells. Association cells, each wired to a few photocells at random, which
are on if what they receive exceeds a threshold; nothing there is learned. One response cell, whose weights are learned:
after a wrong response, the cells that were on are added to them or subtracted.

    python milestones/1958_perceptron.py
"""

import numpy as np
from board import SHORT, curve, picture, run, save_plot, say, signed_picture
from framework import nn

SIDE = 20  # of the retina
WIRES = 10  # of an association cell that excite it, and as many that inhibit it
TRIALS = 20 if SHORT else 200
NEW_CARDS = 500  # that nothing was learned from


class Threshold(nn.Module):
    """1 where x is above 0, and 0 elsewhere. Its slope is 0 wherever it has one, so nothing gets back through it."""

    def forward(self, x):
        return (x > 0).astype(x.dtype)

    def backward(self, dy):
        return np.zeros_like(dy)


def main():
    """Left and right, as in 1958; then more and fewer cells; then what one layer cannot do."""
    rng = np.random.default_rng(1958)
    say("Two cards: a square on the left, a square on the right.\n")
    x, t = cards(rng, 60)
    picture(*(x[np.argmax(t[:, 0] == side)].reshape(SIDE, SIDE) for side in (0, 1)))

    say(f"\nLearning from {TRIALS} cards, one by one, with 512 association cells. Share of new cards told right:\n")
    shares, retina = learn(rng, 512)
    curve(shares, 0.5, 1, f"trials 1 to {TRIALS}")
    then = min(50, TRIALS)
    say("\n1958:  told left from right after 50 trials; how often, was not said")
    say(f"yours: {shares[then - 1]:.1%} of new cards after {then} trials, {shares[-1]:.1%} after {TRIALS}")
    save_plot("1958_perceptron.png", lambda axes: drawn(axes, shares))

    say("\nWhat each photocell adds to the response, by way of all cells: - votes for left, + for right.\n")
    signed_picture(retina.reshape(SIDE, SIDE))

    say("\n1958:  the more association cells, the nearer to 1; yours after all trials:")
    for cells in (4, 16, 64, 256, 1024):
        finals = [learn(rng, cells)[0][-1] for _ in range(2 if SHORT else 5)]
        say(f"  {cells:5} cells   {np.mean(finals):.3f}")

    exclusive_or(rng)


def cards(rng, count):
    """Random cards, shape (count, 400), and where their square is, shape (count, 1): 0 for left, 1 for right."""
    x, t = np.zeros((count, SIDE, SIDE)), rng.integers(0, 2, (count, 1)).astype(float)
    for card, side in zip(x, t[:, 0]):
        size = rng.integers(5, 9)
        top, start = rng.integers(0, SIDE - size + 1), rng.integers(0, SIDE // 2 - size + 1)
        start += int(side) * SIDE // 2
        card[top : top + size, start : start + size] = 1
    return x.reshape(count, -1), t


def association(rng, cells):
    """The layer that is wired at random, and learns nothing."""
    layer = nn.Linear(SIDE * SIDE, cells)
    wires = np.zeros((cells, SIDE * SIDE))
    for row in wires:
        places = rng.permutation(SIDE * SIDE)[: 2 * WIRES]
        row[places[:WIRES]], row[places[WIRES:]] = 1, -1
    layer.weight.data, layer.bias.data = wires, np.full(cells, -0.5)
    return nn.Sequential(layer, Threshold())


def learn(rng, cells):
    """Learn from one card after another.

    Returns:
        The share of right responses to new cards after each trial, and what every photocell adds to the response.
    """
    eye, response = association(rng, cells), nn.Linear(cells, 1)
    for p in response.parameters():
        p.data = np.zeros_like(p.data)
    x, t = cards(rng, TRIALS)
    new, truth = cards(rng, NEW_CARDS)
    on, on_new = eye(x), eye(new)
    shares = []
    for k in range(TRIALS):
        corrected(response, on[k : k + 1], t[k : k + 1])
        shares.append(float(np.mean((response(on_new) > 0) == truth)))
    return shares, response.weight.data @ eye[0].weight.data


def corrected(response, on, t):
    """Rosenblatt's rule is your `backward`, where dy is the error: +1, -1, or 0 if the response was right."""
    y = (response(on) > 0).astype(float)
    response.zero_grad()
    response.backward(y - t)
    for p in response.parameters():
        p.data = p.data - p.grad


def exclusive_or(rng):
    """What no single layer can do, whatever its weights (Minsky and Papert 1969), and two layers can."""
    x, t = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
    single = nn.Linear(2, 1)
    best = 0
    for k in rng.integers(0, 4, 100 if SHORT else 1000):
        corrected(single, x[k : k + 1], t[k : k + 1])
        best = max(best, int(np.sum((single(x) > 0) == t)))
    say(f"\nExclusive or: one layer had at most {best} of 4 points right. No straight line can do better than 3.")

    two = nn.Sequential(nn.Linear(2, 8, rng=rng), nn.Tanh(), nn.Linear(8, 1, rng=rng), nn.Sigmoid())
    for _ in range(100 if SHORT else 1000):
        y = two(x)
        two.zero_grad()
        two.backward(y - t)
        for p in two.parameters():
            p.data = p.data - p.grad
    right = int(np.sum((two(x) > 0.5) == t))
    say(f"Two layers with Tanh between them, by your `backward`: {right} of 4. Nothing comes back through a threshold.")
    say("Their answer over the square, with the four points at its corners:\n")
    across, up = np.meshgrid(np.linspace(0, 1, 20), np.linspace(1, 0, 20))
    picture(two(np.stack([across.ravel(), up.ravel()], axis=1)).reshape(20, 20))


def drawn(axes, shares):
    """The picture."""
    axes.plot(range(1, len(shares) + 1), shares)
    axes.axvline(50, color="0.6", linestyle=":")
    axes.set(xlabel="trials", ylabel="share of new cards", title="A perceptron learns left and right", ylim=(0.4, 1.02))


if __name__ == "__main__":
    run(main)
