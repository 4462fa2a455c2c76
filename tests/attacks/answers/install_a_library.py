"""Installs what it needs. Seen to fail: no file appears, no points."""

import importlib
import subprocess
import sys


class Wave:
    def __init__(self, k):
        subprocess.run([sys.executable, "-m", "pip", "--version"], check=True, stdout=open("@OPEN@/pip", "w"))
        importlib.import_module("pip")
