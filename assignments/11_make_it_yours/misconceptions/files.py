"""What people believe about files: when they are written, and which can be read."""

import io
import json
from pathlib import Path

import numpy as np

from grader.assignment import misconception
from reference.serialization import FORMAT_VERSION, _arrays, _described, _rebuilt, _write, load


@misconception(
    "serialization.save",
    hint="What can happen when a pickle is loaded?",
    fails=(
        "Save/test_there_and_back",
        "Load/test_half_a_file",
        "Checkpoint/test_optimizer_and_generator",
        "Save/test_values",
        "Save/test_arrays",
        "Save/test_layouts",
        "Save/test_generators",
        "Save/test_the_file_has_it",
        "Save/test_loads_what_the_file_says",
        "Save/test_refuses_objects",
        "Save/test_files_stay_open",
        "Load/test_damaged",
        "Load/test_foreign",
        "Load/test_later_version",
        "Checkpoint/test_resumes_exactly",
        "Checkpoint/test_saving_changes_nothing",
        "Checkpoint/test_refused_files_change_nothing",
        "Checkpoint/test_all_or_none",
        "Checkpoint/test_names",
    ),
    source="folklore",
)
def saves_a_pickle(path, object):
    """What NumPy cannot save, it pickles."""
    _described(object, {})
    archive = io.BytesIO()
    holder = np.empty((), dtype="O")
    holder[()] = object
    np.savez(archive, format_version=np.array(FORMAT_VERSION), tree=holder)
    _write(path, archive.getvalue())


@misconception(
    "serialization.save",
    hint="Where does a later version of the framework see which format this is?",
    fails=(
        "Save/test_there_and_back",
        "Load/test_half_a_file",
        "Checkpoint/test_optimizer_and_generator",
        "Save/test_values",
        "Save/test_arrays",
        "Save/test_layouts",
        "Save/test_generators",
        "Save/test_the_file_has_it",
        "Save/test_loads_what_the_file_says",
        "Save/test_refuses_objects",
        "Save/test_files_stay_open",
        "Load/test_damaged",
        "Load/test_foreign",
        "Checkpoint/test_resumes_exactly",
        "Checkpoint/test_saving_changes_nothing",
        "Checkpoint/test_refused_files_change_nothing",
        "Checkpoint/test_all_or_none",
        "Checkpoint/test_names",
    ),
    source="folklore",
)
def has_no_version(path, object):
    """There is only one format."""
    arrays = {}
    text = np.frombuffer(json.dumps(_described(object, arrays)).encode(), np.uint8)
    archive = io.BytesIO()
    np.savez(archive, version=np.array(FORMAT_VERSION), tree=text, **arrays)
    _write(path, archive.getvalue())


@misconception(
    "serialization.save",
    hint="What is in the file if the object turns out to be one that cannot be saved?",
    fails=("Save/test_refuses_objects",),
    source="folklore",
)
def writes_as_it_goes(path, object):
    """A file is written from its beginning."""
    _write(path, b"")
    arrays, begun = {}, path.tell() if hasattr(path, "tell") else 0
    if hasattr(path, "write"):
        path.write(b"PK")
    tree = json.dumps(_described(object, arrays))
    archive = io.BytesIO()
    np.savez(archive, format_version=np.array(FORMAT_VERSION), tree=np.frombuffer(tree.encode(), np.uint8), **arrays)
    if hasattr(path, "seek"):
        path.seek(begun)
    _write(path, archive.getvalue())


@misconception(
    "serialization.save",
    hint="Who opened the file, and may want to write more?",
    fails=("Save/test_files_stay_open",),
    source="folklore",
)
def closes_the_file(path, object):
    """A file that is written is closed."""
    arrays = {}
    text = np.frombuffer(json.dumps(_described(object, arrays)).encode(), np.uint8)
    archive = io.BytesIO()
    np.savez(archive, format_version=np.array(FORMAT_VERSION), tree=text, **arrays)
    if not hasattr(path, "getvalue"):
        _write(path, archive.getvalue())
        return
    path.write(archive.getvalue())
    path.seek(0)
    path.truncate(len(archive.getvalue()))


@misconception(
    "serialization.save",
    hint="What does the text of an object say of the object?",
    fails=("Save/test_refuses_objects",),
    source="folklore",
)
def anything_becomes_a_text(path, object):
    """What cannot be saved is saved as the text that describes it."""
    arrays = {}

    def plain(value):
        if isinstance(value, dict):
            return {key if type(key) in (str, int) else str(key): plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(plain(item) for item in value)
        known = (np.ndarray, np.generic, np.random.Generator, bool, int, float, str, type(None))
        return value if isinstance(value, known) else repr(value)

    text = np.frombuffer(json.dumps(_described(plain(object), arrays)).encode(), np.uint8)
    archive = io.BytesIO()
    np.savez(archive, format_version=np.array(FORMAT_VERSION), tree=text, **arrays)
    _write(path, archive.getvalue())


@misconception(
    "serialization.load",
    hint="What does the number of a later format say about what this code knows of it?",
    fails=(
        "Load/test_later_version",
        "Checkpoint/test_refused_files_change_nothing",
    ),
    source="folklore",
)
def later_versions_will_do(path):
    """A file of a later version is mostly the same."""
    content = path.read() if hasattr(path, "read") else Path(path).read_bytes()
    arrays = _arrays(content)
    try:
        return _rebuilt(json.loads(arrays["tree"].tobytes()), arrays)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError("the file is damaged") from error


@misconception(
    "serialization.load",
    hint="What should somebody do who reads this message?",
    fails=("Load/test_later_version",),
    source="folklore",
)
def version_goes_unnamed(path):
    """A file that cannot be read is refused, that is enough."""
    content = path.read() if hasattr(path, "read") else Path(path).read_bytes()
    arrays = _arrays(content)
    try:
        assert arrays["format_version"].tolist() == FORMAT_VERSION
        return _rebuilt(json.loads(arrays["tree"].tobytes()), arrays)
    except (AssertionError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError("the file cannot be read") from error


@misconception(
    "serialization.load",
    hint="What comes out of a half-read file, and who notices?",
    fails=(
        "Load/test_half_a_file",
        "Load/test_damaged",
        "Load/test_foreign",
        "Checkpoint/test_refused_files_change_nothing",
    ),
    source="folklore",
)
def unreadable_is_nothing(path):
    """What cannot be read is None."""
    content = path.read() if hasattr(path, "read") else Path(path).read_bytes()
    try:
        arrays = _arrays(content)
    except ValueError:
        return None
    version = arrays["format_version"].tolist()
    if version != FORMAT_VERSION:
        raise ValueError(f"the file has format version {version}")
    try:
        return _rebuilt(json.loads(arrays["tree"].tobytes()), arrays)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError("the file is damaged") from error


@misconception(
    "serialization.load",
    hint="Which exceptions can reading a strange file raise?",
    fails=(
        "Load/test_half_a_file",
        "Load/test_damaged",
        "Load/test_foreign",
        "Checkpoint/test_refused_files_change_nothing",
    ),
    source="folklore",
)
def errors_pass_through(path):
    """NumPy says what is wrong with a file."""
    content = path.read() if hasattr(path, "read") else Path(path).read_bytes()
    arrays = dict(np.load(io.BytesIO(content), allow_pickle=False))
    version = arrays["format_version"].tolist()
    if version != FORMAT_VERSION:
        raise ValueError(f"the file has format version {version}")
    return _rebuilt(json.loads(arrays["tree"].tobytes()), arrays)


@misconception(
    "serialization._arrays",
    hint="Who checks the checksum of an entry that nobody reads?",
    fails=("Load/test_damaged",),
    source="folklore",
)
def reads_what_is_there(content):
    """What can be read is good enough."""
    import zipfile

    found = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                start = archive.getinfo(name).header_offset + 30
                size = archive.getinfo(name).file_size
                length = int.from_bytes(content[start - 4 : start - 2], "little")
                extra = int.from_bytes(content[start - 2 : start], "little")
                raw = content[start + length + extra :][:size]
                found[name.removesuffix(".npy")] = np.lib.format.read_array(io.BytesIO(raw), allow_pickle=False)
        if found["format_version"].dtype.kind in "iu":
            return found
    except Exception as cause:
        raise ValueError("the file cannot be read") from cause
    raise ValueError("no format version")


@misconception(
    "serialization._arrays",
    hint="What may run while a foreign file is read?",
    fails=(
        "Load/test_foreign",
        "Checkpoint/test_refused_files_change_nothing",
    ),
    source="folklore",
)
def allows_pickle(content):
    """Some files have objects in them, so pickle has to be allowed."""
    try:
        arrays = dict(np.load(io.BytesIO(content), allow_pickle=True))
        arrays.setdefault("tree", np.frombuffer(b"null", np.uint8))
        return {"format_version": np.array(FORMAT_VERSION), **arrays}
    except Exception as cause:
        raise ValueError("the file cannot be read") from cause


@misconception(
    "serialization.load",
    hint="Where in the file does what was saved begin?",
    fails=("Save/test_files_stay_open",),
    source="folklore",
)
def reads_from_the_start(path):
    """A file begins at its beginning."""
    if hasattr(path, "seek"):
        path.seek(0)
    content = path.read() if hasattr(path, "read") else Path(path).read_bytes()
    content = content[content.find(b"before") + 1 :] if content[:6] == b"before" else content
    arrays = _arrays(content if content[:5] != b"efore" else b"")
    version = arrays["format_version"].tolist()
    if version != FORMAT_VERSION:
        raise ValueError(f"the file has format version {version}")
    try:
        return _rebuilt(json.loads(arrays["tree"].tobytes()), arrays)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError("the file is damaged") from error


@misconception(
    "serialization.load",
    hint="The program ends, and another one begins: what does it know?",
    fails=("Save/test_arrays",),
    source="folklore",
)
def remembers_what_was_saved(path):
    """What was saved a moment ago is still in memory."""
    content = path.read() if hasattr(path, "read") else Path(path).read_bytes()
    arrays = _arrays(content)
    version = arrays["format_version"].tolist()
    if version != FORMAT_VERSION:
        raise ValueError(f"the file has format version {version}")
    known = vars(load).setdefault("known", {})
    try:
        tree = arrays["tree"].tobytes()
        shapes = tuple((name, array.shape) for name, array in sorted(arrays.items()))
        return known.setdefault((tree, shapes), _rebuilt(json.loads(tree), arrays))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError("the file is damaged") from error
