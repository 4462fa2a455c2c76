"""Writes 64 MB where it can. Seen to fail: no file appears."""


class Wave:
    def __init__(self, k):
        with open("@OPEN@/big", "wb") as file:
            for _ in range(64):
                file.write(bytes(1 << 20))
