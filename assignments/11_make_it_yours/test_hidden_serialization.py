"""Hidden checks of assignment 11: files, and trainings that go on from them."""

import numpy as np

from grader.calls import Call
from grader.checks import EXACT, compare, fine, raises, seconds, weight
from grader.compare import Mismatch

from .archives import archive, damaged, entries, foreign, with_version

KINDS = ("list", "tuple", "dict", "array", "scalar", "generator", "__tuple__", "__array__", "items")
VALUES = (None, True, False, 0, -3, 2**62 + 1, 0.1, -0.0, 1e-310, float("inf"), "", "täxt\n\x00", [], (), {}, [()])
# A text that looks like a number is a text, also as a key; and a dict may have the keys by which a file tells kinds.
ALIKE = (
    {1: "a", "1": "b", -1: "c", "-1": "d", 0: "e", "01": "f"},
    {"None": "None", "true": "True", "nan": "1e5", "": "[1]", "a.b": {"a": {"b": "a/b"}, "a/b": 1}},
    *({kind: value} for kind in KINDS for value in (["a"], "a", 0)),
    [{"type": "dict", "value": []}, {"kind": "array", "name": "array_0"}, {"array_0": 1, "tree": 2}],
    ["tuple", ["list", 1], ("dict", ())],
)


def kept(student, value):
    """What load gives for what save wrote."""
    file = student.file()
    student.call("serialization.save", file, value)
    return student.call("serialization.load", student.file(file.getvalue()))


def content_of(student, value):
    file = student.file()
    student.call("serialization.save", file, value)
    return file.getvalue()


def sample(rng):
    """A tree with arrays of several shapes."""
    return {
        "w": rng.normal(size=(40, 7)),
        "steps": [3, {0: rng.integers(9, size=5), 1: rng.normal(size=(2, 0, 3)).astype("f4")}],
        "betas": (0.9, np.asarray(rng.normal(), "f4")),
        "on": np.array(True),
    }


def check_refused(student, files, rng):
    """Each file is refused with a ValueError; a right one, asked after each, is not."""
    right = sample(rng)
    content = content_of(student, right)
    for name, bad in files:
        with raises(ValueError, doing=f"load of {name}"):
            student.call("serialization.load", student.file(bad))
        compare(student.call("serialization.load", student.file(content)), right, "load(what save wrote)", EXACT)


class TestSave:
    @weight(2)
    def test_values(self, student, rng):
        """What is loaded equals what was saved, in value and type: None, numbers, texts, lists, tuples, dicts."""
        nested = {"a": [1, (2.5, {"b": None, 3: "c"})], 0: {"": [True, []]}}
        for value in (*VALUES, *ALIKE, nested):
            compare(kept(student, value), value, f"load of what save({value!r}) wrote", EXACT)
        compare(str(kept(student, -0.0)), "-0.0", "load of what save(-0.0) wrote")
        compare(np.isnan(kept(student, float("nan"))), np.True_, "`load of what save(nan) wrote is nan`")

    @weight(2)
    def test_arrays(self, student, rng):
        """Arrays and scalars of NumPy come back with the same bits, dtype and shape."""
        value = rng.normal(size=(3, 4)) * 1e3
        for dtype in ("f8", "f4", "f2", "i8", "u1", "?", "c16"):
            compare(kept(student, value.astype(dtype)), value.astype(dtype), f"an array of {np.dtype(dtype)}", EXACT)
            scalar = value.astype(dtype)[0, 0]
            found = kept(student, scalar)
            compare(np.asarray(found), np.asarray(scalar), f"a scalar of {np.dtype(dtype)}", EXACT)
            compare(isinstance(found, np.ndarray), False, f"`a scalar of {np.dtype(dtype)} comes back as an array`")
        before, after = student.inside.kinds_of_scalars()
        compare(after, before, "the types of scalars, loaded")
        for shape in ((), (0,), (2, 0, 3), (1, 1)):
            array = np.asarray(rng.normal(size=shape))
            compare(kept(student, [array, array])[1], array, f"an array of shape {shape}", EXACT)
        special = np.array([np.nan, np.inf, -0.0, 5e-324])
        compare(kept(student, special).tobytes(), special.tobytes(), "the bytes of an array with nan and -0.0")

    @weight(1)
    def test_layouts(self, student, rng):
        """An array of any memory layout is saved by its values, and is only read."""
        value = rng.normal(size=(3, 4))
        for layout in ("F", "strided", "read-only", "big-endian"):
            array = student.array(value, layout)
            file = student.file()
            student.call("serialization.save", file, {"x": array})
            found = student.call("serialization.load", student.file(file.getvalue()))["x"]
            compare(found, value, f"an array ({layout}), loaded", EXACT)
            compare(student.value(array), value, f"an array ({layout}) after save", EXACT)

    @weight(2)
    def test_generators(self, student):
        """A generator of any kind that NumPy has goes on where the saved one was."""
        saved = student.call("inside.generators")
        file = student.file()
        student.call("serialization.save", file, {"all": saved})
        loaded = student.call("serialization.load", student.file(file.getvalue()))["all"]
        for one, other in zip(saved, loaded, strict=True):
            for draw, arguments in (("integers", (100,)), ("random", (5,)), ("normal", (0.0, 1.0, 3))):
                expected, found = student.run([Call("call", g, draw, arguments) for g in (one, other)])
                compare(np.asarray(found), np.asarray(expected), f"what a loaded generator draws by {draw}", EXACT)
        expected = np.random.default_rng(5).random(3)
        compare(kept_draws(student, 5), expected, "what a loaded default_rng(5) draws first", EXACT)

    @weight(1.5)
    def test_the_file_has_it(self, student, rng):
        """The file is an .npz without pickle, with all arrays and format_version 1 among its entries."""
        tree = sample(rng)
        found = entries(content_of(student, tree))
        compare(int(found.get("format_version", np.array(-1))), 1, "the entry format_version")
        for array in (tree["w"], *tree["steps"][1].values()):
            there = any(a.dtype == array.dtype and np.array_equal(a, array) for a in found.values())
            compare(there, True, f"`the file has the array of shape {array.shape} as one of its entries`")
        compare(kept(student, tree), tree, "load(what save wrote)", EXACT)

    @weight(1)
    def test_loads_what_the_file_says(self, student, rng):
        """load reads the file: with other numbers in an entry, it gives those."""
        tree = sample(rng)
        arrays = entries(content_of(student, tree))
        other = rng.normal(size=(40, 7))
        arrays = {name: other if np.array_equal(a, tree["w"]) else a for name, a in arrays.items()}
        found = student.call("serialization.load", student.file(archive(arrays)))
        compare(found, tree | {"w": other}, "load(a file with other numbers)", EXACT)

    @fine
    @weight(1)
    def test_refuses_objects(self, student, rng):
        """What cannot be saved is a TypeError that names its type, and nothing is written then."""
        parameter = student.nn.Parameter(np.ones(2))
        for value, name in (({"a": [1, parameter]}, "Parameter"), ({(1, 2): 3}, "tuple"), ([b"bytes"], "bytes")):
            file = student.file()
            with raises(TypeError, doing=f"save of an object with a {name} in it", naming=(name,)):
                student.call("serialization.save", file, {"x": rng.normal(size=3), "y": value})
            compare(file.getvalue(), b"", "the file after a save that was refused")
        file = student.file()
        with raises(TypeError, doing="save of an array of Python objects", naming=("object",)):
            student.call("inside.save_objects", file)
        compare(file.getvalue(), b"", "the file after a save that was refused")
        compare(kept(student, {"a": [1, 2]}), {"a": [1, 2]}, "load(what save wrote)")

    @fine
    @weight(0.5)
    def test_files_stay_open(self, student, rng):
        """save and load begin at the position of a file object, and leave it open."""
        x = rng.normal(size=4)
        file = student.file()
        student.run([Call("call", file, "write", (b"before",))])
        student.call("serialization.save", file, x)
        compare(student.run([Call("get", file, "closed")])[0], False, "file.closed after save")
        content = file.getvalue()
        compare(content[:6], b"before", "what was in the file before")
        again = student.file(content)
        student.run([Call("call", again, "seek", (6,))])
        compare(student.call("serialization.load", again), x, "load(file), from its position on", EXACT)
        compare(student.run([Call("get", again, "closed")])[0], False, "file.closed after load")


def kept_draws(student, seed):
    """What a generator draws first, after it was saved and loaded."""
    file = student.file()
    student.call("serialization.save", file, student.generator(seed))
    loaded = student.call("serialization.load", student.file(file.getvalue()))
    return student.run([Call("call", loaded, "random", (3,))])[0]


class TestLoad:
    @weight(1.5)
    def test_damaged(self, student, rng):
        """A file that is incomplete or damaged is refused with a ValueError."""
        check_refused(student, damaged(content_of(student, sample(rng)), rng), rng)

    @weight(1.5)
    def test_foreign(self, student, rng):
        """A file that something else wrote is refused with a ValueError, also an .npz with a pickled object."""
        check_refused(student, foreign(), rng)

    @weight(1)
    def test_later_version(self, student, rng):
        """A file of a later format version is refused with a ValueError that names the version."""
        right = sample(rng)
        content = content_of(student, right)
        for version in (2, 17):
            with raises(ValueError, doing=f"load of a file of format version {version}", naming=(version,)):
                student.call("serialization.load", student.file(with_version(version)(content)))
        found = student.call("serialization.load", student.file(with_version(1)(content)))
        compare(found, right, "load of a file of format version 1", EXACT)


def run_of(student, seed, x, target):
    return student.inside.Run(seed, x, target)


def saved(student, run):
    file = student.file()
    student.call("serialization.save_checkpoint", file, **run.parts())
    return file.getvalue()


class TestCheckpoint:
    @seconds(10)
    @weight(4)
    def test_resumes_exactly(self, student, twin, rng):
        """After load_checkpoint another training takes the next ten steps to the last bit: all parts are as saved."""
        x, target = rng.normal(size=(20, 4)), rng.normal(size=(20, 2))
        one, seed = int(rng.integers(1 << 30)), int(rng.integers(1 << 30))
        run, other = run_of(student, one, x, target), run_of(student, seed, x, target)
        run.steps(4)
        content = saved(student, run)
        other.steps(7)
        student.call("serialization.load_checkpoint", student.file(content), **other.parts())
        compare(other.all_of_it(), run.all_of_it(), "all parts after load_checkpoint", EXACT)
        expected = run.steps(10)
        unbroken = twin("inside.Run", one, x, target).steps(14).compare()
        compare(expected, unbroken.expected[4:], "the losses of ten steps after save_checkpoint")
        compare(other.steps(10), expected, "the losses of the next ten steps", EXACT)
        compare(other.all_of_it(), run.all_of_it(), "all parts after ten further steps", EXACT)

    @seconds(10)
    @weight(2)
    def test_saving_changes_nothing(self, student, rng):
        """save_checkpoint changes nothing: a training that is saved goes on like one that is not."""
        x, target = rng.normal(size=(20, 4)), rng.normal(size=(20, 2))
        seed = int(rng.integers(1 << 30))
        run, other = run_of(student, seed, x, target), run_of(student, seed, x, target)
        for each in (run, other):
            each.steps(3)
        content = saved(student, run)
        compare(run.steps(5), other.steps(5), "the losses of the next five steps", EXACT)
        student.call("serialization.load_checkpoint", student.file(content), **run.parts())
        third = run_of(student, seed, x, target)
        third.steps(3)
        compare(run.all_of_it(), third.all_of_it(), "all parts, after going back to the file", EXACT)

    @weight(2)
    def test_refused_files_change_nothing(self, student, rng):
        """A file that is refused changes no part."""
        x, target = rng.normal(size=(20, 4)), rng.normal(size=(20, 2))
        run = run_of(student, 5, x, target)
        run.steps(3)
        content = saved(student, run)
        run.steps(2)
        before = run.all_of_it()
        files = [("a file of a later version", with_version(2)(content)), *damaged(content, rng), *foreign()]
        for name, bad in files:
            with raises(ValueError, doing=f"load_checkpoint of {name}"):
                student.call("serialization.load_checkpoint", student.file(bad), **run.parts())
            compare(run.all_of_it(), before, f"all parts after {name} was refused", EXACT)
        student.call("serialization.load_checkpoint", student.file(content), **run.parts())
        if compare_quietly(run.all_of_it(), before):
            raise Mismatch("Nothing is loaded.", "all parts are as before after load_checkpoint of a right file")

    @weight(2)
    def test_all_or_none(self, student, rng):
        """If one part refuses its state, the parts before it are as they were, whatever their order."""
        x, target = rng.normal(size=(20, 4)), rng.normal(size=(20, 2))
        run = run_of(student, 5, x, target)
        run.steps(3)
        last, first = student.inside.Fragile(13), student.inside.Fragile(13)
        file = student.file()
        student.call("serialization.save_checkpoint", file, a=first, **run.parts(), z=student.inside.Fragile(1))
        other_file = student.file()
        student.call("serialization.save_checkpoint", other_file, a=student.inside.Fragile(1), **run.parts(), z=last)
        run.steps(2)
        before = run.all_of_it()
        for content in (file.getvalue(), other_file.getvalue()):
            now = student.inside.Fragile(4)
            with raises(ArithmeticError, doing="load_checkpoint with a part that refuses its state"):
                here = {"a": now, **run.parts(), "z": student.inside.Fragile(5)}
                student.call("serialization.load_checkpoint", student.file(content), **here)
            compare(run.all_of_it(), before, "all parts after one of them refused its state", EXACT)
            compare(student.get(now, "number"), 4, "a part that was loaded before the one that refused")
        good = saved(student, run)
        run.steps(1)
        student.call("serialization.load_checkpoint", student.file(good), **run.parts())
        compare(run.all_of_it(), before, "all parts after load_checkpoint", EXACT)

    @fine
    @weight(1)
    def test_names(self, student, rng):
        """Parts that are missing, here or there, are a KeyError that names them; one without a state, a TypeError."""
        scaler = student.inside.Fragile(3)
        file = student.file()
        student.call("serialization.save_checkpoint", file, counter=scaler, rng=student.generator(1))
        content = file.getvalue()
        for parts, naming in (
            ({"counter": scaler}, "rng"),
            ({"counter": scaler, "rng": student.generator(2), "scheduler": scaler}, "scheduler"),
        ):
            with raises(KeyError, doing=f"load_checkpoint with the parts {', '.join(parts)}", naming=(naming,)):
                student.call("serialization.load_checkpoint", student.file(content), **parts)
        empty = student.file()
        with raises(TypeError, doing="save_checkpoint(file, weights=<a Parameter>)", naming=("weights",)):
            student.call("serialization.save_checkpoint", empty, weights=student.nn.Parameter(np.ones(2)))
        compare(empty.getvalue(), b"", "the file after save_checkpoint was refused")
        here = student.inside.Fragile(8)
        student.call("serialization.load_checkpoint", student.file(content), rng=student.generator(9), counter=here)
        compare(student.get(here, "number"), 3, "a part after load_checkpoint")


def compare_quietly(found, expected):
    """Whether they are equal to the last bit."""
    try:
        compare(found, expected, "all parts", EXACT)
    except Mismatch:
        return False
    return True
