"""The same tools on a framework in another process: what is true here has to be true there."""

import inspect
from types import ModuleType

import numpy as np
import pytest

from grader.calls import Call
from grader.checks import check_gradients, check_own_gradients, raises
from grader.checks.errors import under_test
from grader.checks.follow_through import FollowThrough
from grader.checks.twin import Workbench
from grader.compare import Mismatch
from grader.isolation.outside.faults import StudentError
from grader.isolation.outside.remote import RemoteFramework
from grader.isolation.walls.limits import Limits
from grader.isolation.wire.files import packed

X = np.arange(6.0).reshape(3, 2)
EXTRA = """
class Doubler:
    def __init__(self, parts):
        self.parts = parts
    def double(self):
        for part in self.parts:
            part.data *= 2
    def __iter__(self):
        return iter([part.data for part in self.parts])
    def __getitem__(self, key):
        return self.parts[key]
    def nothing(self):
        return [1.0]
"""


@pytest.fixture
def source(classes):
    """The text of `nn`, for both sides."""
    return "import numpy as np\n\n" + "\n\n".join(map(inspect.getsource, classes.values())) + EXTRA


@pytest.fixture
def remote(sandbox, source):
    """The framework in a worker, with some of its text replaced."""
    workers = []

    sandbox.load_all()

    def ask(do, content):
        workers.append(sandbox.spawn(Limits(seconds=20.0)))
        workers[-1].limit(20.0)
        return workers[-1].request(do, content, {})

    def open_one(*changes):
        text = source
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        files = {"__init__.py": b"from . import nn", "nn.py": text.encode()}
        rows = ask("compile", {path: np.frombuffer(data, np.uint8) for path, data in files.items()})
        ask("load", packed([*row, []] for row in rows))
        return RemoteFramework(workers[-1])

    yield open_one
    for worker in workers:
        worker.end()


@pytest.fixture
def reference(source):
    package, nn = ModuleType("tiny"), ModuleType("tiny.nn")
    exec(source, vars(nn))
    package.nn = nn
    return package


@pytest.fixture
def twin(remote, reference, rng):
    """Makes the `twin` of a check whose student has some text replaced."""
    return lambda *changes: Workbench(remote(*changes), reference, rng)


def test_right_objects_compare_equal(twin, rng):
    t = twin()("nn.Linear", 2, 3)
    t.forward(X).compare()
    t.backward(rng.normal(size=(3, 3))).compare()
    t.compare("weight.grad", "bias.grad")
    check_gradients(t, X, rng=rng)


def test_a_wrong_value_is_named_by_its_path(twin, said):
    student = twin(("dy.sum(0)", "dy.mean(0)"))
    t = student("nn.Linear", 2, 3)
    t.forward(X)
    t.backward(np.ones((3, 3)))
    t.compare("bias.grad")

    assert said(student.finish) == "Linear.bias.grad[0] is 1, but should be 3 (3 of 3 differ)"


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        ("np.zeros((in_features, out_features))", "has shape (2, 3), but should have shape (3, 2) (it is transposed)"),
        ("None", "is None, but should be a numpy.ndarray"),
        ("[[0.0] * 2] * 3", "is a list of 3 items, but should be a numpy.ndarray"),
        ("np.ma.zeros((3, 2))", "is an object of type numpy.ma.MaskedArray, but should be a numpy.ndarray"),
        ("Module()", "is an object of type Module, but should be a numpy.ndarray"),
    ],
)
def test_a_parameter_of_another_kind_is_refused(twin, said, new, problem):
    student = twin(("np.zeros((out_features, in_features))", new))

    student("nn.Linear", 2, 3)
    assert said(student.finish) == f"Linear.weight.data {problem}"


def test_memory_is_held_and_overwritten_there_too(twin, said):
    def overwrite(*changes):
        student = twin(*changes)
        t = student("nn.Tanh")
        y = t.hold("forward", X).compare()
        y.fill(0.0)
        t.backward(np.ones((3, 2))).compare()
        student.finish()

    overwrite()
    assert "Tanh.backward(array of shape (3, 2))" in said(lambda: overwrite(("self.y.copy()", "self.y")))


def test_a_changed_input_is_found(twin, said):
    student = twin(("self.y = np.tanh(x)", "self.y = np.tanh(x); x[0] = 7"))
    x = student.array(X, "big-endian")
    student("nn.Tanh").forward(x).compare()
    x.compare()

    assert "is 7 at [0, 0], but should be 0 (2 of 6 differ)" in said(student.finish)


def test_twins_in_a_list_are_changed_in_place(twin, said):
    for changes, in_place in ((), True), ((("part.data *= 2", "part.data = part.data * 2"),), False):
        student = twin(*changes)
        p = student("nn.Parameter", X)
        data = p.hold("data")
        doubler = student("nn.Doubler", [p, student("nn.Parameter", X)])
        doubler.double()
        p.compare("data")
        assert [part.compare().name for part in doubler] == ["Doubler[0]", "Doubler[1]"]
        data.compare()
        if in_place:
            student.finish()
        else:
            assert "[0, 1] is 1" in said(student.finish)


def test_another_number_of_items_is_a_wrong_answer(twin, said):
    student = twin(("iter([part.data for part in self.parts])", "iter([])"))
    doubler = student("nn.Doubler", [student("nn.Parameter", X)])

    assert said(lambda: list(doubler)) == "Doubler gave 0 items, but should give 1"


@pytest.mark.parametrize("answer", ["None", "5.0", "object()", "np.float64"])
def test_what_has_no_items_is_the_students_failure(twin, answer):
    result = twin(("return [1.0]", f"return {answer}"))("nn.Doubler", []).nothing()

    with pytest.raises((Mismatch, StudentError)):
        list(result)


def test_an_exception_is_recognised_and_its_message_read(remote):
    linear = remote().nn.Linear(2, 3)
    with raises(ValueError, doing="Linear(2, 3) given shape (7, 5)", naming=((7, 5), (3, 2))):
        linear.forward(np.zeros((7, 5)))


def test_a_stub_never_counts(remote):
    linear = remote(("return x @ self.weight", "raise NotImplementedError('nn'); return x @ self.weight")).nn.Linear(
        2, 3
    )

    with pytest.raises(StudentError) as caught, raises(RuntimeError, doing="forward"):
        linear.forward(X)
    assert caught.value.unwritten


def test_half_credit_is_found_out_over_there(twin, rng):
    student = twin(("np.tanh(x)", "np.tanh(1.001 * x)"), ("dy * (1 - self.y**2)", "1.001 * dy * (1 - self.y**2)"))
    check_gradients(student("nn.Tanh"), rng.normal(size=(4, 6)), rng=rng)
    student.finish()

    assert [error.share for error in student.wrong.deferred] == [0.5]


def test_own_gradients_are_checked_and_parameters_restored(remote, rng):
    student = remote()
    linear = student.nn.Linear(5, 3)
    weight = rng.normal(size=(3, 5))
    student.set(linear, "weight.data", weight)
    check_own_gradients(student, linear, rng.normal(size=(7, 5)), parameters=("weight", "bias"), rng=rng)

    assert np.array_equal(student.get(linear, "weight.data"), weight)


REFUSING = (
    "self.y = np.tanh(x)",
    "if x.size == 0: raise ValueError('empty')\n        self.y = np.tanh(x)",
)


def test_what_waited_before_raises_is_not_taken_for_what_its_block_raised(remote):
    student = remote(REFUSING)
    tanh = student.nn.Tanh()
    with under_test(student):
        student.later([Call("call", tanh, "forward", (np.ones(0),))])
        with pytest.raises(StudentError, match="empty"), raises(ValueError, doing="nothing"):
            pytest.fail("what came before was not done first")


@pytest.mark.parametrize("asks", ["later", "ask"])
def test_what_waits_at_the_end_of_raises_belongs_to_its_block(remote, asks):
    student = remote(REFUSING)
    tanh = student.nn.Tanh()
    refused = Call("call", tanh, "forward", (np.ones(0),))
    with under_test(student):
        with raises(ValueError, doing="Tanh.forward of nothing"):
            student.later([refused]) if asks == "later" else student.ask(refused)
        with pytest.raises(Mismatch, match="raised nothing"), raises(ValueError, doing="Tanh.forward of something"):
            student.later([Call("call", tanh, "forward", (X,))])
    assert student.run([Call("call", tanh, "forward", (X,))])[0].shape == X.shape


def test_the_student_of_a_twin_computes_when_somebody_looks(twin, monkeypatch):
    """A call whose result nobody needs makes no round trip of its own, and is done in its place."""
    bench = twin()
    t, asked = bench("nn.Tanh"), []
    post = bench.student._worker.post
    monkeypatch.setattr(bench.student._worker, "post", lambda *request: (asked.append(request), post(*request)))
    first, second = t.forward(X), t.forward(2 * X)
    gradient = t.backward(np.ones((3, 2)))
    for one in (first, second, gradient):
        one.compare()
    assert not asked

    bench.finish()
    assert len(asked) == 1


def test_what_a_call_of_a_twin_raised_is_told_to_whoever_looks_at_it_or_at_a_later_one(twin):
    student = twin(REFUSING)
    t = student("nn.Tanh")
    before, wrong = t.forward(X), t.forward(np.ones(0))
    after = t.forward(X)
    for one in (after, wrong):
        with pytest.raises(StudentError, match="empty"):
            assert one.actual is None
    before.compare()
    t.forward(X).compare()
    student.finish()


def test_a_difference_is_told_before_what_was_raised_after_it(twin):
    """As if each call had made a round trip of its own."""
    student = twin(REFUSING, ("dy * (1 - self.y**2)", "dy"))
    t = student("nn.Tanh")
    t.forward(X).compare()
    t.backward(np.ones((3, 2))).compare()
    t.forward(np.ones(0)).compare()
    with pytest.raises(Mismatch, match="backward"):
        student.finish()


@pytest.mark.parametrize("calls", [3, 40])
def test_of_several_differences_the_first_is_told(twin, said, calls):
    """Whether they are found in one round trip or in several."""
    student = twin(("self.y = np.tanh(x)", "self.y = np.tanh(x) + x.size"))
    t = student("nn.Tanh")

    def compare_all():
        for size in range(1, calls):
            t.forward(np.zeros(size)).compare()
        student.finish()

    assert "[0] is 1, but should be 0" in said(compare_all)


def test_what_is_expected_is_what_it_was_when_it_was_compared(twin):
    """As if it had been compared at once, whatever becomes of the arrays on both sides."""
    student = twin()
    x = student.array(X)
    x.compare()
    x.fill(7.0)
    x.compare()
    student.finish()


def test_whether_a_backward_fits_is_found_out_about_the_module_as_it_was_given(twin, rng):
    """Although calls after the check wait for the same round trip, or for the one after it."""
    student = twin(
        ("self.y = np.tanh(x)", "self.y = np.tanh(2 * x)"), ("dy * (1 - self.y**2)", "2 * dy * (1 - self.y**2)")
    )
    t = student("nn.Tanh")
    check_gradients(t, rng.normal(size=(4, 6)), rng=rng)
    t.forward(X).compare()
    with pytest.raises(FollowThrough):
        student.run([Call("call", t, "forward", (X,))] * 100)


def test_a_long_check_does_not_wait_for_its_end(twin, said):
    """The worker begins with what has come together, and memory does not grow."""
    student = twin(("self.y = np.tanh(x)", "self.y = x"))
    t = student("nn.Tanh")
    forward = iter([t.forward] * 1000)

    assert "Tanh.forward" in said(lambda: [one(X).compare() for one in forward])
    assert len(list(forward)) > 800
