"""Backpropagation (1986), with your framework.

David Rumelhart, Geoffrey Hinton and Ronald Williams, Learning representations by back-propagating errors, Nature 323
(1986), 533-536.

What was reported. A network with two hidden units learned whether six bits are their own mirror image, from all 64
patterns in 1,425 sweeps. The weights that it found are a solution that nobody had told it: the same size and opposite
signs on both sides of the middle, in the ratio 1 : 2 : 4 on each side, so that only a mirror image leaves both hidden
units unmoved.

The paper has no images. Three years later the same method read handwritten digits of US mail with 5 % errors (LeCun et
al., Backpropagation applied to handwritten zip code recognition, Neural Computation 1 (1989), 541-551). The second
half of this program does that on small images: 1,000 to learn from, 500 to be tested on, 8 times 8 pixels each.

    python milestones/1986_backpropagation.py
"""

import numpy as np
from board import SHORT, curve, data, picture, progress, run, save_plot, say, signed_picture
from framework import nn, optim
from framework.data import DataLoader, TensorDataset
from framework.training import Trainer, accuracy

STARTS = 2 if SHORT else 6  # some starts lead nowhere
SWEEPS = 900 if SHORT else 3000
EPOCHS = 3 if SHORT else 30


def main():
    """Mirror images, as in 1986; then digits."""
    mirrors()
    digits()


def mirrors():
    """All patterns of six bits. 1 if the second half mirrors the first."""
    x = np.array(list(np.ndindex((2,) * 6)), float)
    t = np.array([[float(np.array_equal(row, row[::-1]))] for row in x])
    say(f"Is a pattern of six bits its own mirror image? {STARTS} starts, all 64 patterns in each sweep.\n")
    found = []
    for start in range(1, STARTS + 1):
        weights, sweeps = mirror(np.random.default_rng(start), x, t)
        say(f"  start {start}: " + (f"learned after {sweeps} sweeps" if sweeps else f"not within {SWEEPS} sweeps"))
        found += [(sweeps, weights)] if sweeps else []
    say("\n1986:  1,425 sweeps")
    say(f"yours: {', '.join(str(sweeps) for sweeps, _weights in found) or 'not learned'} sweeps")
    if found:
        show_mirror(found[0][1])


def mirror(rng, x, t):
    """Learn from one start, as the paper did: rate 0.1, momentum 0.9, weights from -0.3 to 0.3 at first.

    Returns:
        The weights of the hidden units, of shape (2, 6), and the number of sweeps; None if it was not learned.
    """
    model = nn.Sequential(nn.Linear(6, 2), nn.Sigmoid(), nn.Linear(2, 1), nn.Sigmoid())
    for p in model.parameters():
        p.data = rng.uniform(-0.3, 0.3, p.shape)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    criterion = nn.MSELoss(reduction="sum")
    for sweep in range(1, SWEEPS + 1):
        y = model(x)
        if np.all((y > 0.5) == t):
            return model[0].weight.data, sweep - 1
        optimizer.zero_grad()
        criterion(y, t)
        model.backward(criterion.backward(0.5))  # the paper has half the sum of the squares
        optimizer.step()
    return model[0].weight.data, None


def show_mirror(weights):
    """The weights, and their sizes in units of the smallest one."""
    say("\nThe weights of your two hidden units:\n")
    for row in weights:
        say("   " + "".join(f"{w:8.2f}" for w in row))
    sizes = np.sort(np.abs(weights[:, :3]), axis=1)
    ratio = " : ".join(f"{size:.1f}" for size in np.mean(sizes / sizes[:, :1], axis=0))
    say(f"\n1986:  1 : 2 : 4, with opposite signs on both sides of the middle\nyours: {ratio}")


def digits():
    """A network with one hidden layer reads digits."""
    known = data("digits.npz")
    images, labels = known["train_images"], known["train_labels"]
    say("\n\nHandwritten digits, 8 times 8 pixels:\n")
    picture(*(images[np.argmax(labels == digit)] / 16 for digit in (1, 4, 7)))
    rng = np.random.default_rng(1986)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32, rng=rng), nn.Tanh(), nn.Linear(32, 10, rng=rng))
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    trainer = Trainer(model, nn.CrossEntropyLoss(), optimizer, metric=accuracy)
    train = DataLoader(TensorDataset(images / 16, labels), batch_size=32, shuffle=True, rng=rng)
    validation, test = (
        DataLoader(TensorDataset(known[f"{part}_images"] / 16, known[f"{part}_labels"]), batch_size=100)
        for part in ("validation", "test")
    )
    say(f"\nLearning from {len(labels)} of them, {EPOCHS} times:\n")
    history = trainer.fit(train, validation, EPOCHS, restore_best=True, after_epoch=progress(EPOCHS))
    say("\nThe logarithm of the loss, to base 10, on the images that it learns from:\n")
    curve(np.log10(history.train_loss), -2, 0.5, f"epochs 1 to {len(history.train_loss)}")
    _loss, right = trainer.evaluate(test)
    say("\n1989:  5.0 % errors on new digits, of 16 times 16 pixels, with convolutions")
    say(f"yours: {100 * (1 - right):.1f} % errors on new digits")
    say("\nWhat four of the hidden units look for: + for ink, - for none.\n")
    signed_picture(*model[1].weight.data[:4].reshape(4, 8, 8))
    mistakes(model, known["test_images"], known["test_labels"])
    save_plot("1986_backpropagation.png", lambda axes: drawn(axes, history))


def mistakes(model, images, labels):
    """Up to three of the digits that are read wrong."""
    read = np.argmax(model.eval()(images / 16), axis=1)
    wrong = np.flatnonzero(read != labels)[:3]
    if len(wrong):
        pairs = ", ".join(f"{labels[k]} read as {read[k]}" for k in wrong)
        say(f"\nRead wrong: {pairs}.\n")
        picture(*(images[k] / 16 for k in wrong))


def drawn(axes, history):
    """The picture."""
    axes.semilogy(history.train_loss, label="images that it learns from")
    axes.semilogy(history.validation_loss, label="new images")
    axes.set(xlabel="epoch", ylabel="cross-entropy", title="A network with one hidden layer reads digits")
    axes.legend()


if __name__ == "__main__":
    run(main)
