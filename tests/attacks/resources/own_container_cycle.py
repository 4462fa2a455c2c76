"""Answers with containers that contain themselves. Seen to fail: every check has a result."""


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        loop = []
        loop.append(loop)
        return loop

    def parts(self, x):
        loop = {}
        loop["loop"] = loop
        return loop
