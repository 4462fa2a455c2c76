"""Trains the programs with PyTorch, and writes data/ anew: checkpoints, and what PyTorch computes with them.

    python -m assignments.12_interop.recordings.record      # with the dependency group `torch`

For each program there is a checkpoint, NAME.safetensors, in float32. Beside it, NAME.npz has the same arrays, as
before.*, for checks that are not about files; inputs and targets; and in float32 and in float64 the logits in
evaluation mode, and the whole state after one step of training, as after.*.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import save_file

from grader.assignment.loading import module_of

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
DIGITS, TEXTS = HERE.parents[1] / "06_training/data/digits.npz", HERE.parents[1] / "09_attention/data/train.txt"
PROGRAMS = module_of(HERE / "programs.py")
EXAMPLES = 6  # in the answers
LETTERS = " abcdefghijklmnopqrstuvwxyz"


def optimizer(name, parameters):
    """How the recorded step is taken. AdamW divides by |g| + eps: a large eps keeps rounding errors of g small."""
    if name == "gpt":
        return torch.optim.AdamW(parameters, lr=0.01, eps=1e-3, weight_decay=0.1)
    return torch.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=0.01)


def digits():
    with np.load(DIGITS) as arrays:
        images, labels = arrays["train_images"] / 16.0, arrays["train_labels"]
    return torch.tensor(images, dtype=torch.float32), torch.tensor(labels)


def patterns():
    """Sequences of 12 tokens; the class is the token that follows the first 0, which takes memory."""
    rng = np.random.default_rng(12)
    tokens = rng.integers(1, 6, size=(1000, 12))
    places = rng.integers(11, size=1000)
    tokens[np.arange(1000), places] = 0
    return torch.tensor(tokens), torch.tensor(tokens[np.arange(1000), places + 1] - 1)


def windows():
    """Windows of 16 letters of a text, and the letters after each."""
    text = [LETTERS.find(c) for c in TEXTS.read_text(encoding="utf-8").lower()]
    ids = torch.tensor([i for i in text if i >= 0])
    starts = torch.tensor(np.random.default_rng(12).integers(len(ids) - 17, size=1000))
    both = ids[starts[:, None] + torch.arange(17)]
    return both[:, :-1], both[:, 1:]


def train(model, x, target, epochs):
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(epochs):
        for part in torch.randperm(len(x)).split(50):
            adam.zero_grad()
            loss(model, x[part], target[part]).backward()
            adam.step()
    return model


def loss(model, x, target):
    return F.cross_entropy(model(x).flatten(0, target.ndim - 1), target.flatten())


def answers(name, model, x, target):
    """Logits, and the state after a step, in float32 and in float64."""
    found = {"input": x, "target": target}
    checkpoint = copied(model)
    for dtype in (torch.float32, torch.float64):
        model.load_state_dict(checkpoint)
        model.to(dtype)
        given = x.to(dtype) if x.is_floating_point() else x
        with torch.no_grad():
            found[f"{dtype}".replace("torch.", "logits.")] = model.eval()(given)
        model.zero_grad()  # of what training has left
        step = optimizer(name, model.parameters())
        loss(model.train(), given, target).backward()
        step.step()
        found |= {f"{dtype}".replace("torch.", "after.") + f".{key}": array for key, array in copied(model).items()}
    return found


def copied(model):
    """A state whose arrays share no memory, as safetensors asks for."""
    return {key: array.clone() for key, array in model.state_dict().items()}


def record(name, model, x, target, epochs, prefix=""):
    train(model, x, target, epochs)
    checkpoint = {prefix + key: array for key, array in copied(model).items()}
    found = answers(name, model, x[:EXAMPLES], target[:EXAMPLES])
    write(name, checkpoint, found)
    right = (found["logits.float32"].argmax(-1) == found["target"]).float().mean()
    print(f"{name}: {right:.0%} of its examples are right")


def write(name, checkpoint, answers):
    """Both files of a program."""
    save_file(checkpoint, DATA / f"{name}.safetensors", {"format": "pt", "torch": torch.__version__})
    before = {f"before.{key}": array for key, array in checkpoint.items()}
    np.savez(DATA / f"{name}.npz", **{key: array.numpy() for key, array in (before | answers).items()})


def main() -> None:
    """Record the four programs, then the encoder."""
    torch.manual_seed(12)
    images, labels = digits()
    record("mlp", PROGRAMS.MLP(64, 16, 12, 10), images.flatten(1), labels, 8)
    record("cnn", PROGRAMS.CNN(1, 4, 8, 10), images[:, None], labels, 10, "module.")  # as DataParallel saves it
    record("lstm", PROGRAMS.Reader(6, 5, 6, 5, num_layers=2, bidirectional=True), *patterns(), 30)
    record("gpt", PROGRAMS.GPT(27, 16, 12, 2, 2), *windows(), 5)
    write("encoder", *module_of(HERE / "sentences.py").recorded())


if __name__ == "__main__":
    main()
