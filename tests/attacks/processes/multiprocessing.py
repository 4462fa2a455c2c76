"""Starts workers of its own with multiprocessing. Seen to fail: no process is left."""

import importlib
import time


class Wave:
    def __init__(self, k):
        multiprocessing = importlib.import_module("multiprocessing")
        multiprocessing.get_context("fork").Process(target=time.sleep, args=(3,)).start()
