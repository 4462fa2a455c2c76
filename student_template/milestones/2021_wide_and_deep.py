"""Do wide and deep networks learn the same things? (2021), with your framework.

Thao Nguyen, Maithra Raghu and Simon Kornblith, Do Wide and Deep Networks Learn the Same Things? ICLR 2021.

What was reported. Networks that are much larger than their data need have a block of layers that all look the same.
It comes from one principal component, which has most of the variance, and is handed on from layer to layer.

This program trains a wide network of few layers and a narrow one of many on handwritten digits. Then it compares each
layer with each other one, within both and between both.

    python milestones/2021_wide_and_deep.py
"""

import numpy as np
from board import SHORT, data, picture, run, save_plot, say
from framework import nn, optim
from framework.analysis import PCA, layer_outputs, similarity_map
from framework.data import DataLoader, TensorDataset
from framework.training import Trainer, accuracy

EPOCHS = 1 if SHORT else 12
WIDE, DEEP = (160,) * 4, (24,) * 12
EXAMPLES = 200  # that the maps look at


def main():
    """Train both, and compare their layers."""
    digits = data("digits.npz")
    x, labels = digits["train_images"].reshape(-1, 64) / 16.0, digits["train_labels"]
    others, their_labels = digits["test_images"].reshape(-1, 64) / 16.0, digits["test_labels"]
    layers = {}
    for name, sizes in (("wide", WIDE), ("deep", DEEP)):
        model = trained(sizes, x, labels)
        right = accuracy(model.eval()(others), their_labels)
        layers[name] = layer_outputs(model, others[:EXAMPLES])[1::2]  # after each ReLU
        say(f"{name}: {len(sizes)} layers of {sizes[0]} units; {right:.1%} of new images are told right")

    maps = {pair: similarity_map(layers[pair[0]], layers[pair[1]]) for pair in PAIRS}
    say("\nHow similar layers are, from 0 (empty) to 1 (full): first those of the wide network, then of the deep one,")
    say("then the layers of the wide (rows) beside those of the deep (columns).\n")
    for pair in PAIRS:
        picture(maps[pair])
    for name, found in layers.items():
        say(f"{name}: share of the first component in each layer  " + " ".join(f"{share(h):.2f}" for h in found))

    say("\n2021:  blocks, where one component has most of the variance; they grow with depth and width")
    far = [np.mean(m[np.triu_indices(len(m), 2)]) for m in (maps["wide", "wide"], maps["deep", "deep"])]
    say(f"yours: layers that are no neighbours have a CKA of {far[0]:.2f} (wide) and {far[1]:.2f} (deep) on average")
    save_plot("2021_wide_and_deep.png", lambda axes: drawn(axes, maps["deep", "deep"]))


PAIRS = (("wide", "wide"), ("deep", "deep"), ("wide", "deep"))


def trained(sizes, x, labels):
    """A network with these hidden sizes, trained on the digits."""
    rng = np.random.default_rng(2021)
    model = nn.Sequential()
    for size, following in zip((64, *sizes), sizes):
        model.append(nn.Linear(size, following, rng=rng)).append(nn.ReLU())
        nn.init.kaiming_normal_(model[-2].weight, nonlinearity="relu", rng=rng)
    model.append(nn.Linear(sizes[-1], 10, rng=rng))
    loader = DataLoader(TensorDataset(x, labels), batch_size=50, shuffle=True, rng=rng)
    Trainer(model, nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=0.002)).fit(loader, epochs=EPOCHS)
    return model


def share(hidden):
    """How much of the variance the first component explains."""
    return PCA(1).fit(hidden).explained_variance_ratio_[0]


def drawn(axes, similarity):
    """The picture."""
    axes.imshow(similarity, vmin=0, vmax=1, origin="lower")
    axes.set(xlabel="layer", ylabel="layer", title="How similar the layers of the deep network are (CKA)")


if __name__ == "__main__":
    run(main)
