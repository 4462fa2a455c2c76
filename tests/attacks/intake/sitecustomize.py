"""Files that Python executes when it starts: sitecustomize, usercustomize, .pth. Seen to fail: no file appears."""

from harness.arena import write


def build(home, files, known):
    line = f"import os; open({known['OPEN'] + '/started'!r}, 'w')\n".encode()
    names = (
        "sitecustomize.py",
        "usercustomize.py",
        "start.pth",
        "framework/sitecustomize.py",
        "__main__.py",
        "python311._pth",
        "pyvenv.cfg",
    )
    write(home, files | dict.fromkeys(names, line))
    return home
