"""Hidden checks of assignment 12: the format."""

import json

import numpy as np

from grader.checks import EXACT, compare, fine, raises, weight

from .strict import CODES, entry, packed, read, write, written

WIDE = [code for name, code in CODES.items() if name != "BOOL"]
GOOD = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([7, 8, 9], np.int16)}


def drawn(rng, code, shape=(2, 3)):
    """Random bytes as numbers; no NaN, of which there are many."""
    dtype = np.dtype(code)
    if dtype.kind == "f":
        return np.asarray(rng.normal(size=shape) * 100, dtype.newbyteorder("="))
    if dtype.kind == "b":
        return np.asarray(rng.random(shape) < 0.5)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype.newbyteorder("="), endpoint=True)


def mixed(rng):
    """Arrays of all dtypes in a random order, so that most do not lie at multiples of their size."""
    names = rng.permutation(list(CODES))
    return {f"{name}.{i}": drawn(rng, CODES[name], (3, 1 + i % 2)) for i, name in enumerate(names.tolist())}


def compare_all(found, expected, what):
    compare(sorted(found), sorted(expected), f"the names of {what}")
    for name, array in expected.items():
        compare(found[name], array, f"{name} of {what}", EXACT)


def refuse_each(student, files):
    """Each of these files is refused, where a right one is read."""
    compare_all(student.interop.load(written(GOOD)), GOOD, "a right file")
    for what, data in files.items():
        with raises(ValueError, doing=f"load of a file in which {what}"):
            student.interop.load(data)


class TestLoad:
    @weight(1.5)
    def test_dtypes(self, student, rng):
        """load knows twelve dtypes of NumPy, wherever in the buffer an array begins."""
        for _ in range(3):
            arrays = mixed(rng)
            compare_all(student.interop.load(written(arrays)), arrays, "a file")

    @weight(1)
    def test_shapes(self, student, rng):
        """Arrays have any number of dimensions, none among them, and may be empty."""
        shapes = [(), (1,), (0,), (5,), (2, 3, 4), (3, 0, 2), (1, 1, 1, 1, 2)]
        arrays = {f"x{i}": drawn(rng, "<f8", shape) for i, shape in enumerate(shapes)}
        compare_all(student.interop.load(written(arrays)), arrays, "a file")
        compare(student.interop.load(written({})), {}, "load of a file without arrays")

    @weight(1)
    def test_order_of_the_buffer(self, student, rng):
        """The offsets say where an array is, not the order of the header; names come in the order of the header."""
        a, b = drawn(rng, "<f4"), drawn(rng, "<i8", (4,))
        buffer = b.tobytes() + a.tobytes()
        found = student.interop.load(write({"z": entry("F32", (2, 3), 32, 56), "b": entry("I64", (4,), 0, 32)}, buffer))
        compare(list(found), ["z", "b"], "the names")
        compare_all(found, {"z": a, "b": b}, "the file")
        none = np.zeros((0,), np.float32)  # begins where another array begins or ends, wherever the header has it
        for places in ((0, 32), (32, 0)):
            entries = {"b": entry("I64", (4,), 0, 32)} | {f"n{at}": entry("F32", (0,), at, at) for at in places}
            found = student.interop.load(write(entries, b.tobytes()))
            compare_all(found, {"b": b, "n0": none, "n32": none}, "a file with empty arrays")

    @weight(1)
    def test_bfloat16(self, student, rng):
        """BF16 is the upper half of a float32, and becomes one; so do 0, infinity, NaN and the smallest numbers."""
        halves = rng.integers(0, 0x7F00, 7).astype("<u2") | (rng.integers(0, 2, 7).astype("<u2") << 15)
        extremes = np.array([0, 0x8000, 1, 0x8041, 0x7F, 0x80, 0x7F7F, 0x7F80, 0xFF80, 0x7FC0], "<u2")
        halves = np.concatenate([halves, extremes])
        expected = np.zeros((17, 2), "<u2")
        expected[:, 1] = halves
        data = write({"x": entry("BF16", (17,), 0, 34)}, halves.tobytes())
        compare(student.interop.load(data)["x"], expected.view("<f4")[:, 0].astype(np.float32), "x of BF16", EXACT)

    @weight(0.5)
    def test_metadata(self, student, rng):
        """Metadata are no array; a header may be padded, and names may have any character."""
        arrays = {'été.日本."\\': drawn(rng, "<f4"), "": drawn(rng, "i1")}
        data = written(arrays, {"format": "pt", "note": "{}"})
        compare_all(student.interop.load(data), arrays, "a file with metadata")
        padded = write({"x": entry("U8", (1,), 0, 1)}, b"\5", b" " * int(rng.integers(1, 40)))
        compare_all(student.interop.load(padded), {"x": np.array([5], np.uint8)}, "a file whose header is padded")

    @fine
    @weight(0.5)
    def test_memory(self, student):
        """The arrays are writable, in C order and in the machine's order of bytes, each in memory of its own."""
        compare_all(student.interop.load(written(GOOD)), GOOD, "a file")
        for facts in student.inside.facts_of_arrays(written(GOOD | {"c": np.zeros((3, 2))})):
            compare(facts, {"writable": True, "C order": True, "native": True, "alone": True}, "an array of load")

    @weight(1)
    def test_refuses_truncated(self, student, rng):
        """A file that ends early, wherever, is refused; so is one with bytes behind its arrays."""
        data = written(GOOD)
        header = int.from_bytes(data[:8], "little")
        ends = [0, 1, 7, 8, 9, 8 + header // 2, 8 + header, len(data) - 1]
        files = {f"only the first {end} of {len(data)} bytes are left": data[:end] for end in ends}
        files["there is a byte more"] = data + b"\0"
        files["there are no arrays, but a byte"] = packed(b"{}", b"\0")
        for length in (len(data) - 7, 10**9, 2**63, 2**64 - 1):
            files[f"the header would have {length} bytes"] = length.to_bytes(8, "little") + data[8:]
            files[f"the header would have {length} bytes, and has two"] = length.to_bytes(8, "little") + b"{}"
        refuse_each(student, files)

    @weight(1.5)
    def test_refuses_offsets(self, student):
        """Offsets that overlap, leave a gap, run backwards, or reach beyond the buffer are refused."""
        x = entry("U8", (4,), 0, 4)
        wrong = {
            "two arrays overlap": ({"x": x, "y": entry("U8", (4,), 2, 6)}, 6),
            "two arrays are the same bytes": ({"x": x, "y": x}, 4),
            "one array is within another": ({"x": x, "y": entry("U8", (2,), 1, 3)}, 4),
            "there is a gap": ({"x": x, "y": entry("U8", (4,), 5, 9)}, 9),
            "there is a gap before the first array": ({"x": entry("U8", (4,), 1, 5)}, 5),
            "an array ends beyond the buffer": ({"x": entry("U8", (4,), 0, 4)}, 3),
            "an array begins after its end": ({"x": entry("U8", (4,), 4, 0)}, 4),
            "an empty array is beyond the buffer": ({"x": x, "y": entry("U8", (0,), 9, 9)}, 4),
            "a gap and an overlap add up to nothing": (
                {"x": x, "y": entry("U8", (4,), 2, 6), "z": entry("U8", (2,), 8, 10)},
                10,
            ),
        }
        refuse_each(student, {what: write(entries, bytes(count)) for what, (entries, count) in wrong.items()})

    @weight(1.5)
    def test_refuses_lengths(self, student):
        """Offsets that do not fit shape and dtype are refused, also if the sizes multiply to more than an integer of
        64 bits holds.
        """
        wrong = {
            "an array is too short": entry("F32", (3,), 0, 8),
            "an array is too long": entry("F32", (1,), 0, 8),
            "the dtype needs twice as much": entry("F64", (2,), 0, 8),
            "BF16 needs two bytes": entry("BF16", (2,), 0, 8),
            "a number takes no bytes": entry("F32", (), 0, 8),
        }
        files = {what: write({"x": said}, bytes(8)) for what, said in wrong.items()}
        for shape in ((2**32, 2**32), (2**62, 4), (2**63, 2), (2**40, 2**24)):
            files[f"the shape is {shape}"] = write({"x": entry("F32", shape, 0, 0)}, b"")
        refuse_each(student, files)

    @weight(1)
    def test_refuses_kinds(self, student):
        """Unknown dtypes, and sizes or offsets that are no integers from 0, are refused."""
        wrong = [entry(dtype, (8,), 0, 8) for dtype in ("F", "u8", "", "F128", "Q4", "|u1")]
        wrong += [entry("U8", shape, 0, 8) for shape in ((-1, -8), (8.0,), ("8",), (8, True), (None,), ([8],))]
        wrong += [entry("U8", (8,), *offsets) for offsets in ((False, 8), (0, 8.0), (-8, 0), ("0", "8"), (0, None))]
        wrong += [{**entry("U8", (8,), 0, 8), key: value} for key, value in (("shape", 8), ("shape", {"8": 8}))]
        wrong += [{**entry("U8", (8,), 0, 8), "data_offsets": value} for value in ([0], [0, 8, 8], 8, {"0": 8}, None)]
        wrong += [{**entry("U8", (8,), 0, 8), "dtype": value} for value in (8, None, ["U8"])]
        for key in ("dtype", "shape", "data_offsets"):
            wrong.append({name: value for name, value in entry("U8", (8,), 0, 8).items() if name != key})
        wrong += [None, 8, "U8", [], {}]
        refuse_each(student, {f"an entry is {said}": write({"x": said}, bytes(8)) for said in wrong})

    @weight(1.5)
    def test_refuses_headers(self, student):
        """A header that is no JSON object in UTF-8, does not begin with {, or has a name twice, is refused."""
        text = json.dumps({"x": entry("U8", (1,), 0, 1)})
        twice = text[:-1] + ", " + text[1:]
        headers = {
            "the header is empty": b"",
            "the header is a list": b"[]",
            "the header is a number": b"12",
            "the header breaks off": text[:-1].encode(),
            "the header has a comma too many": (text[:-1] + ",}").encode(),
            "the header goes on after its end": (text + "{}").encode(),
            "the header begins with a space": (" " + text).encode(),
            "the header begins with a mark of its encoding": b"\xef\xbb\xbf" + text.encode(),
            "the header is UTF-16": text.encode("utf-16-le"),
            "the header is Latin-1": text.replace("x", "é").encode("latin-1"),
            "the header has a surrogate": text.encode().replace(b"x", b"\xed\xa0\x80"),
            "a name occurs twice": twice.encode(),
            "the metadata occur twice": (text[:-1] + ', "__metadata__": {}, "__metadata__": {}}').encode(),
            "the header ends in zeros": text.encode() + bytes(8 - len(text) % 8),
            "a key of an entry occurs twice": text.replace('"dtype"', '"shape": [1], "dtype"').encode(),
            "the header has a hundred thousand brackets": b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        }
        refuse_each(student, {what: packed(header, b"\5") for what, header in headers.items()})

    @fine
    @weight(1)
    def test_refuses_metadata(self, student):
        """Metadata that are no object of texts are refused; so is a shape that no array can have."""
        x = {"x": entry("U8", (1,), 0, 1)}
        wrong = [5, "pt", ["pt"], {"a": 5}, {"a": None}, {"a": {"b": "c"}}, entry("U8", (0,), 0, 0)]
        files = {f"the metadata are {said}": write({"__metadata__": said} | x, b"\5") for said in wrong}
        files["a size is 2 to the 70th"] = write({"x": entry("U8", (2**70, 0), 0, 0)}, b"")
        refuse_each(student, files)


class TestSave:
    @weight(1.5)
    def test_dtypes(self, student, rng):
        """A strict reader gets back all arrays of all dtypes."""
        for _ in range(3):
            arrays = mixed(rng)
            compare_all(read(student.interop.save(arrays), "save(tensors)")[0], arrays, "what save wrote")

    @weight(1)
    def test_shapes(self, student, rng):
        """Arrays without dimensions, and empty ones, are written, too; so is no array at all."""
        shapes = [(), (1,), (0,), (2, 3, 4), (3, 0, 2)]
        arrays = {f"x{i}": drawn(rng, "<f4", shape) for i, shape in enumerate(shapes)}
        compare_all(read(student.interop.save(arrays), "save(tensors)")[0], arrays, "what save wrote")
        compare(read(student.interop.save({}), "save({})")[0], {}, "what save({}) wrote")

    @weight(1)
    def test_layouts(self, student, rng):
        """Numbers are written in C order, least significant byte first, however they lie in memory."""
        for layout in ("F", "strided", "read-only", "big-endian"):
            for array in (drawn(rng, "<f8", (3, 4)), drawn(rng, "<i4", (2, 3, 2))):
                data = student.interop.save({"x": student.array(array, layout)})
                compare(read(data, f"save of an array in layout {layout}")[0]["x"], array, f"x, {layout}", EXACT)

    @weight(0.5)
    def test_names(self, student, rng):
        """Names may have any character; names and metadata come back, and the order of the names is kept."""
        arrays = {name: drawn(rng, "<f4") for name in ("z.weight", "été.日本", 'a"b\\c\n', "")}
        found, metadata = read(student.interop.save(arrays, {"format": "np", "ü": "{}"}), "save(tensors, metadata)")
        compare(list(found), list(arrays), "the order of the names")
        compare_all(found, arrays, "what save wrote")
        compare(metadata, {"format": "np", "ü": "{}"}, "the metadata")
        compare(read(student.interop.save(arrays), "save(tensors)")[1], {}, "the metadata of save(tensors)")

    @weight(0.5)
    def test_alignment(self, student, rng):
        """The buffer begins at a multiple of 8, however long the names are."""
        for length in range(1, 9):
            data = student.interop.save({"x" * length: drawn(rng, "u1", (3,))})
            read(data, f"save of a name of length {length}")

    @fine
    @weight(0.5)
    def test_refuses(self, student):
        """Dtypes that the format lacks, and names or metadata that are no texts, are refused."""
        read(student.interop.save({"x": np.ones(2)}), "save({'x': ...})")
        for array in (np.ones(2, np.complex128), np.ones((), np.complex64)):
            with raises(ValueError, doing=f"save of an array of dtype {array.dtype}"):
                student.interop.save({"x": array})
        for tensors in ({"__metadata__": np.ones(2)}, {5: np.ones(2)}):
            with raises(ValueError, doing=f"save of the name {next(iter(tensors))!r}"):
                student.interop.save(tensors)
        for metadata in ({"a": 5}, {5: "a"}, {"a": None}):
            with raises(ValueError, doing=f"save with the metadata {metadata}"):
                student.interop.save({"x": np.ones(2)}, metadata)

    @weight(0.5)
    def test_inputs_stay(self, student, rng):
        """save changes neither the arrays nor the metadata."""
        arrays = {"x": drawn(rng, "<f8"), "y": drawn(rng, "<i4", (3,))}
        compare_all(read(student.interop.save(arrays), "save(tensors)")[0], arrays, "what save wrote")
        compare(student.inside.stays_as_it_is(arrays), True, "`tensors and metadata are as they were`")


class TestFiles:
    @weight(1)
    def test_files(self, student, rng):
        """load_file and save_file do the same with a file that is open, from where it is on, and leave it open."""
        arrays = mixed(rng)
        file = student.file()
        student.interop.save_file(arrays, file, {"format": "np"})
        found, metadata = read(file.getvalue(), "save_file(tensors, file, metadata)")
        compare_all(found, arrays, "what save_file wrote")
        compare(metadata, {"format": "np"}, "the metadata")
        compare_all(student.interop.load_file(student.file(written(arrays))), arrays, "what load_file read")
        file = student.file(b"abc" + written(arrays))
        file.seek(3)
        compare_all(student.interop.load_file(file), arrays, "what load_file read from byte 3 on")
        file = student.file()
        file.write(b"abc")
        student.interop.save_file(arrays, file)
        data = file.getvalue()
        compare(data[:3], b"abc", "what was in the file before save_file")
        compare_all(read(data[3:], "save_file after three bytes")[0], arrays, "what save_file wrote after three bytes")

    @fine
    @weight(0.5)
    def test_refuses(self, student):
        """load_file refuses what load refuses; where save_file raises, nothing is written."""
        compare_all(student.interop.load_file(student.file(written(GOOD))), GOOD, "what load_file read")
        with raises(ValueError, doing="load_file of a file that is cut off"):
            student.interop.load_file(student.file(written(GOOD)[:-1]))
        file = student.file()
        with raises(ValueError, doing="save_file of complex numbers"):
            student.interop.save_file({"a": np.ones(3), "b": np.ones(2, complex)}, file)
        compare(file.getvalue(), b"", "what is in the file")
