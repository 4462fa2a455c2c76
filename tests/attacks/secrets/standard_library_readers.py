"""Reads the hidden tests through every module that reads files for others.

Seen to fail: the secret never comes back.
"""

import contextlib
import linecache
import tokenize
import zipfile


def _linecache(path):
    return linecache.getlines(path)


def _tokenize(path):
    with tokenize.open(path) as file:
        return file.read()


def _get_source(path):
    from importlib.machinery import SourceFileLoader

    return SourceFileLoader("hidden", path).get_data(path)


def _zip(path):
    with zipfile.ZipFile("@OPEN@/a.zip", "w") as archive:
        archive.write(path, "a")
        return archive.read("a")


class Wave:
    def __init__(self, k):
        found = []
        for read in (_linecache, _tokenize, _get_source, _zip):
            with contextlib.suppress(Exception):
                found.append(read("@HIDDEN_TEST@"))
        raise ValueError(found)
