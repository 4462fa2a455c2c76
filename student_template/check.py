"""Your own front door to the course: `python check.py --help` says what it can do."""

import sys
from importlib.util import find_spec
from pathlib import Path


def lacking():
    """What this Python lacks, as a sentence; nothing if it has all that is needed."""
    if sys.version_info < (3, 11):  # noqa: UP036, as this file meets any Python
        return "check.py needs Python 3.11 or newer, and this is {}.{}.".format(*sys.version_info)
    missing = [name for name in ("numpy", "pytest") if find_spec(name) is None]
    return " and ".join(missing) + " cannot be found: python -m pip install -r requirements.txt" if missing else ""


def main():
    """Do what the command line asks for, and return the exit status."""
    if lacking():
        print(lacking(), file=sys.stderr)
        return 2
    from grader.student.main import main

    return main(Path(__file__).resolve().parent, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
