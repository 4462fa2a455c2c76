"""Trains a small sentence encoder on a hundred sentences of ten subjects, and records what it gives for them."""

import re
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812

from grader.assignment.loading import module_of
from reference.interop import WordPiece

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
SUBJECTS = 10  # in blocks of as many sentences
SIZES = {"max_positions": 32, "embed_dim": 24, "num_layers": 2, "num_heads": 4, "dim_feedforward": 48}
STEPS, TEMPERATURE = 600, 0.1
RECORDED = 12  # sentences


def vocabulary(sentences):
    """Special tokens, signs, all words of the sentences, and letters to spell others with."""
    words = sorted(set(re.findall(r"[a-z]+", " ".join(sentences).lower())))
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)] + list("0123456789")
    signs = list("!\"'(),-.:;?")
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *signs, *letters, *(f"##{c}" for c in letters), *words]
    return list(dict.fromkeys(tokens))


def mixed(ids, mask, count):
    """The sentences with words from others of their subject in the place of their own, and some that are unknown."""
    other = torch.arange(len(ids)) // count * count + torch.randint(count, (len(ids),))
    theirs = torch.take_along_dim(ids[other], torch.rand(ids.shape).argsort(1), 1)
    is_word = ids > 3
    words = torch.where((torch.rand(ids.shape) < 0.4) & is_word & (theirs > 3), theirs, ids)
    return torch.where((torch.rand(ids.shape) < 0.8 * torch.rand(len(ids), 1)) & is_word, 1, words)


def contrast(model, ids, mask, subjects):
    """Sentences of one subject shall be nearer to each other than to the others; see Khosla and others (2020)."""
    y = model(mixed(ids, mask, len(ids) // SUBJECTS), mask)
    scores = y @ y.T / TEMPERATURE - 1e9 * torch.eye(len(y))
    same = (subjects[:, None] == subjects).float() - torch.eye(len(y))
    return -(F.log_softmax(scores, 1) * same).sum() / same.sum()


def recorded() -> tuple[dict, dict]:
    """Train; the checkpoint, and the answers. The vocabulary is written."""
    torch.manual_seed(19)
    sentences = (DATA / "sentences.txt").read_text(encoding="utf-8").splitlines()
    tokens = vocabulary(sentences)
    (DATA / "vocabulary.txt").write_text("\n".join(tokens) + "\n", encoding="utf-8")
    ids, mask = map(torch.tensor, WordPiece(tokens)(sentences))
    subjects = torch.arange(len(sentences)) * SUBJECTS // len(sentences)
    model = module_of(HERE / "bert.py").Encoder(len(tokens), **SIZES)
    adam = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(STEPS):
        adam.zero_grad()
        value = contrast(model, ids, mask, subjects)
        value.backward()
        adam.step()
    print(f"encoder: its loss is {value.item():.3f}")
    checkpoint = {key: array.clone() for key, array in model.state_dict().items()}
    chosen = torch.arange(0, len(sentences), len(sentences) // RECORDED)[:RECORDED]
    found = {"ids": ids[chosen], "mask": mask[chosen]}
    for dtype in (torch.float32, torch.float64):
        with torch.no_grad():
            found[f"{dtype}".replace("torch.", "embeddings.")] = model.to(dtype)(ids[chosen], mask[chosen])
    return checkpoint, found
