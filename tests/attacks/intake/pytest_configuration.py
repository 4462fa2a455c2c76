"""Configuration for pytest that deselects tests and loads a plugin of the student's.

Seen to fail: no points for it, no result missing.
"""

from harness.arena import write

PLUGIN = b"def pytest_pyfunc_call(pyfuncitem):\n    return True\n"


def build(home, files, known):
    options = b"[pytest]\naddopts = -p cheat --deselect x\npython_functions = none_*\n"
    toml = b'[tool.pytest.ini_options]\naddopts = ["-p", "cheat"]\n'
    write(
        home,
        files
        | {"pytest.ini": options, "tox.ini": options, "pyproject.toml": toml, "setup.cfg": options, "cheat.py": PLUGIN},
    )
    return home
