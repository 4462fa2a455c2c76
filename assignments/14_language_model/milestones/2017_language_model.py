"""A language model (2017 and after), with your framework.

Ashish Vaswani and others, Attention Is All You Need, NIPS 2017. What has changed since: gates (Shazeer, 2020), rotary
positions (Su and others, 2021), shared keys (Ainslie and others, 2023).

What was reported. A transformer that had only seen sentences translated newspaper articles from English to German with
28.4 BLEU, 2 points more than all models before it, among them ensembles. It can look back to any place at once.

This program trains a small model of this kind on melodies, lines that repeat three instruments. Then it continues
melodies that it has never seen, so it cannot know by heart what comes next. It has to look back.

    python milestones/2017_language_model.py
"""

import time

import numpy as np
from board import SHORT, curve, run, save_plot, say, text
from framework import nn
from framework.nn.modern import generate
from framework.text import BPETokenizer, pretrain

STEPS = 20 if SHORT else 350
LINES = 10 if SHORT else 100
SIZES = {"embed_dim": 96, "num_layers": 2, "num_heads": 6, "num_kv_heads": 2, "hidden_dim": 256}


def main():
    """Learn a vocabulary, then the melodies; continue others."""
    melodies, held_out = text("melodies.txt"), text("held_out.txt").splitlines(keepends=True)[:LINES]
    tokenizer = BPETokenizer.train(melodies, 300)
    longest = sorted(tokenizer.vocab.values(), key=len)[-6:]
    say(f"The tokenizer has learned {len(tokenizer.merges)} merges. Some of its longest tokens:")
    say("  " + "  ".join(repr(token.decode()) for token in longest))

    rng = np.random.default_rng(2017)
    model = nn.modern.LanguageModel(len(tokenizer.vocab), 64, **SIZES, rng=rng)
    for p in model.parameters():
        p.data = p.data.astype(np.float32)
    say(f"\nThe model has {sum(p.data.size for p in model.parameters()):,} parameters. It learns ...")
    tokens, begun = tokenizer.encode(melodies), time.perf_counter()
    plan = {"steps": STEPS, "batch_size": 16, "length": 32, "lr": 0.01, "min_lr": 0.001, "warmup": STEPS // 10}
    losses = pretrain(model, tokens, **plan, rng=rng)
    say(f"... for {time.perf_counter() - begun:.0f} seconds. The loss of each step:\n")
    curve(losses, 0, 6, f"steps 1 to {STEPS}")

    right, count = np.sum([known(model, tokenizer, line) for line in held_out], axis=0)
    say("\n2017:  28.4 BLEU for German, where others had at most 26.4")
    say(f"yours: {right / count:.0%} of the tokens are right in {LINES} melodies that it has never seen")
    listen(model, tokenizer, held_out)
    save_plot("2017_language_model.png", lambda axes: drawn(axes, losses))


def known(model, tokenizer, line):
    """How many tokens of a line are the most probable ones after those before, once a melody has begun anew."""
    start = len(tokenizer.encode(" ".join(line.split()[:4])))
    tokens = tokenizer.encode(line)
    guesses = model(tokens[None, :-1])[0].argmax(axis=1)[start - 1 : -1]
    return np.sum(guesses == tokens[start:-1]), len(guesses)


def listen(model, tokenizer, held_out):
    """Some melodies, of which the model is given the first four words."""
    say("\nIt is given four words, and goes on:\n")
    for line in held_out[:4]:
        prompt = tokenizer.encode(" ".join(line.split()[:4]))
        written = generate(model, prompt, 12, temperature=0)
        say(f"  {tokenizer.decode(prompt)} | {tokenizer.decode(written[len(prompt) :]).splitlines()[0]}")


def drawn(axes, losses):
    """The picture."""
    axes.plot(losses)
    axes.set(xlabel="step", ylabel="loss", title="Learning melodies", ylim=(0, 6))


if __name__ == "__main__":
    run(main)
