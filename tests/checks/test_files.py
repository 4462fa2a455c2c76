"""Bytes and files in memory: what students save and load, without a path or a disk."""

import io

import numpy as np
import pytest

from grader.checks.twin import Workbench
from grader.compare import Mismatch
from tests.checks.sides import package

STORE = """
import json
import numpy as np

def save(state, file):
    np.savez(file, **state)

def load(file):
    with np.load(file) as archive:
        return dict(archive)

def safetensors(state):
    header, body = {}, b""
    for name, array in state.items():
        start, body = len(body), body + array.tobytes()
        header[name] = {"shape": list(array.shape), "data_offsets": [start, len(body)]}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body

def write(state, file):
    file.write(safetensors(state))

def read_all(file):
    return file.read()
"""
STATE = {"weight": np.arange(6.0).reshape(2, 3), "count": np.array(3)}


@pytest.fixture
def student(open_student):
    return open_student(STORE)


@pytest.fixture
def twin(open_student, rng):
    """Makes the `twin` of a check whose student has some text replaced."""
    return lambda *changes: Workbench(open_student(STORE, *changes), package(STORE), rng)


def compare_now(bench, made):
    made.compare()
    bench.finish()


def test_bytes_come_back(student):
    data = student.nn.safetensors(STATE)

    assert type(data) is bytes
    assert data[8:].startswith(b'{"weight": {"shape": [2, 3]')
    assert len(data) == 8 + int.from_bytes(data[:8], "little") + 7 * 8


def test_a_file_is_written_into_and_read(student):
    file = student.file()

    student.nn.write(STATE, file)

    assert file.getvalue() == student.nn.safetensors(STATE)


def test_a_file_of_given_bytes_is_read_from_its_beginning(student):
    file = student.file(b"\0\xffsome bytes")

    assert student.nn.read_all(file) == b"\0\xffsome bytes"
    assert student.nn.read_all(file) == b""


def test_what_was_saved_is_loaded_again(student):
    file = student.file()
    student.nn.save(STATE, file)
    again = student.file(file.getvalue())

    loaded = student.nn.load(again)

    assert list(loaded) == ["weight", "count"]
    assert all(np.array_equal(loaded[name], STATE[name]) for name in STATE)


def test_a_checks_own_archive_is_loaded(student):
    made = io.BytesIO()
    np.savez(made, **STATE)

    assert np.array_equal(student.nn.load(student.file(made.getvalue()))["weight"], STATE["weight"])


def test_twins_write_and_compare_files(twin):
    bench = twin()
    file = bench.file()
    bench("nn.write", STATE, file)
    file.getvalue().compare()
    bench("nn.safetensors", STATE).compare()

    bench.finish()


def test_twins_tell_the_first_byte_that_differs(twin):
    bench = twin(('"little"', '"big"'))
    file = bench.file()
    bench("nn.write", STATE, file)

    with pytest.raises(Mismatch, match=r"byte 0 of the file of 0 bytes\.getvalue\(\) is 0x00, but should be 0x"):
        compare_now(bench, file.getvalue())


def test_twins_tell_how_many_bytes_there_should_be(twin):
    bench = twin(("text + body", "text"))

    with pytest.raises(Mismatch, match="has 112 bytes, but should have 168"):
        compare_now(bench, bench("nn.safetensors", STATE))


def test_what_is_no_bytes_is_refused(twin):
    bench = twin(("return file.read()", "return file.read().decode()"))
    changed = bench("nn.read_all", bench.file(b"abc"))

    with pytest.raises(Mismatch, match="is the str 'abc', but should be a bytes object of 3 bytes"):
        compare_now(bench, changed)
