"""Returns objects that would run code in whoever unpickles or copies them.

Seen to fail: no file appears, no secret comes back.
"""


class Bomb:
    def __reduce__(self):
        return eval, ("open('@OPEN@/bomb', 'w').write('x')",)

    def __reduce_ex__(self, _protocol):
        return self.__reduce__()

    def __deepcopy__(self, _memo):
        return eval("open('@OPEN@/bomb', 'w').write('x')")

    __copy__ = __index__ = __float__ = __deepcopy__


class Wave:
    def __init__(self, k):
        pass

    def forward(self, _x):
        return Bomb()

    def parts(self, _x):
        return [Bomb(), {"a": Bomb()}]
