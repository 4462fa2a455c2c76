"""What PyTorch is asked here is recorded as the data of this assignment, by `record.py`, and held by tests.

So there are no cases: a model, its logits and its next step are too large for a page that a person reads.
"""

from collections.abc import Iterator

from grader.recordings.case import Case

_FILES = "tests/assignment/test_interop.py compares it with the package safetensors, which PyTorch's users use."
_MODELS = "data/ has what PyTorch computed; tests/assignment/test_interop.py and the public checks compare with it."
WITHOUT_A_TWIN = {
    **dict.fromkeys(("load", "save", "load_file", "save_file"), _FILES),
    **{f"{name}_{way}_torch": _MODELS for name in ("mlp", "cnn", "lstm", "gpt") for way in ("from", "to")},
    **dict.fromkeys(("SentenceEncoder", "encoder_from_torch"), _MODELS),
    "rename": "PyTorch has no function for it.",
}


def cases() -> Iterator[Case]:
    """None."""
    return iter(())
