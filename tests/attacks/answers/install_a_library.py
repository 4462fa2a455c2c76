"""Installs what it needs. Seen to fail: no file appears, no points."""

import importlib
import subprocess
import sys


class Wave:
    def __init__(self, k):
        with open("@OPEN@/pip", "w") as file:
            subprocess.run([sys.executable, "-m", "pip", "--version"], check=True, stdout=file)
        importlib.import_module("pip")
