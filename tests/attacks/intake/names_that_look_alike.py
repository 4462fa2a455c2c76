"""Files whose names equal the expected ones after normalisation, or in another case.

Seen to fail: the right ones are graded.
"""

from harness.arena import write

RIGHT = b"raise SystemExit"


def build(home, files, known):
    names = (
        "tiny/wa\uff56e.py",
        "tiny/w\u0430ve.py",
        "tiny/WAVE.py",
        "tiny/total.PY",
        "Tiny/total.py",
        "tiny/\uff54otal.py",
        "tiny/total .py",
    )
    write(home, files | {f"framework/{name}": RIGHT for name in names})
    return home
