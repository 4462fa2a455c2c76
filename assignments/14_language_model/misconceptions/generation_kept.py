"""What people believe about top-k and top-p."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.modern.generation._kept",
    hint="Which tokens may be next?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_top_k",
        "Generate/test_together",
        "Generate/test_ties",
        "Generate/test_model",
    ),
    source="folklore",
)
def top_k_is_ignored(weights, top_k, top_p):
    """top_k is an option for large vocabularies."""
    order = np.argsort(-weights, axis=1, kind="stable")
    ordered = np.take_along_axis(weights, order, axis=1)
    if top_k is not None and top_k > 1000:
        ordered[:, top_k:] = 0
    ordered /= ordered.sum(axis=1, keepdims=True)
    if top_p is not None:
        ordered[np.cumsum(ordered, axis=1) - ordered >= top_p] = 0
    kept = np.empty_like(ordered)
    np.put_along_axis(kept, order, ordered, axis=1)
    return kept


@misconception(
    "nn.modern.generation._kept",
    hint="Which tokens may be next?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_top_k",
        "Generate/test_together",
        "Generate/test_ties",
        "Generate/test_model",
    ),
    source="folklore",
)
def top_k_is_inverted(weights, top_k, top_p):
    """The k most probable tokens are left out."""
    order = np.argsort(-weights, axis=1, kind="stable")
    ordered = np.take_along_axis(weights, order, axis=1)
    if top_k is not None:
        ordered[:, :top_k] = 0 if top_k < ordered.shape[1] else ordered[:, :top_k]
    ordered /= ordered.sum(axis=1, keepdims=True)
    if top_p is not None:
        ordered[np.cumsum(ordered, axis=1) - ordered >= top_p] = 0
    kept = np.empty_like(ordered)
    np.put_along_axis(kept, order, ordered, axis=1)
    return kept


@misconception(
    "nn.modern.generation._kept",
    hint="Which tokens may be next?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_top_p",
        "Generate/test_together",
        "Generate/test_ties",
        "Generate/test_large",
    ),
    source="folklore",
)
def top_p_is_ignored(weights, top_k, top_p):
    """top_p is an option for large vocabularies."""
    order = np.argsort(-weights, axis=1, kind="stable")
    ordered = np.take_along_axis(weights, order, axis=1)
    if top_k is not None:
        ordered[:, top_k:] = 0
    ordered /= ordered.sum(axis=1, keepdims=True)
    if top_p is not None and top_p > 1:
        ordered[np.cumsum(ordered, axis=1) - ordered >= top_p] = 0
    kept = np.empty_like(ordered)
    np.put_along_axis(kept, order, ordered, axis=1)
    return kept


@misconception(
    "nn.modern.generation._kept",
    hint="Which token reaches top_p?",
    fails=("Generate/test_top_p", "Generate/test_together", "Generate/test_ties", "Generate/test_large"),
    source="folklore",
    convention="This is the form in which the sum stays below top_p; the contract keeps the token that reaches it.",
)
def top_p_leaves_out_the_last(weights, top_k, top_p):
    """Only tokens whose sum is at most top_p are kept."""
    order = np.argsort(-weights, axis=1, kind="stable")
    ordered = np.take_along_axis(weights, order, axis=1)
    if top_k is not None:
        ordered[:, top_k:] = 0
    ordered /= ordered.sum(axis=1, keepdims=True)
    if top_p is not None:
        over = np.cumsum(ordered, axis=1) > top_p
        over[:, 0] = False
        ordered[over] = 0
    kept = np.empty_like(ordered)
    np.put_along_axis(kept, order, ordered, axis=1)
    return kept


@misconception(
    "nn.modern.generation._kept",
    hint="Of what is top_p a sum?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_top_p",
        "Generate/test_together",
        "Generate/test_ties",
        "Generate/test_large",
    ),
    source="folklore",
    convention="This is min-p sampling; the contract has top-p.",
)
def top_p_relative_to_the_first(weights, top_k, top_p):
    """Tokens at least top_p times as probable as the first may be next."""
    order = np.argsort(-weights, axis=1, kind="stable")
    ordered = np.take_along_axis(weights, order, axis=1)
    if top_k is not None:
        ordered[:, top_k:] = 0
    ordered /= ordered.sum(axis=1, keepdims=True)
    if top_p is not None:
        ordered[ordered < top_p * ordered[:, :1]] = 0
    kept = np.empty_like(ordered)
    np.put_along_axis(kept, order, ordered, axis=1)
    return kept


@misconception(
    "nn.modern.generation._kept",
    hint="In which order do the three come?",
    fails=("Generate/test_together",),
    source="folklore",
)
def top_p_before_top_k(weights, top_k, top_p):
    """top_p is of all probabilities, and top_k comes after it."""
    order = np.argsort(-weights, axis=1, kind="stable")
    ordered = np.take_along_axis(weights, order, axis=1)
    ordered /= ordered.sum(axis=1, keepdims=True)
    if top_p is not None:
        ordered[np.cumsum(ordered, axis=1) - ordered >= top_p] = 0
    if top_k is not None:
        ordered[:, top_k:] = 0
    kept = np.empty_like(ordered)
    np.put_along_axis(kept, order, ordered, axis=1)
    return kept


@misconception(
    "nn.modern.generation._kept",
    hint="Of what is top_p a share?",
    fails=("Generate/test_together",),
    source="folklore",
)
def top_p_of_what_top_k_left_undivided(weights, top_k, top_p):
    """After top_k the probabilities stay as they are."""
    order = np.argsort(-weights, axis=1, kind="stable")
    ordered = np.take_along_axis(weights, order, axis=1)
    ordered /= ordered.sum(axis=1, keepdims=True)
    if top_k is not None:
        ordered[:, top_k:] = 0
    if top_p is not None:
        ordered[np.cumsum(ordered, axis=1) - ordered >= top_p] = 0
    kept = np.empty_like(ordered)
    np.put_along_axis(kept, order, ordered, axis=1)
    return kept


@misconception(
    "nn.modern.generation._kept",
    hint="Which id comes first?",
    fails=("Generate/test_ties",),
    source="folklore",
)
def ties_in_no_order(weights, top_k, top_p):
    """Of equal probabilities any may come first."""
    order = np.argsort(weights, axis=1, kind="stable")[:, ::-1]
    ordered = np.take_along_axis(weights, order, axis=1)
    if top_k is not None:
        ordered[:, top_k:] = 0
    ordered /= ordered.sum(axis=1, keepdims=True)
    if top_p is not None:
        ordered[np.cumsum(ordered, axis=1) - ordered >= top_p] = 0
    kept = np.empty_like(ordered)
    np.put_along_axis(kept, order, ordered, axis=1)
    return kept


@misconception(
    "nn.modern.generation._kept",
    hint="How many tokens may be next if all are equally probable?",
    fails=("Generate/test_ties",),
    source="folklore",
    convention="Many programs keep all tokens that are at least as probable as the k-th; the contract keeps k.",
)
def ties_with_the_last_are_kept(weights, top_k, top_p):
    """Whatever is as probable as the last token that is kept is kept, too."""
    order = np.argsort(-weights, axis=1, kind="stable")
    ordered = np.take_along_axis(weights, order, axis=1)
    if top_k is not None:
        least = ordered[:, min(top_k, ordered.shape[1]) - 1]
        ordered[ordered < least[:, None]] = 0
    ordered /= ordered.sum(axis=1, keepdims=True)
    if top_p is not None:
        ordered[np.cumsum(ordered, axis=1) - ordered >= top_p] = 0
    kept = np.empty_like(ordered)
    np.put_along_axis(kept, order, ordered, axis=1)
    return kept


@misconception(
    "nn.modern.generation._kept",
    hint="The probabilities are 1/4 each, and top_p is 1/2. How few tokens have at least that together?",
    fails=("Generate/test_top_p",),
    source="a reader of the handout",
)
def top_p_is_exceeded(weights, top_k, top_p):
    """The tokens that are kept have more than top_p together."""
    order = np.argsort(-weights, axis=1, kind="stable")
    ordered = np.take_along_axis(weights, order, axis=1)
    if top_k is not None:
        ordered[:, top_k:] = 0
    ordered /= ordered.sum(axis=1, keepdims=True)
    if top_p is not None:
        ordered[np.cumsum(ordered, axis=1) - ordered > top_p] = 0
    kept = np.empty_like(ordered)
    np.put_along_axis(kept, order, ordered, axis=1)
    return kept
