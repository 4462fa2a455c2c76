"""Hidden checks of assignment 14: windows, the learning rate, and training."""

import numpy as np

from grader.checks import Tolerance, compare, fine, raises, weight

# Right answers add up in orders of their own, and each step makes a difference larger: after these few steps by 1e-12
# at most. Every mistake makes one of 1e-3 and more.
SAME_TRAINING = Tolerance(1e-7, 1e-7)
VOCAB = 9
PLAN = {"steps": 4, "batch_size": 3, "length": 5, "lr": 0.1, "weight_decay": 0.0, "max_grad_norm": 1e6}


class TestWindows:
    @weight(1.5)
    def test_values(self, twin, rng):
        """Each window begins at a place of its own, and each target is the token after."""
        for count, batch_size, length in ((50, 4, 7), (8, 5, 3), (9, 1, 1), (6, 30, 5)):
            tokens = rng.permutation(100)[:count]
            seed = int(rng.integers(1 << 30))
            for _ in range(2):
                twin("text.random_windows", tokens, batch_size, length, twin.generator(seed)).compare()

    @weight(0.5)
    def test_ends(self, student, rng):
        """The first token begins some window, and the last one is a target: every place is as likely as another."""
        tokens = np.arange(7)
        x, target = student.text.random_windows(tokens, 400, 4, student.generator(int(rng.integers(1 << 30))))
        compare(sorted(set(x[:, 0].tolist())), [0, 1, 2], "the tokens that windows of 4 of 7 tokens begin with")
        compare(sorted(set(target[:, -1].tolist())), [4, 5, 6], "the last targets of windows of 4 of 7 tokens")

    @weight(0.5)
    def test_successive(self, twin, rng):
        """A generator that goes on gives other windows next."""
        tokens, generator = rng.integers(50, size=60), twin.generator(int(rng.integers(1 << 30)))
        for _ in range(3):
            twin("text.random_windows", tokens, 4, 6, generator).compare()

    @fine
    @weight(0.25)
    def test_memory(self, student, rng):
        """x and target have the dtype of the tokens, and no two of these three arrays share memory."""
        for dtype in (np.int32, np.int64, np.uint16):
            values = rng.integers(50, size=30).astype(dtype)
            tokens = student.array(values)
            x, target = student.text.random_windows(tokens, 3, 4, student.generator(5))
            starts = np.random.default_rng(5).integers(26, size=3)
            compare(x, values[starts[:, None] + np.arange(4)], f"x of {np.dtype(dtype)} tokens")
            compare(target, values[starts[:, None] + np.arange(1, 5)], f"target of {np.dtype(dtype)} tokens")
            left = student.call("inside.overwritten", tokens, 3, 4, student.generator(5))
            compare(left, values[starts[:, None] + np.arange(1, 5)], "target after x was overwritten")
            compare(student.value(tokens), values, "the tokens after x and target were overwritten")

    @fine
    @weight(0.25)
    def test_refuses(self, student):
        """Sizes below 1, and a text that is too short for a window and a target, are ValueErrors."""
        for count, batch_size, length in ((5, 2, 5), (5, 0, 2), (5, 2, 0), (0, 1, 1)):
            with raises(ValueError, doing=f"random_windows({count} tokens, {batch_size}, {length}, rng)"):
                student.text.random_windows(np.arange(count), batch_size, length, student.generator(1))
        x, _ = student.text.random_windows(np.arange(5), 1, 4, student.generator(1))
        compare(x, np.arange(4)[None], "x of random_windows(np.arange(5), 1, 4, rng)")


def rates(twin, steps, **options):
    for step in steps:
        rate = twin("text.warmup_cosine", step, **options)
        rate.name = f"warmup_cosine({step}, {', '.join(f'{key}={value:.4g}' for key, value in options.items())})"
        rate.compare()


class TestWarmupCosine:
    @weight(1)
    def test_values(self, twin, rng):
        """The rate rises in a straight line from the first step, and falls as half a wave to the minimum."""
        for warmup, total in ((4, 11), (1, 6), (7, 9)):
            maximum = float(rng.uniform(1, 3))
            rates(twin, range(total), warmup=warmup, total=total, maximum=maximum, minimum=maximum * 0.3)

    @weight(0.5)
    def test_minimum(self, twin, rng):
        """Without a minimum it falls to 0, and after the last step it stays where it is."""
        for minimum in ({}, {"minimum": 0.2}):
            rates(twin, (3, 4, 5, 6, 20, 1000), warmup=2, total=5, maximum=float(rng.uniform(1, 3)), **minimum)

    @weight(0.5)
    def test_without_a_part(self, twin):
        """Either part may have no step."""
        rates(twin, range(4), warmup=0, total=3, maximum=2.0, minimum=1.0)
        rates(twin, range(5), warmup=3, total=3, maximum=2.0, minimum=1.0)

    @fine
    @weight(0.25)
    def test_refuses(self, student):
        """A warm-up that is negative or longer than all, and a minimum that is negative or above the maximum, are
        ValueErrors.
        """
        for warmup, total, maximum, minimum in (
            (-1, 5, 1.0, 0.0),
            (6, 5, 1.0, 0.0),
            (2, 5, 1.0, -0.1),
            (2, 5, 1.0, 1.5),
        ):
            called = f"warmup_cosine(1, warmup={warmup}, total={total}, maximum={maximum}, minimum={minimum})"
            with raises(ValueError, doing=called):
                student.text.warmup_cosine(1, warmup=warmup, total=total, maximum=maximum, minimum=minimum)
        found = student.text.warmup_cosine(1, warmup=5, total=5, maximum=1.0, minimum=1.0)
        compare(found, 0.4, "warmup_cosine(1, warmup=5, total=5, maximum=1.0, minimum=1.0)")


def watched(twin, rng):
    model = twin("inside.Watched", VOCAB, twin.generator(int(rng.integers(1 << 30))))
    model.name = "the model"
    return model


def train(twin, rng, model=None, **options):
    """Train on both sides; compare the losses, and the parameters after it."""
    model = watched(twin, rng) if model is None else model
    tokens, options = rng.integers(VOCAB, size=40), PLAN | options
    given = ", ".join(f"{key}={value}" for key, value in options.items() if PLAN.get(key) != value)
    seed = int(rng.integers(1 << 30))
    losses = twin("text.pretrain", model, tokens, rng=twin.generator(seed), **options)
    losses.name = f"the losses of pretrain({given})"
    losses.compare(tolerance=SAME_TRAINING)
    state = model.state_dict()
    state.name = f"model.state_dict() after pretrain({given})"
    state.compare(tolerance=SAME_TRAINING)


class TestPretrain:
    @weight(1.5)
    def test_steps(self, twin, rng):
        """Each step draws new windows and follows the gradient of their mean loss with AdamW; the losses are those
        before the steps.
        """
        train(twin, rng)
        train(twin, rng, steps=1, batch_size=1, length=3)
        train(twin, rng, betas=(0.5, 0.7))

    @weight(0.5)
    def test_schedule(self, twin, rng):
        """The learning rate of each step is that of warmup_cosine."""
        train(twin, rng, warmup=2, min_lr=0.02)
        train(twin, rng, warmup=3, steps=6, lr=0.05)
        train(twin, rng, warmup=4, min_lr=0.01)

    @weight(1.5)
    def test_accumulating(self, twin, rng):
        """With accumulate, a step has the mean gradient of several batches, and its loss is their mean."""
        for accumulate in (2, 3):
            train(twin, rng, accumulate=accumulate, batch_size=2)
        train(twin, rng, accumulate=2, max_grad_norm=0.05, warmup=1)

    @weight(0.5)
    def test_together(self, twin, rng):
        """A training may have a warm-up, a minimum, several batches for each step and other betas at once."""
        train(twin, rng, warmup=2, min_lr=0.03, accumulate=2, betas=(0.6, 0.8), batch_size=2)
        train(twin, rng, warmup=1, min_lr=0.05, accumulate=3, betas=(0.3, 0.9), max_grad_norm=0.2, weight_decay=0.3)

    @weight(0.5)
    def test_clipping(self, twin, rng):
        """The gradients of all parameters together are clipped, after all batches of a step were added."""
        for norm in (0.01, 0.3):
            train(twin, rng, max_grad_norm=norm, accumulate=2)
            train(twin, rng, max_grad_norm=norm)
        options = {key: value for key, value in PLAN.items() if key != "max_grad_norm"}
        model, tokens = watched(twin, rng), rng.integers(VOCAB, size=40)
        losses = twin("text.pretrain", model, tokens, rng=twin.generator(3), **options)
        losses.compare(tolerance=SAME_TRAINING)

    @weight(1)
    def test_decay(self, twin, rng):
        """Parameters of two dimensions and more decay, and those of one do not, whatever their names."""
        train(twin, rng, weight_decay=0.5)
        train(twin, rng, weight_decay=2.0, warmup=2, accumulate=2)
        options = {key: value for key, value in PLAN.items() if key != "weight_decay"}
        model, tokens = watched(twin, rng), rng.integers(VOCAB, size=40)
        twin("text.pretrain", model, tokens, rng=twin.generator(3), **options).compare(tolerance=SAME_TRAINING)
        model.compare("layers.2.weight.data", "layers.1.weight.data", tolerance=SAME_TRAINING)

    @weight(0.5)
    def test_begins_anew(self, twin, rng):
        """Gradients of before are discarded, the model is set to training mode, and a second training begins anew."""
        model = watched(twin, rng)
        for name, parameter in model.expected.named_parameters():
            model.set(f"{name}.grad", rng.normal(size=parameter.shape))
        model.eval()
        train(twin, rng, model=model, accumulate=2)
        train(twin, rng, model=model)
        model.modes.read().compare()

    @fine
    @weight(0.5)
    def test_kinds(self, student, rng):
        """The losses are a list of floats, near the logarithm of the number of tokens if nothing is known."""
        model = student.inside.Watched(VOCAB, student.generator(3))
        model.layers[2].weight.data = np.zeros((VOCAB, 6))
        model.layers[2].bias.data = np.zeros(VOCAB)
        losses = student.text.pretrain(
            model, rng.integers(VOCAB, size=40), steps=1, batch_size=2, length=4, lr=0.0, rng=student.generator(4)
        )
        compare(losses, [float(np.log(VOCAB))], "the losses of a model that knows nothing, with lr = 0")

    @fine
    @weight(0.5)
    def test_refuses(self, student, rng):
        """Impossible plans are ValueErrors before anything is changed: values, gradients or modes."""
        tokens = rng.integers(VOCAB, size=40)
        for wrong in (
            {"steps": 0},
            {"accumulate": 0},
            {"max_grad_norm": 0.0},
            {"warmup": 5},
            {"min_lr": 0.2},
            {"batch_size": 0},
            {"length": 40},
            {"lr": -0.1, "min_lr": -0.1},
            {"betas": (1.0, 0.9)},
            {"weight_decay": -0.1},
        ):
            model = student.inside.left_from_before(VOCAB, student.generator(3))
            before = student.inside.all_of(model)
            with raises(ValueError, doing=f"pretrain with {wrong}"):
                student.text.pretrain(model, tokens, rng=student.generator(4), **(PLAN | wrong))
            compare(student.inside.all_of(model), before, f"values, gradients and modes after pretrain with {wrong}")
        losses = student.text.pretrain(model, tokens, rng=student.generator(4), **PLAN)
        compare(len(losses), PLAN["steps"], "the number of losses")
