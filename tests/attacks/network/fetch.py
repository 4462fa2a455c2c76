"""Fetches an answer over HTTP with the standard library. Seen to fail: nobody knocks at the canary."""

import importlib


class Wave:
    def __init__(self, k):
        request = importlib.import_module("urllib.request")
        request.urlopen("http://127.0.0.1:@TCP@/answer", timeout=0.3).read()
