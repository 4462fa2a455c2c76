"""Has another program read the hidden tests. Seen to fail: the secret never comes back."""

import subprocess


class Wave:
    def __init__(self, k):
        raise ValueError(subprocess.run(["cat", "@HIDDEN_TEST@"], capture_output=True).stdout)
