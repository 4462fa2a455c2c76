"""A class that lists names without end when its methods are described.

Seen to fail: every check has a result, in time.
"""


class Meta(type):
    def __dir__(cls):
        while True:
            yield "name"

    def __getattribute__(cls, name):
        if name == "name":
            return print
        return type.__getattribute__(cls, name)


class Answer(metaclass=Meta):
    pass


class Wave:
    def __init__(self, k):
        pass

    def parts(self, x):
        return [Answer(), Answer()]
