"""A class whose names are no text, half characters or lines. Seen to fail: every check has a result."""


class Meta(type):
    def __dir__(cls):
        return ["\ud800", "a\nb", "\x1b[2J", "x" * 10**6]


class Answer(metaclass=Meta):
    __name__ = 5


Answer.__qualname__ = "\ud800\n@MARK@\x1b[31m"
Answer.__name__ = "@MARK@\ud800\n\x1b[2J"


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return Answer()
