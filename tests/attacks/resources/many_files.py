"""Makes 5,000 files where it can. Seen to fail: no file appears."""


class Wave:
    def __init__(self, k):
        for number in range(5000):
            with open(f"@OPEN@/{number}", "w"):
                pass
