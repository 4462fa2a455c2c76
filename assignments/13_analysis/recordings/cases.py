"""PyTorch has no PCA with a promise of signs, and no similarity of representations. So there are no cases."""

from collections.abc import Iterator

from grader.recordings.case import Case

_TESTS = "tests/assignment/test_analysis.py compares it with "
WITHOUT_A_TWIN = {
    "PCA": _TESTS + "the eigenvectors of the covariance, found by power iteration.",
    "linear_cka": _TESTS + "the definition by inner products of examples.",
    "similarity_map": _TESTS + "linear_cka.",
    "layer_outputs": _TESTS + "what each module gives by itself.",
}


def cases() -> Iterator[Case]:
    """None."""
    return iter(())
