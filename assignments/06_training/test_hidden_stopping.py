"""Hidden checks of assignment 06: early stopping, and the best weights.

Most of them use a script: the model y = w x is at w = goal after each epoch, and its validation loss is w squared.
"""

import math

import numpy as np
import pytest

from grader.checks import Tolerance, fine, weight

from .loops import HELD_OUT, batches, compare_lengths, made

ZERO = [(np.ones((1, 1)), np.zeros((1, 1)))]  # its loss is w squared
# w - 0.5 * 2 (w - goal) is the goal but for a rounding of w, which is below 10, if goals are no halves or quarters.
ROUNDED = Tolerance(1e-12, 0.0, absolute=1e-13)


def script(twin, goals, optimizer="optim.SGD"):
    """A Trainer whose model is at these goals after each epoch, the model, and its training data."""
    model = twin("nn.Linear", 1, 1, bias=False)
    model.set("weight.data", np.zeros((1, 1)))  # then every step is exact, for goals that are halves and quarters
    trainer = twin("training.Trainer", model, twin("nn.MSELoss"), twin(optimizer, model.parameters(), 0.5))
    return trainer, model, twin("inside.Script", list(goals))


def play(twin, goals, **options):
    """Train by a script; compare after how many epochs it ends, and where the model is then. The History."""
    trainer, model, data = script(twin, goals)
    history = trainer.fit(data, ZERO, len(goals), **options)
    of = f" where w is {', '.join(f'{goal:g}' for goal in goals)} after the epochs, with {options}"
    compare_lengths(history, "validation_loss", of=of)
    found = model.weight.data.read()
    found.name = f"w after fit{of}"
    found.compare(tolerance=ROUNDED)
    return history


class TestEarlyStopping:
    @weight(0.5)
    @pytest.mark.parametrize("patience", [1, 2, 3])
    def test_patience(self, twin, patience):
        """The training ends after so many epochs in a row that are not better than the best, and not before."""
        play(twin, (3.0, 2.0, 2.5, 1.5, 2.6, 2.2, 1.9, 1.8, 1.0), patience=patience)
        play(twin, (3.0, 4.0, 5.0, 4.0, 3.5), patience=patience)

    @weight(0.5)
    def test_equal_is_not_better(self, twin):
        """An epoch that equals the best is not better."""
        play(twin, (2.0, 2.0, 2.0, 1.0), patience=2, restore_best=True)
        play(twin, (3.0, 2.0, -2.0, 2.0, 1.0), patience=2, restore_best=True)

    @weight(0.5)
    def test_min_delta(self, twin):
        """With min_delta an epoch has to be better than the best by more than that."""
        play(twin, (2.0, 2.125, 2.0, 2.0, 2.0), patience=2, min_delta=1.0, restore_best=True)
        play(twin, (2.0, 1.9, 1.8, 1.7, 1.6, 1.5, 1.0), patience=2, min_delta=1.0, restore_best=True)
        play(twin, (2.0, 1.5, 1.25, 1.2, 1.1, 0.5), patience=3, min_delta=0.5, restore_best=True)
        play(twin, (2.0, 1.5, 1.0, 0.5), patience=3, min_delta=1.75, restore_best=True)  # from 4 to 2.25 is just that

    @weight(0.5)
    def test_no_early_end(self, twin):
        """Without patience all epochs are trained; the last weights stay unless restore_best says otherwise."""
        for options in ({}, {"restore_best": True}, {"min_delta": 0.5}):
            play(twin, (3.0, 1.0, 2.0, 2.5), **options)

    @weight(1)
    def test_best_weights(self, twin):
        """restore_best gives back the weights of the best epoch, wherever it is."""
        for goals in ((1.0, 2.0, 3.0), (3.0, 1.0, 2.0), (3.0, 2.0, 1.0), (2.0, -1.0, 3.0, 1.5), (2.0,)):
            play(twin, goals, restore_best=True)
        play(twin, (3.0, 1.0, 2.0, 2.5, 0.5), restore_best=True, patience=2)

    @weight(0.5)
    def test_best_epoch(self, twin):
        """best_epoch is the index of the best epoch, counted from 0, with restore_best or without."""
        for goals in ((1.0, 2.0, 3.0), (3.0, 1.0, 2.0), (3.0, 2.0, 1.0), (2.0, -1.0, 3.0, 1.5)):
            for options in ({}, {"restore_best": True}):
                play(twin, goals, **options).compare("best_epoch")

    @weight(0.5)
    def test_best_state_of_a_network(self, twin, rng):
        """The best state has all parameters and the running averages; the optimizer stays as it is."""
        run = made(twin, rng, lr=0.1)
        data, held_out = batches(rng), batches(rng, HELD_OUT)
        wrong = [[(10 * x, (target + 1) % 3) for x, target in data]] * 3
        changing = twin("inside.Changing", [data, *wrong, data])
        run.trainer.fit(changing, data, 4, restore_best=True)
        run.compare_model("after fit with restore_best")
        run.compare_outputs(held_out[0][0], "after fit with restore_best")
        run.trainer.fit(data)
        run.compare_model("after one more epoch")

    @weight(0.5)
    def test_arrays_stay(self, twin):
        """The best weights are copied into the arrays of the model, which the optimizer goes on with."""
        trainer, model, data = script(twin, (1.0, 3.0, 2.5, 0.5))
        held = model.hold("weight.data")
        trainer.fit(data, ZERO, 3, restore_best=True)
        held.name = "the array that was weight.data before fit"
        held.compare(tolerance=ROUNDED)
        trainer.fit(data)
        model.compare("weight.data", tolerance=ROUNDED)

    @weight(0.5)
    def test_new_arrays(self, twin):
        """restore_best also works with an optimizer that gives Parameters new arrays."""
        trainer, model, data = script(twin, (3.0, 1.0, 2.5, 2.0), "inside.Replacing")
        trainer.fit(data, ZERO, 4, restore_best=True)
        model.compare("weight.data", tolerance=ROUNDED)

    @fine
    @weight(0.5)
    def test_not_a_number(self, twin):
        """An epoch whose loss is NaN is not better; if all are, none is best, and the model stays as it is."""
        play(twin, (3.0, math.nan, math.nan, 1.0), patience=2, restore_best=True)
        play(twin, (math.nan, math.nan, math.nan, math.nan), patience=3, restore_best=True)
        play(twin, (3.0, 2.0, 1.5), patience=1)

    @fine
    @weight(0.5)
    def test_second_fit(self, twin):
        """What is best begins anew with every fit."""
        trainer, model, data = script(twin, (1.0, 1.5, 3.0, 2.0, 2.5, 4.0))
        for epochs in (2, 4):
            history = trainer.fit(data, ZERO, epochs, patience=2, restore_best=True)
            compare_lengths(history, "validation_loss")
            model.compare("weight.data", tolerance=ROUNDED)
