"""A convolutional network (1998), with your framework.

Yann LeCun, Léon Bottou, Yoshua Bengio and Patrick Haffner, Gradient-based learning applied to document recognition,
Proceedings of the IEEE 86 (1998), 2278-2324.

What was reported. On the test set of MNIST, whose digits have 28 times 28 pixels, a linear classifier made 12 % errors,
a network with one hidden layer of 300 units 4.7 %, and LeNet-5, with convolutions and subsampling, 0.95 %.

This program trains three such networks on small images: 1,000 to learn from, 500 to be tested on, 8 times 8 pixels
each. Then all the digits move by one pixel. Where LeNet-5 has tanh and means, this network has ReLU and maxima.

    python milestones/1998_lenet.py
"""

import numpy as np
from board import SHORT, curve, data, picture, progress, run, save_plot, say, signed_picture
from framework import nn, optim
from framework.data import DataLoader, TensorDataset
from framework.training import Trainer, accuracy

EPOCHS = 2 if SHORT else 20
REPORTED = {"linear classifier": 12.0, "one hidden layer": 4.7, "convolutions": 0.95}  # errors on MNIST, in per cent


def main():
    """Three networks, and what they make of digits that have moved."""
    known = data("digits.npz")
    known |= {name: known[name][:, None] / 16 for name in known if "images" in name}  # of shape (N, 1, 8, 8)
    models = built(np.random.default_rng(1998))
    histories = {}
    for name, model in models.items():
        count = sum(p.data.size for p in model.parameters())
        say(f"\n{name}, {count} weights:\n")
        histories[name] = trained(model, known)
    say("\nThe logarithm of the loss, to base 10, of the convolutions on the images that they learn from:\n")
    curve(np.log10(histories["convolutions"].train_loss), -2, 0.5, f"epochs 1 to {EPOCHS}")

    moved = np.roll(known["test_images"], 1, axis=3)
    moved[:, :, :, 0] = 0
    compare(models, known["test_images"], moved, known["test_labels"])
    look_inside(models["convolutions"], known["test_images"][:1])
    save_plot("1998_lenet.png", lambda axes: drawn(axes, histories))


def compare(models, images, moved, labels):
    """A table of errors, beside those that were reported."""
    say("\nErrors on new digits, in per cent:\n")
    say(f"{'':20} 1998, MNIST    yours    yours, all digits moved by a pixel")
    found = {}
    for name, model in models.items():
        found[name] = wrong(model, images, labels)
        say(f"{name:20} {REPORTED[name]:11.2f} {found[name]:8.1f} {wrong(model, moved, labels):8.1f}")
    say("\n1998:  0.95 % errors with convolutions, 4.7 % without")
    say(f"yours: {found['convolutions']:.1f} % errors with convolutions, {found['one hidden layer']:.1f} % without")


def built(rng):
    """Three networks for images of shape (N, 1, 8, 8)."""
    return {
        "linear classifier": nn.Sequential(nn.Flatten(), nn.Linear(64, 10, rng=rng)),
        "one hidden layer": nn.Sequential(
            nn.Flatten(), nn.Linear(64, 32, rng=rng), nn.Tanh(), nn.Linear(32, 10, rng=rng)
        ),
        "convolutions": nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1, rng=rng),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1, rng=rng),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(64, 10, rng=rng),
        ),
    }


def trained(model, known):
    """Train a model; the best epoch on the validation images counts."""
    optimizer = optim.Adam(model.parameters(), lr=0.007)
    trainer = Trainer(model, nn.CrossEntropyLoss(), optimizer, metric=accuracy)
    train, validation = (
        TensorDataset(known[f"{part}_images"], known[f"{part}_labels"]) for part in ("train", "validation")
    )
    loader = DataLoader(train, batch_size=32, shuffle=True, rng=np.random.default_rng(28))
    return trainer.fit(
        loader, DataLoader(validation, batch_size=100), EPOCHS, restore_best=True, after_epoch=progress(EPOCHS)
    )


def wrong(model, images, labels):
    """Errors, in per cent."""
    return 100 * float(np.mean(np.argmax(model.eval()(images), axis=1) != labels))


def look_inside(model, image):
    """One digit, the kernels of the first convolution, and what four of them make of the digit."""
    say("\nA digit, and four of the kernels that were learned: + for ink, - for none.\n")
    picture(image[0, 0])
    signed_picture(*model[0].weight.data[:4, 0])
    say("\nWhat these four find in it:\n")
    signed_picture(*model[1](model[0](image))[0, :4])


def drawn(axes, histories):
    """The picture."""
    for name, history in histories.items():
        axes.plot([100 * (1 - right) for right in history.validation_metric], label=name)
    axes.set(xlabel="epoch", ylabel="errors on new digits, %", title="Reading digits", ylim=(0, 20))
    axes.legend()


if __name__ == "__main__":
    run(main)
