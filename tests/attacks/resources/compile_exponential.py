"""Sources on which parsers have taken exponential time: nested braces, lambdas, f-strings. Seen to fail: in time."""

from harness.arena import write


def build(home, files, known):
    braces = b"x = " + b"{" * 190 + b":" + b"\n"
    calls = b"x = " + b"f(a=" * 95 + b"**" + b"\n"
    lambdas = b"x = " + b"(lambda a=" * 90 + b"1" + b": 1\n"
    strings = b"x = " + b"".join(b"f'{" for _ in range(150)) + b"\n"
    subscripts = b"x = " + b"a[b:c" * 150 + b"\n"
    sources = {"wave": braces, "calls": calls, "lambdas": lambdas, "strings": strings, "subscripts": subscripts}
    write(home, files | {f"framework/tiny/{name}.py": text for name, text in sources.items()})
    return home
