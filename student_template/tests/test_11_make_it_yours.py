"""Public checks of assignment 11: one of each kind."""

import numpy as np

from grader.checks import check_own_gradients, compare, fine, raises, weight


class TestOwnLayer:
    @weight(1)
    def test_gradients_here(self, student, rng):
        """OwnLayer.backward gives the derivative of OwnLayer.forward, for x and every parameter."""
        layer = student.custom.OwnLayer(4, rng=student.generator(1))
        names = [name for name, _ in layer.named_parameters()]
        compare(bool(names), True, "`OwnLayer(4) has a parameter`")
        x = 1.5 * rng.normal(size=(40, 4))
        y = layer.forward(x)
        compare(y.shape, x.shape, "the shape of y")
        columns = np.column_stack([x, np.maximum(x, 0), np.ones(40)])
        rest = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
        bent = np.linalg.norm(rest) > 1e-4 * np.linalg.norm(y - y.mean(axis=0))
        compare(bool(bent), True, "`y is neither linear in x nor a piecewise linear function with one kink at 0`")
        check_own_gradients(student, layer, x[:5], parameters=names, rng=rng)
        check_own_gradients(student, layer, -3 * np.abs(x[:5]), parameters=names, rng=rng)


class TestOwnOptimizer:
    @weight(1)
    def test_valley(self, student, rng):
        """200 steps with default options bring L = (w0^2 + 4 w1^2) / 2 below a tenth of where it began."""
        curvature, best = np.array([1.0, 4.0]), 3 + rng.normal(size=2)
        p = student.nn.Parameter(best + np.array([1.0, -1.0]))
        optimizer = student.custom.OwnOptimizer([p])
        for _ in range(200):
            p.grad = curvature * (p.data - best)
            optimizer.step()
        away = np.array(p.data) - best
        compare(bool(away @ (curvature * away) < 0.5), True, "`the loss is below a tenth of 5 after 200 steps`")


class TestSave:
    @weight(1)
    def test_there_and_back(self, student, rng):
        """load gives back what save wrote: a tuple is a tuple, and a generator goes on where it was."""
        x, generator = rng.normal(size=(2, 3)), student.generator(3)
        generator.random()
        file = student.file()
        student.call("serialization.save", file, {"x": x, "betas": (0.9, 2), "rng": generator})
        found = student.call("serialization.load", student.file(file.getvalue()))
        compare(found["x"], x, "x")
        compare(found["betas"], (0.9, 2), "betas")
        compare(found["rng"].random(), generator.random(), "what the generator draws next")


class TestLoad:
    @weight(1)
    def test_half_a_file(self, student):
        """Half a file is refused with a ValueError, and a whole one is not."""
        file = student.file()
        student.call("serialization.save", file, {"x": np.arange(100.0)})
        content = file.getvalue()
        with raises(ValueError, doing="load of half a file"):
            student.call("serialization.load", student.file(content[: len(content) // 2]))
        found = student.call("serialization.load", student.file(content))
        compare(found, {"x": np.arange(100.0)}, "load of the whole file")


class TestCheckpoint:
    @weight(1)
    def test_optimizer_and_generator(self, student):
        """After load_checkpoint, another optimizer and another generator are as those that were saved."""
        p = student.nn.Parameter(np.ones(2))
        optimizer, rng = student.optim.Adam([p], lr=0.1), student.generator(1)
        p.grad = np.array([1.0, -2.0])
        optimizer.step()
        rng.random()
        file = student.file()
        student.call("serialization.save_checkpoint", file, optimizer=optimizer, rng=rng)
        q = student.nn.Parameter(np.array(p.data))
        other, fresh = student.optim.Adam([q], lr=0.5), student.generator(2)
        content = student.file(file.getvalue())
        student.call("serialization.load_checkpoint", content, optimizer=other, rng=fresh)
        for each, steps in ((p, optimizer), (q, other)):
            each.grad = np.array([0.5, 0.5])
            steps.step()
        compare(np.array(q.data), np.array(p.data), "p.data after one more step")
        compare(fresh.random(), rng.random(), "what the generator draws next")


class TestGradScaler:
    @weight(1)
    def test_worked_example(self, student):
        """The numbers of the handout: four updates, of which the second overflows."""
        p = student.nn.Parameter(np.array([1.0]))
        optimizer = student.optim.SGD([p], lr=0.5)
        scaler = student.amp.GradScaler(init_scale=8.0, growth_interval=2)
        story = ((4.0, 0.75, 8.0), (np.inf, 0.75, 4.0), (2.0, 0.5, 4.0), (-4.0, 1.0, 8.0))
        for number, (gradient, value, scale) in enumerate(story, start=1):
            p.grad = np.array([gradient])
            scaler.step(optimizer)
            scaler.update()
            compare(np.array(p.data), np.array([value]), f"p.data after update {number}")
            compare(scaler.get_scale(), scale, f"the scale after update {number}")

    @fine
    @weight(0.5)
    def test_refuses_two_steps(self, student):
        """A second step before update is a RuntimeError."""
        p = student.nn.Parameter(np.array([1.0]))
        p.grad = np.array([2.0])
        scaler, optimizer = student.amp.GradScaler(init_scale=2.0), student.optim.SGD([p], lr=0.5)
        scaler.step(optimizer)
        with raises(RuntimeError, doing="scaler.step(optimizer), twice before update"):
            scaler.step(optimizer)
        compare(np.array(p.data), np.array([0.5]), "p.data after one step")
