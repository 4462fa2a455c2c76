"""What is promised of each of the four programs: the same checks for all of them."""

import numpy as np

from grader.checks import EXACT, compare, fine, raises, weight


class Ported:
    """A subclass says the name of its program, how a state is drawn, and sizes; the first ones are small."""

    program: str
    more: tuple = ()  # what from_torch takes beside the state
    sizes: tuple = ()

    def draw(self, rng, sizes, dtype=np.float64):
        raise NotImplementedError

    def inputs(self, rng, sizes, dtype=np.float64):
        """x and target."""
        raise NotImplementedError

    def other(self, x, target):
        """A smaller batch."""
        return x[:4], target[:4]

    def made(self, framework, state, *more):
        return framework.call(f"interop.{self.program}_from_torch", state, *(more or self.more))

    def given_back(self, framework, model):
        return framework.call(f"interop.{self.program}_to_torch", model)

    def compare_states(self, student, reference, model, expected, what):
        found, wanted = self.given_back(student, model), self.given_back(reference, expected)
        compare(sorted(found), sorted(wanted), f"the names of {self.program}_to_torch, {what}")
        for key, array in wanted.items():
            compare(found[key], array, f"{key} {what}")

    @weight(1)
    def test_sizes(self, student, reference, rng):
        """The sizes of the model are those of the arrays, in whatever order their names come."""
        for sizes in self.sizes:
            state, (x, _) = self.draw(rng, sizes), self.inputs(rng, sizes)
            names = list(state)
            state = {names[i]: state[names[i]] for i in rng.permutation(len(names))}
            model, expected = self.made(student, state), self.made(reference, state)
            for mode in ("eval", "train"):
                getattr(model, mode)()
                getattr(expected, mode)()
                compare(model.forward(x), expected.forward(x), f"logits of sizes {sizes} after {mode}()")

    @weight(1)
    def test_step(self, student, reference, rng):
        """After steps of training, with batches of different sizes, every array is what PyTorch's is."""
        for sizes in self.sizes[:2]:
            state, (x, target) = self.draw(rng, sizes), self.inputs(rng, sizes)
            model, expected = self.made(student, state), self.made(reference, state)
            batches = ((x, target), self.other(x, target), (x, target))
            for number, (x, target) in enumerate(batches, 1):
                loss, wanted = (side.inside.step(m, x, target) for side, m in ((student, model), (reference, expected)))
                compare(loss, wanted, f"the loss of step {number}")
            self.compare_states(student, reference, model, expected, "after three steps")

    @weight(0.5)
    def test_float32(self, student, reference, rng):
        """A model from float32 arrays computes, and gives back, float32."""
        state, (x, _) = self.draw(rng, self.sizes[0], np.float32), self.inputs(rng, self.sizes[0], np.float32)
        model, expected = self.made(student, state), self.made(reference, state)
        compare(model.forward(x), expected.forward(x), "the logits of float32 arrays")
        found = self.given_back(student, model)
        for key, array in state.items():
            if key.endswith(("weight", "bias")):
                compare(found[key], array, f"{key} of float32 arrays", EXACT)

    @weight(0.5)
    def test_round_trip(self, student, reference, rng):
        """What to_torch gives back has the names of the program's state, the very same numbers, and their dtypes."""
        drawn = [self.draw(rng, sizes) for sizes in self.sizes]
        mixed = {key: array.astype("f4") if "bias" in key else array for key, array in drawn[0].items()}
        for state in (*drawn, mixed):
            found = self.given_back(student, self.made(student, state))
            compare(sorted(found), sorted(state), f"the names of {self.program}_to_torch")
            for key, array in state.items():
                if not key.endswith("num_batches_tracked"):
                    compare(found[key], array, f"{key} of {self.program}_to_torch", EXACT)

    @fine
    @weight(0.5)
    def test_memory(self, student, rng):
        """A model shares no memory with the state that it was made from, nor with one that it gave back."""
        state, (x, target) = self.draw(rng, self.sizes[0]), self.inputs(rng, self.sizes[0])
        found = student.inside.kept(self.program, state, x, target, *self.more)
        what = "`the state stays, what was given back stays, no name is lost, the model stays, each array is alone`"
        compare(found, [True] * 5, what)

    @weight(0.5)
    def test_missing(self, student, rng):
        """A name that is missing, whichever it is, or one that the program does not have, is a KeyError."""
        state = self.draw(rng, self.sizes[0])
        self.given_back(student, self.made(student, state))
        for name in self.needed(state):
            with raises(KeyError, doing=f"{self.program}_from_torch without {name!r}"):
                self.made(student, {key: array for key, array in state.items() if key != name})
        for name in ("extra.weight", next(iter(state)) + "_orig"):
            with raises(KeyError, doing=f"{self.program}_from_torch with {name!r}"):
                self.made(student, state | {name: np.zeros(2)})

    def needed(self, state):
        return [name for name in state if not name.endswith(("num_batches_tracked", "head.weight"))]

    @fine
    @weight(0.5)
    def test_refuses(self, student, rng):
        """Arrays whose shapes do not fit together are a ValueError."""
        state = self.draw(rng, self.sizes[0])
        self.given_back(student, self.made(student, state))
        for name in self.misshapen(state):
            wrong = np.zeros((*state[name].shape[:-1], state[name].shape[-1] + 1))
            with raises(ValueError, doing=f"{self.program}_from_torch with {name!r} of shape {wrong.shape}"):
                self.made(student, state | {name: wrong})
        for name in (name for name in state if state[name].ndim > 1 and name != "head.weight"):
            with raises(ValueError, doing=f"{self.program}_from_torch with {name!r} of one dimension"):
                self.made(student, state | {name: np.zeros(3)})

    def misshapen(self, state):
        """Arrays, each with a dimension that another one fixes."""
        return [name for name in state if name.endswith("bias")]
