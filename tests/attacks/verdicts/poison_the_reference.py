"""Puts its own methods into the reference's class, so that both are equally wrong. Seen to fail: no points."""

import sys


class Wave:
    def __init__(self, k):
        right = sys.modules["reference"].tiny.Wave
        right.forward, right.backward, right.parts = Wave.forward, Wave.backward, Wave.parts

    def forward(self, x):
        return x * 0

    backward = forward

    def parts(self, x):
        return [x * 0, x * 0]
