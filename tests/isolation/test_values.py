"""Frames and values on the wire: what goes in comes out, and whatever else arrives is refused with one exception."""

import contextlib
import json
import math
import random
import socket
import threading
import time
from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.isolation.wire import frames, values


def frame(header: bytes, body: bytes = b"", magic: bytes = frames.MAGIC, sizes: tuple[int, int] | None = None) -> bytes:
    return frames.PREFIX.pack(magic, *(sizes or (len(header), len(body)))) + header + body


def receive(data: bytes, seconds: float = 5.0):
    """Receive what `data` holds from a peer that sends it and hangs up."""
    here, there = socket.socketpair()
    with here, there:
        there.setblocking(False)
        there.send(data)
        there.close()
        return frames.Reader(here).receive(frames.until(time.monotonic() + seconds))


def decode(node: object, body: bytes = b""):
    return values.Decoder(memoryview(body)).decode(node)


def there_and_back(value: object) -> object:
    """Encode, pass through JSON and a byte string, decode."""
    encoder = values.Encoder(other=lambda _value: values.unsendable("other"))
    return decode(json.loads(encoder.encode(value)), b"".join(bytes(buffer) for buffer in encoder.buffers))


def same(one: object, other: object) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    return one == other or (one != one and other != other)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -1,
        2**63 - 1,
        -(2**63) + 1,
        0.1,
        -0.0,
        math.inf,
        -math.inf,
        math.nan,
        "",
        "ü🙂",
        b"",
        b"\0\xff",
        [],
        (),
        {},
        [1, [2.5, "x", None]],
        (1, (2,)),
        {"a": [1], 3: (2, 4)},
        slice(1, None, -1),
        Ellipsis,
        np.float32(1.5),
        np.int8(-3),
        np.bool_(True),
        np.complex128(1 + 2j),
        np.zeros((0, 3)),
        np.array(3.0),
        np.ones((2, 3, 4), np.float16),
        np.arange(10_000.0),
        values.Handle(3, 4),
        values.Path("nn.Linear"),
        values.Unsendable("generator"),
    ],
)
def test_every_kind_of_value_survives_the_way_there_and_back(value):
    assert same(there_and_back(value), value)


@pytest.mark.parametrize("name", values.DTYPES)
def test_every_dtype_survives_in_any_byte_order_and_layout(name):
    """What arrives is in native order and contiguous, and owns its memory."""
    values = np.arange(12).reshape(3, 4).astype(name)
    for variant in (
        values,
        values.astype(values.dtype.newbyteorder(">")),
        np.asfortranarray(values),
        values[::2, ::-1],
    ):
        back = there_and_back(variant)

        assert np.array_equal(back, variant)
        assert back.dtype == np.dtype(name)
        assert back.flags.c_contiguous
        assert back.flags.writeable


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
    | hnp.arrays(st.sampled_from([np.dtype(name) for name in values.DTYPES]), hnp.array_shapes(min_dims=0, min_side=0)),
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text("abc") | st.integers(0, 9), inner)
    ),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(PLAIN)
def test_any_plain_data_survives_the_way_there_and_back(value):
    assert same(there_and_back(value), value)


@pytest.mark.parametrize(
    "value",
    [
        2**63,
        "x" * (values.MAX_TEXT + 1),
        np.array([None, 1], object),
        np.array(["text"]),
        np.datetime64("2020-01-01"),
        {(1, 2): 3},
        {None: 1},
    ],
)
def test_what_cannot_cross_becomes_a_note_of_its_type(value):
    """So a strange answer is a wrong answer, not the end of the worker."""
    assert isinstance(there_and_back(value), values.Unsendable)


def test_a_container_that_is_too_deep_or_too_large_is_cut_and_not_followed():
    endless: list = []
    endless.append(endless)

    assert there_and_back(endless)
    for many in (range(10**6), [range(150_000), *range(150_000)]):
        value = [list(item) if isinstance(item, range) else item for item in many]
        assert isinstance(there_and_back(value)[-1], values.Unsendable)
    assert isinstance(list(there_and_back(dict.fromkeys(range(10**6))).values())[-1], values.Unsendable)


def test_a_subclass_is_not_taken_for_the_class():
    """Subclasses could lie about what they are when asked."""
    encoder = values.Encoder(other=lambda value: values.unsendable(type(value).__name__))
    liars = [type("Liar", (base,), {})() for base in (int, float, str, list, dict)]

    assert [encoder.encode(liar) for liar in liars] == ['{"u":"Liar"}'] * 5


def test_an_ordered_dict_crosses_as_the_dict_that_it_is():
    value = OrderedDict(b=OrderedDict(c=1), a=[2])
    value.move_to_end("b")

    assert same(there_and_back(value), {"a": [2], "b": {"c": 1}})


BAD_FRAMES = {
    "other magic": frame(b"{}", magic=b"HTTP"),
    "a header that is too long": frame(b"", sizes=(frames.MAX_HEADER + 1, 0)),
    "a body that is too long": frame(b"{}", sizes=(2, frames.MAX_BODY + 1)),
    "the longest body there could be": frame(b"{}", sizes=(2, 2**64 - 1)),
    "no JSON": frame(b"{"),
    "no text": frame(b"\xff\xfe"),
    "no object": frame(b"[]"),
    "deeply nested JSON": frame(b"[" * 100_000),
    "a number of too many digits": frame(b'{"a":' + b"1" * 10_000 + b"}"),
}


@pytest.mark.parametrize("data", BAD_FRAMES.values(), ids=BAD_FRAMES)
def test_a_malformed_frame_is_refused(data):
    with pytest.raises(values.WireError):
        receive(data)


def test_a_value_that_cannot_cross_leaves_the_bytes_of_the_next_array_alone():
    """A dict is refused before anything in it is written."""
    assert there_and_back([{None: np.zeros(3)}, np.ones(2)])[1].tolist() == [1, 1]


def test_frames_that_come_together_are_taken_one_by_one():
    here, there = socket.socketpair()
    with here, there:
        there.sendall(frame(b'{"a":1}') + frame(b'{"b":2}', b"xyz")[:-1])
        reader = frames.Reader(here)
        assert reader.receive(frames.until(time.monotonic() + 5))[0] == {"a": 1}
        there.sendall(b"z" + frame(b'{"c":3}')[:7])
        header, found = reader.receive(frames.until(time.monotonic() + 5))
        assert (header, bytes(found)) == ({"b": 2}, b"xyz")
        with pytest.raises(TimeoutError):
            reader.receive(frames.until(time.monotonic() + 0.05))


def test_a_frame_that_comes_byte_by_byte_is_taken_whole_but_not_beyond_the_deadline():
    here, there = socket.socketpair()
    data = frame(b'{"value":null}', b"123")
    with here, there:
        dripping = threading.Thread(target=drip, args=(there, data, 0.001))
        dripping.start()
        assert frames.Reader(here).receive(frames.until(time.monotonic() + 20))[0] == {"value": None}
        dripping.join()
        dripping = threading.Thread(target=drip, args=(there, data, 0.03))
        dripping.start()
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            frames.Reader(here).receive(frames.until(started + 0.2))
        assert time.monotonic() - started < 0.6
        dripping.join()


def drip(sock: socket.socket, data: bytes, pause: float) -> None:
    for byte in data:
        time.sleep(pause)
        sock.sendall(bytes([byte]))


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17])
def test_a_frame_that_ends_early_is_the_end_of_the_connection(length):
    with pytest.raises(EOFError):
        receive(frame(b'{"id":1}')[:length])


def test_a_frame_that_comes_too_slowly_runs_into_the_deadline():
    here, there = socket.socketpair()
    with here, there:
        there.sendall(frame(b"{}")[:-1])
        with pytest.raises(TimeoutError):
            frames.Reader(here).receive(frames.until(time.monotonic() + 0.05))


BAD_NODES = [
    [],
    [1],
    {},
    {"l": [], "t": []},
    {"x": 1},
    {"l": 3},
    {"b": -1},
    {"b": True},
    {"b": "x"},
    {"b": [1]},
    {"b": 1},
    {"b": 2**62},
    {"t": {}},
    {"d": 1},
    {"d": [1]},
    {"d": [[1]]},
    {"d": [[1, 2, 3]]},
    {"d": [[1.5, 2]]},
    {"d": [[{"l": []}, 2]]},
    {"d": [[None, 2]]},
    {"f": 1},
    {"f": "1e5"},
    {"f": []},
    {"a": 1},
    {"a": []},
    {"a": ["f8"]},
    {"a": ["O", [1]]},
    {"a": ["<f8", [0]]},
    {"a": ["f8", 3]},
    {"a": ["f8", [-1]]},
    {"a": ["f8", [1.0]]},
    {"a": ["f8", [True]]},
    {"a": ["f8", [2**32, 2**32]]},
    {"a": ["f8", [1]]},
    {"a": ["f8", [1] * 33]},
    {"a": [["f8"], [0]]},
    {"a": ["f8", [0] + [2**28] * 10]},
    {"a": ["u1", ["1"]]},
    {"g": "f8"},
    {"g": "O"},
    {"g": ["f8"]},
    {"s": [1, 2]},
    {"s": 1},
    {"h": 1},
    {"h": [1]},
    {"h": [1.0, 2]},
    {"h": ["1", 2]},
    {"p": 1},
    {"p": "x" * 501},
    {"u": None},
    {"u": "x" * 501},
]


@pytest.mark.parametrize("node", BAD_NODES, ids=str)
def test_a_malformed_node_is_refused(node):
    with pytest.raises(values.WireError):
        decode(node)


def test_data_that_is_nested_too_deeply_or_has_too_many_items_is_refused():
    deep: object = 1
    for _ in range(values.MAX_DEPTH + 2):
        deep = {"l": [deep]}
    with pytest.raises(values.WireError):
        decode(deep)
    with pytest.raises(values.WireError):
        decode({"l": [1] * (2 * values.MAX_NODES + 1)})


def test_half_characters_are_replaced_since_no_file_could_take_them():
    header, _body = receive(frame(b'{"value":"a\\ud800b"}'))

    assert decode(header["value"]) == "a?b"


def test_an_array_that_arrived_does_not_share_memory_with_the_frame():
    body = bytearray(np.arange(3.0).tobytes())
    array = decode({"a": ["f8", [3]]}, body)
    body[:] = bytes(len(body))

    assert array.tolist() == [0.0, 1.0, 2.0]


def test_data_that_is_too_large_is_not_sent():
    here, there = socket.socketpair()
    with here, there, pytest.raises(values.WireError):
        frames.send(here, json.dumps({"text": "x" * frames.MAX_HEADER}), [])


# Fuzzing: good frames, damaged


def good_frame() -> bytes:
    encoder = values.Encoder(other=values.unsendable)
    value = {
        "a": np.arange(6.0).reshape(2, 3),
        "b": [1, 2.5, None, "text", (np.float32(1), slice(1, 2))],
        "c": values.Handle(1, 2),
    }
    header = f'{{"id":1,"value":{encoder.encode(value)},"classes":{{"2":["Linear",["forward"]]}}}}'
    return frame(header.encode(), b"".join(bytes(buffer) for buffer in encoder.buffers))


def take_in(data: bytes) -> None:
    """What the trusted side does with a frame, up to the decoded value."""
    header, body = receive(data)
    values.Decoder(body).decode(header.get("value"))


MUTATION = st.tuples(
    st.floats(0, 1), st.sampled_from(["flip", "cut", "insert", "repeat", "digit"]), st.integers(0, 255)
)


@settings(max_examples=400, deadline=None)
@given(st.lists(MUTATION, min_size=1, max_size=8))
def test_a_damaged_frame_gives_plain_data_or_one_of_the_agreed_exceptions(mutations):
    data = bytearray(good_frame())
    for place, kind, byte in mutations:
        at = int(place * max(len(data) - 1, 0))
        if kind == "flip" and data:
            data[at] ^= byte
        elif kind == "cut":
            del data[at : at + byte]
        elif kind == "insert":
            data[at:at] = bytes([byte]) * (byte % 9)
        elif kind == "repeat":
            data[at:at] = data[at : at + byte]
        elif data:
            data[at] = ord("0") + byte % 10
    with contextlib.suppress(values.WireError, EOFError):
        take_in(bytes(data))


def node_of(rng: random.Random, depth: int = 0) -> object:
    """A random node that is nearly right."""
    leaves = [None, True, rng.randint(-5, 2**70), rng.random(), "f8", "u1", "x", math.inf, -1, 2**28, [], {}]
    if depth > 4 or rng.random() < 0.3:
        return rng.choice(leaves)
    inner = [node_of(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    kind = rng.choice("ltdfagsehpub")
    return rng.choice([{kind: inner}, {kind: rng.choice(leaves)}, {"a": ["f8", inner]}, {"d": [inner, inner]}, inner])


def test_nearly_right_nodes_give_plain_data_or_are_refused():
    """Made with the grammar of the format, so that they come further than damaged bytes do."""
    rng = random.Random(1)
    refused = 0
    for _ in range(20_000):
        try:
            decode(node_of(rng), bytes(64))
        except values.WireError:
            refused += 1

    assert 1000 < refused < 19_000
