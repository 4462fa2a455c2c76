"""Hidden checks of assignment 06: accuracy and the training loop."""

import math

import numpy as np

from grader.checks import EXACT, compare, fine, raises, weight
from grader.checks.battery.drawing import ANY_VALUES
from grader.checks.strict import warnings_as_errors

from .loops import CLOSE, HELD_OUT, SCORE, batches, compare_history, compare_lengths, compare_means, made, named


class TestAccuracy:
    @weight(1)
    def test_of_rows(self, twin, rng):
        """accuracy is right for any number of rows and classes."""
        for rows, classes in ((40, 3), (1, 5), (7, 2), (6, 1), (5, 5)):
            logits = rng.normal(size=(rows, classes))
            for target in (rng.integers(classes, size=rows), logits.argmax(axis=1)):
                twin("training.accuracy", logits, target).compare()

    @weight(1)
    def test_of_more_dimensions(self, twin, rng):
        """With logits of shape (N, C, d1, ...) every position is a prediction of its own."""
        for shape in ((4, 3, 5), (3, 4, 2, 6), (3, 3, 3)):
            target = rng.integers(shape[1], size=(shape[0], *shape[2:]))
            twin("training.accuracy", rng.normal(size=shape), target).compare()

    @weight(0.5)
    def test_ties(self, student):
        """Of several largest logits the first is the predicted class."""
        logits = np.array([[1.0, 1.0, 0.0], [0.0, 2.0, 2.0], [-1.0, -1.0, -1.0], [0.0, 3.0, 1.0]])
        for target, expected in (([0, 1, 0, 1], 1.0), ([1, 2, 2, 1], 0.25)):
            compare(student.training.accuracy(logits, np.array(target)), expected, "accuracy of rows with ties")

    @weight(0.5)
    def test_any_scale(self, twin, rng):
        """Logits may be negative, large, or float32; only their order counts."""
        logits, target = rng.normal(size=(12, 4)), rng.integers(4, size=12)
        for some in (logits - 100, 1e4 * logits, logits.astype(np.float32), 1e-9 * logits):
            twin("training.accuracy", some, target).compare()

    @fine
    @weight(0.5)
    def test_of_nothing(self, twin, student):
        """The accuracy of no prediction is NaN, without a warning."""
        with warnings_as_errors(student):
            for shape in ((0, 3), (0, 3, 2)):
                twin("training.accuracy", np.zeros(shape), np.zeros((0, *shape[2:]), int)).compare()
        twin("training.accuracy", np.eye(3), np.array([0, 1, 1])).compare()

    @fine
    @weight(0.5)
    def test_refuses(self, twin, student):
        """A target of another shape is a ValueError that names both shapes; a target of floats is one, too."""
        twin("training.accuracy", np.eye(3), np.array([0, 1, 1])).compare()
        for shape, wanted in (((3, 1), (3,)), ((3, 3), (3,)), ((1,), (3,)), ((), (3,))):
            with raises(ValueError, doing=f"accuracy with a target of shape {shape}", naming=(shape, wanted)):
                student.training.accuracy(np.eye(3), np.zeros(shape, int))
        with raises(ValueError, doing="accuracy with a target of floats"):
            student.training.accuracy(np.eye(3), np.array([0.0, 1.0, 1.0]))


class TestTrainer:
    @weight(1.5)
    def test_nine_steps(self, twin, rng):
        """Three epochs of three steps, the last of each with a short batch, lead to the right parameters."""
        run = made(twin, rng, is_plain=True)
        run.trainer.fit(batches(rng), epochs=3)
        run.compare_model("after nine steps")

    @weight(1)
    def test_training_loss(self, twin, rng):
        """The training loss of an epoch is the mean over its examples, as they were in training."""
        run = made(twin, rng)
        history = run.trainer.fit(batches(rng), epochs=3)
        compare_history(history, "train_loss")

    @weight(0.5)
    def test_gradient_norms(self, twin, rng):
        """The History has the norm of all gradients together for each step, also where nothing is clipped."""
        run = made(twin, rng, is_plain=True)
        history = run.trainer.fit(batches(rng), epochs=3)
        compare_history(history, "grad_norm")

    @weight(1)
    def test_validation(self, twin, rng):
        """The History has the mean loss and metric of the validation data after each epoch."""
        run = made(twin, rng, is_plain=True, metric=named(twin, SCORE))
        history = run.trainer.fit(batches(rng), batches(rng, HELD_OUT), epochs=3)
        compare_history(history, "validation_loss", "validation_metric")

    @weight(1.5)
    def test_modes(self, twin, rng):
        """Nine steps with dropout and batch normalisation, evaluated after each epoch, lead to the right parameters,
        running averages, and outputs afterwards.
        """
        run = made(twin, rng)
        run.trainer.fit(batches(rng), batches(rng, HELD_OUT), epochs=3)
        run.compare_model("after nine steps")
        run.compare_outputs(rng.normal(size=(4, 4)), "after nine steps")

    @weight(0.5)
    def test_without_validation(self, twin, rng):
        """Without validation nothing is evaluated, and no epoch is best."""
        run = made(twin, rng, metric=named(twin, SCORE))
        history = run.trainer.fit(batches(rng), epochs=2)
        run.compare_model("after six steps")
        compare_history(history, "validation_loss", "validation_metric")
        history.compare("best_epoch")

    @weight(0.5)
    def test_gradients_from_before(self, twin, rng):
        """Gradients that are there before fit, or were left by evaluate, do not count."""
        run = made(twin, rng, is_plain=True)
        for p in list(run.model.parameters()):
            p.set("grad", rng.normal(size=p.expected.shape))
        run.trainer.fit(batches(rng), batches(rng, HELD_OUT), epochs=2)
        run.compare_model("after six steps, with gradients from before")

    @weight(0.5)
    def test_left_in_training_mode(self, twin, rng):
        """fit trains a model that was in evaluation mode, and leaves it in training mode, all its parts included."""
        for validation in ({}, {"validation": batches(rng, HELD_OUT)}):
            run = made(twin, rng)
            run.model.eval()
            run.trainer.fit(batches(rng), **validation)
            run.compare_model("that was in evaluation mode, after an epoch")
            for part in list(run.model.modules()):
                part.compare("training")

    @weight(0.5)
    def test_model_of_one_layer(self, twin, rng):
        """fit puts a model that is a single layer into training mode, too."""
        model = twin("nn.BatchNorm1d", 4)
        optimizer = twin("optim.SGD", model.parameters(), 0.1)
        model.eval()
        twin("training.Trainer", model, twin("nn.CrossEntropyLoss"), optimizer).fit(batches(rng))
        model.compare("weight.data", "running_mean", "training", tolerance=CLOSE)

    @weight(1.5)
    def test_scheduler(self, twin, rng):
        """The scheduler steps after each epoch, also after the last; the History has the rates that were used."""
        for schedule in (("ExponentialLR", {"gamma": 0.5}), ("LinearLR", {"start_factor": 0.25, "total_iters": 2})):
            run = made(twin, rng, schedule, is_plain=True)
            history = run.trainer.fit(batches(rng), batches(rng, HELD_OUT), epochs=3)
            run.compare_model(f"after nine steps with {schedule[0]}")
            compare_history(history, "lr")
            run.scheduler.compare("last_epoch")
            run.scheduler.get_last_lr().compare(tolerance=CLOSE)

    @weight(0.5)
    def test_plateau(self, twin, rng):
        """ReduceLROnPlateau is given the validation loss, or the training loss where there is no validation."""
        plateau = ("ReduceLROnPlateau", {"patience": 0, "factor": 0.5, "threshold": 0.0})
        data = batches(rng)
        wrong = [(x, (target + 1) % 3) for x, target in data]
        for validation in ({"validation": wrong}, {"validation": data}, {}):
            run = made(twin, rng, plateau, is_plain=True)
            history = run.trainer.fit(data, epochs=4, **validation)
            compare_history(history, "lr", of=" with ReduceLROnPlateau")
            run.scheduler.compare("best", tolerance=CLOSE)
            run.compare_model("after twelve steps with ReduceLROnPlateau")

    @weight(0.5)
    def test_plateau_at_zero(self, twin, rng):
        """A validation loss of 0 is one: ReduceLROnPlateau is given it, and not the training loss."""
        model = twin("nn.Linear", 4, 3, bias=False)
        optimizer = twin("optim.SGD", model.parameters(), 0.05)
        plateau = twin("optim.lr_scheduler.ReduceLROnPlateau", optimizer, patience=0, factor=0.5)
        trainer = twin("training.Trainer", model, twin("nn.MSELoss"), optimizer, scheduler=plateau)
        data = [(rng.normal(size=(5, 4)), rng.normal(size=(5, 3))) for _ in range(3)]
        history = trainer.fit(data, [(np.zeros((2, 4)), np.zeros((2, 3)))], epochs=4)
        compare_history(history, "validation_loss", "lr", of=" with ReduceLROnPlateau")

    @weight(1)
    def test_clipping(self, twin, rng):
        """Gradients are clipped together, between backward and step; the History has their norms before."""
        for limit in (0.3, 0.05, 100.0):
            run = made(twin, rng, max_grad_norm=limit)
            history = run.trainer.fit(batches(rng), epochs=2)
            run.compare_model(f"after six steps with max_grad_norm={limit}")
            compare_history(history, "grad_norm", of=f" with max_grad_norm={limit}")

    @weight(1)
    def test_goes_on(self, twin, rng):
        """A second fit goes on with model, optimizer and scheduler as they are, and has a History of its own."""
        run = made(twin, rng, ("ExponentialLR", {"gamma": 0.7}))
        data, held_out = batches(rng), batches(rng, HELD_OUT)
        run.trainer.fit(data, held_out, epochs=2)
        history = run.trainer.fit(data, held_out, epochs=2)
        run.compare_model("after two calls of fit")
        compare_history(history, "validation_metric", "lr")
        compare_lengths(history, "train_loss", "validation_loss", "grad_norm")

    @weight(0.5)
    def test_after_epoch(self, twin, rng):
        """after_epoch gets the History after every epoch, when validation and scheduler are done."""
        run = made(twin, rng, ("ExponentialLR", {"gamma": 0.5}))
        watcher = twin("inside.Watcher", run.model, run.scheduler)
        run.trainer.fit(batches(rng), batches(rng, HELD_OUT), epochs=3, after_epoch=watcher)
        watcher.compare("seen")
        run.compare_model("after three epochs with after_epoch")

    @weight(0.5)
    def test_everything_together(self, twin, rng):
        """A scheduler, clipping, accumulation, a metric, early stopping and best weights work together."""
        run = made(
            twin, rng, ("StepLR", {"step_size": 2}), max_grad_norm=0.5, accumulate=2, metric=named(twin, SCORE), lr=0.5
        )
        history = run.trainer.fit(
            batches(rng), batches(rng, HELD_OUT), 8, patience=2, min_delta=0.01, restore_best=True
        )
        run.compare_model("after a training with everything")
        compare_history(history, "lr")
        history.compare("best_epoch")

    @weight(0.5)
    def test_loaders(self, twin, rng):
        """Each loader is iterated over once an epoch, and a DataLoader brings a new order each time."""
        run = made(twin, rng)
        x, target = batches(rng, (13,))[0]
        loader = twin("inside.Shuffled", x, target, 5, twin.generator(int(rng.integers(1 << 30))))
        held_out = twin("inside.Once", batches(rng, HELD_OUT))
        run.trainer.fit(loader, held_out, epochs=3)
        loader.compare("times")
        held_out.compare("times")
        run.compare_model("after nine steps with shuffled batches")

    @weight(0.5)
    def test_regression(self, twin, rng):
        """fit trains with another loss and another optimizer, too."""
        model = twin("nn.Linear", 3, 2)
        optimizer = twin("optim.Adam", model.parameters(), lr=0.1)
        trainer = twin("training.Trainer", model, twin("nn.MSELoss"), optimizer)
        data = [(rng.normal(size=(n, 3)), rng.normal(size=(n, 2))) for n in (4, 4, 1)]
        trainer.fit(data, data, epochs=2)
        model.compare("weight.data", "bias.data", tolerance=CLOSE)

    @fine
    @weight(0.5)
    def test_kinds_of_numbers(self, twin, rng):
        """The numbers of a History, and those of evaluate, are Python floats."""
        run = made(twin, rng, is_plain=True)
        history = run.trainer.fit(batches(rng), batches(rng, HELD_OUT), epochs=2)
        for name in ("train_loss", "validation_loss", "lr", "grad_norm"):
            getattr(history, name).read().compare(tolerance=ANY_VALUES)
        run.trainer.evaluate(batches(rng)).compare(tolerance=ANY_VALUES)
        run.compare_model("after six steps")  # who learns nothing earns nothing

    @fine
    @weight(0.5)
    def test_data_are_left_alone(self, twin, rng):
        """Neither x nor target is changed."""
        run = made(twin, rng)
        x, target = (twin.array(part) for part in batches(rng, (5,))[0])
        run.trainer.fit([(x, target)], [(x, target)], epochs=2)
        for part in (x, target):
            part.hold("").compare(tolerance=EXACT)
        run.compare_model("after two steps")

    @fine
    @weight(0.5)
    def test_refuses(self, twin, rng, student):
        """Trainer and fit raise ValueError for options that cannot be."""
        run = made(twin, rng, is_plain=True)
        data = batches(rng)
        run.trainer.fit(data)
        run.compare_model("after three steps")
        parts = (run.model.actual, student.nn.CrossEntropyLoss(), run.optimizer.actual)
        for options in ({"accumulate": 0}, {"max_grad_norm": 0.0}, {"max_grad_norm": -1.0}, {"accumulate": -2}):
            with raises(ValueError, doing=f"Trainer(model, criterion, optimizer, {options})"):
                student.make("training.Trainer", *parts, **options)
        for options in ({"patience": 0}, {"min_delta": -0.1}, {"epochs": 0}):
            with raises(ValueError, doing=f"fit(train, validation, {options})"):
                run.trainer.actual.fit(data, data, **options)
        for options in ({"patience": 1}, {"restore_best": True}):
            with raises(ValueError, doing=f"fit(train, {options}) without validation"):
                run.trainer.actual.fit(data, **options)


class TestEvaluate:
    @weight(1)
    def test_mean_over_examples(self, twin, rng):
        """Loss and metric are means over all examples, in evaluation mode, whatever the sizes of the batches."""
        run = made(twin, rng, metric=named(twin, SCORE))
        for sizes in ((5, 5, 3), (1, 7), (4,)):
            found = run.trainer.evaluate(batches(rng, sizes))
            found.name = f"evaluate(batches of {sizes})"
            compare_means(found)

    @weight(1)
    def test_in_evaluation_mode(self, twin, rng):
        """Batch normalisation uses its running averages, and leaves them; dropout drops and draws nothing."""
        generator = twin.generator(int(rng.integers(1 << 30)))
        model = twin("nn.Sequential", twin("nn.BatchNorm1d", 4), twin("nn.Dropout", 0.5, rng=generator))
        optimizer = twin("optim.SGD", model.parameters(), 0.1)
        trainer = twin("training.Trainer", model, twin("nn.CrossEntropyLoss"), optimizer)
        for _ in range(2):
            compare_means(trainer.evaluate(batches(rng, (4, 4))))
            model.state_dict().compare()
        generator.random().compare()

    @weight(0.5)
    def test_model_of_one_layer(self, twin, rng):
        """A model that is a single layer is evaluated in evaluation mode, too."""
        model = twin("nn.BatchNorm1d", 4)
        optimizer = twin("optim.SGD", model.parameters(), 0.1)
        trainer = twin("training.Trainer", model, twin("nn.CrossEntropyLoss"), optimizer)
        compare_means(trainer.evaluate(batches(rng, (4, 4))))
        model.compare("running_mean", "training", tolerance=CLOSE)

    @weight(1)
    def test_mode_is_set_back(self, twin, rng):
        """evaluate sets the mode back to what it was, in all parts of the model."""
        for training in (True, False):
            run = made(twin, rng, is_plain=True)
            run.model.train(training)
            compare_means(run.trainer.evaluate(batches(rng, (6,))))
            for part in list(run.model.modules()):
                part.compare("training")

    @weight(1)
    def test_changes_nothing(self, twin, rng):
        """evaluate leaves parameters and gradients as they are."""
        run = made(twin, rng, is_plain=True)
        parameters = list(run.model.parameters())
        gradients = [rng.normal(size=p.expected.shape) for p in parameters]
        for p, gradient in zip(parameters[1:], gradients[1:], strict=True):
            p.set("grad", gradient)
        compare_means(run.trainer.evaluate(batches(rng, (6,))))
        for p in parameters:
            p.compare("data", "grad")

    @weight(0.5)
    def test_without_a_metric(self, twin, rng):
        """Without a metric evaluate gives None in its place."""
        run = made(twin, rng, is_plain=True)
        compare_means(run.trainer.evaluate(batches(rng, (6,))))

    @fine
    @weight(0.5)
    def test_of_nothing(self, twin, rng, student):
        """The means over no examples are NaN, without a warning."""
        run = made(twin, rng, is_plain=True, metric=named(twin, SCORE))
        compare_means(run.trainer.evaluate(batches(rng, (6,))))
        with warnings_as_errors(student):
            found = run.trainer.actual.evaluate([])
        compare([math.isnan(value) for value in found], [True, True], "`the two means are NaN`")


class TestAccumulation:
    @weight(1)
    def test_equal_batches(self, twin, rng):
        """A step after every second batch uses the mean over the examples of both."""
        run = made(twin, rng, is_plain=True, accumulate=2)
        history = run.trainer.fit(batches(rng, (4, 4, 4, 4)), epochs=2)
        run.compare_model("after two epochs of four batches with accumulate=2")
        compare_history(history, "grad_norm")

    @weight(1)
    def test_like_one_large_batch(self, twin, rng):
        """k batches give what one large batch gives, also if they differ in size."""
        data = batches(rng, (5, 2, 4))
        whole = [tuple(np.concatenate(parts) for parts in zip(*data, strict=True))]
        run, other = made(twin, rng, is_plain=True, accumulate=3), made(twin, rng, is_plain=True)
        run.model.load_state_dict(other.model.state_dict())
        histories = run.trainer.fit(data, epochs=3), other.trainer.fit(whole, epochs=3)
        for one in (run, other):
            one.compare_model("after three steps")
        for history in histories:
            compare_history(history, "train_loss")

    @weight(1)
    def test_remainder(self, twin, rng):
        """The last step of an epoch uses the batches that are left, and the next epoch begins anew."""
        for sizes, k in (((4, 4, 4, 4, 2), 2), ((3, 3, 3, 3, 1), 3), ((4, 2), 5)):
            run = made(twin, rng, is_plain=True, accumulate=k)
            run.trainer.fit(batches(rng, sizes), epochs=2)
            run.compare_model(f"after two epochs of {len(sizes)} batches with accumulate={k}")

    @weight(1)
    def test_clipped_once(self, twin, rng):
        """What was accumulated is clipped once, before the step."""
        run = made(twin, rng, is_plain=True, accumulate=2, max_grad_norm=0.1)
        run.trainer.fit(batches(rng, (4, 4, 3)), epochs=2)
        run.compare_model("after two epochs with accumulate=2 and max_grad_norm=0.1")

    @weight(1)
    def test_every_batch_by_itself(self, twin, rng):
        """Every batch goes through the model by itself: batch normalisation and dropout see one at a time."""
        run = made(twin, rng, ("ExponentialLR", {"gamma": 0.5}), accumulate=2)
        run.trainer.fit(batches(rng, (5, 4, 3)), batches(rng, HELD_OUT), epochs=2)
        run.compare_model("after two epochs with accumulate=2")
