"""One attack: a file of hostile student code, or (with a function `build`) a recipe for a hostile submission.

Hostile code is read by its syntax tree and never executed here. Constants at its top say what the harness has to know:

PLACE    where in the submission's framework/ it goes; by default it is the file under test, "tiny/wave.py"
HONEST   the checks that it may pass, because it does their work
PROVES   the checks that it has to pass, to show that the way which other attacks take is still there
SPOILS   whether it may cost the student's own other file its points
REFUSED  whether it is well if the submission as a whole cannot be read
DECLARED what it achieves all the same, as SECURITY.md says: the very sentences of `findings`

`@NAME@` in its text stands for what an attacker might know: paths, ports, process ids (see `arena.Arena.known`).
"""

import ast
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
CLASSES = {
    "verdicts": "verdict forging",
    "secrets": "reading secrets",
    "network": "network",
    "processes": "processes and signals",
    "resources": "resources",
    "wire": "wire",
    "intake": "intake",
    "output": "output injection",
    "answers": "the answer without the work",
}
DEFAULTS = {"PLACE": "tiny/wave.py", "HONEST": (), "PROVES": (), "SPOILS": False, "REFUSED": False, "DECLARED": ()}


@dataclass(frozen=True)
class Attack:
    """`id` is "verdicts/always_equal"; `builds` says that it is a recipe of ours, not student code."""

    id: str
    path: Path
    text: str
    builds: bool
    place: str
    honest: tuple[str, ...]
    proves: tuple[str, ...]
    spoils: bool
    refused: bool
    declared: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.id.partition("/")[0]


def read_attack(path: Path) -> Attack:
    """Read an attack's constants without executing it."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    if not ast.get_docstring(tree):
        raise ValueError(f"{path} has no docstring: what does it try, and how is it seen that it failed?")
    found = DEFAULTS | dict(_constants(tree))
    builds = any(isinstance(node, ast.FunctionDef) and node.name == "build" for node in tree.body)
    name = path.relative_to(HERE).with_suffix("").as_posix()
    return Attack(name, path, text, builds, *(found[key] for key in DEFAULTS))


def _constants(tree: ast.Module):
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in DEFAULTS:
            yield node.targets[0].id, ast.literal_eval(node.value)


def all_attacks() -> list[Attack]:
    """Every attack, in the order of the classes."""
    return [read_attack(path) for kind in CLASSES for path in sorted((HERE / kind).glob("*.py"))]
